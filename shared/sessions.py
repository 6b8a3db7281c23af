"""The session of one app context: it knows whether a command or a read is under way, and what waits for the commit."""

import logging
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, SessionTransaction, scoped_session

from shared.engines import GLANCING, READING, in_one_go
from shared.storage_errors import told_if_overtaken

Hook = Callable[[], object]
Edge = Literal["command", "read"]
_log = logging.getLogger(__name__)


class LateWrite(NamedTuple):
    """A statement with its rows, and the transactions that it belongs to."""

    within: list[SessionTransaction]
    statement: sa.Executable
    rows: Sequence[dict[str, Any]]


class BoundSession(FlaskSession):
    """Honours a bind of its own, which Flask-SQLAlchemy's session ignores, and leaves the commit to the edge."""

    def __init__(self, db: SQLAlchemy, **options: Any) -> None:
        super().__init__(db, **options)
        self.edge: Edge | None = None
        self._flushed = False
        self._hooks: list[tuple[list[SessionTransaction], Hook]] = []
        self._late: list[LateWrite] = []

    def get_bind(self, *_: Any, bind: sa.Engine | sa.Connection | None = None, **__: Any) -> sa.Engine | sa.Connection:
        """The bind asked for, else the session's own, else the engine of the current app."""
        return bind or self.bind or self._engine

    @cached_property
    def _engine(self) -> sa.Engine:
        # Each statement asks for it, and Flask-SQLAlchemy looks it up in the app each time.
        return self._db.engine

    def start(self, edge: Edge) -> None:
        """Start from what the database says: with no transaction, and no object as it was before.

        Raises RuntimeError if changes made outside of any command would be lost.
        """
        if self._flushed or self.new or self.dirty or self.deleted:
            raise RuntimeError("There are changes made outside of any command: commit them, or make them inside it.")
        self.undo()
        self.expire_all()
        self.edge = edge

    def begin_reading(self, *, one_statement: bool = False) -> None:
        """Begin a transaction that sees one state of the database throughout, and cannot write; none for one statement."""
        bind = self.get_bind()
        if isinstance(bind, sa.Engine):  # a connection that a test lends has begun already
            self.connection(execution_options=(GLANCING if one_statement else READING)[bind.dialect.name])

    def commit(self) -> None:
        """Commit, then run the hooks. Raises RuntimeError inside a command or a read: only their edge commits."""
        if self.edge is not None:
            raise RuntimeError("Only the edge commits; services flush.")
        self.finish()
        self.run_hooks()

    def finish(self) -> None:
        """Write what was left for the end, and commit; the hooks wait for `run_hooks`. Raises Overtaken."""
        late, self._late = self._late, []
        if late:
            self.flush()
            connection = self.connection()
            with told_if_overtaken(), in_one_go(connection):
                for write in late:
                    connection.execute(write.statement, list(write.rows) or None)
        super().commit()
        self._flushed = False

    def undo(self) -> None:
        """Roll back, also when the connection has died meanwhile."""
        try:
            self.rollback()
        except DBAPIError:
            self._drop()
            self.invalidate()

    def close(self) -> None:
        """Let everything go, the hooks too; also when the connection has died meanwhile."""
        self.undo()
        self._drop()
        super().close()

    def add_hook(self, hook: Hook) -> None:
        """Keep it for after the commit. Raises RuntimeError in a read."""
        if self.edge == "read":
            raise RuntimeError("A read has no commit to wait for.")
        self._hooks.append((self._within(), hook))

    def add_write(self, statement: sa.Executable, rows: Sequence[dict[str, Any]]) -> None:
        """Keep it for right before the commit. Raises RuntimeError in a read."""
        if self.edge == "read":
            raise RuntimeError("A read has no commit to wait for.")
        self._late.append(LateWrite(self._within(), statement, rows))

    def run_hooks(self) -> None:
        """Run what waits, each once and by itself. A failure is only logged: the commit stands, whatever becomes of its news."""
        hooks, self._hooks = self._hooks, []
        for _, hook in hooks:
            try:
                hook()
            except Exception:
                _log.exception("after_commit hook failed")
            finally:
                self.undo()

    def _within(self) -> list[SessionTransaction]:
        current: SessionTransaction | None = self.get_nested_transaction() or self.get_transaction() or self.begin()
        within = []
        while current is not None:
            within.append(current)
            current = current.parent
        return within

    def _drop(self) -> None:
        self._late.clear()
        self._hooks.clear()
        self._flushed = False

    def _on_flush(self) -> None:
        self._flushed = True

    def _on_rollback(self, undone: SessionTransaction) -> None:
        self._hooks = [(within, hook) for within, hook in self._hooks if undone not in within]
        self._late = [write for write in self._late if undone not in write.within]
        if undone.parent is None:
            self._flushed = False


sa.event.listen(BoundSession, "after_flush", lambda session, _: session._on_flush())
sa.event.listen(BoundSession, "after_soft_rollback", lambda session, undone: session._on_rollback(undone))


def after_commit(session: Session | scoped_session[Any], hook: Hook) -> None:
    """Run the hook once, after the commit and outside any transaction; never if the transaction or savepoint is rolled back.

    Raises RuntimeError in a read, TypeError for a session that no `Database` made.
    """
    _own(session).add_hook(hook)


def with_commit(session: Session | scoped_session[Any], statement: sa.Executable, *rows: dict[str, Any]) -> None:
    """Execute this in one go with the commit: for what nothing in the command reads, and nobody should wait for.

    Whoever holds a lock meanwhile holds it shorter. A unique constraint that only speaks now has been broken by somebody else
    at the same moment: the command is done again, and finds that out by itself.

    Raises RuntimeError in a read, TypeError for a session that no `Database` made.
    """
    _own(session).add_write(statement, rows)


def _own(session: Session | scoped_session[Any]) -> BoundSession:
    own = session() if isinstance(session, scoped_session) else session
    if not isinstance(own, BoundSession):
        raise TypeError("Only a session of a Database has an edge to wait for.")
    return own
