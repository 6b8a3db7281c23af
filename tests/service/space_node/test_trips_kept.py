"""Cancelling, and keeping the hub's word: only what is newer counts, whichever way and in whatever order it comes."""

import datetime as dt
from functools import partial
from typing import Any

import pytest

from shared.ids import new_id
from shared.messaging.feed_reader import News
from shared.messaging.outbox import OutboxState
from shared.protocol.bookings import BookingEntry
from shared.protocol.registry import example
from shared.protocol.states import Part
from shared.schemas import load
from space_node.passports import queries as passports
from space_node.trips import handlers, queries, service
from space_node.trips.errors import NotCancellable, TripUnknown
from space_node.trips.models import Trip
from space_node.uplink import queries as uplink
from space_node.visits import service as desk
from tests.support.away import became, both_sides, cancel, faults, offer, sent, trip, trips, worth
from tests.support.guests import HOME, HOST, Guests

DAY = dt.timedelta(days=1)
SOON = dt.timedelta(seconds=10)


def told(guests: Guests, **changed: Any) -> dict[str, Any]:
    """What the hub may say of a stay of the home's."""
    return {**example("booking.updated"), "home": HOME, "host": HOST, "guest": guests.ada.guest, "card": None, **changed}


def keep(guests: Guests, epoch: int = 0, **said: Any) -> Trip:
    data = load(BookingEntry, told(guests, **said))
    now_in = epoch or guests.home.look(uplink.epoch)
    return guests.home.command(lambda session: service.keep(session, data, epoch=now_in, now=guests.now))


def test_cancelled_in_time_it_costs_nothing_and_the_day_is_free_again(guests: Guests) -> None:
    booking_id = guests.booked(on=guests.today + 2 * DAY)
    left = offer(guests, on=guests.today + 2 * DAY).days_left
    cancel(guests, booking_id)
    found = trip(guests, booking_id)
    assert (found.state, found.charged_credits, found.cancel_asked_at) == ("cancelled_by_guest", 0, None)
    guests.network.sync()
    assert worth(guests) == (1000, 0)
    assert offer(guests, on=guests.today + 2 * DAY).days_left == left + 1
    assert guests.visit(booking_id).state == "cancelled_by_guest"


def test_a_trip_that_was_cancelled_long_before_never_gets_its_pass(guests: Guests) -> None:
    gone, kept = (guests.book(on=guests.today + ahead * DAY) for ahead in (45, 48))
    cancel(guests, gone)
    guests.clock.advance(22 * DAY)
    guests.home.sync()

    def has_pass(booking_id: str) -> bool:
        return guests.home.look(lambda session: passports.visit_pass_of(session, booking_id, guests.now)) is not None

    assert (has_pass(gone), has_pass(kept)) == (False, True)


def test_cancelled_late_it_costs_what_was_agreed_and_uses_its_day(guests: Guests) -> None:
    booking_id = guests.booked()
    left = offer(guests).days_left
    cancel(guests, booking_id)
    guests.network.sync()
    assert trip(guests, booking_id).charged_credits == 75
    assert worth(guests) == (925, 0)
    assert offer(guests).days_left == left
    assert (both_sides(guests), faults(guests)) == ({HOME: [], HOST: []}, [])


def test_cancelling_twice_asks_once(guests: Guests) -> None:
    guests.book(on=guests.today + DAY)
    booking_id = guests.book()
    guests.network.transport.cut()
    asked_at = guests.now
    for _ in range(2):
        cancel(guests, booking_id)
        guests.clock.advance(SOON)
    assert trip(guests, booking_id).cancel_asked_at == asked_at
    guests.network.transport.heal()
    guests.home.sync()
    assert became(guests, booking_id)[0] == "cancelled_by_guest"
    cancel(guests, booking_id)
    assert len(sent(guests, "stay-cancel")) == 1


@pytest.mark.parametrize("fault", ["drop_request", "lose_answer", "duplicate"])
def test_a_cancellation_that_meets_a_fault_happens_once(guests: Guests, fault) -> None:
    booking_id = guests.booked()
    guests.network.transport.plan(fault, at="/cancel")
    cancel(guests, booking_id)
    guests.clock.advance(SOON)
    guests.network.sync()
    assert became(guests, booking_id)[0] == "cancelled_by_guest"
    assert [row.state for row in sent(guests, "stay-cancel")] == [OutboxState.ANSWERED]
    assert (trip(guests, booking_id).charged_credits, worth(guests)) == (75, (925, 0))


