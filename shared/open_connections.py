"""How many connections each process of a service has open, so that a newcomer can go to the one with the fewest.

All processes hear of a newcomer in the same moment, and the quickest takes it. As connections stay open, one process would go on
answering twice as many clients as another, and those would wait twice as long.
"""

from multiprocessing.sharedctypes import RawArray

PLACES = 256
_NOBODY = -1


class OpenConnections:
    """One number for each process; made before they are forked, it is the same for all. Each writes its own alone."""

    def __init__(self, places: int = PLACES) -> None:
        """No process is there."""
        self._counts = RawArray("i", [_NOBODY] * places)

    def take_place(self) -> int:
        """A place for a process that is about to be forked, with no connection yet. Raises ValueError if all are taken."""
        place = list(self._counts).index(_NOBODY)
        self._counts[place] = 0
        return place

    def leave_place(self, place: int) -> None:
        """The process is gone, however it ended."""
        self._counts[place] = _NOBODY

    def beside(self, place: int) -> list[int]:
        """What the other processes have open."""
        return [count for other, count in enumerate(self._counts) if other != place and count != _NOBODY]

    def __getitem__(self, place: int) -> int:
        return int(self._counts[place])

    def __setitem__(self, place: int, count: int) -> None:
        self._counts[place] = count
