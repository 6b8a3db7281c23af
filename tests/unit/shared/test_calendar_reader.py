"""What the reader takes from a sound file: texts, times in their zones, series with their changes."""

import datetime as dt

import pytest

from shared.calendar.reader import read_calendar
from shared.calendar.writer import CalendarEntry, EntryStatus, Party, calendar_file
from tests.support.calendars import NOW, WINDOW, event, file, read

NEW_YORK = "DTSTART;TZID=America/New_York:20261029T180000", "DTEND;TZID=America/New_York:20261029T193000"


def starts(found):
    assert found.faults == []
    [entry] = found.entries
    return [f"{one.start:%m-%d %H:%M}" for one in entry.occurrences]


def reason(found):
    assert found.entries == []
    [fault] = found.faults
    return fault.reason


def test_what_we_write_we_read():
    ours = CalendarEntry(
        uid="1@twindesk",
        sequence=3,
        written_at=NOW,
        start=dt.datetime(2026, 11, 12, 18, tzinfo=dt.UTC),
        end=dt.datetime(2026, 11, 12, 19, 30, tzinfo=dt.UTC),
        summary="Law; tax, and you",
        location="Studio 5\nLondon",
        status=EntryStatus.TENTATIVE,
        zone="Europe/London",
        description="One \\n two;\nthree, 👩🏽‍🚀" * 20,
        url="https://cube.example/1",
        categories=("law, tax", "a;b"),
        organiser=Party("TheCube", "events@cube.example"),
    )
    found = read_calendar(calendar_file([ours], name="TheCube, London"), WINDOW)
    [entry] = found.entries
    assert (found.name, found.complete, found.faults, found.outside) == ("TheCube, London", True, [], 0)
    for name in ("uid", "sequence", "summary", "location", "status", "zone", "description", "url", "categories"):
        assert getattr(entry, name) == getattr(ours, name), name
    assert [(one.start, one.end) for one in entry.occurrences] == [(ours.start, ours.end)]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("DTSTART:20261112T180000Z", "11-12 18:00"),
        ("DTSTART;TZID=America/New_York:20261112T180000", "11-12 23:00"),
        ('DTSTART;TZID="Europe/London":20261112T180000', "11-12 18:00"),
        ("DTSTART;TZID=Asia/Calcutta:20261112T180000", "11-12 12:30"),
        ("DTSTART;TZID=W. Europe Standard Time:20261112T180000", "11-12 17:00"),
        ("DTSTART;TZID=/mozilla.org/20070129_1/Europe/Rome:20261112T180000", "11-12 17:00"),
        ("DTSTART;TZID=UTC:20261112T180000", "11-12 18:00"),
        ("DTSTART:20261112T180000", "11-12 17:00"),
        ("DTSTART;VALUE=DATE:20261112", "11-12 00:00"),
        ("DTSTART;TZID=America/New_York:20261101T013000", "11-01 05:30"),
        ("DTSTART;TZID=Europe/Rome:20270328T023000", "03-28 01:30"),
    ],
)
def test_a_time_is_in_its_zone_by_name_and_in_ours_without_one(start, expected):
    """Edge case 50: names of old, names of Windows, names behind others, and times in and around a change of the clocks."""
    assert starts(read(event(start, but=("DTEND",)))) == [expected]


@pytest.mark.parametrize(
    ("lines", "minutes"),
    [
        (("DTEND:20261112T190000Z",), 60),
        (("DURATION:PT1H30M",), 90),
        (("DURATION:P1W",), 7 * 24 * 60),
        (("DURATION:P1DT2H",), 26 * 60),
        (("SEQUENCE:1",), 0),
        (("DTSTART;VALUE=DATE:20261112",), 24 * 60),
        (("DTSTART;VALUE=DATE:20261112", "DTEND;VALUE=DATE:20261114"), 2 * 24 * 60),
    ],
)
def test_how_long_it_lasts(lines, minutes):
    [entry] = read(event(*lines, but=("DTEND",))).entries
    [one] = entry.occurrences
    assert one.end - one.start == dt.timedelta(minutes=minutes)


def test_a_series_keeps_its_wall_time_over_the_change_of_the_clocks():
    """Edge case 42: 18:00 in New York is 22:00 and then 23:00 in UTC."""
    assert starts(read(event(*NEW_YORK, "RRULE:FREQ=WEEKLY;COUNT=3"))) == ["10-29 22:00", "11-05 23:00", "11-12 23:00"]


def test_one_time_of_a_series_is_cancelled_one_is_moved_and_one_is_added():
    """Edge case 54: with EXDATE, with a cancelled part, with a moved part, with RDATE."""
    series = event(
        *NEW_YORK,
        "RRULE:FREQ=WEEKLY;COUNT=4",
        "EXDATE;TZID=America/New_York:20261105T180000",
        "RDATE;TZID=America/New_York:20261201T180000,20261202T180000",
    )
    gone = event("RECURRENCE-ID;TZID=America/New_York:20261112T180000", "STATUS:CANCELLED")
    moved = event("RECURRENCE-ID;TZID=America/New_York:20261119T180000", "DTSTART:20261120T180000Z", "DTEND:20261120T190000Z")
    expected = ["10-29 22:00", "11-20 18:00", "12-01 23:00", "12-02 23:00"]
    assert starts(read(series, gone, moved)) == expected
    assert starts(read(moved, gone, series)) == expected


