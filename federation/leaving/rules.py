"""When a space has left: pure decisions."""

from collections.abc import Mapping

POSITION = "position_credits"


def is_done(matters: Mapping[str, int], *, settled: bool) -> bool:
    """Whether nothing is open any more. Who owes whom may be settled outside, if an operator says so."""
    return not any(count for name, count in matters.items() if name != POSITION) and (settled or matters[POSITION] == 0)
