"""A process that dies at a chosen point of its work, as by kill -9: before or after a statement of its database, or a commit.

What was not committed is gone, what was is there, and nothing that runs on the way out (a `finally`, a savepoint's end) writes
any more. The rest of the test's own process lives on and may start it again.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

Moment = Literal["before", "after"]
COMMIT = "COMMIT"
# What only undoes: a dead process's connection is rolled back by its server, too.
_UNDOING = ("ROLLBACK", "RELEASE")
_READING = ("SELECT", "PRAGMA", "SAVEPOINT", *_UNDOING)


class Died(BaseException):
    """This process ends here."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class Step:
    """One point of a process's work at which it may die: a statement, or the commit of a transaction that wrote."""

    statement: str

    @property
    def is_commit(self) -> bool:
        """Whether what was written is durable from here on."""
        return self.statement == COMMIT


@contextmanager
def looked_at(*processes: "Mortal") -> Iterator[None]:
    """The test itself reads what these processes have written, the dead ones too."""
    for process in processes:
        process.is_looked_at = True
    try:
        yield
    finally:
        for process in processes:
            process.is_looked_at = False


class Mortal:
    """The process behind one database engine. It counts its steps, and dies where it was told to."""

    def __init__(self, name: str, engine: sa.Engine) -> None:
        """Watch the engine for as long as it lives."""
        self.name, self.engine = name, engine
        self.is_dead, self.lives, self.durable_writes = False, 0, 0
        self.is_looked_at = False
        self._doom: Callable[[Step, Moment], bool] | None = None
        self._writing: set[int] = set()
        self._commit = engine.dialect.do_commit
        # No event comes after a commit.
        engine.dialect.do_commit = self._do_commit  # type: ignore[method-assign,assignment]
        sa.event.listen(engine, "before_cursor_execute", self._before)
        sa.event.listen(engine, "after_cursor_execute", self._after)

    def doom(self, is_here: Callable[[Step, Moment], bool] | None) -> None:
        """Let it die at the first point of which this is true; None lets it live."""
        self._doom = is_here

    def doom_at_write(self, number: int, moment: Moment, counts: Callable[[], bool] = lambda: True) -> None:
        """Let it die before or after its n-th durable write from now on, of those that count."""
        left = number

        def is_here(step: Step, now: Moment) -> bool:
            nonlocal left
            left -= step.is_commit and now == moment and counts()
            return left <= 0

        self.doom(is_here)

    def let_go(self) -> None:
        """Watch the engine no longer."""
        sa.event.remove(self.engine, "before_cursor_execute", self._before)
        sa.event.remove(self.engine, "after_cursor_execute", self._after)
        del self.engine.dialect.do_commit  # the class's own shows again

    def start(self) -> None:
        """Another process on what the dead one has left."""
        self.is_dead, self._doom = False, None
        self._writing.clear()

    def die(self) -> None:
        """End it now, between two steps."""
        self.is_dead, self._doom = True, None
        self.lives += 1

    def _pass(self, step: Step, moment: Moment) -> None:
        if self.is_looked_at:
            return
        if not self.is_dead and self._doom is not None and self._doom(step, moment):
            self.die()
        if self.is_dead:
            raise Died(self.name)

    def _before(self, connection: sa.Connection, _cursor: Any, statement: str, *_: Any) -> None:
        word = statement.lstrip().upper()
        if not word.startswith(_UNDOING):
            self._pass(Step(statement), "before")
        if not word.startswith(_READING):
            self._writing.add(id(connection.connection.dbapi_connection))

    def _after(self, _connection: sa.Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.lstrip().upper().startswith(_UNDOING):
            self._pass(Step(statement), "after")

    def _do_commit(self, connection: Any) -> None:
        if self.is_dead and not self.is_looked_at:
            raise Died(self.name)
        driver = id(getattr(connection, "dbapi_connection", connection))
        if driver not in self._writing:
            self._commit(connection)
            return
        self._writing.discard(driver)
        self._pass(Step(COMMIT), "before")
        self._commit(connection)
        self.durable_writes += 1
        self._pass(Step(COMMIT), "after")
