"""One-use links: a secret in an e-mail that lets its holder set a password, once, for a while.

Only the hash is kept. Looking at the page uses nothing up (mail scanners look too); the statement that uses the link
finds it unused or finds nothing, so of two clicks one wins.
"""

import re
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Instant
from shared.errors import Gone
from shared.ids import new_id, secret_token, sha256_hex
from shared.marking import N_
from shared.signin.throttle import AnySession

LIFETIME = timedelta(days=7)
# A link that anybody can have sent to anybody lives no longer than it takes to read one's mail.
ASKED_LIFETIME = timedelta(hours=1)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class OneTimeLinkMixin:
    """One link; kept after its use until it is swept, so that a second click is told what happened."""

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    account_id: Mapped[str] = mapped_column(sa.String(36), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class LinkSpent(Gone):
    """Used, expired, replaced or never ours: the holder is told the same, since what to do is the same."""

    slug = "link-spent"
    title = N_("This link no longer works")
    sentence = N_("This link has been used or has expired. Ask for a new one.")


def make_link(
    session: AnySession,
    table: type[OneTimeLinkMixin],
    *,
    kind: str,
    account_id: str,
    now: datetime,
    lifetime: timedelta = LIFETIME,
    replace: bool = True,
) -> str:
    """Return the token of a new link for an account; unless told otherwise, the account's earlier links stop working."""
    if replace:
        _spend(session, table, kind, account_id, now)
    token = secret_token()
    session.execute(
        sa.insert(table).values(
            id=new_id(now),
            token_hash=sha256_hex(token.encode()),
            kind=kind,
            account_id=account_id,
            created_at=now,
            expires_at=now + lifetime,
        )
    )
    return token


def peek_link(session: AnySession, table: type[OneTimeLinkMixin], token: str, now: datetime) -> tuple[str, str]:
    """Return kind and account of a link that works, without using it.

    Raises LinkSpent.
    """
    columns = sa.select(table.kind, table.account_id).where(*_works(table, token, now))
    row = session.execute(columns).one_or_none()
    if row is None:
        raise LinkSpent
    return row.kind, row.account_id


def use_link(session: AnySession, table: type[OneTimeLinkMixin], token: str, now: datetime) -> tuple[str, str]:
    """Use the link up, and all others of its account with it, and return kind and account.

    Raises LinkSpent, also for the slower of two.
    """
    statement = sa.update(table).where(*_works(table, token, now)).values(used_at=now)
    row = session.execute(statement.returning(table.kind, table.account_id)).one_or_none()
    if row is None:
        raise LinkSpent
    _spend(session, table, row.kind, row.account_id, now)
    return row.kind, row.account_id


def sweep_links(session: AnySession, table: type[OneTimeLinkMixin], now: datetime) -> int:
    """Delete links that stopped working a month ago, and return how many."""
    statement = sa.delete(table).where(table.expires_at < now - timedelta(days=30)).returning(table.id)
    return len(session.execute(statement).all())


def _spend(session: AnySession, table: type[OneTimeLinkMixin], kind: str, account_id: str, now: datetime) -> None:
    unused = (table.kind == kind, table.account_id == account_id, table.used_at.is_(None))
    session.execute(sa.update(table).where(*unused).values(used_at=now))


def _works(table: type[OneTimeLinkMixin], token: str, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    if not _TOKEN.fullmatch(token):
        raise LinkSpent
    return (table.token_hash == sha256_hex(token.encode()), table.used_at.is_(None), table.expires_at > now)
