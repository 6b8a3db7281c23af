"""What is looked at after every step of a story, and at its end: the invariants, and what only who asked for it can know."""

from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.bookings.models import Booking, CommonSeats
from federation.credits.models import Lot
from federation.db import Answer, Feed, FeedCounter
from federation.rsvps.models import Rsvp, SeatSession
from federation.rsvps.rules import OPEN, SEATED
from federation.spaces import queries as spaces
from shared.messaging.feed import bounds
from shared.messaging.outbox import OutboxState
from shared.protocol.states import BookingState, Origin, RsvpOrigin, RsvpState, SessionState
from space_node.db import Outbox
from space_node.trips.models import Trip
from tests.support import invariants, seat_invariants
from tests.support.dying import Mortal, looked_at
from tests.support.node import Network
from tests.support.simulation.wire import Wire

CANCELLED = {BookingState.CANCELLED_BY_GUEST, BookingState.CANCELLED_BY_HOST}
LEFT = {RsvpState.CANCELLED_BY_MEMBER, RsvpState.CANCELLED_BY_HOST, RsvpState.DECLINED}
CANCELS = ("stay-cancel", "visit-cancel", "rsvp-cancel")


class Watch:
    """Everything that was ever wished for, and what the network may therefore have done."""

    def __init__(self, network: Network, wire: Wire, processes: Mapping[str, Mortal]) -> None:
        """What stands at the founding was wished for."""
        self._network, self._wire, self._processes = network, wire, processes
        self.called_off: set[str] = set()
        self.received: set[str] = set()
        self.walked_in: set[str] = set()
        self.granted: dict[str, int] = {}
        self.desks_most = 0
        # By whom: whoever walks in and has booked is checked in there.
        self.asked = dict.fromkeys(network.hub.look(lambda session: session.scalars(select(Rsvp.id)).all()), "")
        for node in network.nodes.values():
            self.asked |= {
                trip.booking_id: str(trip.member_id) for trip in node.look(lambda session: session.scalars(select(Trip)).all())
            }
        self._founded_lots = network.hub.look(lambda session: set(session.scalars(select(Lot.id))))
        self.hub_is_told_again = False
        self._seen_writes = -1
        self._numbered: dict[tuple[str, int | None], str] = {}
        self._waited: set[str] = set()
        self._served: set[str] = set()

    def now(self) -> list[str]:
        """What does not hold at this moment. Nothing is looked at twice while the hub has written nothing."""
        faults = list(self._wire.faults)
        writes = self._wire.hub.durable_writes
        if writes != self._seen_writes:
            self._seen_writes = writes
            with looked_at(*self._processes.values()):
                faults += invariants.counted(self._network) + seat_invariants.counted(self._network)
                if not self.hub_is_told_again:
                    faults += invariants.ahead(self._network) + seat_invariants.ahead(self._network)
                faults += self._network.hub.look(lambda session: list(self._at_hub(session)))
        return faults

    def at_rest(self) -> list[str]:
        """What nodes hold otherwise than the hub, though everything got through."""
        self._seen_writes, self.hub_is_told_again = -1, False
        failed = [f"the hub's repair fails: {name}" for name in self._network.hub.failed_repairs()]
        rest = [*invariants.at_rest(self._network), *seat_invariants.at_rest(self._network), *self._still_there()]
        return list(dict.fromkeys([*self.now(), *failed, *rest]))

    def _at_hub(self, session: Session) -> Iterator[str]:
        yield from self._renumbered(session)
        yield from self._unanswered(session)
        yield from self._unasked(session)
        yield from self._oversold(session)
        yield from self._too_soon(session)
        yield from self._unfair(session)

    def _renumbered(self, session: Session) -> Iterator[str]:
        """A number given in a life of the hub stays with what it was given to: who has read so far asks only for more."""
        epoch = bounds(session, FeedCounter).epoch
        for number, news in session.execute(select(Feed.seq, Feed.id)):
            if self._numbered.setdefault((epoch, number), news) != news:
                yield f"the number {number} of epoch {epoch} was given twice"

    def _unanswered(self, session: Session) -> Iterator[str]:
        """What was done for a request stands beside its answer: who asks again gets that, and it is not done again."""
        answered = set(session.scalars(select(Answer.key)))
        stays = {row.id if row.origin == Origin.WALK_IN else row.request_id for row in session.scalars(select(Booking))}
        places, grants = session.scalars(select(Rsvp.id)), session.scalars(select(Lot.id).where(Lot.parent_id.is_(None)))
        yield from (f"{one} was done, and is not answered" for one in sorted({*stays, *places, *grants} - answered))

    def _unasked(self, session: Session) -> Iterator[str]:
        """Nothing has happened to anybody's stay, place or credits that nobody asked for."""
        for stay in session.scalars(select(Booking).where(Booking.home.in_(self._network.nodes))):
            if stay.state in CANCELLED and stay.id not in self.called_off:
                yield f"nobody cancelled the stay {stay.id}"
            if stay.origin == Origin.BOOKING and stay.id not in self.asked:
                yield f"nobody asked for the stay {stay.id}"
            came = stay.id in self.received or self.asked.get(stay.id) in self.walked_in
            if stay.origin == Origin.BOOKING and stay.checked_in_at is not None and not came:
                yield f"nobody was received for the stay {stay.id}"
        for place in session.scalars(select(Rsvp).where(Rsvp.home.in_(self._network.nodes))):
            if place.origin == RsvpOrigin.HOME and place.id not in self.asked:
                yield f"nobody asked for the place {place.id}"
            if place.state in LEFT and place.id not in self.called_off:
                yield f"nobody gave the place {place.id} up"
        for lot in session.scalars(select(Lot).where(Lot.parent_id.is_(None), Lot.id.not_in(self._founded_lots))):
            if self.granted.get(lot.id) != lot.credits:
                yield f"nobody gave {lot.credits} credits as lot {lot.id}"

    def _oversold(self, session: Session) -> Iterator[str]:
        """No half day has more guests than were ever offered desks; a host who offers fewer puts nobody off."""
        for row in session.scalars(select(CommonSeats).where(CommonSeats.taken > self.desks_most)):
            yield f"{row.host} {row.on} {row.half}: {row.taken} desks are taken, and {self.desks_most} were offered"

    def _too_soon(self, session: Session) -> Iterator[str]:
        """Nobody is taken for absent whose coming is still on its way from the host."""
        absent = set(session.scalars(select(Booking.id).where(Booking.state == BookingState.NO_SHOW)))
        wanted = select(Outbox.subject).where(Outbox.kind == "check-in", Outbox.state == OutboxState.WAITING)
        for slug, node in self._network.nodes.items():
            waiting = set(node.look(lambda own: [subject.partition("/")[2] for subject in own.scalars(wanted)]))
            yield from (f"{stay} is a no-show, and {slug} is about to tell of the guest" for stay in sorted(absent & waiting))

    def _unfair(self, session: Session) -> Iterator[str]:
        """Who comes first is served first, and at once. Where there is a price, who cannot pay is passed over."""
        now, live = self._network.clock.now(), spaces.live_slugs(session)
        waiting_now: set[str] = set()
        free_of_charge = (SeatSession.state == SessionState.SCHEDULED, SeatSession.price_credits == 0)
        for seat in session.scalars(select(SeatSession).where(*free_of_charge)):
            rows = list(session.scalars(select(Rsvp).where(Rsvp.session_id == seat.session_id).order_by(Rsvp.queue_at, Rsvp.id)))
            for name, pool in seat.pools.items():
                here = [row for row in rows if row.pool == name]
                waiting = [row for row in here if row.state == RsvpState.WAITLISTED and row.home in live]
                waiting_now |= {row.id for row in waiting}
                fits = [row for row in waiting if pool.capacity is None or row.party <= pool.capacity]
                if now < seat.starts_at and fits and pool.free is not None and fits[0].party <= pool.free:
                    yield f"{fits[0].id} waits for {fits[0].party} seats, and {pool.free} are free"
                yield from self._overtaken(waiting, here)
        self._waited = waiting_now

    def _overtaken(self, waiting: list[Rsvp], here: list[Rsvp]) -> Iterator[str]:
        served = [row for row in here if row.state in SEATED | {RsvpState.OFFERED} and row.id not in self._served]
        self._served |= {row.id for row in served}
        for row in waiting:
            behind = [one.id for one in served if one.queue_at > row.queue_at and one.party >= row.party]
            if row.id in self._waited and behind:
                yield f"{behind[0]} was served before {row.id}, who had come first"

    def _still_there(self) -> Iterator[str]:
        """What was called off, and answered, stands no longer."""
        states = self._network.hub.look(
            lambda session: {
                **{row.id: row.state in OPEN for row in session.scalars(select(Rsvp))},
                **{row.id: row.state == BookingState.CONFIRMED for row in session.scalars(select(Booking))},
            }
        )
        wanted = select(Outbox.subject).where(Outbox.kind.in_(CANCELS), Outbox.state == OutboxState.ANSWERED)
        for slug, node in self._network.nodes.items():
            for subject in node.look(lambda own: list(own.scalars(wanted))):
                if states.get(subject.partition("/")[2]):
                    yield f"{slug} called {subject} off, and it stands"
