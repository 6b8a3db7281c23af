"""The member's pages: find a desk, book it in one step, see the hub's answer on the same page, cancel, take it home as a file."""

import datetime as dt
from typing import Any

import pytest
from icalendar import Calendar
from werkzeug.test import TestResponse

from shared.ids import new_id
from space_node.members.service import Role
from space_node.network import service as network_service
from space_node.trips.models import Trip
from tests.support.away import sent, trip, trips
from tests.support.browsing import Browser
from tests.support.guests import HOME, HOST, Guests
from tests.support.node import wanted_terms
from tests.support.reading import form, forms, words

DAY = dt.timedelta(days=1)
SOON = dt.timedelta(seconds=10)


def ada(guests: Guests) -> Browser:
    return Browser(guests.home, Role.MEMBER, email=guests.ada.email)


def search(browser: Browser, on: dt.date | None = None, part: str = "day") -> TestResponse:
    return browser.get(f"/find-a-desk?part={part}" + (f"&on={on.isoformat()}" if on else ""))


def book(browser: Browser, on: dt.date | None = None, **changed: str) -> TestResponse:
    """Find the desk and press the button, as it stands on the page."""
    return press(browser, search(browser, on), **changed)


def press(browser: Browser, page: TestResponse, **changed: str) -> TestResponse:
    return browser.post("/trips", **{**form(page, "/trips").fields, **changed})


def test_a_member_sees_what_is_free_what_it_costs_and_how_many_days_are_left(guests: Guests) -> None:
    said = words(search(ada(guests)))
    for part in (
        "Thecube",
        "London",
        "1.5 credits",
        "5 free desks",
        "10 of your days left",
        "09:00–18:00 GMT",
        "As of 09:00 CET",
    ):
        assert part in said
    assert "Book this desk" in said


def test_a_desk_is_booked_in_one_step_and_the_answer_is_on_the_next_page(guests: Guests) -> None:
    browser = ada(guests)
    page = book(browser)
    said = words(page)
    assert page.status_code == 200
    for part in (
        "You are expected",
        "Confirmed",
        "Via Ventura 3",
        "Ring twice.",
        "Tue 3 Mar 2026, 09:00 GMT",
        "Whole day",
        "1.5 credits",
    ):
        assert part in said
    assert "Until 24 hours before the opening: free Later: 50% of the price" in said
    assert "Show this at the front desk." in said
    [found] = trips(guests)
    assert page.request.path == f"/trips/{found.booking_id}"
    assert "Thecube" in words(browser.get("/trips"))


def test_a_double_click_books_once(guests: Guests) -> None:
    browser = ada(guests)
    fields = form(search(browser), "/trips").fields
    first, second = browser.post("/trips", **fields), browser.post("/trips", **fields)
    assert first.request.path == second.request.path
    assert "You are expected" in words(second)
    assert (len(trips(guests)), len(sent(guests, "stay-request"))) == (1, 1)


def test_a_form_that_is_opened_twice_is_two_bookings_of_which_one_is_refused(guests: Guests) -> None:
    browser = ada(guests)
    first, second = (form(search(browser), "/trips").fields for _ in range(2))
    assert first["booking_id"] != second["booking_id"]
    browser.post("/trips", **first)
    assert "There is a booking for that day already." in words(browser.post("/trips", **second))


def test_a_no_is_said_in_words_with_a_way_on(guests: Guests) -> None:
    page = book(ada(guests), price_credits="100")
    said = words(page)
    assert "This could not be booked" in said
    assert "The terms have changed. Please look at the new price." in said
    assert "It costs 1.5 credits now." in said
    assert f"/find-a-desk?on={guests.today.isoformat()}&amp;part=day" in page.get_data(as_text=True)
    assert "Not possible" in said
    assert "Cancel this trip" not in said


