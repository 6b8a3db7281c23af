"""What a calendar file holds once it is read: plain values, for whoever decides about them."""

import datetime as dt
from dataclasses import dataclass, field

from shared.calendar.errors import EntryFault
from shared.calendar.writer import EntryStatus


@dataclass(frozen=True, order=True)
class Occurrence:
    """One time at which an entry takes place, by its instants; of whole days, midnight to midnight in UTC."""

    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True)
class ReadEntry:
    """One entry of a file, with its times inside the window.

    `conference` is the link to join by. `zone` is None for what was written in UTC or as whole days.
    """

    uid: str
    line: int
    sequence: int
    summary: str
    description: str
    location: str
    url: str
    conference: str
    status: EntryStatus
    categories: tuple[str, ...]
    zone: str | None
    whole_days: bool
    occurrences: tuple[Occurrence, ...]


@dataclass
class ReadCalendar:
    """What a file holds: its name, what was read, what was not and why, and how many entries lie outside the window."""

    name: str
    complete: bool
    entries: list[ReadEntry] = field(default_factory=list)
    faults: list[EntryFault] = field(default_factory=list)
    outside: int = 0


@dataclass(frozen=True)
class Window:
    """The span of time that is asked for, and the zone of times that name none."""

    first: dt.datetime
    last: dt.datetime
    own_zone: str

    def holds(self, occurrence: Occurrence) -> bool:
        """Whether some of it lies inside."""
        return occurrence.end > self.first and occurrence.start < self.last
