"""What home and host do with an RSVP: each step from a state that it does not fit changes nothing and answers what is."""

import datetime as dt

from sqlalchemy.orm import Session

from federation.rsvps import queries, rules
from federation.rsvps.errors import RsvpOver
from federation.rsvps.models import Rsvp, SeatSession, WithdrawnRsvp
from federation.rsvps.rules import PoolName
from federation.rsvps.service import payments, seats
from federation.rsvps.service.news import change
from federation.rsvps.service.requests import admit
from federation.spaces import queries as spaces
from shared.protocol.states import RsvpOrigin, RsvpReason, RsvpState, SeatKind, SessionState


def cancel(session: Session, *, rsvp_id: str, caller: str, now: dt.datetime, free: bool = False) -> Rsvp | None:
    """Cancel for home or host, and give the seat to the next. None where the request has not come yet, which is noted.

    Raises RsvpUnknown for somebody else's, RsvpOver once the session has ended.
    """
    spaces.lock(session, caller)
    if session.get(Rsvp, rsvp_id) is None:
        if session.get(WithdrawnRsvp, (rsvp_id, caller)) is None:
            session.add(WithdrawnRsvp(id=rsvp_id, home=caller, at=now))
        return None
    seat, rsvp = queries.locked(session, rsvp_id=rsvp_id, either=caller)
    if rsvp.state not in rules.OPEN | rules.SEATED:
        return rsvp
    is_dated = seat.state != SessionState.POSTPONED
    if rsvp.state not in rules.OPEN or (is_dated and now >= seat.ends_at):
        raise RsvpOver(state=str(rsvp.state))
    by_host = caller == rsvp.host and (caller != rsvp.home or rsvp.origin == RsvpOrigin.DOOR)
    is_late = rules.is_late(closes_at=seat.closes_at, starts_at=seat.starts_at, confirmed_at=rsvp.confirmed_at, now=now)
    payments.settle(session, rsvp, paid=is_dated and is_late and not (by_host or free), now=now)
    leave(session, seat, rsvp, RsvpState.CANCELLED_BY_HOST if by_host else RsvpState.CANCELLED_BY_MEMBER, now=now)
    return rsvp


def accept(session: Session, *, rsvp_id: str, home: str, now: dt.datetime) -> Rsvp:
    """Take an offered seat. At the very instant of its expiry it is gone, and the answer says so. Raises RsvpUnknown."""
    seat, rsvp = queries.locked(session, rsvp_id=rsvp_id, home=home)
    if rsvp.state != RsvpState.OFFERED:
        return rsvp
    if rules.offer_is_over(rsvp.offer_expires_at, starts_at=seat.starts_at, now=now):
        leave(session, seat, rsvp, RsvpState.OFFER_EXPIRED, now=now)
    else:
        seats.confirm_offer(session, seat, rsvp, now=now)
        change(session, rsvp, now=now)
    return rsvp


def decline(session: Session, *, rsvp_id: str, home: str, now: dt.datetime) -> Rsvp:
    """Give an offered seat up to the next. Raises RsvpUnknown."""
    seat, rsvp = queries.locked(session, rsvp_id=rsvp_id, home=home)
    if rsvp.state == RsvpState.OFFERED:
        leave(session, seat, rsvp, RsvpState.DECLINED, now=now)
    return rsvp


def switch(session: Session, *, rsvp_id: str, home: str, kind: SeatKind, now: dt.datetime) -> Rsvp:
    """Move to a seat of the other kind where one is free and nobody waits for it; else all stays, with the reason.

    Raises RsvpUnknown.
    """
    seat, rsvp = queries.locked(session, rsvp_id=rsvp_id, home=home)
    there, before = PoolName(kind), PoolName(rsvp.pool)
    if before in (there, PoolName.DOOR) or rsvp.state not in rules.OPEN:
        return rsvp
    if rsvp.state == RsvpState.PENDING:
        rsvp.pool = there
    elif not _move(session, seat, rsvp, there, now=now):
        rsvp.reason = rsvp.reason or RsvpReason.FULL
    change(session, rsvp, now=now)
    if rsvp.pool == there:
        seats.promote(session, seat, before, now=now)
    return rsvp


