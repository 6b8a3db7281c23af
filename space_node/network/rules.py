"""Small figures of a proposal. Pure."""

import re

from shared.errors import FieldFault, Invalid
from shared.marking import N_

_STEP = re.compile(r"(\d{1,3}):(\d{1,3})")


def half_of(day_credits: int) -> int:
    """What half a day costs where nothing else is said, rounded up to a hundredth."""
    return (day_credits + 1) // 2


def read_step(text: str) -> tuple[int, int]:
    """A step of the cancellation rule, written HOURS:PERCENT. Raises Invalid."""
    found = _STEP.fullmatch(text.strip())
    if found is None:
        raise Invalid(errors=[FieldFault(pointer="/cancellation", detail=N_("Write a step like 24:0, hours and percent."))])
    return int(found[1]), int(found[2])


def two_steps(free_until_hours: int, late_percent: int) -> tuple[tuple[int, int], ...]:
    """Free until so many hours before the opening, then a share of the price."""
    return ((free_until_hours, 0), (0, late_percent)) if free_until_hours else ((0, late_percent),)
