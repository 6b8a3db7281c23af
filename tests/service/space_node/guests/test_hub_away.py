"""The front desk while the hub is away, around midnight, and with guests of whom no news has come yet."""

import datetime as dt

import pytest

from federation.bookings import queries as hub_bookings
from shared.ids import new_id
from shared.protocol.states import BookingState, DoorReason, Verdict
from space_node.visits import queries
from space_node.visits.errors import NotThisDay, NoVisitFits, PassportRefused
from space_node.visits.rules import Offer
from tests.support.guests import HOST, Guests

DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)


def uuid_bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("-", ""))


def todays_pass_end(guests: Guests) -> dt.datetime:
    """When a pass for the host's today ends: London has no summer time in these first days of March."""
    return dt.datetime.combine(guests.today + 2 * DAY, dt.time(), dt.UTC)


def test_a_check_in_is_kept_until_the_hub_is_back_and_is_told_once(guests: Guests) -> None:
    booking_id = guests.booked()
    text = guests.visit_pass(booking_id)
    guests.network.transport.cut()
    guests.clock.advance(2 * MINUTE)
    assert guests.scan(text).verdict is Verdict.GREEN
    visit = guests.check_in(booking_id, text)
    arrived_at = guests.now
    assert (visit.state, visit.arrived_at) == (BookingState.CONFIRMED, arrived_at)
    (shown,) = guests.arrivals()
    assert (shown.state, shown.reported) == (BookingState.CHECKED_IN, False)
    (record,) = guests.host.look(lambda session: queries.records_of(session, booking_id))
    assert record.offline
    assert guests.scan(text).reason is DoorReason.ALREADY_HERE
    guests.clock.advance(10 * HOUR)
    guests.network.transport.heal()
    guests.host.sync()
    told = guests.hub.look(lambda session: hub_bookings.mine(session, booking_id=booking_id, space=HOST))
    assert told.checked_in_at == arrived_at
    assert guests.visit(booking_id).charged_credits == 150
    assert len([one for one in guests.network.transport.asked("/check-in") if one.status]) == 1


def test_an_old_word_of_the_hub_does_not_send_a_guest_away(guests: Guests) -> None:
    booking_id = guests.book()
    text = guests.visit_pass(booking_id)
    guests.network.transport.plan("drop_request", at="/check-in")
    guests.check_in(booking_id, text)
    guests.host.sync()
    (shown,) = guests.arrivals()
    assert shown.state is BookingState.CHECKED_IN


class TestUnlisted:
    """A visit pass proves a booking of which the hub's news has not come."""

    def test_its_holder_is_let_in_by_the_desks_own_decision(self, guests: Guests) -> None:
        booking_id = guests.book(note="I bring cake.")
        text = guests.visit_pass(booking_id)
        guests.network.transport.cut()
        found = guests.scan(text)
        assert (found.verdict, found.reason, found.offer) == (Verdict.AMBER, DoorReason.EXPECTED_TODAY, Offer.CHECK_IN)
        assert found.visits == ()
        visit = guests.check_in(booking_id, text)
        assert (visit.guest_name, visit.note, visit.rev) == ("Ada", "", 0)
        assert guests.scan(text).reason is DoorReason.ALREADY_HERE
        guests.network.transport.heal()
        guests.clock.advance(5 * MINUTE)
        guests.host.sync()
        visit = guests.visit(booking_id)
        assert (visit.state, visit.charged_credits, visit.note) == (BookingState.CHECKED_IN, 150, "I bring cake.")
        assert len(guests.arrivals()) == 1

    def test_a_pass_for_another_day_lets_nobody_in_today(self, guests: Guests) -> None:
        booking_id = guests.book(on=guests.today + DAY)
        text = guests.visit_pass(booking_id)
        found = guests.scan(text)
        assert (found.verdict, found.reason, found.offer) == (Verdict.AMBER, DoorReason.NOT_TODAY, Offer.NOTHING)
        with pytest.raises(NoVisitFits):
            guests.check_in(booking_id, text)
        with pytest.raises(NoVisitFits):
            guests.walk_in(text)

    def test_a_booking_that_does_not_exist_is_refused_by_the_hub_and_the_desk_sees_it(self, guests: Guests) -> None:
        booking_id = new_id(guests.now)
        text = guests.forged(cti=uuid_bytes(booking_id), audience=HOST, expires_at=todays_pass_end(guests))
        visit = guests.check_in(booking_id, text)
        assert visit.problem == "booking-unknown"
        (shown,) = guests.arrivals()
        assert (shown.problem, shown.state) == ("booking-unknown", BookingState.CHECKED_IN)
        assert len(guests.host.look(lambda session: queries.records_of(session, booking_id))) == 1
        assert guests.host.look(lambda session: queries.counts(session, guests.now)).problems == 1

    def test_a_space_without_a_twinning_gets_nobody_in_so(self, guests: Guests) -> None:
        stranger, booking_id = guests.network.joined("stranger"), new_id(guests.now)
        text = guests.forged(stranger, cti=uuid_bytes(booking_id), audience=HOST, expires_at=todays_pass_end(guests))
        guests.clock.advance(HOUR)
        guests.host.sync()
        found = guests.scan(text)
        assert (found.verdict, found.reason) == (Verdict.RED, DoorReason.NOT_TWINNED)
        with pytest.raises(PassportRefused):
            guests.check_in(booking_id, text)


class TestMidnight:
    """A day ends where the host's clocks say so."""

    def test_a_guest_can_come_until_the_hosts_midnight(self, guests: Guests) -> None:
        early, late = guests.booked(), guests.booked(member=guests.member("Bob"))
        guests.clock.set(dt.datetime(2026, 3, 3, 23, 59, 59, tzinfo=dt.UTC))
        assert guests.check_in(early).arrived_at == guests.now
        guests.clock.advance(dt.timedelta(seconds=1))
        with pytest.raises(NotThisDay):
            guests.check_in(late)
        assert guests.arrivals() == []

    @pytest.mark.parametrize(
        ("at", "on"),
        [
            (dt.datetime(2026, 3, 29, 0, 0, tzinfo=dt.UTC), dt.date(2026, 3, 29)),
            (dt.datetime(2026, 3, 29, 22, 59, tzinfo=dt.UTC), dt.date(2026, 3, 29)),
            (dt.datetime(2026, 3, 29, 23, 0, tzinfo=dt.UTC), dt.date(2026, 3, 30)),
            (dt.datetime(2026, 10, 24, 23, 0, tzinfo=dt.UTC), dt.date(2026, 10, 25)),
            (dt.datetime(2026, 10, 25, 23, 59, tzinfo=dt.UTC), dt.date(2026, 10, 25)),
            (dt.datetime(2026, 10, 26, 0, 0, tzinfo=dt.UTC), dt.date(2026, 10, 26)),
        ],
    )
    def test_days_of_23_and_25_hours_are_whole_days(self, sqlite_guests: Guests, at: dt.datetime, on: dt.date) -> None:
        assert sqlite_guests.host.look(lambda session: queries.today(session, at)) == on
