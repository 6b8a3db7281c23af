"""The durable outbox: a command is a row, written in the transaction of the change that it tells of.

`enqueue` leases the row to the request that made it and has it sent right after the commit; what that does not settle is the
worker's (`delivery`). A refused row is parked: a manager retries or discards it, and nothing waits behind it.
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column

from shared.db import Instant, after_commit
from shared.ids import new_id, secret_token
from shared.loader import dump_json
from shared.messaging.errors import NotParked
from shared.messaging.scratch import of_transaction

BUDGET_SECONDS = 2.0
REQUEST_LEASE = timedelta(seconds=10)
KEPT = timedelta(days=90)
# The hub's `restored_to` is told by the hub's clock, ours may differ by what a node still signs with; sending more is harmless.
RESEND_MARGIN = timedelta(minutes=10)
RETOLD_AT_ONCE = 50
EXTENSION = "twindesk-outbox"


class OutboxState(StrEnum):
    """Where a row stands; `waiting` is the only state in which it is sent."""

    WAITING = "waiting"
    ANSWERED = "answered"
    PARKED = "parked"
    DISCARDED = "discarded"


class OutboxMixin:
    """The columns of an outbox. The order of ids is the order of sending within a subject."""

    id: Mapped[int] = mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)
    message_id: Mapped[str] = mapped_column(sa.String(36), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(60))
    method: Mapped[str] = mapped_column(sa.String(8))
    path: Mapped[str] = mapped_column(sa.String(300))
    body: Mapped[str] = mapped_column(sa.Text)
    content_type: Mapped[str] = mapped_column(sa.String(80), default="application/json")
    subject: Mapped[str] = mapped_column(sa.String(120))
    state: Mapped[str] = mapped_column(sa.String(10), default=OutboxState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(Instant)
    earliest_at: Mapped[datetime] = mapped_column(Instant)
    lease: Mapped[str | None] = mapped_column(sa.String(40))
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answer_status: Mapped[int | None]
    answer_body: Mapped[str | None] = mapped_column(sa.Text)
    answer_seal: Mapped[str | None] = mapped_column(sa.Text)
    problem_slug: Mapped[str | None] = mapped_column(sa.String(80))
    problem_detail: Mapped[str | None] = mapped_column(sa.Text)

    def __init__(self, **columns: Any) -> None:
        super().__init__(**columns)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        waiting = sa.text("state = 'waiting'")
        return (
            sa.CheckConstraint("state IN ('waiting', 'answered', 'parked', 'discarded')", name="state"),
            sa.Index(None, "next_attempt_at", sqlite_where=waiting, postgresql_where=waiting),
            sa.Index(None, "subject", "id", sqlite_where=waiting, postgresql_where=waiting),
            sa.Index(None, "state", "problem_slug"),
            {"sqlite_autoincrement": True},
        )


Row = TypeVar("Row", bound=OutboxMixin)


class Budget:
    """How much of the reader's time the immediate attempts of one commit may take, all together."""

    def __init__(self, seconds: float = BUDGET_SECONDS, monotonic: Callable[[], float] = time.monotonic) -> None:
        """The time runs from the first question on."""
        self._seconds, self._monotonic = seconds, monotonic
        self._until: float | None = None

    def left(self) -> float:
        """The seconds that are left, never below zero."""
        now = self._monotonic()
        if self._until is None:
            self._until = now + self._seconds
        return max(0.0, self._until - now)


class Deliverer(Protocol):
    """What sends a row right after the commit: a `Delivery`, as installed in the app."""

    def attempt_after_commit(self, row_id: int, lease: str, budget: Budget) -> None:
        """Send the row once, within what the budget has left; never raises a refusal."""
        ...


def enqueue(
    session: Session,
    Outbox: type[Row],
    *,
    kind: str,
    method: str,
    path: str,
    body: Mapping[str, Any] | str,
    subject: str,
    now: datetime,
    message_id: str | None = None,
    content_type: str = "application/json",
) -> Row:
    """Write a command in the caller's transaction, leased to it and sent right after the commit. A text body is sent as it is."""
    row = Outbox(
        message_id=message_id or new_id(now),
        kind=kind,
        method=method,
        path=path,
        body=body if isinstance(body, str) else dump_json(body).decode(),
        content_type=content_type,
        subject=subject,
        next_attempt_at=now,
        earliest_at=now,
        lease=secret_token(18),
        leased_until=now + REQUEST_LEASE,
        created_at=now,
    )
    session.add(row)
    session.flush()
    _send_after_commit(session, row)
    return row


