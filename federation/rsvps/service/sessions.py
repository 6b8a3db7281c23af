"""What a session says about its seats, as the slice of events hands it over."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from federation.rsvps import queries, rules
from federation.rsvps.models import SeatPool, SeatSession
from federation.rsvps.rules import PoolName
from federation.rsvps.service import payments, seats
from federation.rsvps.service.news import change, publish_seats
from shared.protocol.states import SEAT_KINDS, Reach, RsvpState, SeatKind, SessionMode, SessionState

COPIED = (
    *("event_id", "host", "lead", "state", "zone", "starts_at", "ends_at", "opens_at", "closes_at", "reach"),
    *("waiting_list", "approval", "party_max", "price_credits"),
)


@dataclass(frozen=True, kw_only=True)
class SessionFacts:
    """All that decides who gets a seat. `seats_in_person` counts the door's own seats in; None is no limit.

    `managers` are the lead and the accepted co-hosts; `readers` who may see the event, ["*"] for everybody.
    """

    session_id: str
    event_id: str
    host: str
    lead: str
    managers: Sequence[str]
    readers: Sequence[str]
    reach: Reach
    state: SessionState
    zone: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    opens_at: dt.datetime | None
    closes_at: dt.datetime
    mode: SessionMode
    seats_in_person: int | None
    seats_remote: int | None
    door_seats: int
    waiting_list: bool
    approval: bool
    party_max: int
    price_credits: int

    @property
    def capacities(self) -> dict[PoolName, int | None]:
        """How many seats each open pool has."""
        in_person = self.seats_in_person
        at_desk = None if in_person is None else max(0, in_person - self.door_seats)
        door = self.door_seats if in_person is None else min(self.door_seats, in_person)
        found: dict[PoolName, int | None] = {}
        for kind in SEAT_KINDS[self.mode]:
            if kind is SeatKind.IN_PERSON:
                found |= {PoolName.IN_PERSON: at_desk, PoolName.DOOR: door}
            else:
                found[PoolName.REMOTE] = self.seats_remote
        return found


def set_session(session: Session, facts: SessionFacts, *, now: dt.datetime) -> None:
    """Keep what a session is now. More seats go to those who wait; fewer evict nobody; a cancelled one frees everybody."""
    seat = _kept(session, facts, now=now)
    _keep_pools(session, seat, facts)
    if facts.state == SessionState.CANCELLED:
        _cancel_all(session, seat, now=now)
    for name in PoolName:
        seats.promote(session, seat, name, now=now)
    publish_seats(session, seat, now=now)


def _kept(session: Session, facts: SessionFacts, *, now: dt.datetime) -> SeatSession:
    seat = session.get(SeatSession, facts.session_id, with_for_update={"key_share": True}, populate_existing=True)
    if seat is None:
        seat = SeatSession(session_id=facts.session_id, rev=0, is_told=False)
        session.add(seat)
    for name in COPIED:
        setattr(seat, name, getattr(facts, name))
    if now < seat.ends_at:
        seat.settled_at = None
    seat.managers, seat.readers = sorted(set(facts.managers)), sorted(set(facts.readers))
    session.flush()
    return seat


def _keep_pools(session: Session, seat: SeatSession, facts: SessionFacts) -> None:
    capacities = facts.capacities
    for name in PoolName:
        found = seat.pools.setdefault(name, SeatPool(name=name, taken=0, held=0))
        found.is_open, found.capacity = name in capacities, capacities.get(name, 0)
    session.flush()


def _cancel_all(session: Session, seat: SeatSession, *, now: dt.datetime) -> None:
    for rsvp in queries.of_session(session, seat.session_id, *rules.OPEN):
        seats.give_back(session, seat, rsvp)
        payments.settle(session, rsvp, paid=False, now=now)
        rsvp.state, rsvp.reason = RsvpState.SESSION_CANCELLED, None
        change(session, rsvp, now=now)
