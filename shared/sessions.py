"""The session of one app context: it knows whether a command or a read is under way, and what waits for the commit."""

import logging
from collections.abc import Callable
from typing import Any, Literal

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, SessionTransaction, scoped_session

from shared.engines import GLANCING, READING

Hook = Callable[[], object]
Edge = Literal["command", "read"]
_log = logging.getLogger(__name__)


class BoundSession(FlaskSession):
    """Honours a bind of its own, which Flask-SQLAlchemy's session ignores, and leaves the commit to the edge."""

    def __init__(self, db: SQLAlchemy, **options: Any) -> None:
        super().__init__(db, **options)
        self.edge: Edge | None = None
        self._flushed = False
        self._hooks: list[tuple[list[SessionTransaction], Hook]] = []

    def get_bind(self, *_: Any, bind: sa.Engine | sa.Connection | None = None, **__: Any) -> sa.Engine | sa.Connection:
        """The bind asked for, else the session's own, else the engine of the current app."""
        return bind or self.bind or self._db.engine

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
        """Commit; the hooks wait for `run_hooks`."""
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
        current: SessionTransaction | None = self.get_nested_transaction() or self.get_transaction() or self.begin()
        within = []
        while current is not None:
            within.append(current)
            current = current.parent
        self._hooks.append((within, hook))

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

    def _drop(self) -> None:
        self._hooks.clear()
        self._flushed = False

    def _on_flush(self) -> None:
        self._flushed = True

    def _on_rollback(self, undone: SessionTransaction) -> None:
        self._hooks = [(within, hook) for within, hook in self._hooks if undone not in within]
        if undone.parent is None:
            self._flushed = False


sa.event.listen(BoundSession, "after_flush", lambda session, _: session._on_flush())
sa.event.listen(BoundSession, "after_soft_rollback", lambda session, undone: session._on_rollback(undone))


def after_commit(session: Session | scoped_session[Any], hook: Hook) -> None:
    """Run the hook once, after the commit and outside any transaction; never if the transaction or savepoint is rolled back.

    Raises RuntimeError in a read, TypeError for a session that no `Database` made.
    """
    own = session() if isinstance(session, scoped_session) else session
    if not isinstance(own, BoundSession):
        raise TypeError("Only a session of a Database runs hooks.")
    own.add_hook(hook)
