"""The same form at the same moment, and two hands on the same row: one booking, one cancellation, one grant, one truth."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from federation.bookings.models import Booking, CommonSeats
from shared.ids import new_id
from shared.protocol.bookings import BookingEntry
from shared.protocol.registry import example
from shared.protocol.states import RsvpState, SeatKind
from shared.schemas import load
from space_node.db import Outbox
from space_node.desks import queries as desks
from space_node.members.service import Role
from space_node.rsvps.service import asking as places
from space_node.trips import service as trips
from space_node.trips.models import HostPseudonym
from space_node.uplink import queries as uplink
from tests.support.away import became, cancel, faults, offer, sent, trip, worth
from tests.support.away import trips as all_trips
from tests.support.browsing import Browser
from tests.support.evening import Evening
from tests.support.guests import HOME, HOST, Guests
from tests.support.reading import form
from tests.support.threads import in_its_way, together

MANY = 4
DAY = dt.timedelta(days=1)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What the works returned; none may fail."""
    outcomes = together(*works)
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    return outcomes


def browsers(guests: Guests, path: str, count: int = MANY) -> list[Browser]:
    """The same member in several windows, each with the page open."""
    made = [Browser(guests.home, Role.MEMBER, email=guests.ada.email)]
    made += [made[0].second_window() for _ in range(count - 1)]
    for browser in made:
        browser.get(path)
    return made


def bookings_at_hub(guests: Guests) -> int:
    return guests.hub.look(lambda session: session.scalar(select(func.count()).select_from(Booking)) or 0)


def test_a_double_click_books_once_and_every_click_sees_the_answer(guests: Guests) -> None:
    windows = browsers(guests, "/find-a-desk")
    fields = form(windows[0].page, "/trips").fields
    fields.pop("csrf_token")
    pages = at_once(*(lambda window=window: window.post("/trips", **fields) for window in windows))
    assert {(page.status_code, page.request.path) for page in pages} == {(200, f"/trips/{fields['booking_id']}")}
    assert (len(all_trips(guests)), len(sent(guests, "stay-request")), bookings_at_hub(guests)) == (1, 1, 1)
    guests.network.sync()
    assert worth(guests) == (850, 150)
    assert faults(guests) == []


def test_a_click_while_the_first_is_under_way_is_the_same_trip(guests: Guests) -> None:
    shown = offer(guests)
    about = {"host": HOST, "on": guests.today, "part": shown.part, "terms_version": shown.twin.terms.version}
    wanted = trips.Wanted(request_id=new_id(), booking_id=new_id(), price_credits=shown.price_credits, **about)

    def click(session: Any) -> str:
        return trips.request(session, member_id=guests.ada.id, wanted=wanted, now=guests.now).booking_id

    clicked = in_its_way(guests.home.command, click, lambda: guests.home.command(click))
    assert clicked == [wanted.booking_id] * 2
    assert (len(all_trips(guests)), len(sent(guests, "stay-request"))) == (1, 1)


@pytest.mark.parametrize("form", ["the same form", "another window"])
def test_a_click_while_a_place_is_being_asked_for_is_the_same_place(guests: Guests, form: str) -> None:
    evening = Evening(guests)
    ids = [new_id()] * 2 if form == "the same form" else [new_id(), new_id()]

    def click(rsvp_id: str) -> Callable[[Any], str]:
        wanted = places.Wanted(rsvp_id=rsvp_id, session_id=evening.session_id, kind=SeatKind.IN_PERSON)
        return lambda session: places.ask(session, member_id=guests.ada.id, wanted=wanted, now=guests.now).id

    clicked = in_its_way(guests.home.command, click(ids[0]), lambda: guests.home.command(click(ids[1])))
    assert clicked == [ids[0]] * 2
    assert len(sent(guests, "rsvp")) == 1
    assert evening.place(ids[0]).state == RsvpState.CONFIRMED


def test_two_desks_at_one_host_at_once_are_asked_for_under_one_name(guests: Guests) -> None:
    windows = browsers(guests, "/find-a-desk", 2)
    for window, ahead in zip(windows, (1, 2), strict=True):
        window.get(f"/find-a-desk?on={guests.today + ahead * DAY}")
    wanted = [form(window.page, "/trips").fields for window in windows]
    clicks = zip(windows, wanted, strict=True)
    at_once(*(lambda window=window, fields=fields: window.post("/trips", **fields) for window, fields in clicks))
    names = guests.home.look(lambda session: list(session.scalars(select(HostPseudonym.host_guest))))
    told = guests.hub.look(lambda session: list(session.scalars(select(Booking.host_guest))))
    assert (len(names), told) == (1, names * 2)
    assert {became(guests, fields["booking_id"])[0] for fields in wanted} == {"confirmed"}