def test_nobody_cancels_somebody_elses_trip(guests: Guests) -> None:
    booking_id, berta = guests.book(), guests.member("Berta Rossi")
    for whose, what in ((berta.id, booking_id), (guests.ada.id, new_id())):
        with pytest.raises(TripUnknown):
            guests.home.command(
                lambda session, whose=whose, what=what: service.cancel(session, member_id=whose, booking_id=what, now=guests.now)
            )
    assert became(guests, booking_id)[0] == "confirmed"


def test_who_has_come_cannot_cancel_any_more(guests: Guests) -> None:
    booking_id = guests.booked()
    guests.check_in(booking_id, guests.visit_pass(booking_id))
    guests.home.sync()
    assert became(guests, booking_id)[0] == "checked_in"
    with pytest.raises(NotCancellable):
        cancel(guests, booking_id)


def test_a_cancellation_that_comes_too_late_is_forgotten_and_the_trip_stands(guests: Guests) -> None:
    booking_id = guests.booked()
    guests.network.transport.cut()
    cancel(guests, booking_id)
    assert trip(guests, booking_id).cancel_asked_at == guests.now
    guests.network.transport.heal()
    guests.check_in(booking_id, guests.visit_pass(booking_id))
    guests.clock.advance(SOON)
    guests.home.sync()
    found = trip(guests, booking_id)
    assert (found.state, found.cancel_asked_at) == ("checked_in", None)
    [row] = sent(guests, "stay-cancel")
    assert (row.state, row.problem_slug) == (OutboxState.PARKED, "booking-over")


def test_a_refused_cancellation_of_a_confirmed_trip_can_be_asked_again(guests: Guests) -> None:
    booking_id = guests.book()
    guests.network.transport.cut()
    cancel(guests, booking_id)
    guests.home.command(lambda session: service.forget_cancel(session, booking_id=booking_id))
    guests.home.command(lambda session: service.forget_cancel(session, booking_id=new_id()))
    assert trip(guests, booking_id).cancel_asked_at is None


def test_a_host_that_cancels_costs_nothing(guests: Guests) -> None:
    booking_id = guests.booked()
    guests.host.command(lambda session: desk.cancel(session, booking_id=booking_id, now=guests.now))
    guests.network.sync()
    assert became(guests, booking_id)[0] == "cancelled_by_host"
    assert (trip(guests, booking_id).charged_credits, worth(guests)) == (0, (1000, 0))


def test_an_older_word_is_dropped_and_a_higher_epoch_wins(guests: Guests) -> None:
    booking_id, epoch = guests.book(), guests.home.look(uplink.epoch)
    keep(guests, id=booking_id, rev=5, state="checked_in")
    keep(guests, id=booking_id, rev=4, state="confirmed")
    keep(guests, id=booking_id, rev=5, state="completed")
    assert became(guests, booking_id)[0] == "checked_in"
    keep(guests, epoch + 1, id=booking_id, rev=1, state="confirmed")
    found = trip(guests, booking_id)
    assert (found.state, found.epoch, found.rev) == ("confirmed", epoch + 1, 1)


def test_the_same_news_again_changes_nothing(guests: Guests) -> None:
    booking_id = guests.book()
    before = vars(trip(guests, booking_id)) | {"_sa_instance_state": None}
    for _ in range(2):
        guests.home.sync()
    assert vars(trip(guests, booking_id)) | {"_sa_instance_state": None} == before


def test_a_stay_that_this_node_has_forgotten_comes_back_with_its_member_and_its_pass(guests: Guests) -> None:
    booking_id = guests.book()
    guests.home.command(lambda session: session.delete(session.get_one(Trip, booking_id)))
    data = told(guests, id=booking_id, rev=1, state="confirmed", on=guests.today.isoformat(), zone="Europe/London")
    item = {"id": new_id(), "type": "booking.updated", "subject": f"booking/{booking_id}", "rev": 1}
    news = News(**item, epoch=str(guests.home.look(uplink.epoch)), time=guests.now, data=data)
    guests.home.command(lambda session: handlers.on_booking(session, news))
    found = trip(guests, booking_id)
    assert (found.member_id, found.request_id, found.state, found.host) == (guests.ada.id, None, "confirmed", HOST)
    assert guests.visit_pass(booking_id).startswith("FP1:")


