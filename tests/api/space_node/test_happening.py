"""Public events without a sign-in: pages to share, facts for machines, calendars to subscribe to; and what is never in them."""

import datetime as dt
import json
import re
from typing import Any

import pytest
from icalendar import Calendar
from werkzeug.test import TestResponse

from space_node.calendar.rules import CANCELLED_KEPT
from space_node.uplink.service import exchange
from tests.support.announcing import Announcer
from tests.support.browsing import Browser
from tests.support.calendar_lint import faults
from tests.support.guests import HOME, HOST, Guests
from tests.support.reading import words

SOON = dt.datetime(2026, 3, 5, 18, 0, tzinfo=dt.UTC)
SECRET = "https://meet.example/secret-room"


@pytest.fixture
def says(guests: Guests) -> Announcer:
    """TheCube leads, and the hub tells, on each engine."""
    return Announcer(guests.hub)


def stranger(guests: Guests) -> Browser:
    guests.home.do(exchange.poll)
    return Browser(guests.home)


def entries(page: TestResponse) -> dict[str, Any]:
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert faults(page.data) == []
    return {str(event["summary"]): event for event in Calendar.from_ical(page.data).walk("VEVENT")}


def facts(page: TestResponse) -> dict[str, Any]:
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.get_data(as_text=True), re.S)
    assert len(blocks) == 1
    found: dict[str, Any] = json.loads(blocks[0])
    return found


def test_a_stranger_sees_public_events_and_no_others(guests: Guests, says: Announcer) -> None:
    ids = {reach: says.event(title=f"For {reach}", reach=reach, lead=HOME) for reach in ("space", "twins", "network", "public")}
    for event_id in ids.values():
        says.session(event_id, starts_at=SOON)
    browser = stranger(guests)
    for path in ("/happening", "/happening?view=month&month=2026-03-01"):
        said = words(browser.get(path))
        assert "For public" in said
        assert not any(f"For {reach}" in said for reach in ("space", "twins", "network"))
    for reach, event_id in ids.items():
        for path in (f"/happening/{event_id}", f"/happening/{event_id}.ics"):
            assert browser.get(path).status_code == (200 if reach == "public" else 404)
    assert set(entries(browser.get("/happening.ics"))) == {"For public"}