def test_after_a_change_of_terms_the_new_price_is_shown_and_can_be_booked(guests: Guests) -> None:
    browser = ada(guests)
    fields = form(search(browser), "/trips").fields
    dearer = wanted_terms(valid_from=guests.today, their_price_credits=200)
    guests.home.command(
        lambda session: network_service.propose(session, guests.home.node, partner=HOST, wanted=dearer, now=guests.now)
    )
    guests.host.sync()
    guests.host.command(lambda session: network_service.agree(session, guests.host.node, partner=HOME, now=guests.now))
    refused = browser.post("/trips", **fields)
    assert "It costs 2 credits now." in words(refused)
    guests.network.sync()
    assert "2 credits" in words(search(browser))
    assert "You are expected" in words(book(browser))


def test_while_the_hub_is_away_the_page_says_asked_and_later_confirmed(guests: Guests) -> None:
    browser = ada(guests)
    search(browser)
    guests.network.transport.cut()
    page = book(browser)
    assert "Asked" in words(page)
    assert "nothing is reserved before" in words(page)
    assert 'hx-trigger="every 3s"' in page.get_data(as_text=True)
    guests.network.transport.heal()
    guests.clock.advance(SOON)
    guests.home.sync()
    page = browser.get(page.request.path)
    assert "You are expected" in words(page)
    assert "hx-trigger" not in page.get_data(as_text=True)


def test_a_search_says_that_the_hub_is_away_and_how_old_it_is(guests: Guests) -> None:
    browser = ada(guests)
    guests.network.transport.cut()
    with pytest.raises(Exception, match="reached"):
        guests.home.sync()
    said = words(search(browser))
    assert "The network cannot be reached just now" in said
    assert "the network cannot be reached at present" in said
    assert "Book this desk" in said


def test_what_cannot_be_booked_says_why_and_has_no_button(guests: Guests) -> None:
    browser = ada(guests)
    book(browser)
    why = {
        guests.today: "You have a desk there",
        guests.today + 4 * DAY: "Closed that day",
        guests.today - DAY: "That day is over there",
        guests.today + 90 * DAY: "Too far ahead",
    }
    for on, reason in why.items():
        page = search(browser, on)
        assert reason in words(page)
        assert "Full on this day" not in words(page)
        assert forms(page, "/trips") == []


def test_a_day_can_be_over_at_the_host_and_not_at_home(guests: Guests) -> None:
    browser = ada(guests)
    guests.clock.set(dt.datetime(2026, 3, 3, 23, 30, tzinfo=dt.UTC))
    browser = Browser(guests.home, Role.MEMBER, email="carla@lambrate.test", name="Carla Neri")
    page = browser.get("/find-a-desk?on=2026-03-03")
    assert "That day is over there" in words(page)
    assert "free desks" not in words(page)
    assert 'min="2026-03-03"' in page.get_data(as_text=True)
    assert "Wed 4 Mar 2026" in words(browser.get("/find-a-desk"))


@pytest.mark.parametrize("query", ["on=yesterday", "on=2026-02-30", "part=night", "on=1999-01-01", "seats=3"])
def test_a_search_that_cannot_be_meant_is_refused(sqlite_guests: Guests, query: str) -> None:
    assert ada(sqlite_guests).get(f"/find-a-desk?{query}").status_code == 422


def test_an_unknown_twin_is_said_on_the_page_of_the_search(guests: Guests) -> None:
    page = book(ada(guests), host="cowo-milano")
    assert page.status_code == 404
    assert "This space has no twinning with cowo-milano at present." in words(page)
    assert "Book this desk" in words(page)
    assert trips(guests) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"on": "20260303"},
        {"on": ""},
        {"part": "night"},
        {"price_credits": "-1"},
        {"booking_id": "1"},
        {"rev": "7"},
        {"host": "../x"},
    ],
)
def test_a_form_that_was_tampered_with_books_nothing(sqlite_guests: Guests, wrong: dict[str, str]) -> None:
    browser = ada(sqlite_guests)
    page = press(browser, search(browser), **wrong)
    assert page.status_code == 422
    assert "Please look at this again" in words(page)
    assert trips(sqlite_guests) == []


