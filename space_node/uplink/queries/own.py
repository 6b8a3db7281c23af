"""What this node knows of itself in its network, and how it stands with the hub."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.messaging.outbox import OutboxState, outbox_oldest_at
from shared.messaging.rules import SPACE_NOT_ACTIVE
from space_node.db import Outbox, ParkedItem
from space_node.uplink.errors import NotJoined
from space_node.uplink.models import THE_ONE, Identity, OwnRev

Own = Identity


@dataclass(frozen=True)
class HubContact:
    """How it stands with the hub: when it last answered, what was wrong since, and what waits."""

    last_ok_at: dt.datetime | None
    last_fault: str | None
    last_fault_at: dt.datetime | None
    skew_seconds: int | None
    waiting_count: int
    held_count: int
    parked_count: int
    oldest_waiting_at: dt.datetime | None


def identity(session: Session) -> Own | None:
    """This space in its network, or None for a node that has never applied."""
    return session.get(Identity, THE_ONE)


def require_identity(session: Session) -> Own:
    """This space in its network. Raises NotJoined."""
    found = identity(session)
    if found is None:
        raise NotJoined
    return found


def own_slug(session: Session) -> str:
    """This space's short name. Raises NotJoined."""
    return require_identity(session).slug


def own_profile(session: Session) -> dict[str, Any]:
    """What this space shows its twins, in the form of `shared.protocol.spaces.Profile`. Raises NotJoined."""
    return require_identity(session).profile


def own_zone(session: Session) -> str:
    """This space's time zone; UTC before it has joined."""
    found = identity(session)
    return "UTC" if found is None else str(found.profile["zone"])


def epoch(session: Session) -> int:
    """The hub's present epoch, in which its answers to commands count; answers carry a rev alone."""
    found = identity(session)
    return 0 if found is None else found.epoch


def last_rev(session: Session, name: str) -> int:
    """The last rev given to one of this space's own states ("profile", "keys", "availability", "status-list"), 0 for none."""
    found = session.get(OwnRev, name)
    return 0 if found is None else found.rev


def hub_contact(session: Session) -> HubContact:
    """How it stands with the hub."""
    own = identity(session)
    counts = dict(session.execute(select(Outbox.state, func.count()).group_by(Outbox.state)).tuples().all())
    held = select(func.count()).where(Outbox.state == OutboxState.WAITING, Outbox.problem_slug == SPACE_NOT_ACTIVE)
    news = session.scalar(select(func.count()).select_from(ParkedItem)) or 0
    return HubContact(
        last_ok_at=own.last_ok_at if own else None,
        last_fault=own.last_fault if own else None,
        last_fault_at=own.last_fault_at if own else None,
        skew_seconds=own.skew_seconds if own else None,
        waiting_count=counts.get(OutboxState.WAITING, 0),
        held_count=session.scalar(held) or 0,
        parked_count=counts.get(OutboxState.PARKED, 0) + news,
        oldest_waiting_at=outbox_oldest_at(session, Outbox),
    )


def parked_messages(session: Session) -> list[Outbox]:
    """The commands that the hub refused, oldest first."""
    return list(session.scalars(select(Outbox).where(Outbox.state == OutboxState.PARKED).order_by(Outbox.id)))


def parked_news(session: Session) -> list[ParkedItem]:
    """The news that could not be taken in, oldest first."""
    return list(session.scalars(select(ParkedItem).order_by(ParkedItem.id)))