def test_a_cancelled_series_is_one():
    [entry] = read(event("STATUS:CANCELLED", "RRULE:FREQ=DAILY;COUNT=2")).entries
    assert (entry.status, len(entry.occurrences)) == (EntryStatus.CANCELLED, 2)


def test_a_moved_time_without_its_series_is_an_entry():
    assert starts(read(event("RECURRENCE-ID:20261113T180000Z"))) == ["11-12 18:00"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("UNTIL=20261113T180000Z", 2),
        ("UNTIL=20261113T175959Z", 1),
        ("UNTIL=20261113", 2),
        ("COUNT=5", 5),
        ("INTERVAL=100", 4),
    ],
)
def test_a_series_ends_where_its_rule_says(rule, expected):
    assert len(starts(read(event(f"RRULE:FREQ=DAILY;{rule}")))) == expected


def test_what_lies_outside_the_window_is_counted():
    past = event("UID:2", "DTSTART:20260912T180000Z", "DTEND:20260912T193000Z")
    ended = event("UID:3", "DTSTART:20200101T180000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=9", but=("DTEND",))
    still = event("UID:4", "DTSTART:20200101T180000Z", "DURATION:PT1H", "RRULE:FREQ=YEARLY", but=("DTEND",))
    found = read(past, ended, still)
    assert (starts(found), found.outside) == (["01-01 18:00"], 2)


def test_of_two_entries_with_one_uid_the_newer_is_read():
    """A duplicate UID is told, whichever comes first."""
    for one, two in (("SEQUENCE:2", "SEQUENCE:1"), ("SEQUENCE:1", "SEQUENCE:2"), ("SEQUENCE:2", "SEQUENCE:x")):
        found = read(event("SUMMARY:one", one), event("SUMMARY:two", two))
        newer = "one" if one == "SEQUENCE:2" else "two"
        assert ([entry.summary for entry in found.entries], len(found.faults)) == ([newer], 1)
        assert "same UID" in found.faults[0].reason


def test_markup_is_read_as_what_it_says():
    """Edge case 63: what a browser would run is not even text."""
    html = "<html><p>Bring a <b>laptop</b> &amp\\; coffee.</p><br><script>alert(1)\\nx()</script><style>p{}</style>"
    [entry] = read(event(f"DESCRIPTION:{html}<ul><li>One</li><li>Two</li></ul>", "SUMMARY:<b>Talk</b> on\\n a < b")).entries
    assert entry.description == "Bring a laptop & coffee.\n\nOne\n\nTwo"
    assert entry.summary == "Talk on a < b"


@pytest.mark.parametrize("text", ["a < b > c", "x <- y", "<notatag>", "R&D; <3", "<", "&amp"])
def test_what_is_no_markup_stays_as_it_is(text):
    [entry] = read(event(f"DESCRIPTION:{text.replace(';', chr(92) + ';')}")).entries
    assert entry.description == text


@pytest.mark.parametrize(
    "scheme", ["javascript:alert(1)", "data:text/html,x", "https://user@evil.example/", "file:///etc/passwd"]
)
def test_an_address_is_one_of_the_web_or_none(scheme):
    """Edge case 63: no link of a file can run anything."""
    [entry] = read(event(f"URL:{scheme}")).entries
    assert entry.url == ""


@pytest.mark.parametrize(
    "raw",
    [
        file(event("SUMMARY:Città ñ")),
        file(event("SUMMARY:Città ñ")).replace(b"\r\n", b"\n"),
        file(event("SUMMARY:Città ñ")).replace(b"\r\n", b"\r"),
        b"\xef\xbb\xbf" + file(event("SUMMARY:Città ñ")),
        file(event("SUMMARY:Città ñ")).decode().encode("utf-16"),
        file(event("SUMMARY:Città ñ")).decode().encode("cp1252"),
        file(event("SUMMARY:Città ñ")).replace("à".encode(), b"\xc3\r\n \xa0"),
        file(event("SUMMARY:Città ñ")).replace(b"SUMMARY:C", b"SUMM\r\n ARY:\r\n\tC").replace(b"END:VCAL", b"\r\n\r\nEND:VCAL"),
        file(event("summary;language=it:Città ñ")).replace(b"BEGIN:VEVENT", b"begin:vevent"),
    ],
    ids=["utf-8", "lf", "cr", "mark", "utf-16", "windows", "fold in a character", "folds", "small letters"],
)
def test_a_file_is_read_however_it_was_saved(raw):
    """Edge case 57 too: a fold inside of a character."""
    found = read_calendar(raw, WINDOW)
    assert [entry.summary for entry in found.entries] == ["Città ñ"]
    assert found.complete


def test_a_file_that_was_cut_off_says_so():
    whole = file(event(), event("UID:2"))
    for end in (whole[: whole.rindex(b"END:VEV")], whole[: whole.rindex(b"ENT\r\n")], whole[: whole.rindex(b":2026")]):
        found = read_calendar(end, WINDOW)
        assert ([entry.uid for entry in found.entries], found.complete) == (["1@other.example"], False)
        assert [fault.reason for fault in found.faults] == ["It does not end."]
