"""The durable queue of mail: a letter is a row, written in the transaction of what it tells.

A row waits, is claimed, is handed over, and is then sent or parked; `sending` tells why these are the steps. Once it is sent
its text is forgotten, since letters hold one-use links and people's days; the rest goes after a month.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column

from shared.db import Instant
from shared.errors import NotFound
from shared.ids import new_id, secret_token
from shared.mail import letters
from shared.mail.letters import Letter
from shared.mail.message import one_line
from shared.marking import N_
from shared.messaging.leases import past

EXTENSION = "twindesk-post-office"
RESTORED = "restored-from-backup"
KEPT = timedelta(days=30)
# Longer than a conversation with a server can take, all its timeouts together.
LEASE = timedelta(minutes=5)
_FARTHEST_LEASE = timedelta(minutes=10)
_FARTHEST_ATTEMPT = timedelta(hours=2)
_FRESH = {"populate_existing": True, "synchronize_session": False}


class MailState(StrEnum):
    """Where a mail stands. `handed`: its bytes go out, and what became of them is not known yet; `dropped`: never sent."""

    WAITING = "waiting"
    HANDED = "handed"
    SENT = "sent"
    PARKED = "parked"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Recipient:
    """Who gets a letter, and in which language they read."""

    address: str
    language: str


class MailMixin:
    """One mail to one person."""

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    recipient: Mapped[str] = mapped_column(sa.String(254))
    language: Mapped[str] = mapped_column(sa.String(8))
    subject: Mapped[str] = mapped_column(sa.String(200))
    plain: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    calendar: Mapped[str | None] = mapped_column(sa.Text)
    state: Mapped[str] = mapped_column(sa.String(8), default=MailState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(Instant)
    good_until: Mapped[datetime | None] = mapped_column(Instant)
    lease: Mapped[str | None] = mapped_column(sa.String(40))
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(sa.String(300))
    created_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)

    def __init__(self, **columns: Any) -> None:
        super().__init__(**columns)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        open_rows = sa.text("state IN ('waiting', 'handed')")
        return (
            sa.CheckConstraint("state IN ('waiting', 'handed', 'sent', 'parked', 'dropped')", name="state"),
            sa.Index(None, "next_attempt_at", sqlite_where=open_rows, postgresql_where=open_rows),
        )


Row = TypeVar("Row", bound=MailMixin)


class MailUnknown(NotFound):
    """No mail of this id is parked."""

    slug = "mail-unknown"
    title = N_("There is no such mail")
    sentence = N_("No mail with this id is parked.")


def is_on() -> bool:
    """Whether this service sends mail at all."""
    return EXTENSION in current_app.extensions


def post(
    session: Session,
    Mail: type[Row],
    to: Recipient,
    *,
    kind: str,
    write: Callable[[], Letter],
    now: datetime,
    good_until: datetime | None = None,
    pretend: bool = False,
    doubtful: bool = False,
) -> Row | None:
    """Write a letter in the caller's transaction and the reader's language; None where no mail is sent.

    After `good_until` it is not worth sending. One that only pretends is written with the same work, and never sent. One that
    is doubtful may have gone out before this database was restored: it is parked for a person to decide.
    """
    if not is_on():
        return None
    state = MailState.DROPPED if pretend else MailState.PARKED if doubtful else MailState.WAITING
    with force_locale(to.language):
        letter = write()
        row = Mail(
            id=new_id(now),
            kind=kind,
            recipient=to.address,
            language=to.language,
            subject=one_line(letter.subject),
            plain=letters.plain(letter),
            html=letters.html(letter, to.language),
            calendar=letter.calendar,
            state=state,
            reason=RESTORED if doubtful else None,
            attempts=0,
            next_attempt_at=now,
            good_until=good_until,
            created_at=now,
            settled_at=None if state is MailState.WAITING else now,
        )
    session.add(row)
    session.flush()
    return row


def parked(session: Session, Mail: type[Row]) -> list[Row]:
    """What could not be sent, or may not have been, oldest first."""
    return list(session.scalars(sa.select(Mail).where(Mail.state == MailState.PARKED).order_by(Mail.created_at, Mail.id)))


def put_off(session: Session, Mail: type[Row]) -> list[Row]:
    """What waits after an attempt that failed, oldest first."""
    waits = sa.select(Mail).where(Mail.state == MailState.WAITING, Mail.reason.is_not(None))
    return list(session.scalars(waits.order_by(Mail.created_at, Mail.id)))


def counts(session: Session, Mail: type[Row]) -> dict[str, int]:
    """How many mails wait and how many are parked."""
    wanted = (MailState.WAITING, MailState.PARKED)
    found = session.execute(sa.select(Mail.state, sa.func.count()).where(Mail.state.in_(wanted)).group_by(Mail.state)).all()
    have = {row[0]: row[1] for row in found}
    return {f"{state}_count": have.get(state, 0) for state in wanted}


def retry(session: Session, Mail: type[Row], mail_id: str, *, now: datetime) -> None:
    """Send a parked mail again, with the Message-ID that it had. Raises MailUnknown."""
    _unpark(session, Mail, mail_id, state=MailState.WAITING, attempts=0, reason=None, next_attempt_at=now, settled_at=None)


def discard(session: Session, Mail: type[Row], mail_id: str, *, now: datetime) -> None:
    """Give a parked mail up. Raises MailUnknown."""
    _unpark(session, Mail, mail_id, settled_at=now, **forgotten(MailState.DROPPED))


def purge(session: Session, Mail: type[Row], now: datetime) -> int:
    """Delete what was settled a month ago, a reconciler's work. Returns how many."""
    gone = sa.delete(Mail).where(Mail.settled_at < now - KEPT).returning(Mail.id)
    return len(session.scalars(gone, execution_options={"synchronize_session": False}).all())


