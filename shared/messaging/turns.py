"""Work that is the same for all who ask for it: one does it at a time, one waits, and everybody else leaves it to who waits."""

import threading
from collections.abc import Callable


class Turns:
    """Runs such work for the threads of one process, each time for all who had asked when it began."""

    def __init__(self) -> None:
        """Nobody has asked yet."""
        self._waiting, self._working = threading.Lock(), threading.Lock()

    def run(self, work: Callable[[], object]) -> None:
        """Do the work, or go on at once where somebody waits to do it, who begins after this call. Raises what it raises here."""
        if not self._waiting.acquire(blocking=False):
            return
        with self._working:
            self._waiting.release()
            work()
