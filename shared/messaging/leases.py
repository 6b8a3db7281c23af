"""Who may send a row now, and who may still settle it: conditional updates, alike on both engines (rule 3 of `delivery`)."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from shared.http import AddressRefused, PeerUnreachable
from shared.ids import secret_token
from shared.machine_session import ClockWrong
from shared.messaging.errors import SendFailed
from shared.messaging.outbox import OutboxState, Row
from shared.messaging.rules import AFTER_SILENCE_SECONDS, BACKOFF_CAP_SECONDS, SPACE_NOT_ACTIVE

LEASE = timedelta(seconds=30)
# Further ahead than we ever set an instant, so the clock has jumped back since: such a row must not wait for years.
_FARTHEST_LEASE = timedelta(minutes=2)
_FARTHEST_ATTEMPT = timedelta(hours=2)
_AFTER_SILENCE, _LONGEST_WAIT = timedelta(seconds=AFTER_SILENCE_SECONDS), timedelta(seconds=BACKOFF_CAP_SECONDS)
# Why a row waits for which nobody has asked it to wait.
_SILENCE = (PeerUnreachable.slug, AddressRefused.slug, ClockWrong.slug, SendFailed.slug)
_FRESH = {"populate_existing": True, "synchronize_session": False}


def due_ids(session: Session, Outbox: type[Row], *, now: datetime, limit: int) -> list[int]:
    """The rows that may be sent now, those that waited longest first, at most one of each subject."""
    due = sa.select(Outbox.id).where(*_claimable(Outbox, now), past(Outbox.next_attempt_at, now, _FARTHEST_ATTEMPT))
    return list(session.scalars(due.order_by(Outbox.next_attempt_at, Outbox.id).limit(limit)))


def claim_due(session: Session, Outbox: type[Row], row_id: int, *, now: datetime) -> Row | None:
    """Lease a row that is due, apart from the session; None if somebody else has it or its turn has passed."""
    return _claim(session, Outbox, row_id, now, *_claimable(Outbox, now), past(Outbox.next_attempt_at, now, _FARTHEST_ATTEMPT))


def claim_held(session: Session, Outbox: type[Row], row_id: int, lease: str, *, now: datetime) -> Row | None:
    """Lease a row anew for the holder of its lease; None if that was given away, or an earlier row of its subject waits."""
    return _claim(session, Outbox, row_id, now, Outbox.lease == lease, _first_of_subject(Outbox))


def claim_now(session: Session, Outbox: type[Row], row_id: int, *, now: datetime) -> Row | None:
    """Lease a waiting row before its time; None if somebody else has it, or an earlier row of its subject waits."""
    return _claim(session, Outbox, row_id, now, *_claimable(Outbox, now))


def settle(session: Session, Outbox: type[Row], row_id: int, lease: str, **values: Any) -> Row | None:
    """Write what became of the row and end the lease; None, and nothing changed, for who no longer holds it."""
    mine = sa.update(Outbox).where(Outbox.id == row_id, Outbox.lease == lease, Outbox.state == OutboxState.WAITING)
    changed = mine.values(lease=None, leased_until=None, **values).returning(Outbox)
    return session.scalars(changed, execution_options=_FRESH).one_or_none()


def bring_forward(session: Session, Outbox: type[Row], *, now: datetime) -> None:
    """Let what met silence go out at once, and what the hub put off when it asked for. What it holds keeps waiting.

    The first waits for seconds, the second for an hour at most; where it has longer to wait, a clock that was ahead has been set
    back since.
    """
    waiting, options = sa.update(Outbox).where(Outbox.state == OutboxState.WAITING), {"synchronize_session": False}
    late = waiting.where(Outbox.next_attempt_at > Outbox.earliest_at).values(next_attempt_at=Outbox.earliest_at)
    longest = sa.case(
        (sa.or_(Outbox.problem_slug.is_(None), Outbox.problem_slug.in_(_SILENCE)), now + _AFTER_SILENCE),
        (Outbox.problem_slug != SPACE_NOT_ACTIVE, now + _LONGEST_WAIT),
    )
    ahead = waiting.where(Outbox.earliest_at > longest)
    session.execute(late, execution_options=options)
    session.execute(ahead.values(next_attempt_at=now, earliest_at=now), execution_options=options)


def release_held(session: Session, Outbox: type[Row], *, now: datetime) -> None:
    """Let what was held for the space's standing be sent again."""
    held = sa.update(Outbox).where(Outbox.state == OutboxState.WAITING, Outbox.problem_slug == SPACE_NOT_ACTIVE)
    session.execute(held.values(next_attempt_at=now, earliest_at=now), execution_options={"synchronize_session": False})


def _claim(session: Session, Outbox: type[Row], row_id: int, now: datetime, *conditions: sa.ColumnElement[bool]) -> Row | None:
    statement = (
        sa.update(Outbox)
        .where(Outbox.id == row_id, Outbox.state == OutboxState.WAITING, *conditions)
        .values(lease=secret_token(18), leased_until=now + LEASE, attempts=Outbox.attempts + 1)
        .returning(Outbox)
    )
    row = session.scalars(statement, execution_options=_FRESH).one_or_none()
    if row is not None:
        # It is read while the message travels, when no transaction may be open: nothing about it may be loaded later.
        session.expunge(row)
    return row


def _claimable(Outbox: type[Row], now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    free = sa.or_(Outbox.lease.is_(None), past(Outbox.leased_until, now, _FARTHEST_LEASE))
    return Outbox.state == OutboxState.WAITING, free, _first_of_subject(Outbox)


def _first_of_subject(Outbox: type[Row]) -> sa.ColumnElement[bool]:
    earlier = aliased(Outbox)
    return ~sa.exists().where(earlier.subject == Outbox.subject, earlier.state == OutboxState.WAITING, earlier.id < Outbox.id)


def past(column: InstrumentedAttribute[Any], now: datetime, farthest: timedelta) -> sa.ColumnElement[bool]:
    return sa.or_(column <= now, column > now + farthest)