def retry(session: Session, Outbox: type[Row], row_id: int, *, now: datetime) -> Row:
    """Send a parked row again, with the id and bytes it had. Raises NotParked."""
    row = _unpark(session, Outbox, row_id, OutboxState.WAITING)
    row.attempts, row.next_attempt_at, row.earliest_at = 0, now, now
    row.lease, row.leased_until = secret_token(18), now + REQUEST_LEASE
    session.flush()
    _send_after_commit(session, row)
    return row


def discard(session: Session, Outbox: type[Row], row_id: int) -> Row:
    """Give a parked row up; it stays readable for 90 days. Raises NotParked."""
    return _unpark(session, Outbox, row_id, OutboxState.DISCARDED)


def discard_settled(session: Session, Outbox: type[Row], **columns: str) -> None:
    """Give up the parked rows with these columns: what they were about has been settled in another way."""
    parked = sa.select(Outbox.id).where(Outbox.state == OutboxState.PARKED).filter_by(**columns)
    for row_id in session.scalars(parked).all():
        discard(session, Outbox, row_id)


def outbox_oldest_at(session: Session, Outbox: type[Row]) -> datetime | None:
    """Since when the oldest row waits for its answer; None for an outbox with nothing to send. Parked rows do not count."""
    return session.scalar(sa.select(sa.func.min(Outbox.created_at)).where(Outbox.state == OutboxState.WAITING))


def resend_since(session: Session, Outbox: type[Row], restored_to: datetime | None, *, now: datetime) -> int:
    """Let every row answered without a seal since then wait again, for a hub that lost those answers; None: every row kept.

    The old answer stays in the row until a new one comes. Returns how many.
    """
    changed = sa.update(Outbox).where(Outbox.state == OutboxState.ANSWERED, Outbox.answer_seal.is_(None))
    if restored_to is not None:
        changed = changed.where(Outbox.answered_at >= restored_to - RESEND_MARGIN)
    changed = changed.values(state=OutboxState.WAITING, attempts=0, next_attempt_at=now, earliest_at=now)
    return len(session.scalars(changed.returning(Outbox.id), execution_options={"synchronize_session": False}).all())


def sealed_since(
    session: Session, Outbox: type[Row], restored_to: datetime, *, behind: int, limit: int = RETOLD_AT_ONCE
) -> list[Row]:
    """The rows that were answered under a seal since then, in their order: what a hub that lost those answers is told again."""
    wanted = sa.select(Outbox).where(Outbox.state == OutboxState.ANSWERED, Outbox.answer_seal.is_not(None), Outbox.id > behind)
    rows = session.scalars(wanted.where(Outbox.answered_at >= restored_to - RESEND_MARGIN).order_by(Outbox.id).limit(limit)).all()
    for row in rows:
        session.expunge(row)
    return list(rows)


def purge_settled(session: Session, Outbox: type[Row], now: datetime) -> int:
    """Delete what was answered or discarded 90 days ago, a reconciler's work. Returns how many rows went."""
    settled_at = sa.func.coalesce(Outbox.answered_at, Outbox.created_at)
    gone = sa.delete(Outbox).where(Outbox.state.in_([OutboxState.ANSWERED, OutboxState.DISCARDED]), settled_at < now - KEPT)
    return len(session.scalars(gone.returning(Outbox.id), execution_options={"synchronize_session": False}).all())


def _unpark(session: Session, Outbox: type[Row], row_id: int, state: OutboxState) -> Row:
    changed = (
        sa.update(Outbox).where(Outbox.id == row_id, Outbox.state == OutboxState.PARKED).values(state=state).returning(Outbox)
    )
    options = {"populate_existing": True, "synchronize_session": False}
    row = session.scalars(changed, execution_options=options).one_or_none()
    if row is None:
        raise NotParked
    return row


def _send_after_commit(session: Session, row: OutboxMixin) -> None:
    budget = of_transaction(session, "twindesk-outbox-budget", Budget)
    after_commit(session, partial(_send_now, type(row), row.id, str(row.lease), budget))


def _send_now(Outbox: type[OutboxMixin], row_id: int, lease: str, budget: Budget) -> None:
    deliverers: dict[type[OutboxMixin], Deliverer] = current_app.extensions.get(EXTENSION, {})
    deliverer = deliverers.get(Outbox)
    # Without one (a command line that only writes) the lease runs out and the worker sends.
    if deliverer is not None:
        deliverer.attempt_after_commit(row_id, lease, budget)
