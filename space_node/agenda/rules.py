"""What stands in a member's own calendar, and how it grows: pure."""

import datetime as dt
from collections.abc import Sequence

from shared.calendar.writer import EntryStatus

# What is over stays so long.
KEPT = dt.timedelta(days=30)
_LESS_SURE = (EntryStatus.CONFIRMED, EntryStatus.TENTATIVE, EntryStatus.CANCELLED)


def is_in_calendar(standing: EntryStatus, *, was_sure: bool, with_waiting: bool) -> bool:
    """Whether a place stands in its member's own calendar: what is called off stays for who had a seat."""
    if standing is EntryStatus.CONFIRMED:
        return True
    return with_waiting if standing is EntryStatus.TENTATIVE else was_sure


def status(*, own: EntryStatus, everybodys: EntryStatus) -> EntryStatus:
    """How sure an entry is: what is called off or postponed is so for everybody, and a seat that is given back is given back."""
    return max(own, everybodys, key=_LESS_SURE.index)


def steps(changes: Sequence[int]) -> int:
    """By how much the sequence of a calendar's entry grows: with every change, and with every new RSVP for the same session."""
    return sum(changes) + len(changes) - 1
