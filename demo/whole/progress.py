"""How far it is: a bar with what is done of how much, and about how long the rest takes."""

import sys
import threading
import time

BAR = 24
EVERY_SECONDS = 0.2
CLEAR_LINE = "\r\033[K"


class Progress:
    """Counts one kind of work; on a terminal it shows how far that is."""

    def __init__(self, what: str, total: int) -> None:
        """Begin at nothing."""
        self.what, self.total, self.done = what, total, 0
        self._began = self._shown = time.monotonic()
        self._lock = threading.Lock()

    def step(self, count: int = 1) -> None:
        """So much more is done."""
        with self._lock:
            self.done += count
            now = time.monotonic()
            if sys.stdout.isatty() and now - self._shown > EVERY_SECONDS:
                self._shown = now
                sys.stdout.write(f"{CLEAR_LINE}   …      {self.line(now)}")
                sys.stdout.flush()

    def line(self, now: float) -> str:
        """The bar, as it is shown."""
        share = self.done / max(1, self.total)
        full = round(BAR * share)
        left = (now - self._began) * (1 - share) / share if share else 0.0
        return f"[{'█' * full}{'·' * (BAR - full)}] {self.done:,} of {self.total:,} {self.what}, {clock_time(left)} left"


def clock_time(seconds: float) -> str:
    """Minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
