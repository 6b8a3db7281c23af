"""What people and workers do: each deed is drawn from the town's dice, and goes through the product's own services."""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sqlalchemy import select

from shared.ids import new_id
from shared.protocol.states import BookingState, LotKind, Part, SeatKind
from space_node.desks import service as desks
from space_node.members.models import Member
from space_node.passports import queries as passports
from space_node.passports import service as passport_service
from space_node.recovery import service as recovery
from space_node.rsvps import service as places
from space_node.rsvps.models import Rsvp
from space_node.rsvps.rules import OPEN_STATES, Pressed
from space_node.trips import service as trips
from space_node.trips.models import Trip
from space_node.uplink import queries as uplink
from space_node.uplink.service import exchange
from space_node.visits import service as desk
from space_node.visits.models import Visit
from space_node.wallet import service as wallet
from space_node.wallet.rules import Gift
from tests.support.guests import HOME, HOST
from tests.support.simulation.town import DAY, HOUR, WHEN, Town

PARTS = (Part.DAY, Part.MORNING, Part.AFTERNOON)
WAITS = (dt.timedelta(minutes=1), 20 * dt.timedelta(minutes=1), 4 * HOUR, DAY)


class People:
    """Members, desks, managers and workers of a town."""

    def __init__(self, town: Town) -> None:
        """They begin with nothing in mind."""
        self.town, self._forms = town, list[tuple[str, trips.Wanted]]()

    @property
    def deeds(self) -> Mapping[Callable[[], None], int]:
        """Everything that they do, and how often compared with the rest."""
        return {
            self.book: 6,
            self.send_the_form_again: 1,
            self.cancel: 3,
            self.receive: 5,
            self.cancel_as_host: 2,
            self.walk_in: 2,
            self.grant: 2,
            self.ask: 4,
            self.press: 5,
            self.change_the_seats: 1,
            self.change_the_desks: 2,
            self.deliver: 4,
            self.read_the_news: 6,
            self.repair: 3,
            self.the_hub_works: 5,
            self.time_passes: 4,
        }

    def book(self) -> None:
        """A member of the one space wants a desk at the other."""
        town = self.town
        member, on = town.dice.choice(town.guests_home), town.clock.now().date() + town.dice.choice((0, 0, 1, 2)) * DAY
        part = town.dice.choice(PARTS)
        terms = town.guests.home.look(lambda session: uplink.twinning_with(session, HOST))
        assert terms is not None
        wanted = trips.Wanted(
            request_id=new_id(),
            booking_id=new_id(),
            host=HOST,
            on=on,
            part=part,
            terms_version=terms.version,
            price_credits=terms.price(HOST, part),
        )
        self._forms.append((member.id, wanted))
        town.watch.asked[wanted.booking_id] = member.id
        self._send(member.id, wanted)

    def send_the_form_again(self) -> None:
        """Somebody goes back in the browser and presses once more."""
        if self._forms:
            self._send(*self.town.dice.choice(self._forms))

    def cancel(self) -> None:
        """A member gives a desk back, and maybe its host puts the member off in the same moment."""
        trip = self._one_of(HOME, Trip, Trip.booking_id, Trip.state == BookingState.CONFIRMED)
        if trip is not None:
            self.town.watch.called_off.add(trip.booking_id)
            self._command(HOME, trips.cancel, member_id=trip.member_id, booking_id=trip.booking_id)
            if self.town.dice.random() < 0.5:
                self._command(HOST, desk.cancel, booking_id=trip.booking_id)

    def receive(self) -> None:
        """The desk checks a guest of today in, by the pass or by name."""
        today = self.town.guests.today
        visit = self._one_of(HOST, Visit, Visit.booking_id, Visit.state == BookingState.CONFIRMED, Visit.on == today)
        if visit is not None:
            text = self._pass_of(visit.booking_id) if self.town.dice.random() < 0.5 else None
            self.town.watch.received.add(visit.booking_id)
            self._command(HOST, desk.check_in, booking_id=visit.booking_id, passport_text=text)

    def cancel_as_host(self) -> None:
        """The desk has to put a guest off."""
        visit = self._one_of(HOST, Visit, Visit.booking_id, Visit.state == BookingState.CONFIRMED)
        if visit is not None:
            self.town.watch.called_off.add(visit.booking_id)
            self._command(HOST, desk.cancel, booking_id=visit.booking_id)

    def walk_in(self) -> None:
        """Somebody comes without having booked."""
        town, member = self.town, self.town.dice.choice(self.town.guests_home)
        part, shown = town.dice.choice(PARTS), list[str]()

        def show() -> None:
            shown.append(
                town.guests.home.command(
                    lambda s: passport_service.general(s, s.get_one(Member, member.id), _now(town, HOME)).text
                )
            )

        town.attempt(HOME, show)
        for text in shown:
            town.watch.walked_in.add(member.id)
            self._command(HOST, desk.walk_in, passport_text=text, part=part)

    def grant(self) -> None:
        """A manager gives a member credits, maybe with a double click."""
        town = self.town
        member, credits, today = town.dice.choice(town.guests_home), town.dice.randint(1, 300), town.clock.now().date()
        gift = Gift(credits=credits, kind=LotKind.PLAN, valid_from=today, expires_on=today + 60 * DAY)
        grant_id = new_id()
        town.watch.granted[grant_id] = credits
        for _ in range(town.dice.choice((1, 1, 2))):
            self._command(HOME, wallet.grant, grant_id=grant_id, member_id=member.id, gift=gift)

    def ask(self) -> None:
        """A member asks for a place at an evening, and may think better of it in the same breath."""
        town, dice = self.town, self.town.dice
        slug, member = dice.choice(town.people)
        at = dice.choice((0, 1))
        wanted = places.Wanted(
            rsvp_id=new_id(),
            session_id=town.evenings[at].session_id,
            kind=SeatKind.IN_PERSON,
            party=dice.choice((1, 1, 1, 2)),
            take_at_once=dice.random() < 0.5,
            price_credits=town.prices[at],
        )
        town.watch.asked[wanted.rsvp_id] = member.id
        self._command(slug, places.ask, member_id=member.id, wanted=wanted)
        if dice.random() < 0.4:
            self._press(slug, Pressed.CANCEL, member.id, wanted.rsvp_id)

    def press(self) -> None:
        """A member gives a place back, takes an offer or leaves it; also before the request has got through."""
        dice, slug = self.town.dice, self.town.dice.choice((HOME, HOST))
        pressed = dice.choice((Pressed.CANCEL, Pressed.CANCEL, Pressed.ACCEPT, Pressed.DECLINE))
        place = self._one_of(slug, Rsvp, Rsvp.id, Rsvp.state.in_(OPEN_STATES))
        if place is not None:
            self._press(slug, pressed, place.member_id, place.id)

    def change_the_seats(self) -> None:
        """A host puts more chairs out, or fewer."""
        at, seats = self.town.dice.choice((0, 1)), self.town.dice.randint(1, 4)
        plan = partial(self.town.evenings[at].plan, seats_in_person=seats, price_credits=self.town.prices[at], **WHEN)
        self.town.attempt(HOST, plan)

    def change_the_desks(self) -> None:
        """A host offers more desks, or fewer."""
        morning, afternoon = self.town.dice.randrange(3), self.town.dice.randrange(3)
        self.town.watch.desks_most = max(self.town.watch.desks_most, morning, afternoon)
        self._command(HOST, desks.set_weekdays, seats=dict.fromkeys(range(7), (morning, afternoon)))

    def deliver(self) -> None:
        """A node sends what waits."""
        self._work(exchange.deliver)

    def read_the_news(self) -> None:
        """A node asks for news, and tells again what is to be told again."""
        self._work(exchange.poll)
        self._work(recovery.tell_again)

    def repair(self) -> None:
        """A node's repairs run."""
        slug = self._somewhere()
        self.town.attempt(slug, partial(self.town.nodes[slug].do, exchange.fetch_lists))
        self.town.attempt(slug, self.town.nodes[slug].repair)

    def the_hub_works(self) -> None:
        """The hub's worker does what is due."""
        self.town.attempt("hub", self.town.network.hub.tick)

    def time_passes(self) -> None:
        """Nobody does anything for a while."""
        self.town.clock.advance(self.town.dice.choice(WAITS))

    def _press(self, slug: str, pressed: Pressed, member_id: str, rsvp_id: str) -> None:
        if pressed is not Pressed.ACCEPT:
            self.town.watch.called_off.add(rsvp_id)
        self._command(slug, places.press, pressed, member_id=member_id, rsvp_id=rsvp_id)

    def _send(self, member_id: str, wanted: trips.Wanted) -> None:
        self._command(HOME, trips.request, member_id=member_id, wanted=wanted)

    def _work(self, work: Callable[[], Any]) -> None:
        slug = self._somewhere()
        self.town.attempt(slug, partial(self.town.nodes[slug].do, work))

    def _somewhere(self) -> str:
        return self.town.dice.choice((HOME, HOST))

    def _command(self, slug: str, service: Callable[..., Any], *args: Any, **values: Any) -> None:
        """What a page of a node does, with that machine's idea of the time."""
        town, node = self.town, self.town.nodes[slug]
        town.attempt(slug, lambda: node.command(lambda session: service(session, *args, **values, now=_now(town, slug))))

    def _one_of(self, slug: str, table: Any, key: Any, *where: Any) -> Any:
        """One of the rows that a page shows, if the machine runs and shows any."""
        if self.town.process(slug).is_dead:
            return None
        rows = self.town.nodes[slug].look(lambda session: list(session.scalars(select(table).where(*where).order_by(key))))
        return self.town.dice.choice(rows) if rows else None

    def _pass_of(self, booking_id: str) -> str | None:
        if self.town.process(HOME).is_dead:
            return None
        home = self.town.guests.home
        found = home.look(lambda session: passports.visit_pass_of(session, booking_id, _now(self.town, HOME)))
        return found.text if found else None


def _now(town: Town, slug: str) -> dt.datetime:
    return town.nodes[slug].clock.now()