def decide(session: Session, *, rsvp_id: str, host: str, let_in: bool, now: dt.datetime) -> Rsvp:
    """Let somebody in who has asked, in the place in which that was, or refuse it. A full session has a waiting list.

    Raises RsvpUnknown.
    """
    seat, rsvp = queries.locked(session, rsvp_id=rsvp_id, host=host)
    if rsvp.state == RsvpState.PENDING:
        if let_in:
            admit(session, seat, rsvp, now=now)
        else:
            rsvp.state, rsvp.reason = RsvpState.REFUSED, RsvpReason.NOT_APPROVED
        change(session, rsvp, now=now)
        seat.seats_moved()
    return rsvp


def mark(session: Session, *, rsvp_id: str, host: str, came: bool, at: dt.datetime, now: dt.datetime) -> Rsvp:
    """Note that somebody came, or was marked by mistake. Raises RsvpUnknown, and RsvpOver for who has no seat."""
    seat, rsvp = queries.locked(session, rsvp_id=rsvp_id, host=host)
    if rsvp.state not in rules.SEATED:
        raise RsvpOver(state=str(rsvp.state))
    absent = RsvpState.NO_SHOW if seat.settled_at else RsvpState.CONFIRMED
    if (rsvp.state == RsvpState.ATTENDED) != came:
        rsvp.state, rsvp.checked_in_at = (RsvpState.ATTENDED, at) if came else (absent, None)
        change(session, rsvp, now=now)
        seat.seats_moved()
    return rsvp


def set_card(session: Session, *, rsvp_id: str, home: str, card: str, now: dt.datetime) -> Rsvp:
    """Put another sealed card in place of the first. Raises RsvpUnknown, and RsvpOver for an RSVP that has ended."""
    _seat, rsvp = queries.locked(session, rsvp_id=rsvp_id, home=home)
    if rsvp.state not in rules.OPEN | rules.SEATED:
        raise RsvpOver(state=str(rsvp.state))
    rsvp.card = card
    change(session, rsvp, now=now)
    return rsvp


def give_feedback(session: Session, *, rsvp_id: str, home: str, box: str, now: dt.datetime) -> Rsvp:
    """Keep what somebody who had a seat says afterwards, sealed to the host. Raises RsvpUnknown, RsvpOver."""
    seat, rsvp = queries.locked(session, rsvp_id=rsvp_id, home=home)
    if rsvp.state not in rules.SEATED or now < seat.starts_at:
        raise RsvpOver(state=str(rsvp.state))
    rsvp.feedback = box
    change(session, rsvp, now=now)
    return rsvp


def unlink(session: Session, rsvp: Rsvp, *, now: dt.datetime) -> None:
    """Forget whose seat this was; that it was taken, and its cost, stay. Of what was refused at once the host never heard."""
    rsvp.guest = rsvp.holder = rsvp.card = rsvp.feedback = None
    if (rsvp.state, rsvp.rev) != (RsvpState.REFUSED, 1):
        change(session, rsvp, now=now)


def leave(session: Session, seat: SeatSession, rsvp: Rsvp, state: RsvpState, *, now: dt.datetime) -> None:
    """End an RSVP; what that frees goes to the next in the same transaction. The caller holds the session."""
    seats.give_back(session, seat, rsvp)
    rsvp.state, rsvp.reason = state, None
    change(session, rsvp, now=now)
    seats.promote(session, seat, PoolName(rsvp.pool), now=now)
    seat.seats_moved()


def _move(session: Session, seat: SeatSession, rsvp: Rsvp, there: PoolName, *, now: dt.datetime) -> bool:
    """Take a free seat of the other pool, then free the own one, once."""
    pool = seat.pools[there]
    if pool.waiting or (pool.free is not None and pool.free < rsvp.party):
        return False
    if rsvp.state != RsvpState.CONFIRMED and (reason := payments.reserve(session, seat, rsvp, now=now)):
        rsvp.reason = reason
        return False
    seats.take(session, seat, there, taken=rsvp.party)
    seats.give_back(session, seat, rsvp)
    rsvp.pool, rsvp.state, rsvp.reason = there, RsvpState.CONFIRMED, None
    rsvp.confirmed_at, rsvp.offer_expires_at = rsvp.confirmed_at or now, None
    return True