def due_ids(session: Session, Mail: type[Row], *, now: datetime, limit: int) -> list[str]:
    """The mails that may be sent now, those that waited longest first."""
    due = sa.select(Mail.id).where(*_claimable(Mail, now), past(Mail.next_attempt_at, now, _FARTHEST_ATTEMPT))
    return list(session.scalars(due.order_by(Mail.next_attempt_at, Mail.id).limit(limit)))


def claim(session: Session, Mail: type[Row], mail_id: str, *, now: datetime) -> Row | None:
    """Lease a mail, apart from the session; None if somebody else has it."""
    mine = sa.update(Mail).where(Mail.id == mail_id, *_claimable(Mail, now))
    changed = mine.values(lease=secret_token(18), leased_until=now + LEASE, attempts=Mail.attempts + 1).returning(Mail)
    row = session.scalars(changed, execution_options=_FRESH).one_or_none()
    if row is not None:
        session.expunge(row)
    return row


def hand_over(session: Session, Mail: type[Row], row: Row) -> bool:
    """Note that the bytes go out now; False for who no longer holds the lease, and must not send them."""
    return _change(session, Mail, row, MailState.WAITING, state=MailState.HANDED)


def settle(session: Session, Mail: type[Row], row: Row, **values: Any) -> bool:
    """Write what became of a mail and end the lease; False, and nothing changed, for who no longer holds it."""
    return _change(session, Mail, row, MailState.WAITING, MailState.HANDED, lease=None, leased_until=None, **values)


def park_unanswered(session: Session, Mail: type[Row], *, reason: str, now: datetime) -> int:
    """Park what was handed over by somebody who never came back to say what became of it. Returns how many."""
    left = sa.update(Mail).where(Mail.state == MailState.HANDED, past(Mail.leased_until, now, _FARTHEST_LEASE))
    values = {"state": MailState.PARKED, "reason": reason, "settled_at": now, "lease": None, "leased_until": None}
    return len(session.scalars(left.values(**values).returning(Mail.id), execution_options=_FRESH).all())


def park_restored(session: Session, Mail: type[Row], *, now: datetime) -> None:
    """Park what waits in a database that comes from a backup: it may have gone out since the backup was made."""
    waits = sa.update(Mail).where(Mail.state.in_([MailState.WAITING, MailState.HANDED]))
    values = {"state": MailState.PARKED, "reason": RESTORED, "settled_at": now, "lease": None, "leased_until": None}
    session.execute(waits.values(**values), execution_options=_FRESH)


def forgotten(state: MailState) -> dict[str, Any]:
    """The values of a mail whose text nobody needs any more."""
    return {"state": state, "plain": "", "html": "", "calendar": None}


def _claimable(Mail: type[Row], now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return Mail.state == MailState.WAITING, sa.or_(Mail.lease.is_(None), past(Mail.leased_until, now, _FARTHEST_LEASE))


def _change(session: Session, Mail: type[Row], row: Row, *states: MailState, **values: Any) -> bool:
    mine = sa.update(Mail).where(Mail.id == row.id, Mail.lease == row.lease, Mail.state.in_(states)).values(**values)
    return session.scalar(mine.returning(Mail.id), execution_options=_FRESH) is not None


def _unpark(session: Session, Mail: type[Row], mail_id: str, **values: Any) -> None:
    changed = sa.update(Mail).where(Mail.id == mail_id, Mail.state == MailState.PARKED).values(**values)
    if session.scalar(changed.returning(Mail.id), execution_options=_FRESH) is None:
        raise MailUnknown