def test_a_page_to_share_says_what_it_is_to_people_and_to_machines(guests: Guests, says: Announcer) -> None:
    event_id = says.event(reach="public", topics=["making"], cohosts=[{"space": HOME, "state": "accepted"}])
    first = says.session(event_id, starts_at=SOON, mode="hybrid", seats_in_person=12, seats_remote=50, price_credits=0)
    remote = {"kind": "remote", "capacity": 50, "free": 8, "confirmed": 42, "offered": 0, "waiting": 0}
    says.seats(first, free=3, more=[remote])
    second = says.session(
        event_id,
        host=HOME,
        zone="Europe/Rome",
        starts_at=SOON,
        mode="in_person",
        venue=None,
        previous_starts_at="2026-03-04T18:00:00Z",
    )
    page = stranger(guests).get(f"/happening/{event_id}")
    html, about = page.get_data(as_text=True), facts(page)
    address = f"{guests.home.origin}/happening/{event_id}"
    assert f'<meta property="og:url" content="{address}">' in html
    assert '<meta property="og:title" content="Presentation Lunch">' in html
    assert (about["@context"], about["@type"], about["url"], about["name"]) == (
        "https://schema.org",
        "Event",
        address,
        "Presentation Lunch",
    )
    assert [one["name"] for one in about["organizer"]] == ["Thecube", "Lambrate"]
    london, milano = about["subEvent"]
    assert (london["@id"], milano["@id"]) == (f"{address}#{first}", f"{address}#{second}")
    assert (london["startDate"], london["endDate"]) == ("2026-03-05T18:00:00+00:00", "2026-03-05T19:30:00+00:00")
    assert milano["startDate"] == "2026-03-05T19:00:00+01:00"
    assert london["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert [place["@type"] for place in london["location"]] == ["Place", "VirtualLocation"]
    assert london["location"][0]["address"]["addressLocality"] == "London"
    assert london["location"][1]["url"] == address
    assert milano["location"] == [{"@type": "Place", "name": "Lambrate", "address": "Lambrate"}]
    assert (london["maximumPhysicalAttendeeCapacity"], london["maximumVirtualAttendeeCapacity"]) == (12, 50)
    assert london["remainingAttendeeCapacity"] == 11
    assert "remainingAttendeeCapacity" not in milano
    assert (london["eventStatus"], milano["eventStatus"]) == (
        "https://schema.org/EventScheduled",
        "https://schema.org/EventRescheduled",
    )
    assert milano["previousStartDate"] == "2026-03-04T19:00:00+01:00"
    assert all(part["superEvent"] == {"@id": address} for part in about["subEvent"])
    italian = words(stranger(guests).get(f"/happening/{event_id}?lang=it"))
    assert "gio 5 mar 2026, 18:00–19:30 GMT" in italian


@pytest.mark.parametrize(
    ("event", "session", "status"),
    [
        ("published", "postponed", "EventPostponed"),
        ("published", "cancelled", "EventCancelled"),
        ("cancelled", "scheduled", "EventCancelled"),
    ],
)
def test_machines_are_told_what_became_of_a_session(
    guests: Guests, says: Announcer, event: str, session: str, status: str
) -> None:
    event_id = says.event(reach="public", state=event)
    says.session(event_id, state=session, mode="remote", venue=None)
    about = facts(stranger(guests).get(f"/happening/{event_id}"))
    assert about["subEvent"][0]["eventStatus"] == f"https://schema.org/{status}"
    assert [place["@type"] for place in about["location"]] == ["VirtualLocation"]


def test_machines_are_told_of_an_event_what_became_of_its_first_session(guests: Guests, says: Announcer) -> None:
    event_id, later = says.event(reach="public"), SOON + dt.timedelta(hours=2)
    first = says.session(event_id, starts_at=SOON)
    says.session(event_id, starts_at=later, previous_starts_at=SOON.isoformat())
    named = ("eventStatus", "startDate", "previousStartDate")

    def told() -> list[str | None]:
        about = facts(stranger(guests).get(f"/happening/{event_id}"))
        return [about.get(name, "").removeprefix("https://schema.org/")[:19] or None for name in named]

    assert told() == ["EventScheduled", "2026-03-05T18:00:00", None]
    says.session(event_id, first, starts_at=SOON, state="postponed", previous_starts_at=SOON.isoformat())
    assert told() == ["EventRescheduled", "2026-03-05T20:00:00", "2026-03-05T18:00:00"]
    second = says.session(event_id, starts_at=later, state="cancelled")
    about = facts(stranger(guests).get(f"/happening/{event_id}"))
    assert [("previousStartDate" in one) for one in about["subEvent"]] == [False, True, False]
    assert second in about["subEvent"][2]["@id"]


def test_a_seat_is_offered_while_one_can_be_asked_for(guests: Guests, says: Announcer) -> None:
    event_id, now = says.event(reach="public"), guests.hub.clock.now()
    session_id = says.session(event_id, starts_at=SOON)
    for changed, offered in (
        ({}, True),
        ({"closes_at": (now - dt.timedelta(hours=1)).isoformat()}, False),
        ({"opens_at": (now + dt.timedelta(hours=1)).isoformat()}, False),
        ({"state": "postponed"}, False),
    ):
        says.session(event_id, session_id, starts_at=SOON, **changed)
        said = words(stranger(guests).get(f"/happening/{event_id}"))
        assert ("Ask for a seat" in said, "No seats can be asked for now" in said) == (offered, not offered)
    says.session(event_id, session_id, starts_at=SOON, state="cancelled")
    said = words(stranger(guests).get(f"/happening/{event_id}"))
    assert not any(word in said for word in ("Ask for a seat", "can be asked for"))


def test_texts_cannot_leave_the_block_for_machines(guests: Guests, says: Announcer) -> None:
    nasty = "</script><script>alert(1)</script>&<!--"
    event_id = says.event(reach="public", title=nasty, summary=nasty, topics=[nasty[:40]])
    page = stranger(guests).get(f"/happening/{event_id}")
    assert facts(page)["name"] == nasty
    assert "<script>alert" not in page.get_data(as_text=True)
    assert "alert(1)" in words(page)


def test_nothing_public_has_a_link_to_join_by_or_how_to_get_in(guests: Guests, says: Announcer) -> None:
    """Edge case 60: a public feed never has a join link, nor a person."""
    venue = {"name": "The Cube", "address": "155 Commercial Street", "city": "London", "access": "Ring twice."}
    event_id = says.event(reach="public", join_url=SECRET)
    session_id = says.session(event_id, starts_at=SOON, mode="hybrid", venue=venue, join_url=SECRET)
    says.seats(session_id)
    browser = stranger(guests)
    paths = ("/happening", f"/happening/{event_id}", "/happening.ics", f"/happening/{HOST}.ics", f"/happening/{event_id}.ics")
    for path in paths:
        body = browser.get(path).data
        assert b"Presentation Lunch" in body
        assert not any(part in body for part in (b"secret-room", b"Ring twice", b"ATTENDEE", b"CONFERENCE", b"VALARM"))


def test_a_calendar_has_what_each_session_needs_in_its_own_time(guests: Guests, says: Announcer) -> None:
    event_id = says.event(reach="public", topics=["making", "advice"])
    session_id = says.session(event_id, starts_at=SOON, sequence=4, zone="America/New_York")
    browser = stranger(guests)
    for path in ("/happening.ics", f"/happening/{HOST}.ics", f"/happening/{event_id}.ics"):
        (event,) = entries(browser.get(path)).values()
        assert (str(event["uid"]), event["sequence"], str(event["status"])) == (f"{session_id}@twindesk", 4, "CONFIRMED")
        assert event["dtstart"].params["tzid"] == "America/New_York"
        assert event["dtstart"].dt == SOON
        assert str(event["url"]) == f"{guests.home.origin}/happening/{event_id}"
        assert str(event["location"]) == "The Cube, 155 Commercial Street, London"


def test_a_calendar_tells_the_organisers_notes_and_no_place_of_what_is_online(guests: Guests, says: Announcer) -> None:
    event_id = says.event(reach="public", note="A new speaker.")
    says.session(event_id, starts_at=SOON, mode="remote", venue=None, note="Bring a laptop.")
    (event,) = entries(stranger(guests).get("/happening.ics")).values()
    assert "location" not in event
    assert str(event["description"]).startswith("Bring a laptop.\n\nA new speaker.")


def test_a_space_has_a_calendar_of_what_it_holds(guests: Guests, says: Announcer) -> None:
    event_id = says.event(reach="public")
    says.session(event_id, starts_at=SOON)
    ours = says.event(title="Ours", reach="public", lead=HOME)
    says.session(ours, host=HOME, zone="Europe/Rome", starts_at=SOON)
    browser = stranger(guests)
    assert set(entries(browser.get(f"/happening/{HOME}.ics"))) == {"Ours"}
    assert set(entries(browser.get(f"/happening/{HOST}.ics"))) == {"Presentation Lunch"}
    assert entries(browser.get("/happening/nobody-there.ics")) == {}


def test_who_holds_the_same_calendar_is_sent_nothing(guests: Guests, says: Announcer) -> None:
    """Edge case 59: the tag stands still while nothing changes, and answers 304."""
    event_id = says.event(reach="public")
    session_id = says.session(event_id, starts_at=SOON)
    browser = stranger(guests)
    first = browser.get("/happening.ics")
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "public, max-age=300"
    guests.clock.advance(dt.timedelta(hours=5))
    guests.home.do(exchange.poll)
    says.seats(session_id, free=1)
    again = stranger(guests).get("/happening.ics", **{"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    says.session(event_id, session_id, starts_at=SOON + dt.timedelta(hours=1), sequence=1)
    changed = stranger(guests).get("/happening.ics", **{"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag
    assert b"SEQUENCE:1" in changed.data


def test_what_was_called_off_stays_in_the_calendar_for_thirty_days(guests: Guests, says: Announcer) -> None:
    event_id = says.event(reach="public", title="Called off")
    session_id = says.session(event_id, starts_at=SOON)
    whole = says.event(reach="public", title="Wholly off")
    says.session(whole, starts_at=SOON)
    says.event(whole, reach="public", title="Wholly off", state="cancelled")
    says.session(event_id, session_id, starts_at=SOON, state="cancelled", sequence=1)
    later = says.event(reach="public", title="Later")
    says.session(later, starts_at=SOON, state="postponed")
    found = entries(stranger(guests).get("/happening.ics"))
    status = {title: str(event["status"]) for title, event in found.items()}
    assert status == {"Called off": "CANCELLED", "Wholly off": "CANCELLED", "Later": "TENTATIVE"}
    assert found["Called off"]["sequence"] == 1
    guests.clock.advance(CANCELLED_KEPT)
    assert set(entries(Browser(guests.home).get("/happening.ics"))) == {"Later"}


def test_before_the_space_has_joined_there_is_nothing_and_that_is_said(guests: Guests) -> None:
    alone = guests.network.node("alone")
    browser = Browser(alone)
    assert "Not in a network yet" in words(browser.get("/happening"))
    assert entries(browser.get("/happening.ics")) == {}
