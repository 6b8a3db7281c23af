"""Who wants the same thing stands in line for it in the process, in the order of arrival, before the database holds anything.

A row that many ask for at once would else be waited for in as many transactions: each has a connection, each is woken by the
server, and whoever is quick is served before who came first. Between processes it is still the database that decides.
"""

import functools
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from shared.sqlite_lock import BUSY_SECONDS
from shared.storage_errors import Busy

P = ParamSpec("P")
T = TypeVar("T")


class Lines:
    """The lines of one process, one for each name that somebody stands in line for."""

    def __init__(self) -> None:
        """Nobody stands anywhere."""
        self._guard, self._lines = threading.Lock(), dict[str, deque[threading.Event]]()

    @contextmanager
    def turn(self, name: str, *, patience_seconds: float = BUSY_SECONDS) -> Iterator[None]:
        """Wait until everybody who came before is done, then have others wait. Raises Busy for who would wait too long."""
        mine = threading.Event()
        with self._guard:
            line = self._lines.setdefault(name, deque())
            line.append(mine)
            if line[0] is mine:
                mine.set()
        try:
            if not mine.wait(patience_seconds):
                raise Busy
            yield
        finally:
            self._leave(name, mine)

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self._lines)

    def _leave(self, name: str, mine: threading.Event) -> None:
        with self._guard:
            line = self._lines[name]
            line.remove(mine)
            if line:
                line[0].set()
            else:
                del self._lines[name]


def in_line(name_of: Callable[..., str]) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Let calls of a function begin one after the other, those of one name, which its arguments tell. Raises Busy."""

    def decorate(work: Callable[P, T]) -> Callable[P, T]:
        lines = Lines()

        @functools.wraps(work)
        def run(*args: P.args, **kwargs: P.kwargs) -> T:
            with lines.turn(name_of(*args, **kwargs)):
                return work(*args, **kwargs)

        return run

    return decorate
