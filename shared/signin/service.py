"""The steps of signing in, each in as few and as short transactions as it can do with.

A password is never hashed inside a transaction: it takes tens of milliseconds, and on SQLite a writer holds up all
others. So an attempt is first counted, then looked at, then entered.
"""

import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from shared.db import Database, read_only, transactional
from shared.errors import Unavailable
from shared.mail import MailMixin, is_on
from shared.signin import devices, letters, links, sessions, throttle
from shared.signin.accounts import Account, Accounts
from shared.signin.passwords import check_password_rules, hash_password, verify_password

Result = TypeVar("Result")
# Enough to keep from the database what cannot be an address; the services check addresses when they take them in.
_EMAIL = re.compile(r"[^\s@\x00-\x1f\x7f]{1,64}@[^\s@\x00-\x1f\x7f]{1,190}")


@dataclass(frozen=True, slots=True)
class Tables:
    """The service's own tables, derived from the three mixins."""

    sessions: type[sessions.SessionMixin]
    links: type[links.OneTimeLinkMixin]
    throttle: type[throttle.ThrottleMixin]
    mail: type[MailMixin]


@dataclass(frozen=True, slots=True)
class Visitor:
    """What is known of whoever stands at the door. `known` is what the browser kept of earlier sign-ins."""

    address: str | None = None
    secret: str | bytes = ""
    old_token: str | None = None
    known: str | None = None
    device: str = devices.UNKNOWN
    language: str = "en"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who asks, and by which session."""

    account: Account
    session_id: str
    since: datetime


def normal_email(text: str) -> str:
    """Return an address in the form in which accounts are found."""
    return unicodedata.normalize("NFC", text).strip().lower()


def sweep(session: throttle.AnySession, tables: Tables, now: datetime) -> int:
    """Delete what has no effect any more from all three tables, and return how many rows; for a reconciler."""
    return (
        sessions.sweep_sessions(session, tables.sessions, now)
        + links.sweep_links(session, tables.links, now)
        + throttle.sweep_throttle(session, tables.throttle, now)
    )


class SignInService:
    """Signing in for the accounts of one service."""

    def __init__(self, db: Database, accounts: Accounts, tables: Tables) -> None:
        """Work on the service's database and tables."""
        self._db = db
        self._accounts = accounts
        self._tables = tables

    def attempt(self, email: str, password: str, *, visitor: Visitor, now: datetime) -> str | None:
        """Return the token of a new session, which replaces the browser's old one, or None when the two do not match.

        Raises TooManyAttempts, TooManySignIns.
        """
        email = normal_email(email)
        device = devices.known_device(visitor.known, secret=visitor.secret, email=email)
        limits = throttle.limits_of(visitor.secret, email, visitor.address, device)
        self._write(lambda: throttle.admit(self._db.session, self._tables.throttle, limits, now))
        account = self._read(lambda: self._accounts.find(email)) if _EMAIL.fullmatch(email) else None
        verdict = verify_password(account.password_hash if account else None, password)
        if account is None or not verdict.right:
            return None

        def enter() -> str | None:
            if self._accounts.get(account.kind, account.account_id) is None:
                return None
            throttle.forgive(self._db.session, self._tables.throttle, limits)
            if verdict.new_hash:
                self._accounts.set_password(account.kind, account.account_id, verdict.new_hash)
            return self._start(account, now, visitor)

        return self._write(enter)

    def recognise(self, token: str, now: datetime) -> SignedIn | None:
        """Return who holds the token of an open session."""

        def look() -> tuple[SignedIn, datetime] | None:
            row = sessions.find_session(self._db.session, self._tables.sessions, token, now)
            account = self._accounts.get(row.kind, row.account_id) if row else None
            if row is None or account is None:
                return None
            return SignedIn(account, row.id, row.created_at), row.last_seen_at

        found = self._read(look)
        if found is None:
            return None
        signed_in, last_seen_at = found
        if now - last_seen_at > sessions.TOUCH_EVERY:
            # Reading must go on while the disk is full or a writer holds everybody up.
            with suppress(Unavailable):
                self._write(lambda: self._touch(signed_in.session_id, now))
        return signed_in

    def leave(self, token: str, now: datetime) -> None:
        """End the session of the token."""
        self._write(lambda: sessions.end_session(self._db.session, self._tables.sessions, token, now))

    def invited(self, token: str, now: datetime) -> Account:
        """Return whom a one-use link is for, without using it.

        Raises LinkSpent.
        """
        return self._read(lambda: self._account_of(links.peek_link(self._db.session, self._tables.links, token, now)))

    def welcome(self, token: str, password: str, *, visitor: Visitor, now: datetime) -> str:
        """Use the link up: keep the password, end the account's sessions, and return the token of a new one.

        Raises Invalid for a password that is too easy, LinkSpent.
        """
        check_password_rules(password, email=self.invited(token, now).email)
        kept = hash_password(password)

        def use() -> str:
            account = self._account_of(links.use_link(self._db.session, self._tables.links, token, now))
            whose = {"kind": account.kind, "account_id": account.account_id}
            self._accounts.set_password(account.kind, account.account_id, kept)
            sessions.end_sessions_of(self._db.session, self._tables.sessions, now=now, **whose)
            if account.password_hash is not None:
                house = self._accounts.house()
                letters.tell_changed(self._db.session(), self._tables.mail, account, house=house, now=now)
            return self._start(account, now, visitor)

        return self._write(use)

    def forgot(self, email: str, *, visitor: Visitor, now: datetime) -> None:
        """Send a link to a new password, if the address is anybody's; whoever asks cannot tell, also not by the time it takes.

        Raises TooManyAttempts for who asks too often; a mailbox that has had enough gets no more, and nobody is told.
        """
        email = normal_email(email)
        of_network, of_mailbox = throttle.limits_of_asking(visitor.secret, email, visitor.address)

        def ask() -> None:
            session = self._db.session()
            throttle.admit(session, self._tables.throttle, (of_network,), now)
            if throttle.count(session, self._tables.throttle, of_mailbox, now) or not is_on():
                return
            account = self._accounts.find(email) if _EMAIL.fullmatch(email) else None
            house, tables = self._accounts.house(), self._tables
            letters.send_link(session, tables.links, tables.mail, account, house=house, language=visitor.language, now=now)

        self._write(ask)

    def open_sessions(self, signed_in: SignedIn, now: datetime) -> list[sessions.SessionMixin]:
        """Return where the account is signed in."""
        whose = {"kind": signed_in.account.kind, "account_id": signed_in.account.account_id}
        return self._read(lambda: sessions.open_sessions(self._db.session, self._tables.sessions, now=now, **whose))

    def end_others(self, signed_in: SignedIn, now: datetime, only: str | None = None) -> int:
        """End one session of the account, or all but the present one, and return how many."""
        whose = {"kind": signed_in.account.kind, "account_id": signed_in.account.account_id}
        which = {"only": only} if only else {"but": signed_in.session_id}
        return self._write(lambda: sessions.end_sessions_of(self._db.session, self._tables.sessions, now=now, **whose, **which))

    def _start(self, account: Account, now: datetime, visitor: Visitor) -> str:
        if visitor.old_token:
            sessions.end_session(self._db.session, self._tables.sessions, visitor.old_token, now)
        whose = {"kind": account.kind, "account_id": account.account_id}
        if account.language != visitor.language:
            self._accounts.set_language(**whose, language=visitor.language)
        return sessions.start_session(self._db.session, self._tables.sessions, now=now, device=visitor.device, **whose)

    def _touch(self, session_id: str, now: datetime) -> None:
        sessions.touch_session(self._db.session, self._tables.sessions, session_id, now)

    def _account_of(self, whose: tuple[str, str]) -> Account:
        account = self._accounts.get(*whose)
        if account is None:
            raise links.LinkSpent
        return account

    def _write(self, work: Callable[[], Result]) -> Result:
        return transactional(self._db)(work)()

    def _read(self, work: Callable[[], Result]) -> Result:
        return read_only(self._db)(work)()
