"""How an entry of somebody's calendar becomes a draft, and which addresses are asked for one."""

import pytest

from shared.http import Answer, Outbound, PeerMisbehaved, PeerUnreachable
from shared.protocol.states import SessionMode
from space_node.imports import rules
from space_node.imports.errors import CalendarAddressRefused, CalendarNotFetched
from space_node.imports.rules import Standing, found, standing
from space_node.imports.service import fetch
from tests.support.calendars import NOW, OWN_PLACE, drafted, event, read


def test_an_entry_has_the_wall_time_of_its_zone_and_without_one_of_ours():
    for start, local, zone in (
        ("DTSTART;TZID=America/New_York:20261112T180000", "2026-11-12T18:00", "America/New_York"),
        ("DTSTART:20261112T180000Z", "2026-11-12T19:00", "Europe/Rome"),
        ("DTSTART:20261112T180000", "2026-11-12T18:00", "Europe/Rome"),
    ):
        [date] = drafted(start, "DURATION:PT90M", but=("DTEND",)).dates
        assert (date.starts_local, date.zone, date.minutes, date.fold) == (local, zone, 90, 0)


def test_the_second_of_two_equal_times_stays_the_second():
    """Edge case 44: 06:30 in UTC is 01:30 in New York for the second time that night."""
    [entry] = read(event("DTSTART:20261101T063000Z", "DTEND:20261101T073000Z")).entries
    [date] = found(entry, own_zone="America/New_York", own_place=OWN_PLACE, now=NOW).dates
    assert (date.starts_local, date.fold) == ("2026-11-01T01:30", 1)


@pytest.mark.parametrize(
    ("lines", "local", "minutes"),
    [
        (("DTSTART;VALUE=DATE:20261112",), "2026-11-12T09:00", 540),
        (("DTSTART;VALUE=DATE:20261112", "DTEND;VALUE=DATE:20261115"), "2026-11-12T09:00", 2 * 1440 + 540),
        (("DTSTART;VALUE=DATE:20261112", "DTEND;VALUE=DATE:20261112"), "2026-11-12T09:00", 540),
        (("SEQUENCE:1",), "2026-11-12T19:00", 60),
        (("DURATION:PT30S",), "2026-11-12T19:00", 1),
    ],
)
def test_whole_days_have_hours_and_what_has_no_length_an_hour(lines, local, minutes):
    [date] = drafted(*lines, but=("DTEND",)).dates
    assert (date.starts_local, date.minutes) == (local, minutes)


@pytest.mark.parametrize(
    ("location", "venue", "mode", "join_url"),
    [
        ("", OWN_PLACE, SessionMode.IN_PERSON, ""),
        ("Sala Blu\\, Via Roma 1\\, Torino", {"name": "Sala Blu", "address": "Via Roma 1, Torino"}, SessionMode.IN_PERSON, ""),
        ("Sala Blu\\nVia Roma 1", {"name": "Sala Blu", "address": "Via Roma 1"}, SessionMode.IN_PERSON, ""),
        ("https://meet.example/room", {}, SessionMode.REMOTE, "https://meet.example/room"),
        (
            "https://meet.example/room or in the kitchen",
            {"name": "https://meet.example/room or in the kitchen"},
            SessionMode.IN_PERSON,
            "",
        ),
    ],
)
def test_the_place_is_a_room_or_a_link(location, venue, mode, join_url):
    one = drafted(f"LOCATION:{location}")
    assert venue.items() <= one.venue.items()
    assert (one.mode, one.join_url) == (mode, join_url)


@pytest.mark.parametrize(
    ("lines", "description", "join_url", "mode"),
    [
        (
            ("LOCATION:https://meet.example/room", "DESCRIPTION:Bring bread.\\nhttps://meet.example/room\\nSee you."),
            "Bring bread.\n\nSee you.",
            "https://meet.example/room",
            SessionMode.REMOTE,
        ),
        (
            (
                "LOCATION:Sala Blu",
                r"DESCRIPTION:Join: https://us02web.zoom.us/j/1?pwd=x.\nMeeting ID: 1\nPasscode: abc\n\nBread.",
            ),
            "Join: .\n\nBread.",
            "https://us02web.zoom.us/j/1?pwd=x",
            SessionMode.HYBRID,
        ),
        (
            (
                "CONFERENCE;VALUE=URI:tel:+3902",
                "CONFERENCE;VALUE=URI:https://meet.example/a",
                "DESCRIPTION:At https://meet.example/a",
            ),
            "At",
            "https://meet.example/a",
            SessionMode.REMOTE,
        ),
        (
            (
                "X-GOOGLE-CONFERENCE:https://meet.google.com/abc",
                r"DESCRIPTION:Bread.\n\n-::~:~::~:~:~::~:~::-\nJoin with Google Meet: https://meet.google.com/abc\n-::~:~::~:~:~::~:~::-",
            ),
            "Bread.",
            "https://meet.google.com/abc",
            SessionMode.REMOTE,
        ),
        (("LOCATION:Sala Blu", "DESCRIPTION:See https://sala.example/menu. Password: none"), None, "", SessionMode.IN_PERSON),
    ],
)
def test_the_way_in_is_for_those_who_come_and_not_in_what_everybody_reads(lines, description, join_url, mode):
    one = drafted(*lines, but=("LOCATION", "DESCRIPTION"))
    assert (one.join_url, one.mode) == (join_url, mode)
    assert one.description == ("See https://sala.example/menu. Password: none" if description is None else description)
    assert one.venue.get("name") == (None if mode is SessionMode.REMOTE else "Sala Blu")


