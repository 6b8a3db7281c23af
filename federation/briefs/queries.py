"""Reads about briefs, and about who has not read what is new."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from federation.briefs.models import SeatBrief
from federation.db import Feed
from federation.rsvps.errors import SessionUnknown
from federation.rsvps.queries import Rsvp, SeatSession
from federation.spaces import queries as spaces
from shared.messaging.feed import NETWORK

State = tuple[str, str, int, dict[str, Any]]


def states(session: Session, caller: str) -> Iterator[State]:
    """The briefs for the caller's people, for its snapshot."""
    told = select(SeatBrief, SeatSession.host).join(SeatSession, SeatSession.session_id == SeatBrief.session_id)
    for brief, host in session.execute(told.where(SeatBrief.home == caller, SeatBrief.box.is_not(None))).all():
        yield "brief.updated", subject(brief), brief.rev, entry(brief, host)


def unheard(session: Session, *, session_id: str, host: str, now: dt.datetime) -> list[dict[str, Any]]:
    """The homes of those who come that have not read the last news of a session of this host's. Raises SessionUnknown.

    How far a home has read is what it has said itself.
    """
    seat = session.get(SeatSession, session_id)
    if seat is None or seat.host != host:
        raise SessionUnknown
    places: dict[str, list[str]] = {}
    for rsvp_id, home in session.execute(select(Rsvp.id, Rsvp.home).where(Rsvp.session_id == session_id, Rsvp.home != host)):
        places.setdefault(home, []).append(f"rsvp/{rsvp_id}")
    found = []
    for home in sorted(places):
        space = spaces.require(session, home)
        news = Feed.subject.in_((f"session/{session_id}", *places[home])), Feed.audience.in_((home, NETWORK))
        unread = select(Feed.id).where(*news, or_(Feed.seq.is_(None), Feed.seq > space.cursor_seq)).limit(1)
        if session.scalar(unread) is not None:
            quiet = None if space.last_seen_at is None else max(0, int((now - space.last_seen_at).total_seconds()))
            found.append({"home": home, "quiet_seconds": quiet})
    return found


def subject(brief: SeatBrief) -> str:
    """The subject under which a brief is published."""
    return f"brief/{brief.session_id}/{brief.home}"


def entry(brief: SeatBrief, host: str) -> dict[str, Any]:
    """The brief as its home gets it."""
    return {"session_id": brief.session_id, "host": host, "rev": brief.rev, "box": brief.box}
