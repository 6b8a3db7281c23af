"""Work that is the same for all who ask for it: who waits while it is done for others finds it done, or does it for the rest."""

import threading
from collections.abc import Callable


class Turns:
    """Runs such work for the threads of one process, one at a time, each time for all who had asked when it began."""

    def __init__(self) -> None:
        """Nobody has asked yet."""
        self._asking, self._working = threading.Lock(), threading.Lock()
        self.asked_count = self._served_count = 0

    def run(self, work: Callable[[], object]) -> None:
        """Come back when the work has been done once from its beginning, by whomever. Raises what it raises here."""
        with self._asking:
            self.asked_count += 1
            mine = self.asked_count
        with self._working:
            if self._served_count < mine:
                asked_count = self.asked_count
                work()
                self._served_count = asked_count
