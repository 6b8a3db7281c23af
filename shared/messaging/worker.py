"""The worker: a loop that calls each task when its time has come, or at once when somebody wakes it.

The same loop runs as a thread of `serve` (SQLite) and in a process of its own (PostgreSQL). A task that fails is logged and
called again at its next time; it never stops another.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from shared.errors import Unavailable
from shared.logging import log_event

LONGEST_PAUSE_SECONDS = 60.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tick:
    """A task and its pace; a pace that changes with circumstances is a function."""

    name: str
    run: Callable[[], object]
    every_seconds: float | Callable[[], float]

    def pause_seconds(self) -> float:
        """How long to wait after this run."""
        return self.every_seconds() if callable(self.every_seconds) else self.every_seconds


class Worker:
    """Calls its ticks in order, each in a fresh `context` (an app context, so that each has its own database session)."""

    def __init__(
        self,
        ticks: Sequence[Tick],
        *,
        context: Callable[[], AbstractContextManager[object]] = nullcontext,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ticks, self._context, self._monotonic = list(ticks), context, monotonic
        self._due = dict.fromkeys(range(len(self._ticks)), monotonic())
        # Unlike an event, it may be put into from a signal handler that interrupts the very thread which waits on it.
        self._calls: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._stopped = False
        self._thread: threading.Thread | None = None

    @property
    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Run in a thread of its own, until `stop`. Raises RuntimeError if it does already."""
        if self.alive:
            raise RuntimeError("This worker runs already.")
        self._stopped = False
        self._thread = threading.Thread(target=self.run, name="worker", daemon=True)
        self._thread.start()

    def stop(self, timeout_seconds: float = 15.0) -> None:
        """Let the present task end, and then the loop. May be called by a signal handler."""
        self._stopped = True
        self.wake()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout_seconds)

    def wake(self) -> None:
        """Call every task soon, whatever its pace."""
        self._calls.put(None)

    def run(self) -> None:
        """Loop in this thread, until `stop`."""
        while not self._stopped:
            self.run_due(everything=self._pause())

    def run_due(self, *, everything: bool = False) -> int:
        """Call what is due, or everything, once. Returns how many tasks were called."""
        called = 0
        for place, tick in enumerate(self._ticks):
            if self._stopped:
                break
            if everything or self._due[place] <= self._monotonic():
                self._call(tick)
                self._due[place] = self._monotonic() + self._pause_after(tick)
                called += 1
        return called

    def _pause(self) -> bool:
        """Wait until something is due; whether somebody woke us before."""
        soonest = min(self._due.values(), default=self._monotonic() + LONGEST_PAUSE_SECONDS)
        try:
            self._calls.get(timeout=min(max(0.0, soonest - self._monotonic()), LONGEST_PAUSE_SECONDS))
        except queue.Empty:
            return False
        while not self._calls.empty():
            self._calls.get()
        return True

    def _call(self, tick: Tick) -> None:
        try:
            with self._context():
                tick.run()
        except Unavailable as refusal:
            # The hub or the database is away: expected, and told in one line.
            log_event(_log, "worker.put-off", kind=tick.name, slug=refusal.slug)
        except Exception as error:
            log_event(_log, "worker.failed", level=logging.ERROR, exc_info=error, kind=tick.name)

    def _pause_after(self, tick: Tick) -> float:
        try:
            return tick.pause_seconds()
        except Exception as error:
            log_event(_log, "worker.no-pace", level=logging.ERROR, exc_info=error, kind=tick.name)
            return LONGEST_PAUSE_SECONDS
