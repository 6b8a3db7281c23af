"""What becomes of a message whose answer came, or did not: pure decisions, the same for every sender."""

from datetime import datetime, timedelta
from enum import Enum

from shared.errors import Forbidden, Refusal, TooMany, Unauthenticated, Unavailable
from shared.protocol.states import TAKING_LEAVE

SPACE_NOT_ACTIVE = "space-not-active"
JITTER_LEAST, JITTER_MOST = 0.8, 1.4
BACKOFF_CAP_SECONDS = 3600.0
# A working feed poll shows that the hub is there again: what met silence goes out almost at once, what the hub itself put
# off waits a little longer, so that a row which the hub cannot digest is not sent with every poll.
AFTER_SILENCE_SECONDS = 5.0
AFTER_ANSWER_SECONDS = 30.0
_LARGEST_EXPONENT = 12


class Fate(Enum):
    """What a refusal means for the row that was refused."""

    RETRY = "retry"
    HOLD = "hold"
    PARK = "park"


def judge(refusal: Refusal) -> Fate:
    """Decide by the kind: not now is tried again, a suspended space's command is held, and any other no is for a manager."""
    if isinstance(refusal, Forbidden) and refusal.slug == SPACE_NOT_ACTIVE:
        return Fate.PARK if refusal.params.get("state") in TAKING_LEAVE else Fate.HOLD
    return Fate.RETRY if isinstance(refusal, Unauthenticated | TooMany | Unavailable) else Fate.PARK


def backoff_seconds(attempts: int, jitter: float) -> float:
    """How long to wait after the n-th failure: doubling, at most an hour, then spread by the jitter (0.8 to 1.4)."""
    return min(2.0 ** min(attempts, _LARGEST_EXPONENT), BACKOFF_CAP_SECONDS) * jitter


def next_attempt(
    now: datetime, *, fate: Fate, attempts: int, jitter: float, silent: bool, retry_after_seconds: float | None
) -> tuple[datetime, datetime]:
    """When to try again, and the earliest instant to which a working feed poll may bring that forward."""
    asked = min(retry_after_seconds or 0.0, BACKOFF_CAP_SECONDS)
    if fate is Fate.HOLD:
        at = now + timedelta(seconds=BACKOFF_CAP_SECONDS * jitter)
        return at, at
    least = max(AFTER_SILENCE_SECONDS if silent else AFTER_ANSWER_SECONDS, asked)
    at = now + timedelta(seconds=max(backoff_seconds(attempts, jitter), asked))
    return at, now + timedelta(seconds=least)
