"""Threads that start at one moment or meet at one row, and whose failures are the test's."""

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

T = TypeVar("T")
LIMIT_SECONDS = 60
MEETING_SECONDS = 30
WAITING_FOR_US = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))")


def together(*works: Callable[[], T]) -> list[T | Exception]:
    """What each work returned or raised, in their order; all begin at once. Raises TimeoutError if one never ends."""
    outcomes: list[T | Exception] = [TimeoutError("it never ended")] * len(works)
    start = threading.Barrier(len(works))

    def run(place: int, work: Callable[[], T]) -> None:
        try:
            start.wait(LIMIT_SECONDS)
            outcomes[place] = work()
        except Exception as error:
            outcomes[place] = error

    threads = [threading.Thread(target=run, args=item, daemon=True) for item in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT_SECONDS)
    if any(thread.is_alive() for thread in threads):
        raise TimeoutError("a thread never ended")
    return outcomes


def in_its_way(
    command: Callable[[Callable[[Session], Any]], Any], first: Callable[[Session], Any], second: Callable[[], Any]
) -> list[Any]:
    """What both returned or raised, where the second comes upon what the first has written and not yet committed.

    `command` runs the first in a transaction. On PostgreSQL that lasts until the second waits for it, so what the second has
    read by then is of before; on SQLite the second does not begin earlier.
    """
    has_written = threading.Event()

    def write(session: Session) -> Any:
        outcome = first(session)
        session.flush()
        has_written.set()
        if session.get_bind().dialect.name == "postgresql":
            _until_somebody_waits(session)
        return outcome

    def come() -> Any:
        if not has_written.wait(LIMIT_SECONDS):
            raise TimeoutError("the first has never written")
        return second()

    return together(lambda: command(write), come)


def _until_somebody_waits(session: Session) -> None:
    deadline = time.monotonic() + MEETING_SECONDS
    while not session.scalar(WAITING_FOR_US):
        if time.monotonic() > deadline:
            raise TimeoutError("nobody came upon what was written")
        time.sleep(0.01)
