"""Calls that are answered one after the other in each process, in the order in which they came.

Several at once would only take the interpreter from each other at every answer of the database, and all be answered late; and who
is quick to wake up would be answered before who came first.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from flask import Flask, current_app, g, request

from shared.storage_errors import Busy

ABREAST = 1
PATIENCE_SECONDS = 10.0
SLOW_SECONDS = 0.1
"""Who takes longer waits for something else than the processor, and no longer holds up who comes after."""
_EXTENSION = "twindesk-line"


class Line:
    """Where the threads of a process wait until it is their turn."""

    def __init__(self, abreast: int, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """So many have their turn at once, besides those who are slow."""
        self._abreast, self._monotonic, self._guard = abreast, monotonic, threading.Lock()
        self._waiting, self._served_since = deque[threading.Event](), dict[threading.Event, float]()

    @contextmanager
    def turn(self, *, patience_seconds: float = PATIENCE_SECONDS) -> Iterator[None]:
        """Wait until all who came before have had their turn. Raises Busy for who would wait too long."""
        mine, until = threading.Event(), self._monotonic() + patience_seconds
        with self._guard:
            self._waiting.append(mine)
            self._call_next()
        while not mine.wait(min(SLOW_SECONDS, patience_seconds)):
            self._look_again(mine, until)
        try:
            yield
        finally:
            with self._guard:
                del self._served_since[mine]
                self._call_next()

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def _call_next(self) -> None:
        now = self._monotonic()
        while self._waiting and sum(now - since < SLOW_SECONDS for since in self._served_since.values()) < self._abreast:
            called = self._waiting.popleft()
            self._served_since[called] = now
            called.set()

    def _look_again(self, mine: threading.Event, until: float) -> None:
        with self._guard:
            self._call_next()
            if not mine.is_set() and self._monotonic() >= until:
                self._waiting.remove(mine)
                raise Busy


def install(app: Flask) -> None:
    """Give each process of the app a line."""
    app.extensions[_EXTENSION] = Line(ABREAST)
    app.teardown_request(_end_turn)


def take_turn() -> None:
    """Wait for a turn, which lasts until the answer is made. Raises Busy.

    Nobody has a turn whose request has not come to its end: it is read before.
    """
    request.get_data()
    g.turn = ExitStack()
    g.turn.enter_context(current_app.extensions[_EXTENSION].turn())


def _end_turn(_error: BaseException | None) -> None:
    if "turn" in g:
        g.pop("turn").close()
