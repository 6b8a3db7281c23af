"""The calendar of the network: list and month, filters, own and venue's time, one event, and what is seen without the hub."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

import pytest
from markupsafe import Markup
from werkzeug.test import TestResponse

from shared.errors import Refusal
from shared.http import Answer
from space_node.members.service import Role
from space_node.uplink.service import exchange
from tests.support.announcing import Announcer
from tests.support.browsing import Browser
from tests.support.guests import HOME, HOST, Guests
from tests.support.reading import forms, words

UTC = dt.UTC
SOON = dt.datetime(2026, 3, 5, 18, 0, tzinfo=UTC)


@pytest.fixture
def says(guests: Guests) -> Announcer:
    """TheCube leads, and the hub tells, on each engine."""
    return Announcer(guests.hub)


def member(guests: Guests) -> Browser:
    guests.home.do(exchange.poll)
    return Browser(guests.home, Role.MEMBER, email=guests.ada.email)


def titles(page: TestResponse, *known: str) -> list[str]:
    said = words(page)
    assert page.status_code == 200, said
    return [title for title in known if title in said]


def test_the_calendar_is_for_whoever_is_signed_in_and_for_nobody_else(guests: Guests, says: Announcer) -> None:
    says.session(event_id := says.event(title="Lunch"))
    guests.home.do(exchange.poll)
    for role in (Role.MEMBER, Role.DESK, Role.MANAGER):
        assert titles(Browser(guests.home, role).get("/events"), "Lunch") == ["Lunch"]
    stranger = Browser(guests.home)
    for path in ("/events", f"/events/{event_id}", f"/events/{event_id}.ics"):
        assert stranger.get(path).status_code == 303


def test_a_session_is_shown_in_the_venues_time_and_in_ours_with_the_date_where_it_differs(
    guests: Guests, says: Announcer
) -> None:
    event_id = says.event()
    says.session(event_id, starts_at=SOON)
    late = says.event(title="Late")
    says.session(late, starts_at=SOON.replace(hour=22, minute=30), minutes=45)
    here = says.event(title="Here")
    says.session(here, host=HOME, zone="Europe/Rome", starts_at=SOON)
    browser = member(guests)
    said = words(browser.get("/events"))
    assert "Thu 5 Mar 2026, 18:00–19:30 GMT Here: 19:00–20:30 CET" in said
    assert "Thu 5 Mar 2026, 22:30–23:15 GMT Here: Thu 5 Mar 2026, 23:30 CET – Fri 6 Mar 2026, 00:15 CET" in said
    assert "Here:" not in words(browser.get(f"/events/{here}"))
    italian = words(browser.get(f"/events/{event_id}?lang=it"))
    assert "gio 5 mar 2026, 18:00–19:30 GMT" in italian


def test_every_filter_leaves_what_fits_it(guests: Guests, says: Announcer) -> None:
    one = says.event(title="Making things", topics=["Making"])
    says.session(one, starts_at=SOON, language="en", mode="in_person")
    two = says.event(title="Colazione", topics=["advice"])
    venue = {"name": "Ventura", "address": "", "city": "Milano", "access": ""}
    says.session(two, starts_at=SOON + dt.timedelta(days=10), language="it", mode="remote", host=HOME, venue=venue)
    three = says.event(title="Closed evening", topics=["making", "advice"])
    closed = {"closes_at": guests.now.isoformat()}
    says.session(three, starts_at=SOON + dt.timedelta(days=20), language="fr", mode="hybrid", venue=None, **closed)
    browser = member(guests)

    def found(query: str) -> list[int]:
        known = ("Making things", "Colazione", "Closed evening")
        return [known.index(title) + 1 for title in titles(browser.get(f"/events?{query}"), *known)]

    assert found("") == [1, 2, 3]
    # One that does not say where it is is where its space is.
    assert (found("city=london"), found("city=Milano"), found("city=Roma")) == ([1, 3], [2], [])
    assert (found("language=it"), found("topic=MAKING"), found("topic=advice")) == ([2], [1, 3], [2, 3])
    assert (found("mode=in_person"), found("mode=remote"), found("mode=hybrid")) == ([1, 3], [2, 3], [3])
    assert (found(f"host={HOME}"), found("open=yes")) == ([2], [1, 2])
    assert (found("since=2026-03-06"), found("until=2026-03-15"), found("since=2026-03-05&until=2026-03-05")) == (
        [2, 3],
        [1, 2],
        [1],
    )
    assert found("topic=advice&mode=hybrid&city=London") == [3]
    for query in ("q=making", "city=london", "language=it", "topic=advice", "mode=remote", f"host={HOME}", "open=yes"):
        assert found(f"view=month&month=2026-03-01&{query}") == found(query) != []


@pytest.mark.parametrize("pasted", ["making\x00", "making " + 80 * "x"])
def test_what_is_pasted_into_the_search_is_never_wrong(sqlite_guests: Guests, pasted: str) -> None:
    browser = Browser(sqlite_guests.home, Role.MANAGER)
    for path in ("/events", "/members", "/formats"):
        page = browser.get(f"{path}?{urlencode({'q': pasted})}")
        [shown] = [one.fields["q"] for one in forms(page, "") if "q" in one.fields]
        assert (page.status_code, shown) == (200, pasted.rstrip("\0")[:80])


def test_open_to_me_leaves_out_what_is_full_called_off_or_not_open_yet(guests: Guests, says: Announcer) -> None:
    known = ("Free", "Queue", "Sold out", "Overtaken", "Cancelled one", "Not open", "Postponed one", "Unknown")
    ids = {title: says.event(title=title, state="cancelled" if title == "Cancelled one" else "published") for title in known}
    no_queue: dict[str, Any] = {"waiting_list": False}
    says.seats(says.session(ids["Free"], **no_queue), free=1)
    says.seats(says.session(ids["Queue"]), free=0)
    says.seats(says.session(ids["Sold out"], **no_queue), free=0)
    says.seats(says.session(ids["Overtaken"], **no_queue), free=1, waiting=1)
    says.session(ids["Cancelled one"])
    says.session(ids["Not open"], opens_at=(guests.now + dt.timedelta(hours=1)).isoformat())
    says.session(ids["Postponed one"], state="postponed")
    says.session(ids["Unknown"], **no_queue)
    assert titles(member(guests).get("/events?open=yes"), *known) == ["Free", "Queue", "Unknown"]


def test_a_long_list_is_paged_and_what_is_over_is_gone(guests: Guests, says: Announcer) -> None:
    for number in range(23):
        says.session(says.event(title=f"Talk {number:02}."), starts_at=SOON + dt.timedelta(days=number))
    says.session(says.event(title="Yesterday"), starts_at=guests.now - dt.timedelta(days=1))
    browser = member(guests)
    first, second = words(browser.get("/events")), words(browser.get("/events?page=2"))
    assert "Talk 00." in first
    assert "Talk 19." in first
    assert "Talk 20." not in first
    assert "Page 1 of 2" in first
    assert "Talk 20." in second
    assert "Talk 22." in second
    assert "Talk 19." not in second
    assert "Yesterday" not in first + second
    assert "Yesterday" in words(browser.get("/events?since=2026-03-01"))


def test_a_month_shows_each_day_what_is_on_in_our_own_time(guests: Guests, says: Announcer) -> None:
    # Half past eleven in London is the next day here.
    night = says.event(title="Night")
    says.session(night, starts_at=dt.datetime(2026, 3, 31, 22, 30, tzinfo=UTC), minutes=30)
    busy = dt.datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
    for number in range(5):
        says.session(says.event(title=f"Busy {number}"), starts_at=busy + dt.timedelta(hours=number))
    browser = member(guests)
    march = words(browser.get("/events?view=month&month=2026-03-10"))
    assert "March 2026" in march
    assert "00:30 Night" in march
    assert "10:00 Busy 0" in march
    assert "2 more" in march
    assert "Busy 3" not in march
    assert "00:30 Night" in words(browser.get("/events?view=month&month=2026-04-01"))
    assert "No events in this month yet" in words(browser.get("/events?view=month&month=2026-06-01"))
    assert "Marzo 2026" in words(browser.get("/events?view=month&month=2026-03-10&lang=it"))


def test_a_filter_that_is_none_is_shown_with_what_is_wrong(guests: Guests) -> None:
    page = member(guests).get("/events?since=tomorrow&city=London")
    assert page.status_code == 422
    assert "A date is expected here" in words(page)
    assert 'value="tomorrow"' in page.get_data(as_text=True)


def test_an_event_that_one_may_not_see_is_like_one_that_does_not_exist(guests: Guests, says: Announcer) -> None:
    hidden = says.event(reach="space", cohosts=[{"space": HOME, "state": "invited"}])
    gone = says.event()
    says.gone(gone)
    browser = member(guests)
    for event_id in (hidden, gone, "019cb2b6-0800-7296-bf02-6395552aa586"):
        page = browser.get(f"/events/{event_id}")
        assert page.status_code == 404
        assert "There is no such event" in words(page)
    assert Browser(guests.home, Role.MANAGER).get(f"/events/{hidden}").status_code == 200


def test_an_event_is_shown_with_all_its_sessions_and_what_became_of_them(guests: Guests, says: Announcer) -> None:
    event_id = says.event(cohosts=[{"space": HOME, "state": "accepted"}], note="Bring a friend.")
    first = says.session(event_id, starts_at=SOON, seats_remote=50)
    says.seats(
        first,
        free=0,
        confirmed=10,
        waiting=2,
        more=[{"kind": "remote", "capacity": 50, "free": 8, "confirmed": 42, "offered": 0, "waiting": 0}],
    )
    says.session(
        event_id, host=HOME, zone="Europe/Rome", starts_at=SOON, relay_of=first, previous_starts_at="2026-03-04T18:00:00Z"
    )
    said = words(member(guests).get(f"/events/{event_id}"))
    for part in (
        "Presentation Lunch",
        "Thecube Lead",
        "Lambrate",
        "Bring a friend.",
        "2 sessions",
        "In person: Full, 2 people wait",
        "Online: 8 seats free",
        "In the same instant as at Thecube",
        "New time",
        "It was to start on Wed 4 Mar 2026, 19:00 CET.",
    ):
        assert part in said


def test_a_count_of_seats_is_said_with_about_while_the_hub_is_silent(guests: Guests, says: Announcer) -> None:
    """Edge case 22: what remains is shown as "about" when it may be old."""
    event_id = says.event()
    says.seats(says.session(event_id), free=3)
    browser = member(guests)
    assert "3 seats free" in words(browser.get(f"/events/{event_id}"))
    guests.clock.advance(dt.timedelta(minutes=3))
    assert "About 3 seats free" in words(browser.get(f"/events/{event_id}"))


def _refuse(_method: str, _path: str, _answer: Answer) -> Answer:
    return Answer(503, {}, b"{}")


def _chat(_method: str, _path: str, _answer: Answer) -> Answer:
    return Answer(200, {"content-type": "text/html"}, b"<html>Welcome to the hotel network</html>")


@pytest.mark.parametrize("answer", [None, _refuse, _chat], ids=["silent", "refuses", "html"])
def test_the_list_waits_for_nobody(guests: Guests, says: Announcer, answer: Any) -> None:
    """Edge case 36: whoever hangs, refuses or answers nonsense, the list is read from here and says as of when."""
    says.session(says.event(title="Lunch"))
    browser, transport = member(guests), guests.network.transport
    transport.tamper = answer
    if answer is None:
        transport.cut()
    with pytest.raises(Refusal):
        guests.home.do(exchange.poll)
    asked = len(transport.log)
    for path in ("/events?view=month", "/happening", "/happening.ics", "/events"):
        page = browser.get(path)
        assert page.status_code == 200
    said = words(page)
    assert len(transport.log) == asked
    for part in ("Lunch", "The network cannot be reached just now", "As of 09:00 CET"):
        assert part in said


def test_what_upper_slices_offer_stands_on_the_page(guests: Guests, says: Announcer) -> None:
    event_id = says.event()
    session_id = says.session(event_id)
    browser = member(guests)
    actions = guests.home.app.extensions["calendar_actions"]
    actions.append(lambda event, session: Markup("<b>{} {}</b>").format(event[-4:], session[-4:] if session else "whole"))
    said = words(browser.get(f"/events/{event_id}"))
    assert f"{event_id[-4:]} {session_id[-4:]}" in said
    assert f"{event_id[-4:]} whole" in said


def test_the_file_of_an_event_is_for_those_who_may_see_it(guests: Guests, says: Announcer) -> None:
    event_id, hidden = says.event(reach="twins"), says.event(reach="space", lead=HOST)
    session_id = says.session(event_id, starts_at=SOON)
    browser = member(guests)
    page = browser.get(f"/events/{event_id}.ics")
    assert page.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert f"UID:{session_id}@twindesk".encode() in page.data
    assert page.headers["Cache-Control"] == "no-store"
    assert browser.get(f"/events/{hidden}.ics").status_code == 404
