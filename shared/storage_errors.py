"""What a database's trouble means to whoever asked: busy, full or away; or nothing of the kind, and then it is a bug.

Decided by SQLite's result codes and PostgreSQL's SQLSTATEs, never by the words of a message.
"""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from shared.errors import Unavailable
from shared.marking import N_
from shared.sqlite_lock import LockClosed, LockTimeout, LostTransaction

_SQLITE_CONTENTION = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SQLITE_STORAGE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM}
_SQLITE_AWAY = {sqlite3.SQLITE_CANTOPEN}
_SQLITE_DAMAGE = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}
_CONTENTION = {"40001", "40P01"}  # serialisation failure, deadlock
_UNIQUE = "23505"
_TIMED_OUT = {"55P03", "57014"}  # lock_timeout, statement_timeout
_STORAGE = {"53100", "58030"}  # disk full, I/O error
_EXHAUSTED = "53"  # connections, memory
_AWAY = ("08", "57P", "25P03")  # connection lost or refused, server going down or starting, closed for idling


class Overtaken(Exception):
    """Somebody else has written the same at the same moment; the database itself says so."""


class Busy(Unavailable):
    """Too many want to write at once."""

    slug = "busy"
    title = N_("Busy just now")
    sentence = N_("Too many things are being changed at once. Nothing was changed; try again in a moment.")
    retry_after_seconds = 1


class StorageFull(Unavailable):
    """The disk is full or fails."""

    slug = "storage-full"
    title = N_("There is no room to store this")
    sentence = N_("The disk is full or does not answer. Nothing was changed; whoever runs this server has to look after it.")
    retry_after_seconds = 60


class DatabaseAway(Unavailable):
    """The database server does not answer."""

    slug = "database-away"
    title = N_("The database does not answer")
    sentence = N_("The database does not answer just now. Try again in a moment.")
    retry_after_seconds = 5


def database_errors() -> tuple[type[Exception], ...]:
    """What a query, a connection pool or SQLite's own locking can raise; the drivers' own come without SQLAlchemy's wrapper."""
    return DBAPIError, sa.exc.TimeoutError, sqlite3.Error, Overtaken, *_psycopg("Error")


def is_contention(error: Exception) -> bool:
    """Whether the same work, done again from its start, may well succeed."""
    origin = _origin(error)
    if isinstance(origin, Overtaken):
        return True
    if isinstance(origin, sqlite3.Error):
        return not isinstance(origin, LockTimeout) and _primary_code(origin) in _SQLITE_CONTENTION
    return getattr(origin, "sqlstate", None) in _CONTENTION


def is_damage(error: Exception) -> bool:
    """Whether SQLite was given a file that is none of its databases, or a damaged one."""
    origin = _origin(error)
    return isinstance(origin, sqlite3.Error) and _primary_code(origin) in _SQLITE_DAMAGE


def is_of_a_server(error: BaseException) -> bool:
    """Whether it comes from PostgreSQL, and not from a file."""
    return not isinstance(_origin(error), sqlite3.Error)


def reason_of(error: BaseException) -> str:
    """What the driver or the server itself says, in a line, for who runs the service; it never has a password in it."""
    return " ".join(str(_origin(error)).split())


def storage_refusal(error: Exception) -> Unavailable | None:
    """The refusal that tells of this trouble, or None when the statement itself was wrong."""
    origin = _origin(error)
    if isinstance(origin, sa.exc.TimeoutError):
        return Busy()
    if isinstance(origin, sqlite3.Error):
        return _sqlite_refusal(origin)
    return _postgresql_refusal(origin) if isinstance(origin, _psycopg("Error")) else None


@contextmanager
def told_as_refusals() -> Iterator[None]:
    """Raises Busy, StorageFull or DatabaseAway in place of the database's own error, where it is one of these."""
    try:
        yield
    except database_errors() as error:
        refusal = storage_refusal(error)
        if refusal is None:
            raise
        raise refusal from error


@contextmanager
def told_if_overtaken() -> Iterator[None]:
    """Raises Overtaken in place of what a unique constraint of PostgreSQL says."""
    try:
        yield
    except database_errors() as error:
        if getattr(_origin(error), "sqlstate", None) == _UNIQUE:
            raise Overtaken from error
        raise


def _origin(error: BaseException) -> BaseException | None:
    return error.orig if isinstance(error, DBAPIError) else error


def _primary_code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _sqlite_refusal(error: sqlite3.Error) -> Unavailable | None:
    code = _primary_code(error)
    if isinstance(error, LockTimeout) or code in _SQLITE_CONTENTION:
        return Busy()
    if isinstance(error, LostTransaction) or code in _SQLITE_STORAGE:
        return StorageFull()
    return DatabaseAway() if isinstance(error, LockClosed) or code in _SQLITE_AWAY else None


def _psycopg(name: str) -> tuple[type[Exception], ...]:
    """An error class of the driver, if it is loaded: that takes a tenth of a second, which no command on SQLite should wait."""
    driver = sys.modules.get("psycopg")
    return (getattr(driver, name),) if driver else ()


def _postgresql_refusal(error: BaseException) -> Unavailable | None:
    state: str | None = getattr(error, "sqlstate", None)
    if state is None:
        # The server never said anything: it could not be reached, or it went away.
        return DatabaseAway() if isinstance(error, _psycopg("OperationalError")) else None
    if state in _STORAGE:
        return StorageFull()
    if state in _CONTENTION | _TIMED_OUT or state.startswith(_EXHAUSTED):
        return Busy()
    return DatabaseAway() if state.startswith(_AWAY) else None
