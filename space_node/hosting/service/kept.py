"""What is kept of our own sessions beside the mirror, which forgets them in time; and the opening of what is sealed to us."""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from shared.constraints import added
from shared.errors import Invalid
from shared.keys import sealed
from shared.schemas import load
from space_node.calendar.queries import MirrorSession
from space_node.config import present_node
from space_node.hosting.models import HostedSession


def hosted_session(session: Session, at: MirrorSession) -> HostedSession:
    """What we keep of a session of ours, made when there is none; it remembers when the session ends."""
    found = session.get(HostedSession, at.id)
    if found is None:
        found = _made(session, HostedSession(session_id=at.id, ends_at=at.ends_at, door_taken=0, recap=""))
    if found.ends_at != at.ends_at:
        found.ends_at = at.ends_at
        session.flush()
    return found


def ended(session: Session, session_id: str) -> dt.datetime | None:
    """When a session ends, as far as we remember."""
    found = session.get(HostedSession, session_id)
    return None if found is None else found.ends_at


def opened(schema: Any, box: str, context: str, *, max_bytes: int = sealed.MAX_BOX_BYTES) -> dict[str, Any] | None:
    """What is in a box; None where it does not open, or holds what it should not."""
    try:
        keys = present_node().ring.private("encryption")
        return load(schema, sealed.open_box(box, key=keys, context=context, max_bytes=max_bytes))
    except Invalid:
        return None


def _made(session: Session, row: HostedSession) -> HostedSession:
    return row if added(session, row) else session.get_one(HostedSession, row.session_id, populate_existing=True)
