"""What a member is: the states, the name that a passport shows."""

import datetime as dt
from enum import StrEnum

from shared.marking import N_

DISPLAY_BYTES = 24
JOINERS = "\u200d\ufe0f"
ENDS_BEFORE_START = N_("The end lies before the start.")


class MemberState(StrEnum):
    """Whether somebody belongs to the space now."""

    ACTIVE = "active"
    ENDED = "ended"


def state_on(on: dt.date, ends_on: dt.date | None) -> MemberState:
    """The state on a day: the last day of a membership still counts."""
    return MemberState.ENDED if ends_on is not None and ends_on < on else MemberState.ACTIVE


def ends_before_start(starts_on: dt.date | None, ends_on: dt.date | None) -> bool:
    """Whether a membership would be over before it begins."""
    return starts_on is not None and ends_on is not None and ends_on < starts_on


def default_display_name(name: str) -> str:
    """The first name, cut to what a passport holds, never inside a letter."""
    first = name.split(maxsplit=1)[0]
    cut = first.encode()[:DISPLAY_BYTES].decode(errors="ignore")
    # What joined the letter that was cut off would now join nothing, which a passport refuses.
    return cut.rstrip(JOINERS) or "?"
