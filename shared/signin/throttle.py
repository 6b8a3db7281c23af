"""Guessing passwords gets slower and slower: per account and network address, and, later, per network address.

An attempt is counted before the password is looked at, in one conditional statement, so that guesses made at once
count like guesses made in a row. Nothing is counted per account alone, and a browser in which the account has signed in
before is counted by itself: whoever guesses, from elsewhere or from the next desk, can never lock the owner out. What was
typed is kept only as a keyed hash.
"""

import hashlib
import hmac
import ipaddress
from datetime import datetime, timedelta
from math import ceil
from typing import Any, NamedTuple, cast

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
# Links that somebody asks for by mail: what one network may ask, and what one mailbox may get.
FREE_ASKED = 10
FREE_MAILS = 3
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
AnySession = Session | scoped_session[Any]


class ThrottleMixin:
    """One row a key that failed lately; a row's life ends with a good sign-in or a day without attempts."""

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(sa.Integer)
    last_at: Mapped[datetime] = mapped_column(Instant)
    blocked_until: Mapped[datetime | None] = mapped_column(Instant)


class Limit(NamedTuple):
    """What is counted together, how often it may fail at first, and how long the first wait is after that."""

    key: str
    free: int
    first_wait_seconds: int = FIRST_WAIT_SECONDS


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


def limits_of(secret: str | bytes, email: str, address: str | None, device: str | None = None) -> tuple[Limit, ...]:
    """The limits of an attempt to sign in: of the known browser alone, else of account and network, and of the network."""
    if device is not None:
        return (Limit(_keyed(secret, f"device|{email}|{device}"), FREE_PER_ACCOUNT),)
    network = network_of(address)
    of_account = Limit(_keyed(secret, f"account|{email}|{network}"), FREE_PER_ACCOUNT)
    return of_account, Limit(_keyed(secret, f"network|{network}"), FREE_PER_ADDRESS)


def limits_of_asking(secret: str | bytes, email: str, address: str | None) -> tuple[Limit, Limit]:
    """The limits of asking for a link by mail: of the network that asks, and of the mailbox that gets it."""
    of_network = Limit(_keyed(secret, f"asking|{network_of(address)}"), FREE_ASKED)
    return of_network, Limit(_keyed(secret, f"mailbox|{email}"), FREE_MAILS, LONGEST_WAIT_SECONDS)


def limits_of_codes(secret: str | bytes, member_id: str) -> tuple[Limit]:
    """The limit of entering one-use codes: of the member who is signed in."""
    return (Limit(_keyed(secret, f"code|{member_id}"), FREE_PER_ACCOUNT),)


def admit(session: AnySession, table: type[ThrottleMixin], limits: tuple[Limit, ...], now: datetime) -> None:
    """Count an attempt under every limit, or refuse it.

    Raises TooManyAttempts; the caller's roll-back then takes back what was counted.
    """
    for limit in limits:
        if wait := count(session, table, limit, now):
            raise TooManyAttempts(wait)


def forgive(session: AnySession, table: type[ThrottleMixin], limits: tuple[Limit, ...]) -> None:
    """After a good sign-in: forget the failures of the first limit, and uncount this attempt for the others.

    The network's other failures stay: a guesser with an account of their own must not wash them away.
    """
    own, *others = (limit.key for limit in limits)
    session.execute(sa.delete(table).where(table.key == own))
    session.execute(
        sa.update(table).where(table.key.in_(others), table.failures > 0).values(failures=table.failures - 1, blocked_until=None)
    )


def sweep_throttle(session: AnySession, table: type[ThrottleMixin], now: datetime) -> int:
    """Delete the rows that have no effect any more, and return how many."""
    statement = sa.delete(table).where(table.last_at < now - FORGET_AFTER).returning(table.key)
    return len(session.execute(statement).all())


def wait_seconds(failures: int, free: int, first: int = FIRST_WAIT_SECONDS) -> int:
    """Return how long to wait after so many failures."""
    over = failures - free
    return 0 if over < 0 else int(min(first * 2 ** min(over, 20), LONGEST_WAIT_SECONDS))


def count(session: AnySession, table: type[ThrottleMixin], limit: Limit, now: datetime) -> int:
    """Count an attempt; or, while one has to wait, count nothing and return for how many seconds."""
    insert = _INSERTS[session.get_bind().dialect.name]
    session.execute(insert(table).values(key=limit.key, failures=0, last_at=now).on_conflict_do_nothing())
    fresh = sa.case((table.last_at < now - FORGET_AFTER, 1), else_=table.failures + 1)
    open_now = sa.or_(table.blocked_until.is_(None), table.blocked_until <= now)
    failures = session.scalar(
        sa.update(table)
        .where(table.key == limit.key, open_now)
        .values(failures=fresh, last_at=now, blocked_until=None)
        .returning(table.failures)
    )
    if failures is None:
        until = cast(datetime, session.scalar(sa.select(table.blocked_until).where(table.key == limit.key)))
        return max(1, ceil((until - now).total_seconds()))
    if wait := wait_seconds(failures, limit.free, limit.first_wait_seconds):
        session.execute(sa.update(table).where(table.key == limit.key).values(blocked_until=now + timedelta(seconds=wait)))
    return 0


def _keyed(secret: str | bytes, text: str) -> str:
    key = secret.encode() if isinstance(secret, str) else secret
    return hmac.new(key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
