"""A token bucket for each caller, in memory: stops a flood before it costs a signature check (DESIGN §11)."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from shared.errors import TooMany

CALLERS_MAX = 10_000


class RateLimit:
    """So many calls a minute, with a burst of a quarter of them; each process counts for itself."""

    def __init__(self, *, per_minute: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        """`per_minute` calls refill evenly."""
        self._rate = per_minute / 60
        self._burst = max(1.0, per_minute / 4)
        self._monotonic = monotonic
        self._guard = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> None:
        """Count one call. Raises TooMany with the seconds until the next one is possible."""
        at = self._monotonic()
        with self._guard:
            level, since = self._buckets.pop(caller, (self._burst, at))
            level = min(self._burst, level + (at - since) * self._rate)
            allowed = level >= 1
            self._buckets[caller] = (level - 1 if allowed else level, at)
            while len(self._buckets) > CALLERS_MAX:
                self._buckets.popitem(last=False)
        if not allowed:
            raise TooMany(retry_after_seconds=max(1, round((1 - level) / self._rate)))
