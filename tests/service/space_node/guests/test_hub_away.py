"""The front desk while the hub is away, around midnight, and with guests of whom no news has come yet."""

import datetime as dt

import pytest
from sqlalchemy import select

from federation.bookings import queries as hub_bookings
from shared.http import Answer
from shared.ids import new_id
from shared.loader import dump_json
from shared.messaging.outbox import OutboxState
from shared.protocol.states import BookingState, DoorReason, Verdict
from space_node.db import Outbox
from space_node.uplink import queries as uplink
from space_node.visits import queries, service
from space_node.visits.errors import NotThisDay, NoVisitFits, PassportRefused
from space_node.visits.rules import Offer
from tests.support.away import cancel
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


class TestCancelled:
    """A guest whose visit is being cancelled, and who is received as a walk-in all the same, is never lost."""

    @pytest.fixture
    def booking_id(self, sqlite_guests: Guests) -> str:
        """A visit that the desk cancelled while the hub was away."""
        booking_id = sqlite_guests.booked()
        sqlite_guests.network.transport.plan("drop_request", at="/cancel")
        sqlite_guests.host.command(lambda session: service.cancel(session, booking_id=booking_id, now=sqlite_guests.now))
        return booking_id

    def settle(self, guests: Guests) -> None:
        """All that waits goes out and all news comes in."""
        for _ in range(3):
            guests.clock.advance(5 * MINUTE)
            guests.host.sync()
            guests.hub.work()

    def paid(self, guests: Guests, walked: str) -> None:
        """The guest is here once, as a walk-in who is paid for, and nothing is left for a manager."""
        visit, contact = guests.visit(walked), guests.host.look(uplink.hub_contact)
        assert (visit.state, visit.charged_credits) == (BookingState.CHECKED_IN, 150)
        assert (visit.problem, visit.same_as) == (None, None)
        assert (contact.waiting_count, contact.parked_count) == (0, 0)
        assert [one.booking_id for one in guests.arrivals() if one.state is BookingState.CHECKED_IN] == [walked]

    def test_the_walk_in_that_reaches_the_hub_before_the_cancellation_waits_for_it(
        self, sqlite_guests: Guests, booking_id: str
    ) -> None:
        walked = sqlite_guests.walk_in(sqlite_guests.passport())
        assert (walked.problem, walked.same_as) == ("already-here", booking_id)
        assert sqlite_guests.host.look(uplink.hub_contact).parked_count == 1
        assert walked.booking_id in [one.booking_id for one in sqlite_guests.arrivals()]
        self.settle(sqlite_guests)
        assert sqlite_guests.visit(booking_id).state == BookingState.CANCELLED_BY_HOST
        self.paid(sqlite_guests, walked.booking_id)

    def test_the_walk_in_that_comes_behind_the_cancellation_is_taken_at_once(
        self, sqlite_guests: Guests, booking_id: str
    ) -> None:
        self.settle(sqlite_guests)
        self.paid(sqlite_guests, sqlite_guests.walk_in(sqlite_guests.passport()).booking_id)

    def test_the_answer_to_the_walk_in_may_come_after_that_to_the_cancellation(
        self, sqlite_guests: Guests, booking_id: str
    ) -> None:
        transport = sqlite_guests.network.transport

        def cancel_first(_method: str, where: str, answer: Answer) -> Answer:
            if "/visits/" in where:
                transport.tamper = untouched
                self.settle(sqlite_guests)
                assert sqlite_guests.visit(booking_id).state == BookingState.CANCELLED_BY_HOST
            return answer

        untouched, transport.tamper = transport.tamper, cancel_first
        walked = sqlite_guests.walk_in(sqlite_guests.passport())
        self.settle(sqlite_guests)
        self.paid(sqlite_guests, walked.booking_id)

    def test_a_hub_that_says_the_same_again_is_not_asked_without_end(self, sqlite_guests: Guests, booking_id: str) -> None:
        self.settle(sqlite_guests)
        problem = {"type": "https://twindesk.example/problems/already-here", "booking_id": booking_id}
        sqlite_guests.network.transport.tamper = lambda _method, where, answer: (
            Answer(409, {}, dump_json(problem)) if "/visits/" in where else answer
        )
        walked = sqlite_guests.walk_in(sqlite_guests.passport())
        assert len(sqlite_guests.network.transport.asked(f"/visits/{walked.booking_id}")) == 2
        assert (walked.problem, walked.same_as) == ("already-here", booking_id)
        assert sqlite_guests.host.look(uplink.hub_contact).parked_count == 1

    def test_a_cancellation_that_the_hub_refuses_leaves_the_guest_at_the_booking(
        self, sqlite_guests: Guests, booking_id: str
    ) -> None:
        walked = sqlite_guests.walk_in(sqlite_guests.passport())
        # The day of the stay is over, and the hub cancels no more.
        sqlite_guests.clock.advance(12 * HOUR)
        sqlite_guests.host.sync()
        assert sqlite_guests.visit(booking_id).charged_credits == 150
        parked = select(Outbox.kind).where(Outbox.state == OutboxState.PARKED)
        assert sqlite_guests.host.look(lambda session: session.scalars(parked).all()) == ["visit-cancel"]
        assert [one.booking_id for one in sqlite_guests.arrivals()] == [booking_id]
        assert walked.same_as == booking_id

    def test_a_booking_that_its_guest_cancels_unheard_of_makes_the_guest_a_walk_in_again(self, sqlite_guests: Guests) -> None:
        booking_id = sqlite_guests.book()
        walked = sqlite_guests.walk_in(sqlite_guests.passport())
        assert walked.same_as == booking_id
        cancel(sqlite_guests, booking_id)
        self.settle(sqlite_guests)
        self.paid(sqlite_guests, walked.booking_id)
        assert sqlite_guests.visit(booking_id).problem is None
        assert sqlite_guests.walk_in(sqlite_guests.passport()).booking_id == walked.booking_id


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
