"""A hub comes back from the morning's backup while nodes go on: no seat is sold twice, nobody has to repair anything."""

import datetime as dt
from pathlib import Path

from sqlalchemy import select

from federation.bookings.models import Booking
from federation.credits import queries as ledger
from federation.recovery import queries as recovery
from shared.protocol.states import BookingState, Part
from space_node.desks import service as desks
from space_node.passports import service as passport_service
from space_node.trips import service as trips
from space_node.trips.models import Trip
from space_node.visits import service as desk
from tests.support import invariants
from tests.support.backups import back_up, put_back
from tests.support.guests import Guests

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


class TradingDay:
    """A day of two twins: bookings, cancellations, refusals, check-ins, walk-ins, a change of the desks offered."""

    def __init__(self, town: Guests) -> None:
        self.town = town
        self.tomorrow = town.today + DAY

    def states(self) -> dict[str, str]:
        """Every trip of Lambrate's as its member sees it."""
        return self.town.home.look(lambda s: {trip.booking_id: str(trip.state) for trip in s.scalars(select(Trip))})

    def morning(self) -> None:
        """What the backup will hold."""
        town = self.town
        self.people = [town.ada, town.member("Berta Rossi"), town.member("Carla Neri", credits=150)]
        self.early = town.booked(member=self.people[0])
        self.later = town.booked(on=self.tomorrow, member=self.people[0])
        town.network.sync()

    def day(self) -> None:
        """What the backup will not hold."""
        town, (ada, berta, carla) = self.town, self.people
        # One seat a day from now on, beside the two set aside; Berta gets what Ada gives back, Carla cannot pay two days.
        town.clock.advance(10 * MINUTE)
        town.host.command(lambda s: desks.set_weekdays(s, seats=dict.fromkeys(range(7), (0, 0)), now=town.now))
        self.first = [town.booked(on=self.tomorrow + DAY, member=who) for who in (ada, berta)]
        self.refused = town.booked(on=self.tomorrow + DAY, member=carla)
        town.clock.advance(10 * MINUTE)
        town.home.command(lambda s: trips.cancel(s, member_id=ada.id, booking_id=self.first[0], now=town.now))
        self.second = town.booked(on=self.tomorrow + DAY, member=carla)
        self.unpaid = town.booked(on=self.tomorrow + 2 * DAY, member=carla)
        town.host.command(lambda s: desk.check_in(s, booking_id=self.early, passport_text=None, now=town.now))
        text = town.home.command(lambda s: passport_service.general(s, berta, town.now).text)
        town.host.command(lambda s: desk.walk_in(s, passport_text=text, part=Part.DAY, now=town.now))
        # Free in the evening of the day before, late and charged by night: the time counts, not when it is told again.
        town.clock.advance(3 * HOUR)
        town.home.command(lambda s: trips.cancel(s, member_id=ada.id, booking_id=self.later, now=town.now))
        town.clock.advance(5 * HOUR)
        town.network.sync()


def settle(town: Guests) -> None:
    """A few minutes in which everybody works."""
    for _ in range(4):
        town.clock.advance(MINUTE)
        town.hub.work()
        town.network.sync()


def test_a_day_that_the_hub_forgot_is_told_again_and_comes_out_the_same(guests: Guests, tmp_path: Path) -> None:
    day, hub = TradingDay(guests), guests.hub
    day.morning()
    file = back_up(hub, tmp_path / "morning")
    day.day()
    before, balance = day.states(), hub.look(ledger.trial_balance)
    assert before[day.refused] == before[day.unpaid] == BookingState.REFUSED
    assert before[day.second] == BookingState.CONFIRMED
    put_back(hub, file)
    # Who asks meanwhile is neither sold anything nor refused: it waits.
    asked = guests.book(on=day.tomorrow + 5 * DAY, member=day.people[1])
    assert day.states()[asked] == BookingState.REQUESTED
    guests.home.sync()
    hub.work()
    assert hub.look(recovery.recovering_since) is not None
    settle(guests)
    assert hub.look(recovery.recovering_since) is None
    assert {booking: state for booking, state in day.states().items() if booking != asked} == before
    assert day.states()[asked] == BookingState.CONFIRMED
    guests.home.command(lambda s: trips.cancel(s, member_id=day.people[1].id, booking_id=asked, now=guests.now))
    settle(guests)
    assert hub.look(ledger.trial_balance) == balance
    assert invariants.always(guests.network) == []
    assert invariants.at_rest(guests.network) == []
    assert hub.look(recovery.calls) == []


def test_who_is_away_is_waited_for_an_hour_and_honoured_as_far_as_there_is_room(guests: Guests, tmp_path: Path) -> None:
    hub, day = guests.hub, TradingDay(guests)
    day.morning()
    file = back_up(hub, tmp_path / "morning")
    guests.clock.advance(10 * MINUTE)
    kept = guests.booked(on=day.tomorrow + DAY)
    put_back(hub, file)
    guests.host.sync()
    hub.work()
    guests.clock.advance(HOUR - MINUTE)
    hub.work()
    assert hub.look(recovery.recovering_since) is not None
    guests.clock.advance(2 * MINUTE)
    hub.work()
    assert hub.look(recovery.recovering_since) is None
    settle(guests)
    held = hub.look(lambda s: s.get(Booking, kept))
    assert held is not None
    assert (held.state, day.states()[kept]) == (BookingState.CONFIRMED, BookingState.CONFIRMED)
    assert invariants.at_rest(guests.network) == []