def test_a_double_click_cancels_once(guests: Guests) -> None:
    booking_id = guests.book()
    windows = browsers(guests, f"/trips/{booking_id}")
    pages = at_once(*(lambda window=window: window.post(f"/trips/{booking_id}/cancel") for window in windows))
    assert {page.status_code for page in pages} == {200}
    assert became(guests, booking_id)[0] == "cancelled_by_guest"
    assert [row.state for row in sent(guests, "stay-cancel")] == ["answered"]
    guests.network.sync()
    assert worth(guests) == (925, 0)


def test_a_double_click_grants_once(guests: Guests) -> None:
    path = f"/members/{guests.ada.id}/credits"
    first = Browser(guests.home, Role.MANAGER)
    windows = [first, *(first.second_window() for _ in range(MANY - 1))]
    for window in windows:
        window.get(path)
    fields = {**form(first.page, "/credits").fields, "credits": "2"}
    fields.pop("csrf_token")
    pages = at_once(*(lambda window=window: window.post(path, **fields) for window in windows))
    assert {page.status_code for page in pages} == {200}
    assert worth(guests) == (1200, 0)
    assert len(sent(guests, "grant")) == 2


def test_two_managers_at_once_leave_one_week_which_is_the_one_the_hub_has(guests: Guests) -> None:
    first = Browser(guests.host, Role.MANAGER)
    windows = [first, *(first.second_window() for _ in range(MANY - 1))]
    for window in windows:
        window.get("/guest-desks")
    days = {"on": (guests.today + DAY).isoformat(), "open": "yes", "afternoon": "1"}
    works = [
        lambda window=window, seats=seats: window.post("/guest-desks/days", **days, morning=str(seats))
        for seats, window in enumerate(windows)
    ]
    assert {page.status_code for page in at_once(*works)} == {200}
    guests.host.sync()
    [kept] = guests.host.look(lambda session: desks.exceptions(session, guests.today))
    told = select(CommonSeats.offered).where(CommonSeats.host == HOST, CommonSeats.on == kept.on, CommonSeats.half == "morning")
    assert guests.hub.look(lambda session: session.scalar(told)) == kept.morning_seats
    left = select(Outbox.state).where(Outbox.kind == "availability").distinct()
    assert guests.host.look(lambda session: list(session.scalars(left))) == ["answered"]


def test_news_and_an_answer_at_once_leave_the_newer(guests: Guests) -> None:
    booking_id, epoch = guests.book(), guests.home.look(uplink.epoch)
    older_has_come = threading.Event()

    def told(rev: int, state: str) -> dict[str, Any]:
        said = {
            **example("booking.updated"),
            "id": booking_id,
            "home": HOME,
            "host": HOST,
            "card": None,
            "guest": guests.ada.guest,
        }
        return load(BookingEntry, {**said, "rev": rev, "state": state})

    def newer(session: Any) -> None:
        trips.keep(session, told(3, "completed"), epoch=epoch, now=guests.now)
        # The older word is at the door while this one is not yet committed.
        older_has_come.wait(1)

    def older(session: Any) -> None:
        older_has_come.set()
        trips.keep(session, told(2, "checked_in"), epoch=epoch, now=guests.now)

    def second() -> None:
        threading.Event().wait(0.2)
        guests.home.command(older)

    at_once(lambda: guests.home.command(newer), second)
    found = trip(guests, booking_id)
    assert (found.rev, found.state) == (3, "completed")


def test_a_cancellation_and_a_check_in_at_once_come_to_one_end(guests: Guests) -> None:
    booking_id = guests.booked()
    text = guests.visit_pass(booking_id)
    together(lambda: cancel(guests, booking_id), lambda: guests.check_in(booking_id, text))
    guests.clock.advance(dt.timedelta(seconds=10))
    guests.network.sync()
    state, _ = became(guests, booking_id)
    assert state in ("cancelled_by_guest", "checked_in")
    assert guests.visit(booking_id).state == state
    assert trip(guests, booking_id).charged_credits == (75 if state == "cancelled_by_guest" else 150)
    assert trip(guests, booking_id).cancel_asked_at is None
    assert faults(guests) == []


def test_one_id_for_two_members_goes_to_one(guests: Guests) -> None:
    berta = guests.member("Berta Rossi")
    terms = guests.home.look(lambda session: uplink.twinning_with(session, HOST))
    ids = {"request_id": new_id(), "booking_id": new_id()}
    about = {"host": HOST, "on": guests.today, "part": "day", "terms_version": terms.version, "price_credits": 150}
    wanted = trips.Wanted(**ids, **about)

    def ask(member_id: str) -> None:
        guests.home.command(lambda session: trips.request(session, member_id=member_id, wanted=wanted, now=guests.now) and None)

    outcomes = together(lambda: ask(guests.ada.id), lambda: ask(berta.id))
    assert sorted(type(one).__name__ for one in outcomes) == ["NoneType", "TripUnknown"]
    assert bookings_at_hub(guests) == 1
