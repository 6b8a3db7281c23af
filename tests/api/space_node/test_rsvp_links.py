"""What a member takes home from the pages: the own calendar, the link to give a place back, who comes, and what is said after."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar, Event

from shared.protocol.states import SeatKind, SessionMode
from space_node.calendar import service as calendar
from space_node.events import service as organiser
from space_node.hosting import service as host
from space_node.members.service import Role
from space_node.rsvps import service
from space_node.rsvps.rules import Pressed
from tests.support.browsing import Browser
from tests.support.calendar_lint import faults
from tests.support.evening import LINK, SHARED, Evening
from tests.support.guests import Guests
from tests.support.mailing import Mailbox, calendar_file_of
from tests.support.reading import form, words

MINUTES, DAY = dt.timedelta(minutes=2), dt.timedelta(days=1)
HYBRID = {"mode": SessionMode.HYBRID, "seats_remote": None, "join_url": LINK}


def ada(guests: Guests) -> Browser:
    return Browser(guests.home, Role.MEMBER, email=guests.ada.email)


def address(browser: Browser, **wanted: str) -> str:
    """The secret address of a new calendar, as the page shows it once."""
    browser.get("/my-calendar")
    found = re.search(
        r"https://lambrate\.test(/events/feed/[^<\s]+)", browser.post("/my-calendar", **wanted).get_data(as_text=True)
    )
    assert found
    return found[1]


def entries(guests: Guests, path: str, **headers: str) -> list[Any]:
    """What a calendar application is given, which has no faults."""
    answer = Browser(guests.home).get(path, **headers)
    assert answer.status_code == 200
    assert faults(answer.data) == []
    return list(Calendar.from_ical(answer.data).walk("VEVENT"))


def told(entry: Event) -> tuple[str, str, int]:
    return str(entry["uid"]), str(entry["status"]), int(entry["sequence"])


def press(evening: Evening, rsvp_id: str, pressed: Pressed) -> None:
    ada_id = evening.guests.ada.id
    evening.home.command(lambda s: service.press(s, pressed, member_id=ada_id, rsvp_id=rsvp_id, now=evening.now))


def link_of(entry: Event) -> str:
    return str(entry["description"]).rpartition("https://lambrate.test")[2]


def test_the_own_calendar_has_the_way_in_and_nobody_elses_name(sqlite_guests: Guests) -> None:
    """Edge cases 52 and 60: nobody else is in it; the link is, for who has a seat; the UID is that of every calendar."""
    evening = Evening(sqlite_guests, **HYBRID, **SHARED)
    evening.ask(shares=True)
    evening.coming("Berta Rossi", shares=True)
    sqlite_guests.clock.advance(MINUTES)
    evening.sync()
    [entry] = entries(sqlite_guests, address(ada(sqlite_guests)))
    # Once when the seat was sure, once when the link came.
    assert told(entry) == (f"{evening.session_id}@twindesk", "CONFIRMED", 2)
    assert (str(entry["summary"]), str(entry["conference"])) == ("Presentation Lunch", LINK)
    assert entry.decoded("dtstart") == dt.datetime(2026, 3, 3, 19, 0, tzinfo=dt.UTC)
    written = entry.to_ical()
    for name in (b"Berta", b"Ada", b"ATTENDEE", b"@lambrate.test"):
        assert name not in written
    known = Browser(sqlite_guests.home, Role.DESK).get(f"/events/{evening.event_id}.ics").data
    assert f"UID:{evening.session_id}@twindesk".encode() in known
    assert LINK.encode() not in known


def test_who_waits_stands_in_the_own_calendar_only_if_wished_and_as_unsure(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests, seats_in_person=1, **HYBRID)
    evening.coming("Berta Rossi")
    evening.ask()
    browser = ada(sqlite_guests)
    assert entries(sqlite_guests, address(browser)) == []
    [entry] = entries(sqlite_guests, address(browser, with_waiting="yes"))
    assert told(entry)[1] == "TENTATIVE"
    assert "conference" not in entry


def test_what_changes_grows_and_what_is_given_back_stays_as_called_off(sqlite_guests: Guests) -> None:
    """Edge case 53: the sequence never falls, also when a seat is given back and had again."""
    evening = Evening(sqlite_guests)
    path = address(ada(sqlite_guests))
    seen = []
    for _ in range(2):
        rsvp_id = evening.ask()
        seen += [told(entry) for entry in entries(sqlite_guests, path)]
        press(evening, rsvp_id, Pressed.CANCEL)
        seen += [told(entry) for entry in entries(sqlite_guests, path)]
    assert [status for _, status, _ in seen] == ["CONFIRMED", "CANCELLED", "CONFIRMED", "CANCELLED"]
    assert [sequence for _, _, sequence in seen] == sorted({sequence for _, _, sequence in seen})
    assert {uid for uid, _, _ in seen} == {f"{evening.session_id}@twindesk"}
    sqlite_guests.clock.advance(31 * DAY)
    assert entries(sqlite_guests, path) == []


def test_a_session_that_is_called_off_or_moved_says_so(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    path = address(ada(sqlite_guests))
    evening.ask()
    [before] = entries(sqlite_guests, path)
    evening.plan(starts_local=f"{sqlite_guests.today.isoformat()}T20:00", note="A new room.")
    evening.sync()
    [moved] = entries(sqlite_guests, path)
    assert told(moved)[2] == told(before)[2] + 1
    assert str(moved["description"]).startswith("A new room.")
    evening.host.command(lambda s: organiser.cancel_session(s, session_id=evening.session_id, note="Flood.", now=evening.now))
    evening.sync()
    [off] = entries(sqlite_guests, path)
    assert told(off)[1] == "CANCELLED"
    assert told(off)[2] > told(moved)[2]
    assert str(off["description"]).startswith("Flood.")


def test_a_calendar_that_has_not_changed_is_not_sent_again(sqlite_guests: Guests) -> None:
    """Edge case 59: the tag is the same while nothing changes."""
    evening = Evening(sqlite_guests)
    evening.ask()
    path, reader = address(ada(sqlite_guests)), Browser(sqlite_guests.home)
    answer = reader.get(path)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert reader.get(path, **{"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_an_address_that_was_replaced_or_withdrawn_is_like_one_that_never_was(sqlite_guests: Guests) -> None:
    """Edge case 58: 404, and nothing tells which."""
    browser, reader = ada(sqlite_guests), Browser(sqlite_guests.home)
    first = address(browser)
    second = address(browser)
    assert reader.get(second).status_code == 200
    browser.get("/my-calendar")
    assert "The address no longer works." in words(browser.post("/my-calendar/withdraw"))
    said = {words(reader.get(path)).partition("Request")[0] for path in (first, second, "/events/feed/" + "x" * 43 + ".ics")}
    assert len(said) == 1
    assert "There is no calendar at this address." in said.pop()
    assert {reader.get(path).status_code for path in (first, second)} == {404}


def test_one_click_gives_the_place_back_without_signing_in(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    rsvp_id = evening.ask()
    [entry] = entries(sqlite_guests, address(ada(sqlite_guests)))
    stranger = Browser(sqlite_guests.home)
    page = stranger.get(link_of(entry))
    assert "Presentation Lunch" in words(page)
    assert "Ada" not in words(page)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert evening.place(rsvp_id).state == "confirmed"
    found = form(page, link_of(entry))
    for _ in range(2):
        assert "You are not expected any more" in words(stranger.post(found.action, **found.fields))
    assert evening.place(rsvp_id).state == "cancelled_by_member"


def test_the_link_in_a_mail_gives_the_place_back_and_strikes_it_from_the_calendar(sqlite_guests: Guests, tmp_path: Path) -> None:
    evening = Evening(sqlite_guests)
    browser, mailbox = ada(sqlite_guests), Mailbox(sqlite_guests.home, tmp_path)
    page = browser.get(f"/my-events/new/{evening.session_id}")
    browser.post("/my-events", **form(page, "/my-events").fields)
    [mail] = mailbox.new()
    for kind in ("plain", "html"):
        assert "/cannot-come/" in mail.get_body((kind,)).get_content()
    link = re.search(r"https://lambrate\.test(/cannot-come/\S+)", mail.get_body(("plain",)).get_content())[1]
    stranger = Browser(sqlite_guests.home)
    found = form(stranger.get(link), link)
    assert "You are not expected any more" in words(stranger.post(found.action, **found.fields))
    [again] = mailbox.new()
    assert again["Subject"] == "Your seat is given back: Presentation Lunch"
    kept, struck = (Calendar.from_ical(calendar_file_of(one)) for one in (mail, again))
    assert (str(kept["method"]), str(struck["method"])) == ("PUBLISH", "CANCEL")
    assert told(struck.walk("VEVENT")[0])[1:] == ("CANCELLED", told(kept.walk("VEVENT")[0])[2] + 1)


def test_the_link_of_what_is_over_changes_nothing(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    rsvp_id = evening.ask()
    [entry] = entries(sqlite_guests, address(ada(sqlite_guests)))
    stranger = Browser(sqlite_guests.home)
    found = form(stranger.get(link_of(entry)), link_of(entry))
    sqlite_guests.clock.advance(DAY)
    stranger.get(link_of(entry))
    assert "There is nothing to give back" in words(stranger.post(found.action, **found.fields))
    assert evening.place(rsvp_id).pressed is None


def test_the_link_says_what_giving_back_costs_and_promises_the_seat_only_to_somebody_who_waits(sqlite_guests: Guests) -> None:
    """The signed-in page says the same: before sign-up closes, after, and after the start."""
    today = sqlite_guests.today.isoformat()
    evening = Evening(
        sqlite_guests, seats_in_person=1, price_credits=200, starts_local=f"{today}T10:00", closes_local=f"{today}T09:00"
    )
    rsvp_id = evening.ask(price_credits=200)
    browser = ada(sqlite_guests)
    [entry] = entries(sqlite_guests, address(browser))

    def said() -> str:
        evening.sync()
        openly, signed_in = Browser(sqlite_guests.home).get(link_of(entry)), browser.get(f"/my-events/{rsvp_id}")
        found = re.search(r"Thank you for telling\. (.*) Give my place back", words(openly))
        assert found
        assert found[1] in words(signed_in)
        return found[1]

    assert said() == "It costs you nothing."
    evening.ask(evening.guests.member("Berta Rossi"), price_credits=200)
    assert said() == "Your seat goes to the next on the list, at no cost for you."
    sqlite_guests.clock.advance(dt.timedelta(minutes=90))
    too_late = "It is too late to give it back for nothing: it costs 2 credits."
    assert said() == f"{too_late} Your seat goes to the next on the list."
    sqlite_guests.clock.advance(dt.timedelta(minutes=45))
    assert said() == too_late


def test_who_waits_is_told_that_leaving_the_list_loses_the_place_on_it(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests, seats_in_person=1)
    evening.coming("Berta Rossi")
    evening.ask()
    [entry] = entries(sqlite_guests, address(ada(sqlite_guests), with_waiting="yes"))
    page = words(Browser(sqlite_guests.home).get(link_of(entry)))
    assert "You can ask again later, behind those who asked before." in page


@pytest.mark.parametrize("token", ["x", "IngiLg.x", "InNvbWV0aGluZyI.4VeVtTSjwvUwAkyhq3dW6ENkaZg"])
def test_a_link_that_was_not_made_here_is_nothing(sqlite_guests: Guests, token: str) -> None:
    stranger = Browser(sqlite_guests.home)
    stranger.get("/sign-in")
    assert stranger.get(f"/cannot-come/{token}").status_code == 404
    assert stranger.post(f"/cannot-come/{token}").status_code in (403, 404)


def test_one_place_is_taken_home_as_a_file(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests, **HYBRID)
    rsvp_id = evening.ask(kind=SeatKind.REMOTE)
    evening.sync()
    browser = ada(sqlite_guests)
    page = browser.get(f"/my-events/{rsvp_id}")
    assert f"/my-events/{rsvp_id}.ics" in page.get_data(as_text=True)
    answer = browser.get(f"/my-events/{rsvp_id}.ics")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="event-{evening.session_id}.ics"'
    [entry] = Calendar.from_ical(answer.data).walk("VEVENT")
    assert told(entry)[:2] == (f"{evening.session_id}@twindesk", "CONFIRMED")


def test_a_place_at_an_event_that_is_no_longer_shown_keeps_its_entry(sqlite_guests: Guests) -> None:
    """Edge case 53: and its sequence, which had grown."""
    evening = Evening(sqlite_guests)
    rsvp_id = evening.ask()
    path = address(ada(sqlite_guests))
    evening.plan(starts_local=f"{sqlite_guests.today.isoformat()}T20:00")
    evening.sync()
    [before] = entries(sqlite_guests, path)
    at = (evening.place(rsvp_id).epoch, 99)
    evening.home.command(lambda s: calendar.remove_event(s, evening.event_id, at=at, now=evening.now))
    [entry] = entries(sqlite_guests, path)
    assert (str(entry["summary"]), told(entry)) == ("Presentation Lunch", told(before))
    assert evening.place(rsvp_id).title == "Presentation Lunch"


def test_who_shares_sees_who_shares_and_who_does_not_sees_a_number(sqlite_guests: Guests) -> None:
    """Edge case 64: names for those who share, a count for who does not, and nothing for who waits."""
    evening = Evening(sqlite_guests, seats_in_person=2, **SHARED)
    rsvp_id = evening.ask()
    evening.coming("Berta Rossi", shares=True)
    waits = evening.guests.member("Carla Rossi", credits=0)
    waiting = evening.ask(waits, shares=True)
    sqlite_guests.clock.advance(MINUTES)
    evening.sync()
    browser = ada(sqlite_guests)
    page = browser.get(f"/my-events/{rsvp_id}")
    assert "1 person shares that they come." in words(page)
    assert "Berta" not in words(page)
    shown = browser.post(f"/my-events/{rsvp_id}/sharing", shares="yes")
    assert "Berta Lambrate" in words(shown)
    assert "Carla" not in words(shown)
    assert "Berta" not in words(browser.post(f"/my-events/{rsvp_id}/sharing", shares="no"))
    carla = Browser(sqlite_guests.home, Role.MEMBER, email=waits.email).get(f"/my-events/{waiting}")
    assert "Berta" not in words(carla)
    assert "person shares" not in words(carla)


def test_what_the_host_says_is_read_by_those_who_come(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    rsvp_id = evening.coming()
    text = "Bring a bowl."
    evening.host.command(lambda s: host.post_notice(s, session_id=evening.session_id, text=text, now=evening.now))
    evening.sync()
    browser = ada(sqlite_guests)
    assert "From the host Tue 3 Mar 2026, 08:00 GMT Bring a bowl." in words(browser.get(f"/my-events/{rsvp_id}"))


def test_how_it_was_is_said_once(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    rsvp_id = evening.coming()
    evening.evening_comes(hours=13)
    browser = ada(sqlite_guests)
    page = browser.get(f"/my-events/{rsvp_id}")
    assert "How was it?" in words(page)
    assert browser.post(f"/my-events/{rsvp_id}/feedback").status_code == 422
    told_how = browser.post(f"/my-events/{rsvp_id}/feedback", stars="4", text="Good soup.")
    assert "Thank you for telling how it was." in words(told_how)
    assert "How was it?" not in words(told_how)