def test_a_walk_in_of_our_member_is_a_trip_and_stands_in_the_statement(guests: Guests) -> None:
    text = guests.passport()
    guests.network.sync()
    guests.walk_in(text)
    guests.network.sync()
    [found] = trips(guests)
    assert (found.member_id, found.origin, found.state, found.payer) == (guests.ada.id, "walk_in", "checked_in", "lots")
    assert found.charged_credits == 150
    assert (both_sides(guests), faults(guests)) == ({HOME: [], HOST: []}, [])
    # The days of the terms are for bookings.
    assert offer(guests, on=guests.today + DAY).days_left == 10


def test_whose_walk_in_it_is_may_come_later(guests: Guests) -> None:
    booking_id = new_id()
    keep(guests, id=booking_id, rev=1, guest=None, origin="walk_in", state="checked_in", payer="undecided", charged_credits=None)
    assert trip(guests, booking_id).member_id is None
    keep(guests, id=booking_id, rev=2, guest=new_id(), origin="walk_in", state="checked_in", charged_credits=0)
    assert trip(guests, booking_id).member_id is None
    keep(guests, id=booking_id, rev=3, origin="walk_in", state="checked_in", payer="hospitality", charged_credits=150)
    found = trip(guests, booking_id)
    assert (found.member_id, found.payer) == (guests.ada.id, "hospitality")


def test_trips_are_listed_a_page_at_a_time_with_the_latest_day_first(guests: Guests, monkeypatch) -> None:
    ids = [guests.book(on=guests.today + ahead * DAY, part=Part.MORNING) for ahead in (0, 1, 2)]

    def page(**wanted: Any) -> list[str]:
        found = guests.home.look(partial(queries.page, member_id=guests.ada.id, **wanted))
        return [row.booking_id for row in found.rows]

    monkeypatch.setattr(queries, "PAGE_ROWS", 2)
    assert (page(), page(number=2), page(sort="first")) == ([ids[2], ids[1]], [ids[0]], ids[:2])
    assert (page(search="cube", number=2), page(search="thecube nowhere")) == ([ids[0]], [])


def test_what_is_coming_is_on_or_asked_for_and_not_over(guests: Guests) -> None:
    today, tomorrow = guests.book(part=Part.MORNING), guests.book(on=guests.today + DAY)
    gone = guests.book(on=guests.today + 2 * DAY)
    cancel(guests, gone)

    def coming() -> list[str]:
        rows = guests.home.look(lambda session: queries.coming(session, member_id=guests.ada.id, now=guests.now))
        return [row.booking_id for row in rows]

    assert coming() == [today, tomorrow]
    assert guests.home.look(lambda session: queries.away_count(session, on=guests.today)) == 1
    guests.clock.advance(dt.timedelta(hours=6))
    assert coming() == [tomorrow]


def test_offers_are_free_seats_price_days_left_and_hours_and_known_since(guests: Guests) -> None:
    found = offer(guests)
    assert (found.twin.slug, found.free, found.price_credits, found.days_left, found.hindrance) == (HOST, 5, 150, 10, None)
    assert (found.opens_at, found.closes_at) == (guests.now.replace(hour=9), guests.now.replace(hour=18))
    assert found.as_of == guests.now
    noon = guests.now.replace(hour=13)
    halves = [offer(guests, part=part) for part in (Part.MORNING, Part.AFTERNOON)]
    assert [(half.price_credits, half.opens_at, half.closes_at) for half in halves] == [
        (75, guests.now.replace(hour=9), noon),
        (75, noon, guests.now.replace(hour=18)),
    ]
    unknown = offer(guests, on=guests.today + 70 * DAY)
    assert (unknown.hindrance, unknown.free, unknown.opens_at, unknown.as_of) == ("too-far", 0, None, guests.now)


def test_a_day_can_be_over_there_and_not_here(guests: Guests) -> None:
    # 23:30 in London is half past midnight of the next day in Milan.
    guests.clock.set(dt.datetime(2026, 3, 3, 23, 30, tzinfo=dt.UTC))
    assert guests.home.look(lambda session: queries.first_day(session, guests.now)) == dt.date(2026, 3, 3)
    assert offer(guests, on=dt.date(2026, 3, 3)).hindrance == "past"
    assert offer(guests, on=dt.date(2026, 3, 4)).hindrance is None
    assert offer(guests, on=dt.date(2026, 3, 2)).hindrance == "past"
