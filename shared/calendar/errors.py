"""What can be wrong with a calendar file: all of it, or one of its entries."""

from dataclasses import dataclass

from shared.errors import Invalid
from shared.marking import N_


class CalendarRefused(Invalid):
    """The file as a whole cannot be read; the detail says why."""

    slug = "calendar-refused"
    title = N_("This calendar cannot be read")
    sentence = N_("This is not a calendar file (.ics) that can be read.")


@dataclass(frozen=True, slots=True)
class EntryFault:
    """What is wrong with one entry: the line of the file it starts on, what it is called, and why it is left out."""

    line: int
    summary: str
    reason: str


class Faulty(ValueError):
    """One entry cannot be read. Never leaves the reader."""

    def __init__(self, reason: str) -> None:
        """Say why; the sentence keeps its template for translation."""
        super().__init__(reason)
        self.reason = reason
