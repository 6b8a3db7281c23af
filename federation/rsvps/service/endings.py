"""What time does with RSVPs: offers end, queues end at the start, and after the session it is settled who had come."""

import datetime as dt

from sqlalchemy.orm import Session

from federation.rsvps import queries, rules
from federation.rsvps.service import payments, seats
from federation.rsvps.service.changes import leave
from federation.rsvps.service.news import change, publish_seats
from shared.protocol.states import RsvpOrigin, RsvpReason, RsvpState, SessionState

TOLD_AT_ONCE = 100


def tell_seats(session: Session, session_id: str, *, now: dt.datetime) -> bool:
    """Tell what is left of the seats of a session, where nobody has told it meanwhile; whether that was so."""
    seat = queries.lock(session, session_id)
    if is_due := not seat.is_told:
        publish_seats(session, seat, now=now)
    return is_due


def expire_offers(session: Session, session_id: str, *, now: dt.datetime) -> bool:
    """End the offers of a session that are over by now, first come first; whether there were any."""
    seat = queries.lock(session, session_id)
    offered = queries.of_session(session, session_id, RsvpState.OFFERED)
    found = [one for one in offered if rules.offer_is_over(one.offer_expires_at, starts_at=seat.starts_at, now=now)]
    for rsvp in sorted(found, key=lambda one: (one.queue_at, one.id)):
        leave(session, seat, rsvp, RsvpState.OFFER_EXPIRED, now=now)
    return bool(found)


def end_queue(session: Session, session_id: str, *, now: dt.datetime) -> bool:
    """Tell those who still wait at the start that it was full, or that nobody has let them in."""
    seat = queries.lock(session, session_id)
    if seat.state != SessionState.SCHEDULED or now < seat.starts_at:
        return False
    found = queries.of_session(session, session_id, RsvpState.WAITLISTED, RsvpState.PENDING)
    for rsvp in found:
        reason = RsvpReason.NOT_APPROVED if rsvp.state == RsvpState.PENDING else RsvpReason.FULL
        seats.give_back(session, seat, rsvp)
        rsvp.state, rsvp.reason = RsvpState.REFUSED, reason
        change(session, rsvp, now=now)
    return bool(found)


def settle(session: Session, session_id: str, *, now: dt.datetime) -> bool:
    """Decide who came, and have everybody who had a seat pay: not coming costs what coming does.

    Where the host has marked anybody, the others did not come; where it has marked nobody, all did.
    """
    seat = queries.lock(session, session_id)
    if seat.settled_at is not None or now < seat.ends_at + rules.SETTLED_AFTER:
        return False
    seated = queries.of_session(session, session_id, *rules.SEATED)
    was_marked = any(one.state == RsvpState.ATTENDED for one in seated)
    for rsvp in seated:
        if rsvp.state == RsvpState.CONFIRMED:
            stayed_away = was_marked and rsvp.origin == RsvpOrigin.HOME
            rsvp.state = RsvpState.NO_SHOW if stayed_away else RsvpState.ATTENDED
        rsvp.reason = None
        payments.settle(session, rsvp, paid=True, now=now)
        change(session, rsvp, now=now)
    seat.settled_at = now
    seat.seats_moved()
    return True


def serve_queue(session: Session, session_id: str, *, now: dt.datetime) -> bool:
    """Serve who can have a seat by now, since a space is back or can pay, and tell others their new place; whether any moved."""
    seat = queries.lock(session, session_id)
    for name in rules.PoolName:
        seats.promote(session, seat, name, now=now)
    moved = [
        rsvp
        for name in rules.PoolName
        for place, rsvp in enumerate(queries.queue(session, seat.session_id, name), 1)
        if rsvp.told_place != place
    ]
    for rsvp in moved[:TOLD_AT_ONCE]:
        change(session, rsvp, now=now)
    return bool(moved)
