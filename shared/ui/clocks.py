"""Times that the clocks show twice, as a choice: the words are the same wherever somebody is asked which is meant."""

from shared.errors import Refusal
from shared.ui.filters import instant
from shared.wall_time import readings


def fold_options(wall: str, zone: str) -> list[tuple[int, str]]:
    """Which of two equal times may be meant, the earlier one first; nothing where a time does not come twice, or is none."""
    try:
        found = readings(wall, zone)
    except (ValueError, Refusal):
        return []
    return [(fold, instant(at, zone)) for fold, at in enumerate(found)] if len(found) > 1 else []
