"""Engines for both databases, with the limits and habits that DESIGN asks of them; also for tools that have no Flask app."""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from shared.sqlite_lock import BUSY_SECONDS, FairConnection, FairLock
from shared.storage_errors import told_as_refusals

STATEMENT_SECONDS = 30
IDLE_SECONDS = 60
_READ_ONLY = "twindesk_read_only"

# A read sees one state of the database throughout, on both engines.
READING: dict[str, dict[str, Any]] = {
    "sqlite": {_READ_ONLY: True},
    "postgresql": {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"},
}
# One statement sees one state anyway: it needs no transaction around it.
GLANCING: dict[str, dict[str, Any]] = {**READING, "postgresql": {"isolation_level": "AUTOCOMMIT"}}


def open_engine(url: str | sa.URL, *, busy_seconds: float = BUSY_SECONDS, **options: Any) -> sa.Engine:
    """An engine for a file of SQLite or a PostgreSQL database; further options are SQLAlchemy's.

    Raises ValueError for any other kind, and for SQLite without a file.
    """
    url = sa.make_url(url)
    options = {"pool_size": 10, "max_overflow": 30, "pool_timeout": busy_seconds, **options}
    backend = url.get_backend_name()
    if backend == "postgresql":
        return _postgresql(url, busy_seconds, options)
    if backend != "sqlite":
        raise ValueError(f"{backend} is not supported: use sqlite or postgresql")
    if url.database in (None, "", ":memory:") or "uri" in url.query:
        raise ValueError("SQLite needs a plain file: threads cannot share a database in memory")
    return _sqlite(url, busy_seconds, options)


def database_file(url: sa.URL) -> Path | None:
    """The file in which SQLite keeps a database; None for one of a server."""
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection whose transaction sees one state of the database, takes no lock and cannot write.

    Raises Busy, StorageFull or DatabaseAway.
    """
    with told_as_refusals(), engine.connect().execution_options(**READING[engine.dialect.name]) as connection:
        yield connection


@contextmanager
def in_one_go(connection: sa.Connection) -> Iterator[None]:
    """What is executed inside travels to a server together; so nothing of it can be read inside.

    Raises the database's own errors, at the end.
    """
    if connection.dialect.name == "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    with driver.pipeline():
        yield


def _postgresql(url: sa.URL, busy_seconds: float, options: dict[str, Any]) -> sa.Engine:
    limits = {
        "lock_timeout": int(busy_seconds * 1000),
        "statement_timeout": STATEMENT_SECONDS * 1000,
        "idle_in_transaction_session_timeout": IDLE_SECONDS * 1000,
        "timezone": "UTC",
    }
    words = " ".join(f"-c {name}={value}" for name, value in limits.items())
    connect_args = {"options": words, "connect_timeout": 5, **options.pop("connect_args", {})}
    engine = sa.create_engine(url, **options, connect_args=connect_args)

    @sa.event.listens_for(engine, "checkout")
    def checkout(connection: Any, *_: object) -> None:
        # A server that ends a connection says so; asking it each time whether it is there would cost a round trip.
        line = select.poll()
        line.register(connection, select.POLLIN)
        if line.poll(0):
            raise sa.exc.InvalidatePoolError

    return engine


def _sqlite(url: sa.URL, busy_seconds: float, options: dict[str, Any]) -> sa.Engine:
    connect_args = {**options.pop("connect_args", {}), "factory": FairConnection, "check_same_thread": False}
    engine = sa.create_engine(url, **options, connect_args=connect_args)
    lock = FairLock(str(url.database))

    @sa.event.listens_for(engine, "connect")
    def connect(connection: FairConnection, _: object) -> None:
        connection.lock, connection.busy_seconds = lock, busy_seconds
        connection.prepare()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        _driver(connection).begin(read_only=connection.get_execution_options().get(_READ_ONLY, False))

    @sa.event.listens_for(engine, "before_cursor_execute")
    def before_cursor_execute(connection: sa.Connection, *_: object) -> None:
        _driver(connection).ensure_transaction()

    return engine


def _driver(connection: sa.Connection) -> FairConnection:
    driver = connection.connection.dbapi_connection
    assert isinstance(driver, FairConnection)
    return driver
