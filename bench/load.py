"""Load by so many clients: each calls again when it has its answer, or all together call so many times a second.

The first shows how much a service can do. The second shows how long one waits at a known load: a call is due at its time
whatever became of those before, and what it waits for them counts, so that a service that stumbles cannot hide it.
"""

import itertools
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

Call = Callable[[], bool]
WARM_UP_SHARE = 0.2


class Clock(Protocol):
    """By which a load goes, in seconds: the module `time`, or a simulated one."""

    def perf_counter(self) -> float: ...

    def sleep(self, seconds: float, /) -> None: ...


@dataclass(frozen=True)
class Measured:
    """What a load came to. `wrong_count` are answers other than the one that was due.

    `cpu_ms` is the computing that the service's processes had for one answer, in the warm-up too: other than the rest it
    hardly depends on what else the machine does.
    """

    clients_count: int
    answers_count: int
    wrong_count: int
    seconds: float
    per_second: float
    p50_ms: float
    p95_ms: float
    worst_ms: float
    cpu_ms: float | None

    def plain(self) -> dict[str, Any]:
        """As it stands in a file."""
        return asdict(self)


def drive(
    clients: Sequence[Call],
    seconds: float,
    cpu: Callable[[], float | None],
    *,
    per_second: float | None = None,
    clock: Clock = time,
) -> Measured:
    """Let all clients call for so long, after a fifth of that to warm up. The first failure of a client is raised.

    `cpu` tells how much computing the service has had so far. `per_second` is how often all of them call together; else each
    calls as often as it is answered.
    """
    had, began_at = cpu(), clock.perf_counter()
    starts_at = began_at + seconds * WARM_UP_SHARE
    ends_at = starts_at + seconds
    took: list[float] = []
    wrong: list[float] = []
    all_of_them: list[bool] = []
    broken: list[Exception] = []

    def times(number: int) -> Iterator[float]:
        if per_second is None:
            return _whenever(ends_at, clock)
        return _paced(began_at + number / per_second, ends_at, len(clients) / per_second, clock)

    def go(number: int, call: Call) -> None:
        try:
            for due in times(number):
                right = call()
                ended = clock.perf_counter()
                all_of_them.append(right)
                if due >= starts_at:
                    (took if right else wrong).append((ended - due) * 1000)
        except Exception as fault:
            broken.append(fault)

    threads = [threading.Thread(target=go, args=one) for one in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]
    took_seconds, has = clock.perf_counter() - starts_at, cpu()
    each = None if had is None or has is None else round((has - had) * 1000 / max(1, len(all_of_them)), 2)
    return _summed(len(clients), took, len(wrong), took_seconds, each)


def _whenever(ends_at: float, clock: Clock) -> Iterator[float]:
    while (now := clock.perf_counter()) < ends_at:
        yield now


def _paced(first: float, ends_at: float, every: float, clock: Clock) -> Iterator[float]:
    """When the calls of one client are due, each as soon as it is."""
    for turn in itertools.count():
        due = first + turn * every
        if due >= ends_at:
            return
        clock.sleep(max(0.0, due - clock.perf_counter()))
        yield due


def _summed(clients: int, took: list[float], wrong: int, seconds: float, cpu_ms: float | None) -> Measured:
    hundredths = statistics.quantiles(took, n=100) if len(took) > 1 else [0.0] * 99
    return Measured(
        clients_count=clients,
        answers_count=len(took),
        wrong_count=wrong,
        seconds=round(seconds, 2),
        per_second=round(len(took) / seconds, 1),
        p50_ms=round(hundredths[49], 1),
        p95_ms=round(hundredths[94], 1),
        worst_ms=round(max(took, default=0.0), 1),
        cpu_ms=cpu_ms,
    )
