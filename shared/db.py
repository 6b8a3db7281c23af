"""The database behind one door: engines that act alike on SQLite and PostgreSQL, and the edges where transactions begin and end.

One command is one transaction is one commit, opened only by `transactional`; a read is one unchanging picture of the
database, opened only by `read_only`. Services flush and never commit. What has to wait for the commit (waking the worker,
sending what is in the outbox) is given to `after_commit`. Outside of both, a session can write, so on SQLite it queues.
"""

import functools
import random
import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, scoped_session

from shared.columns import Instant, JsonText
from shared.engines import open_engine
from shared.sessions import BoundSession, after_commit, with_commit
from shared.storage_errors import Busy, DatabaseAway, StorageFull, database_errors, is_contention, storage_refusal

__all__ = [
    "NAMING",
    "BoundSession",
    "Busy",
    "Database",
    "DatabaseAway",
    "Instant",
    "JsonText",
    "StorageFull",
    "after_commit",
    "make_db",
    "open_engine",
    "read_only",
    "transactional",
    "with_commit",
]

P = ParamSpec("P")
T = TypeVar("T")

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Database(SQLAlchemy):
    """Flask-SQLAlchemy with our engines and sessions. `db.session()` is the session of the current app context."""

    session: scoped_session[BoundSession]  # type: ignore[assignment] # the base class names its own kind of session

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> sa.Engine:  # noqa: ARG002
        return open_engine(**options)


def make_db(base: type[DeclarativeBase]) -> Database:
    """The database of one service, beside its own `class Base(DeclarativeBase)`, from which its models derive.

    Raises ValueError if tables were made before, so that their constraints could not be named by our rule.
    """
    if base.metadata.naming_convention != NAMING:
        if base.metadata.tables:
            raise ValueError("Call make_db before the first model, so that every constraint gets its name.")
        base.metadata.naming_convention = NAMING
    return Database(
        metadata=base.metadata,
        disable_autonaming=True,
        session_options={"class_": BoundSession, "expire_on_commit": False},
    )


def transactional(db: Database, attempts: int = 5) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Make a function one command: one transaction, one commit, done again after a deadlock; it must bear to be run again.

    Raises Busy, StorageFull or DatabaseAway; nothing was changed then, unless the server went away during the commit itself.
    Raises RuntimeError inside another command or read.
    """

    def decorate(command: Callable[P, T]) -> Callable[P, T]:
        @functools.wraps(command)
        def run(*args: P.args, **kwargs: P.kwargs) -> T:
            session = db.session()
            if session.edge is not None:
                raise RuntimeError(f"A command cannot run inside another {session.edge}.")
            try:
                session.start("command")
                answer = _try(session, functools.partial(command, *args, **kwargs), attempts)
            finally:
                session.edge = None
            session.run_hooks()
            return answer

        return run

    return decorate


def read_only(db: Database, *, one_statement: bool = False) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Make a function one read: one state of the database, no lock, and a write is an error. Inside a read or a command it joins.

    A function of `one_statement` is spared the transaction around it where the engine needs none.

    Raises Busy, StorageFull or DatabaseAway.
    """

    def decorate(view: Callable[P, T]) -> Callable[P, T]:
        @functools.wraps(view)
        def run(*args: P.args, **kwargs: P.kwargs) -> T:
            session = db.session()
            if session.edge is not None:
                return view(*args, **kwargs)

            def look() -> T:
                session.begin_reading(one_statement=one_statement)
                return view(*args, **kwargs)

            try:
                session.start("read")
                return _try(session, look, attempts=1)
            finally:
                session.edge = None

        return run

    return decorate


def _try(session: BoundSession, work: Callable[[], T], attempts: int) -> T:
    attempt = 1
    while True:
        try:
            answer = work()
            session.finish()
        except database_errors() as error:
            session.undo()
            if attempt == attempts or not is_contention(error):
                refusal = storage_refusal(error)
                if refusal is None:
                    raise
                raise refusal from error
        except BaseException:
            session.undo()
            raise
        else:
            return answer
        time.sleep(0.01 * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311 - only spreads the rivals
        attempt += 1
