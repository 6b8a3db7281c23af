"""One event, its sessions and seats, and whether this space's people may see it."""

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from shared.protocol.states import EventState, Reach
from space_node.calendar.errors import EventUnknown
from space_node.calendar.models import MirrorEvent, MirrorHolder, MirrorSeats, MirrorSession
from space_node.uplink import queries as uplink

OPEN_REACHES = (Reach.NETWORK, Reach.PUBLIC)


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
    wanted = select(MirrorEvent).where(MirrorEvent.id == event_id, MirrorEvent.removed.is_(False))
    found = session.scalar(wanted if everything else wanted.where(open_to_our_people(session)))
    if found is None:
        raise EventUnknown
    return found


def require_public(session: Session, event_id: str) -> MirrorEvent:
    """An event that anybody may see. Raises EventUnknown."""
    found = session.scalar(select(MirrorEvent).where(MirrorEvent.id == event_id, anybodys()))
    if found is None:
        raise EventUnknown
    return found


def anybodys() -> ColumnElement[bool]:
    """Which events need no sign-in to be seen."""
    return and_(MirrorEvent.removed.is_(False), MirrorEvent.state != EventState.DRAFT, MirrorEvent.reach == Reach.PUBLIC)


def open_to_our_people(session: Session) -> ColumnElement[bool]:
    """Which events members of this space may see and take part in (an invitation to hold one together opens it to nobody yet)."""
    own = uplink.identity(session)
    ours = [own.slug] if own else []
    return and_(
        MirrorEvent.removed.is_(False),
        MirrorEvent.state != EventState.DRAFT,
        or_(
            MirrorEvent.reach.in_(OPEN_REACHES),
            _held_by(ours),
            and_(MirrorEvent.reach == Reach.TWINS, _held_by(uplink.partners(session))),
        ),
    )


def _held_by(spaces: list[str]) -> ColumnElement[bool]:
    return exists().where(MirrorHolder.event_id == MirrorEvent.id, MirrorHolder.space.in_(spaces))
