"""What can be wrong with a file of rows: all of it, its dates, or one row."""

from dataclasses import dataclass

from shared.errors import Invalid
from shared.marking import N_


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with one row: the line of the file it starts on, the column's heading if it is one column, and why."""

    line: int
    column: str
    reason: str


class SheetRefused(Invalid):
    """The file as a whole cannot be read; the detail says why."""

    slug = "sheet-refused"
    title = N_("This file cannot be read")
    sentence = N_("This is not a table that can be read.")


class DatesAmbiguous(Invalid):
    """Days and months cannot be told apart."""

    slug = "dates-ambiguous"
    title = N_("Days and months cannot be told apart")
    sentence = N_(
        "Line %(line)s has %(example)s, which can be two dates. Say whether the day comes first (dmy) or the month (mdy)."
    )
