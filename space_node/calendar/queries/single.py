"""One event, its sessions and seats, and whether this space's people may see it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.protocol.states import Reach
from space_node.calendar import rules
from space_node.calendar.errors import EventUnknown
from space_node.calendar.models import MirrorEvent, MirrorHolder, MirrorSeats, MirrorSession
from space_node.calendar.rules import Shown
from space_node.uplink import queries as uplink


def event(session: Session, event_id: str) -> MirrorEvent | None:
    """What is known of an event, whoever may see it; None for one that is gone."""
    found = session.get(MirrorEvent, event_id)
    return None if found is None or found.removed else found


def session(session: Session, session_id: str) -> MirrorSession | None:
    """What is known of a session; None for one of an event that is gone."""
    return session.get(MirrorSession, session_id)


def seats(session: Session, session_id: str) -> MirrorSeats | None:
    """The seats of a session as the hub last counted them."""
    return session.get(MirrorSeats, session_id)


def sessions_of(session: Session, event_id: str) -> list[MirrorSession]:
    """The sessions of an event, in the order in which they start."""
    wanted = select(MirrorSession).where(MirrorSession.event_id == event_id)
    return list(session.scalars(wanted.order_by(MirrorSession.starts_at, MirrorSession.id)))


def seats_of(session: Session, event_id: str) -> dict[str, MirrorSeats]:
    """The seats of an event's sessions, by the session's id."""
    ours = select(MirrorSession.id).where(MirrorSession.event_id == event_id)
    return {row.session_id: row for row in session.scalars(select(MirrorSeats).where(MirrorSeats.session_id.in_(ours)))}


def holders(session: Session, event_id: str) -> list[str]:
    """The spaces that hold an event: its lead and the co-hosts that have accepted."""
    return list(session.scalars(select(MirrorHolder.space).where(MirrorHolder.event_id == event_id)))


def require_event(session: Session, event_id: str, *, everything: bool = False) -> MirrorEvent:
    """An event that this space's people may see, or (for who runs the space) also one to which it is only invited.

    Raises EventUnknown.
    """
    found = event(session, event_id)
    if found is None or not (everything or _is_open(session, found)):
        raise EventUnknown
    return found


def require_public(session: Session, event_id: str) -> MirrorEvent:
    """An event that anybody may see. Raises EventUnknown."""
    found = event(session, event_id)
    if found is None or found.reach != Reach.PUBLIC:
        raise EventUnknown
    return found


def _is_open(session: Session, found: MirrorEvent) -> bool:
    own = uplink.identity(session)
    slug, twins = own.slug if own else None, uplink.partners(session)
    shown_to = rules.shown_to(reach=found.reach, holders=holders(session, found.id), own=slug, twins=twins)
    return shown_to != Shown.NOBODY