def test_without_the_forms_token_nothing_is_booked(sqlite_guests: Guests) -> None:
    assert book(ada(sqlite_guests), csrf_token="x").status_code == 403
    assert trips(sqlite_guests) == []


def test_nobody_sees_changes_or_exports_another_members_trip(guests: Guests) -> None:
    booking_id = guests.book()
    other = Browser(guests.home, Role.MEMBER, email=guests.member("Berta Rossi").email)
    guests.home.sync()
    for path in (f"/trips/{booking_id}", f"/trips/{booking_id}.ics", f"/trips/{new_id()}"):
        assert other.get(path).status_code == 404
    search(other)
    assert other.post(f"/trips/{booking_id}/cancel").status_code == 404
    assert book(other, booking_id=booking_id).status_code == 404
    assert trip(guests, booking_id).state == "confirmed"
    assert "No trips yet" in words(other.get("/trips"))


def test_a_cancellation_says_before_what_it_costs_and_after_what_it_cost(guests: Guests) -> None:
    browser = ada(guests)
    page = book(browser)
    assert "Cancelling now costs 0.75 credits." in words(page)
    page = browser.post(form(page, "/cancel").action)
    said = words(page)
    assert "You have cancelled this trip" in said
    assert "It cost 0.75 credits." in said
    assert forms(page, "/cancel") == []
    early = book(browser, guests.today + 3 * DAY)
    assert "Cancelling now costs nothing." in words(early)
    page = browser.post(form(early, "/cancel").action)
    assert "It cost nothing." in words(page)
    assert "Add to calendar" not in words(page)


def test_a_cancellation_while_the_hub_is_away_is_under_way(guests: Guests) -> None:
    browser = ada(guests)
    page = book(browser)
    guests.network.transport.cut()
    page = browser.post(form(page, "/cancel").action)
    assert "Cancelling" in words(page)
    assert "Until then the desk is still yours." in words(page)
    assert forms(page, "/cancel") == []
    guests.network.transport.heal()
    guests.clock.advance(SOON)
    guests.home.sync()
    assert "You have cancelled this trip" in words(browser.get(page.request.path))


def test_a_trip_that_is_over_or_begun_cannot_be_cancelled(guests: Guests) -> None:
    guests.clock.set(dt.datetime(2026, 3, 3, 16, 30, tzinfo=dt.UTC))
    browser = ada(guests)
    page = book(browser)
    path = form(page, "/cancel").action
    guests.clock.set(dt.datetime(2026, 3, 3, 18, 0, tzinfo=dt.UTC))
    assert "Cancel this trip" not in words(browser.get(page.request.path))
    answer = browser.post(path)
    assert answer.status_code == 409
    assert "This trip cannot be cancelled" in words(answer)


def test_every_end_of_a_trip_is_said_in_words(guests: Guests) -> None:
    browser = ada(guests)
    page = book(browser)
    [found] = trips(guests)

    def becomes(**values: Any) -> str:
        def change(session: Any) -> None:
            row = session.get_one(type(found), found.booking_id)
            for name, value in values.items():
                setattr(row, name, value)

        guests.home.command(change)
        return words(browser.get(page.request.path))

    assert "You have checked in." in becomes(state="checked_in", checked_in_at=guests.now)
    assert "Stayed" in becomes(state="completed", charged_credits=150)
    assert "It cost 1.5 credits." in becomes(state="no_show")
    assert "Thecube had to cancel" in becomes(state="cancelled_by_host", charged_credits=0)
    assert "The manager of your space can see why." in becomes(state="refused", reason="id-conflict")
    assert "The home space" in becomes(state="checked_in", origin="walk_in", payer="hospitality", charged_credits=150)
    assert "Received at the door" in words(browser.get(page.request.path))


