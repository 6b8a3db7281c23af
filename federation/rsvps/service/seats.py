"""Taking seats and giving them back, and the one function by which anybody gets one (DESIGN §9).

Everything that moves seats holds the row of the session, so who is next is still next when the seat is taken. The counters are
taken from by a condition all the same: nothing that forgets the lock can sell a seat twice.
"""

import datetime as dt
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, inspect, or_, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from federation.rsvps import queries, rules
from federation.rsvps.models import Rsvp, SeatPool, SeatSession
from federation.rsvps.rules import PoolName, Waiting
from federation.rsvps.service import payments
from federation.rsvps.service.news import change
from shared.protocol.states import RsvpState, SessionState

_POOLS = cast("Table", inspect(SeatPool).local_table)
_COUNTERS = tuple(_POOLS.c[name] for name in ("taken", "held", "waiting"))
_BY = {counter: bindparam(f"by_{counter.key}", type_=counter.type) for counter in _COUNTERS}
_MOVE = (
    update(_POOLS)
    .where(_POOLS.c.session_id == bindparam("in_session"), _POOLS.c.name == bindparam("in_pool"))
    .values({counter: counter + by for counter, by in _BY.items()})
    .values(queued_until=func.coalesce(bindparam("until", type_=_POOLS.c.queued_until.type), _POOLS.c.queued_until))
    .returning(*_COUNTERS, _POOLS.c.queued_until)
)
_TAKEN_THEN = _POOLS.c.taken + _POOLS.c.held + _BY[_POOLS.c.taken] + _BY[_POOLS.c.held]
_MOVE_IF_ROOM = _MOVE.where(_POOLS.c.is_open.is_(True), or_(_POOLS.c.capacity.is_(None), _POOLS.c.capacity >= _TAKEN_THEN))


def promote(session: Session, seat: SeatSession, name: PoolName, *, now: dt.datetime, fresh: Rsvp | None = None) -> None:
    """Give what is free to those who wait, first come first: an offer, or a seat at once for who wanted that.

    `fresh` has just asked: at the end of the queue like anybody, but confirmed without being asked back. Who may not take
    part at present, or cannot pay, is passed over and keeps the place. After the start nobody waits any more.
    """
    pool, waiting = seat.pools[name], _waiting(session, seat, name, now=now, fresh=fresh)
    while waiting:
        entries = [Waiting(*(getattr(one, field) for field in Waiting._fields)) for one in waiting]
        choice = rules.choose(entries, free=pool.free, capacity=pool.capacity, now=now)
        if choice is None:
            return
        chosen = next(one for one in waiting if one.id == choice.id)
        told = chosen.reason
        served = _grant(session, seat, chosen, choice.party, is_in_queue=chosen is not fresh, now=now)
        for one in waiting:
            if served and one.id in choice.overtaken:
                one.skipped, one.first_skipped_at = one.skipped + 1, one.first_skipped_at or now
        if chosen is not fresh and (served or chosen.reason != told):
            change(session, chosen, now=now)
        waiting.remove(chosen)


def join_queue(session: Session, seat: SeatSession, rsvp: Rsvp) -> None:
    """Count somebody in who waits."""
    until = max(rsvp.queue_at, seat.pools[rsvp.pool].queued_until or rsvp.queue_at)
    _move(session, seat, rsvp.pool, waiting=1, until=until)


def take(session: Session, seat: SeatSession, name: PoolName, **by: Any) -> bool:
    """Count a party in, where there is room for it."""
    return _move(session, seat, name, if_room=True, **by)


def give_back(session: Session, seat: SeatSession, rsvp: Rsvp) -> None:
    """Count a party out again, by its state: of the queue, too."""
    if rsvp.state == RsvpState.OFFERED:
        _move(session, seat, rsvp.pool, held=-rsvp.party)
    elif rsvp.state in rules.SEATED:
        _move(session, seat, rsvp.pool, taken=-rsvp.party)
    elif rsvp.state == RsvpState.WAITLISTED:
        _move(session, seat, rsvp.pool, waiting=-1)


def confirm_offer(session: Session, seat: SeatSession, rsvp: Rsvp, *, now: dt.datetime) -> None:
    """Turn an offered seat into one that is taken and paid for; where that cannot be paid, note why."""
    rsvp.reason = payments.reserve(session, seat, rsvp, now=now)
    if rsvp.reason is None:
        _move(session, seat, rsvp.pool, held=-rsvp.party, taken=rsvp.party)
        rsvp.state, rsvp.confirmed_at, rsvp.offer_expires_at = RsvpState.CONFIRMED, now, None


def _waiting(session: Session, seat: SeatSession, name: PoolName, *, now: dt.datetime, fresh: Rsvp | None) -> list[Rsvp]:
    """Who may be served now, in order; who has just asked is in line without being kept yet."""
    if seat.state != SessionState.SCHEDULED or seat.pools[name].free == 0:
        return []
    newcomer = [fresh] if fresh else []
    if now >= seat.starts_at:
        return newcomer
    others = queries.queue(session, seat.session_id, name) if seat.pools[name].waiting else []
    may = queries.who_may_take_part(session, seat, {one.home for one in others}) if others else set()
    return sorted([*(one for one in others if one.home in may), *newcomer], key=lambda one: (one.queue_at, one.id))


def _grant(session: Session, seat: SeatSession, rsvp: Rsvp, party: int, *, is_in_queue: bool, now: dt.datetime) -> bool:
    """Give somebody a seat, or the offer of one; False, with the reason noted, for who cannot pay."""
    at_once = rsvp.take_at_once or not is_in_queue
    asked, rsvp.party = rsvp.party, party
    rsvp.reason = payments.reserve(session, seat, rsvp, now=now) if at_once else None
    if rsvp.reason is not None:
        rsvp.party = asked
        return False
    counted = take(session, seat, PoolName(rsvp.pool), **{"taken" if at_once else "held": party, "waiting": -int(is_in_queue)})
    assert counted, "the session's row is locked"
    if at_once:
        rsvp.state, rsvp.confirmed_at = RsvpState.CONFIRMED, now
    else:
        rsvp.state = RsvpState.OFFERED
        rsvp.offer_expires_at = rules.offer_expires(now=now, starts_at=seat.starts_at, zone=rsvp.zone)
    session.flush()
    return True


def _move(
    session: Session, seat: SeatSession, name: PoolName, *, if_room: bool = False, until: dt.datetime | None = None, **by: int
) -> bool:
    """Add to the counters of a pool; what the database has counted is what the pool at hand then says."""
    seat.seats_moved()
    values = {bound.key: by.get(counter.key, 0) for counter, bound in _BY.items()}
    about = {"in_session": seat.session_id, "in_pool": name, "until": until}
    counted = session.execute(_MOVE_IF_ROOM if if_room else _MOVE, {**about, **values}).one_or_none()
    for column, value in counted._mapping.items() if counted else ():
        set_committed_value(seat.pools[name], column, value)
    return counted is not None
