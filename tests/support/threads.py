"""Threads that start at one moment, and whose failures are the test's."""

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
LIMIT_SECONDS = 60


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
