"""The way up: every slice's commands to the hub, and the revs of what this space is the authority of."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from shared.machine_session import ClockWrong, may_sign
from shared.messaging.errors import CatchingUp
from shared.messaging.outbox import enqueue
from space_node.db import Outbox
from space_node.uplink import queries
from space_node.uplink.models import OwnRev


def send(
    session: Session,
    *,
    kind: str,
    method: str,
    path: str,
    body: Mapping[str, Any],
    subject: str,
    now: dt.datetime,
    message_id: str | None = None,
) -> Outbox:
    """Write a command for the hub in the caller's transaction; it is sent right after the commit, and then until it is answered.

    `kind` names the handlers of its answer and of its refusal (space_node/wire.py); `path` is the hub's, from /fed/v1 on;
    `body` is JSON as it travels. Commands of one `subject` keep their order. A POST carries the row's `message_id` as its
    Idempotency-Key.
    """
    return enqueue(
        session, Outbox, kind=kind, method=method, path=path, body=body, subject=subject, now=now, message_id=message_id
    )


def next_rev(session: Session, name: str) -> int:
    """The next rev of one of this space's own states: "profile", "keys", "availability", "status-list".

    The row is locked until the commit: of two writers the later gets the higher. Raises KeyError for another name, CatchingUp.
    """
    if (own := queries.identity(session)) is not None and own.restored_at is not None:
        raise CatchingUp
    raised = update(OwnRev).where(OwnRev.name == name).values(rev=OwnRev.rev + 1).returning(OwnRev.rev)
    found = session.scalar(raised, execution_options={"synchronize_session": False})
    if found is None:
        raise KeyError(name)
    return found


def lift_rev(session: Session, name: str, rev: int) -> None:
    """Never give a rev that the hub holds already: a node restored from a backup goes on above it."""
    lower = update(OwnRev).where(OwnRev.name == name, OwnRev.rev < rev).values(rev=rev)
    session.execute(lower, execution_options={"synchronize_session": False})


def require_clock(session: Session) -> None:
    """Sign nothing while this machine's clock is more than five minutes off the hub's. Raises ClockWrong or NotJoined."""
    skew_seconds = queries.require_identity(session).skew_seconds
    if not may_sign(skew_seconds):
        raise ClockWrong(skew_seconds=skew_seconds)
