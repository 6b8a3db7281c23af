"""A day of two twins whose hub or node will have forgotten it: what was said and done, and time for all to settle."""

import datetime as dt

from sqlalchemy import select

from shared.protocol.states import Part
from space_node.desks import service as desks
from space_node.passports import service as passport_service
from space_node.trips import service as trips
from space_node.trips.models import Trip
from space_node.visits import service as desk
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
