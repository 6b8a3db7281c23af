"""Guessing passwords gets slower and slower: per account and network address, and, later, per network address.

An attempt is counted before the password is looked at, in one conditional statement, so that guesses made at once
count like guesses made in a row. Nothing is counted per account alone: whoever guesses from elsewhere can never lock
the owner out. What was typed is kept only as a keyed hash.
"""

import hashlib
import hmac
import ipaddress
from datetime import datetime, timedelta
from math import ceil
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column, scoped_session

from shared.db import Instant
from shared.errors import TooMany
from shared.marking import N_

FREE_PER_ACCOUNT = 5
FREE_PER_ADDRESS = 30
FIRST_WAIT_SECONDS = 2
LONGEST_WAIT_SECONDS = 900
FORGET_AFTER = timedelta(hours=24)
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
AnySession = Session | scoped_session[Any]


class ThrottleMixin:
    """One row a key that failed lately; a row's life ends with a good sign-in or a day without attempts."""

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(sa.Integer)
    last_at: Mapped[datetime] = mapped_column(Instant)
    blocked_until: Mapped[datetime | None] = mapped_column(Instant)


class TooManyAttempts(TooMany):
    """Wait before the next attempt."""

    slug = "too-many-attempts"
    title = N_("Too many attempts")
    sentence = N_("Too many attempts from here. Wait %(seconds)s seconds, then try again.")

    def __init__(self, seconds: int) -> None:
        """Say how long to wait."""
        super().__init__(seconds=seconds, retry_after_seconds=seconds)


def network_of(address: str | None) -> str:
    """Return the part of an address that one guesser holds: IPv4 whole, of IPv6 the /64."""
    try:
        ip = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if ip.version == 6 and ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network((ip, 64), strict=False))


def keys_of(secret: str | bytes, email: str, address: str | None) -> tuple[str, str]:
    """Return the keys of an attempt: of the account from this network, and of the network."""
    network = network_of(address)
    return _keyed(secret, f"account|{email}|{network}"), _keyed(secret, f"network|{network}")


def admit(session: AnySession, table: type[ThrottleMixin], keys: tuple[str, str], now: datetime) -> None:
    """Count an attempt under both keys, or refuse it.

    Raises TooManyAttempts; the caller's roll-back then takes back what was counted.
    """
    for key, free in zip(keys, (FREE_PER_ACCOUNT, FREE_PER_ADDRESS), strict=True):
        _count(session, table, key, free, now)


def forgive(session: AnySession, table: type[ThrottleMixin], keys: tuple[str, str]) -> None:
    """After a good sign-in: forget the account's failures from here, and uncount this attempt for the network.

    The network's other failures stay: a guesser with an account of their own must not wash them away.
    """
    account_key, network_key = keys
    session.execute(sa.delete(table).where(table.key == account_key))
    session.execute(
        sa.update(table)
        .where(table.key == network_key, table.failures > 0)
        .values(failures=table.failures - 1, blocked_until=None)
    )


def sweep_throttle(session: AnySession, table: type[ThrottleMixin], now: datetime) -> int:
    """Delete the rows that have no effect any more, and return how many."""
    statement = sa.delete(table).where(table.last_at < now - FORGET_AFTER).returning(table.key)
    return len(session.execute(statement).all())


def wait_seconds(failures: int, free: int) -> int:
    """Return how long to wait after so many failures."""
    over = failures - free
    return 0 if over < 0 else int(min(FIRST_WAIT_SECONDS * 2 ** min(over, 20), LONGEST_WAIT_SECONDS))


def _count(session: AnySession, table: type[ThrottleMixin], key: str, free: int, now: datetime) -> None:
    insert = _INSERTS[session.get_bind().dialect.name]
    session.execute(insert(table).values(key=key, failures=0, last_at=now).on_conflict_do_nothing())
    fresh = sa.case((table.last_at < now - FORGET_AFTER, 1), else_=table.failures + 1)
    open_now = sa.or_(table.blocked_until.is_(None), table.blocked_until <= now)
    failures = session.scalar(
        sa.update(table)
        .where(table.key == key, open_now)
        .values(failures=fresh, last_at=now, blocked_until=None)
        .returning(table.failures)
    )
    if failures is None:
        until = cast(datetime, session.scalar(sa.select(table.blocked_until).where(table.key == key)))
        raise TooManyAttempts(max(1, ceil((until - now).total_seconds())))
    if wait := wait_seconds(failures, free):
        session.execute(sa.update(table).where(table.key == key).values(blocked_until=now + timedelta(seconds=wait)))


def _keyed(secret: str | bytes, text: str) -> str:
    key = secret.encode() if isinstance(secret, str) else secret
    return hmac.new(key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