@pytest.mark.parametrize(("on", "hour_in_utc"), [(dt.date(2026, 3, 27), 9), (dt.date(2026, 3, 30), 8)])
def test_the_calendar_file_has_the_right_minute_in_winter_and_in_summer(guests: Guests, on: dt.date, hour_in_utc: int) -> None:
    browser = ada(guests)
    page = book(browser, on)
    answer = browser.get(f"{page.request.path}.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert f"trip-{on.isoformat()}.ics" in answer.headers["Content-Disposition"]
    [event] = Calendar.from_ical(answer.get_data()).walk("VEVENT")
    assert event.decoded("dtstart") == dt.datetime(on.year, on.month, on.day, hour_in_utc, tzinfo=dt.UTC)
    assert event.decoded("dtend") - event.decoded("dtstart") == dt.timedelta(hours=9)
    assert (event["summary"], event["location"], event["status"]) == ("Desk at Thecube", "Via Ventura 3", "CONFIRMED")


def test_the_calendar_file_follows_the_trip(guests: Guests) -> None:
    browser = ada(guests)
    search(browser)
    guests.network.transport.cut()
    path = book(browser).request.path

    def event() -> Any:
        [found] = Calendar.from_ical(browser.get(f"{path}.ics").get_data()).walk("VEVENT")
        return found

    asked = event()
    guests.network.transport.heal()
    guests.clock.advance(SOON)
    guests.home.sync()
    confirmed = event()
    browser.post(form(browser.get(path), "/cancel").action)
    cancelled = event()
    states = [str(one["status"]) for one in (asked, confirmed, cancelled)]
    assert states == ["TENTATIVE", "CONFIRMED", "CANCELLED"]
    assert [one["sequence"] for one in (asked, confirmed, cancelled)] == [0, 1, 2]
    assert len({str(one["uid"]) for one in (asked, confirmed, cancelled)}) == 1


def test_a_refused_trip_without_hours_is_a_whole_day(sqlite_guests: Guests) -> None:
    browser = ada(sqlite_guests)
    path = book(browser, price_credits="100").request.path
    [event] = Calendar.from_ical(browser.get(f"{path}.ics").get_data()).walk("VEVENT")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (dt.date(2026, 3, 3), dt.date(2026, 3, 4))
    assert event["status"] == "CANCELLED"


def test_many_trips_are_listed_a_page_at_a_time(sqlite_guests: Guests) -> None:
    browser = ada(sqlite_guests)
    told = vars(trip(sqlite_guests, sqlite_guests.book())) | {"_sa_instance_state": None}
    values = {name: value for name, value in told.items() if value is not None}
    copies = [Trip(**{**values, "booking_id": new_id(), "on": sqlite_guests.today + n * DAY}) for n in range(1, 21)]
    sqlite_guests.home.command(lambda session: session.add_all(copies))
    first, second = browser.get("/trips"), browser.get("/trips?page=2")
    assert "Page 1 of 2" in words(first)
    assert "Tue 3 Mar 2026" not in words(first)
    assert "Tue 3 Mar 2026" in words(second)
    assert browser.get("/trips?page=0").status_code == 422


def test_trips_are_shown_in_italian_too(sqlite_guests: Guests) -> None:
    page = ada(sqlite_guests).get("/find-a-desk", **{"Accept-Language": "it"})
    assert '<html lang="it">' in page.get_data(as_text=True)
    assert "1,5" in words(page)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.DESK])
def test_pages_of_members_are_for_members_alone(sqlite_guests: Guests, role: Role) -> None:
    staff = Browser(sqlite_guests.home, role, email="staff@lambrate.test")
    for path in ("/find-a-desk", "/trips", f"/trips/{new_id()}", f"/trips/{new_id()}.ics", "/my-credits"):
        assert staff.get(path).status_code == 403
    both = Browser(sqlite_guests.home, role, Role.MEMBER, email="both@lambrate.test", name="Gina Neri")
    assert both.get("/find-a-desk").status_code == 200
    assert Browser(sqlite_guests.home).get("/trips").status_code == 303
