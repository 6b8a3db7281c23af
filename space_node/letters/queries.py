"""Reads about what guests of ours know of our sessions."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from space_node.calendar import queries as calendar
from space_node.letters import rules
from space_node.letters.models import ToldGuest


def sessions_to_ask_about(session: Session, now: dt.datetime) -> list[str]:
    """The sessions of which somebody should know something, and their home has had its time to read it."""
    rows = session.scalars(select(ToldGuest).where(ToldGuest.open_since.is_not(None)).order_by(ToldGuest.rsvp_id))
    return list(dict.fromkeys(row.session_id for row in rows if is_due(session, row, now)))


def open_guests(session: Session, session_id: str) -> list[str]:
    """The RSVPs of a session of which this is so, or will be soon."""
    wanted = select(ToldGuest.rsvp_id).where(ToldGuest.session_id == session_id, ToldGuest.open_since.is_not(None))
    return list(session.scalars(wanted.order_by(ToldGuest.rsvp_id)))


def is_due(session: Session, row: ToldGuest, now: dt.datetime) -> bool:
    """Whether their home has had its time: the sooner of when it was to start and when it does now counts."""
    found = calendar.session(session, row.session_id)
    starts = [at for at in (row.starts_at, found.starts_at if found else None) if at is not None]
    return row.open_since is not None and rules.is_due(open_since=row.open_since, starts_at=min(starts, default=now), now=now)
