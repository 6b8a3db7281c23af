"""Which step leads a space from which state to which (DESIGN §11)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum

from shared.protocol.states import SpaceState

INVITE_LIFE = timedelta(hours=72)
INVITE_TOKEN_BYTES = 48
# A node asks for news every half minute at the latest.
OUTAGE_LEAST = timedelta(minutes=5)
LONE_OPERATOR_WAIT = timedelta(hours=24)

STEPS: dict[str, tuple[frozenset[SpaceState], SpaceState]] = {
    "pass-self-test": (frozenset({SpaceState.APPLIED}), SpaceState.PROBATION),
    "admit": (frozenset({SpaceState.PROBATION}), SpaceState.ACTIVE),
    "leave": (frozenset({SpaceState.PROBATION, SpaceState.ACTIVE, SpaceState.SUSPENDED}), SpaceState.LEAVING),
    "complete-leaving": (frozenset({SpaceState.LEAVING}), SpaceState.LEFT),
    "suspend": (frozenset({SpaceState.PROBATION, SpaceState.ACTIVE}), SpaceState.SUSPENDED),
}


def leads_to(step: str, state: SpaceState) -> SpaceState | None:
    """The state that the step leads to from here, or None where it is not possible."""
    origins, target = STEPS[step]
    return target if state in origins else None


def needed_for(step: str) -> str:
    """The states from which the step is possible, for the sentence of the refusal."""
    return " or ".join(sorted(STEPS[step][0]))


class Eyes(Enum):
    """What one more yes to an activation does."""

    ACTIVATES = "activates"
    WAITS_FOR_SECOND = "waits-for-second"
    WAITS_A_DAY = "waits-a-day"


def second_look(*, operator: str, approvals: Mapping[str, datetime], operators_count: int, now: datetime) -> Eyes:
    """Two pairs of eyes where there are two operators; alone, the same yes again a day later (DESIGN §11)."""
    if operators_count > 1:
        return Eyes.ACTIVATES if approvals.keys() - {operator} else Eyes.WAITS_FOR_SECOND
    first = approvals.get(operator)
    return Eyes.ACTIVATES if first is not None and now - first >= LONE_OPERATOR_WAIT else Eyes.WAITS_A_DAY


def was_away(last_seen_at: datetime | None, now: datetime) -> bool:
    """Whether a node that was heard of last at that instant has been out since, rather than between two polls."""
    return last_seen_at is not None and now - last_seen_at > OUTAGE_LEAST
