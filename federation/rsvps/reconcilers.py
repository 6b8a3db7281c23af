"""The timers of seats, all the hub's (DESIGN §9). Each takes session by session, as every change of seats does."""

import datetime as dt
import logging
from collections.abc import Callable
from functools import partial

from sqlalchemy import ColumnElement, Select, delete, or_, select, update
from sqlalchemy.orm import Session

from federation.db import db
from federation.rsvps import queries, rules
from federation.rsvps.models import Rsvp, SeatSession, WithdrawnRsvp
from federation.rsvps.service import endings
from shared.clock import Clock
from shared.logging import log_event
from shared.messaging.reconcile import Reconciler, repair_alone, repair_each
from shared.protocol.states import RsvpState, SessionState

BATCH, FAULT = 50, "seats.not_repaired"
_log = logging.getLogger(__name__)


def tell_seats(clock: Clock) -> int:
    """Tell of seats that moved."""
    moved = select(SeatSession.session_id).where(SeatSession.is_told.is_(False)).order_by(SeatSession.session_id)
    return repair_alone(db, moved, partial(endings.tell_seats, now=clock.now()), fault=FAULT)


def serve_queues(clock: Clock) -> int:
    """Serve who waits and can have a seat by now, and tell who has moved; in all queues, since none ends by being looked at."""
    to_come = or_(SeatSession.starts_at > clock.now(), SeatSession.state == SessionState.POSTPONED)
    waited_for = _sessions(Rsvp.state == RsvpState.WAITLISTED, to_come)
    return repair_alone(db, waited_for, partial(endings.serve_queue, now=clock.now()), fault=FAULT)


def expire_offers(session: Session, now: dt.datetime) -> int:
    """End offers that nobody took in time, and offer the seats to the next."""
    over = or_(Rsvp.offer_expires_at <= now, SeatSession.starts_at <= now)
    return _each(session, _sessions(Rsvp.state == RsvpState.OFFERED, over), endings.expire_offers, now)


def end_queues(session: Session, now: dt.datetime) -> int:
    """Tell who still waits at the start of a session that it was full."""
    waits = Rsvp.state.in_((RsvpState.WAITLISTED, RsvpState.PENDING))
    begun = (SeatSession.starts_at <= now, SeatSession.state == SessionState.SCHEDULED)
    return _each(session, _sessions(waits, *begun), endings.end_queue, now)


def settle_sessions(session: Session, now: dt.datetime) -> int:
    """Decide who came to sessions that are over, and have their seats paid."""
    over = (SeatSession.settled_at.is_(None), SeatSession.ends_at <= now - rules.SETTLED_AFTER)
    wanted = select(SeatSession.session_id).where(*over, SeatSession.state != SessionState.POSTPONED)
    return _each(session, wanted.order_by(SeatSession.session_id), endings.settle, now)


def forget(session: Session, now: dt.datetime) -> int:
    """Erase sealed cards and feedback 30 days after the session, and old withdrawals."""
    sealed = or_(Rsvp.card.is_not(None), Rsvp.feedback.is_not(None))
    boxes = update(Rsvp).where(Rsvp.session_id.in_(queries.long_over(now)), sealed)
    count = len(session.scalars(boxes.values(card=None, feedback=None).returning(Rsvp.id)).all())
    gone = delete(WithdrawnRsvp).where(WithdrawnRsvp.at < now - queries.KEPT_IN_SNAPSHOT)
    return count + len(session.scalars(gone.returning(WithdrawnRsvp.id)).all())


def audit(session: Session, _now: dt.datetime) -> int:
    """Compare every counter with what it counts. Nothing is put right by itself: a difference is a fault to be found."""
    found = queries.miscounted(session)
    if found:
        log_event(_log, "seats.miscounted", level=logging.ERROR, count=len(found))
    return len(found)


def _sessions(*where: ColumnElement[bool]) -> Select[str]:
    wanted = select(SeatSession.session_id).join(Rsvp, Rsvp.session_id == SeatSession.session_id).where(*where)
    return wanted.distinct().order_by(SeatSession.session_id)


def _each(session: Session, found: Select[str], repair: Callable[..., bool], now: dt.datetime) -> int:
    return repair_each(session, session.scalars(found.limit(BATCH)).all(), partial(repair, now=now), fault=FAULT)


RECONCILERS = (
    Reconciler("expire offers", 5, expire_offers),
    Reconciler("end queues", 30, end_queues),
    Reconciler("settle sessions", 300, settle_sessions),
    Reconciler("forget sealed boxes", 3_600, forget),
    Reconciler("audit seats", 3_600, audit),
)
