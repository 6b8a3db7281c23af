"""Sessions are rows: a sign-out, a new password or a lost account ends them at once, whatever cookies remain.

The cookie holds 256 random bits, the row their hash. Twelve hours after signing in, or two without a request, a
session is over.
"""

from datetime import datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Instant
from shared.ids import new_id, secret_token, sha256_hex
from shared.signin.devices import UNKNOWN
from shared.signin.throttle import AnySession

ABSOLUTE = timedelta(hours=12)
IDLE = timedelta(hours=2)
# How stale last_seen_at may get: reading pages must not cost a write each.
TOUCH_EVERY = timedelta(minutes=5)
Row = TypeVar("Row", bound="SessionMixin")


class SessionMixin:
    """One signed-in browser."""

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    account_id: Mapped[str] = mapped_column(sa.String(36), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_seen_at: Mapped[datetime] = mapped_column(Instant)
    # What the browser is called, for its owner to know it again.
    device: Mapped[str] = mapped_column(sa.String(40), default=UNKNOWN, server_default=UNKNOWN)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


def start_session(
    session: AnySession, table: type[SessionMixin], *, kind: str, account_id: str, now: datetime, device: str = UNKNOWN
) -> str:
    """Start a session and return the token for the cookie."""
    token = secret_token()
    session.execute(
        sa.insert(table).values(
            id=new_id(now),
            token_hash=sha256_hex(token.encode()),
            kind=kind,
            account_id=account_id,
            created_at=now,
            last_seen_at=now,
            device=device,
        )
    )
    return token


def find_session(session: AnySession, table: type[Row], token: str, now: datetime) -> Row | None:
    """Return the session of a cookie if it is still open."""
    wanted = sa.select(table).where(table.token_hash == sha256_hex(token.encode()), *_open(table, now))
    return session.scalars(wanted).one_or_none()


def open_sessions(session: AnySession, table: type[Row], *, kind: str, account_id: str, now: datetime) -> list[Row]:
    """Return where an account is signed in, the last seen first."""
    wanted = sa.select(table).where(table.kind == kind, table.account_id == account_id, *_open(table, now))
    return list(session.scalars(wanted.order_by(table.last_seen_at.desc(), table.id)))


def touch_session(session: AnySession, table: type[SessionMixin], session_id: str, now: datetime) -> None:
    """Note that the browser is still there."""
    session.execute(sa.update(table).where(table.id == session_id, table.last_seen_at < now).values(last_seen_at=now))


def end_session(session: AnySession, table: type[SessionMixin], token: str, now: datetime) -> None:
    """End the session of a cookie, if there is one."""
    _end(session, table, now, table.token_hash == sha256_hex(token.encode()))


def end_sessions_of(
    session: AnySession,
    table: type[SessionMixin],
    *,
    kind: str,
    account_id: str,
    now: datetime,
    only: str | None = None,
    but: str | None = None,
) -> int:
    """End every session of an account, `only` one, or all `but` one, and return how many: one's own wish, or a new password."""
    chosen = [table.id == only] if only else []
    kept = [table.id != but] if but else []
    return _end(session, table, now, table.kind == kind, table.account_id == account_id, *chosen, *kept)


def sweep_sessions(session: AnySession, table: type[SessionMixin], now: datetime) -> int:
    """Delete sessions that can no longer be used, and return how many."""
    over = sa.or_(table.created_at <= now - ABSOLUTE, table.last_seen_at <= now - IDLE, table.ended_at.is_not(None))
    return len(session.execute(sa.delete(table).where(over).returning(table.id)).all())


def _open(table: type[SessionMixin], now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return table.ended_at.is_(None), table.created_at > now - ABSOLUTE, table.last_seen_at > now - IDLE


def _end(session: AnySession, table: type[SessionMixin], now: datetime, *where: sa.ColumnElement[bool]) -> int:
    statement = sa.update(table).where(table.ended_at.is_(None), *where).values(ended_at=now).returning(table.id)
    return len(session.execute(statement).all())
