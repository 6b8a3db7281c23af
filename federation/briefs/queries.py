"""Reads about briefs."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.briefs.models import SeatBrief
from federation.rsvps.queries import SeatSession

State = tuple[str, str, int, dict[str, Any]]


def states(session: Session, caller: str) -> Iterator[State]:
    """The briefs for the caller's people, for its snapshot."""
    told = select(SeatBrief, SeatSession.host).join(SeatSession, SeatSession.session_id == SeatBrief.session_id)
    for brief, host in session.execute(told.where(SeatBrief.home == caller, SeatBrief.box.is_not(None))).all():
        yield "brief.updated", subject(brief), brief.rev, entry(brief, host)


def subject(brief: SeatBrief) -> str:
    """The subject under which a brief is published."""
    return f"brief/{brief.session_id}/{brief.home}"


def entry(brief: SeatBrief, host: str) -> dict[str, Any]:
    """The brief as its home gets it."""
    return {"session_id": brief.session_id, "host": host, "rev": brief.rev, "box": brief.box}
