"""Briefs end with what they are about."""

import datetime as dt

from sqlalchemy import update
from sqlalchemy.orm import Session

from federation.briefs.models import SeatBrief
from federation.rsvps import queries as seats
from shared.messaging.reconcile import Reconciler


def forget(session: Session, now: dt.datetime) -> int:
    """Erase sealed briefs 30 days after the session."""
    briefs = update(SeatBrief).where(SeatBrief.session_id.in_(seats.long_over(now)), SeatBrief.box.is_not(None))
    return len(session.scalars(briefs.values(box=None).returning(SeatBrief.home)).all())


RECONCILERS = (Reconciler("forget briefs", 3_600, forget),)