def test_what_is_too_long_is_cut_and_what_is_too_much_is_left_out():
    one = drafted(
        "SUMMARY:" + "t" * 200,
        "DESCRIPTION:" + "d" * 5000,
        "CATEGORIES:" + ",".join(f"c{n}" + "x" * 50 for n in range(12)),
        "LOCATION:" + "l" * 500,
    )
    assert (len(one.title), one.title[-1], len(one.description), len(one.topics)) == (120, "…", 4000, 8)
    assert {len(topic) for topic in one.topics} == {40}
    assert (len(one.venue["name"]), len(one.venue["address"])) == (120, 200)
    assert one.fault == ""
    daily = drafted("RRULE:FREQ=DAILY")
    assert (len(daily.dates), daily.date_count) == (rules.DATES_PER_EVENT, 324)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (("SUMMARY:",), "no title"),
        (("SUMMARY:a" + "\u0301" * 9,), "cannot be taken"),
        (("DURATION:P15D",), "longer than two weeks"),
        (("DTSTART:20261001T080000Z", "DURATION:PT3H"), "have begun"),
    ],
)
def test_what_cannot_be_a_draft_says_why(lines, reason):
    one = drafted(*lines, but=("DTEND",))
    assert reason in one.fault
    assert standing(one, state=None, digest=None) is Standing.FAULTY


def test_what_importing_would_do_goes_by_what_became_of_the_entry():
    one = drafted()
    cases = ((None, None, Standing.NEW), ("draft", one.digest, Standing.SAME), ("draft", "x", Standing.CHANGED))
    for state, digest, expected in (
        *cases,
        ("published", one.digest, Standing.PUBLISHED),
        ("cancelled", "x", Standing.PUBLISHED),
    ):
        assert standing(one, state=state, digest=digest) is expected
    assert standing(drafted("STATUS:CANCELLED"), state=None, digest=None) is Standing.CANCELLED
    assert drafted("SUMMARY:Other").digest != one.digest == drafted("SEQUENCE:9").digest


@pytest.mark.parametrize(
    "address",
    [
        "http://calendar.example/a.ics",
        "https://127.0.0.1/a.ics",
        "https://[::1]/a.ics",
        "webcal://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/a.ics",
        "https://user:secret@calendar.example/a.ics",
        "file:///etc/passwd",
        "ftp://calendar.example/a.ics",
        "gopher://calendar.example/",
        "calendar.example/a.ics",
    ],
)
def test_only_public_addresses_are_asked_for_a_calendar(address):
    """A calendar's address leads nowhere inside: neither to the machine itself nor to its neighbours."""
    outbound = Outbound(
        allow_loopback=False, resolve=lambda host, port: ["93.184.216.34"] if host.endswith(".example") else [host]
    )
    with pytest.raises(CalendarAddressRefused):
        fetch(outbound, address)


class Wire:
    """Gives one answer, or none."""

    def __init__(self, answer):
        self.answer, self.asked = answer, []

    def request(self, method, url, **options):
        self.asked.append((method, url))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_an_address_of_calendar_programs_is_asked_over_https():
    wire = Wire(Answer(200, {}, b"BEGIN:VCALENDAR"))
    assert fetch(wire, "webcal://calendar.example/a.ics") == b"BEGIN:VCALENDAR"
    assert wire.asked == [("GET", "https://calendar.example/a.ics")]


@pytest.mark.parametrize("answer", [Answer(404, {}, b""), PeerUnreachable(), PeerMisbehaved(reason="too-large")])
def test_an_address_without_a_calendar_says_so(answer):
    with pytest.raises(CalendarNotFetched):
        fetch(Wire(answer), "https://calendar.example/a.ics")
