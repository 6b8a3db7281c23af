"""When a recovery is over, and what may be said meanwhile: pure decisions."""

import datetime as dt
from collections.abc import Collection

RECOVERY = dt.timedelta(hours=1)
# Clocks of hub and node differ by what a node still signs with; what is told without need changes nothing.
MARGIN = dt.timedelta(minutes=10)
# What these bring is a whole state with a rev, or says how far a node has read.
OPEN_MEANWHILE = frozenset({"wire.put_cursor", "trust.put_keys", "twinnings.put_status_list", "bookings.check_passport"})


def is_over(*, since: dt.datetime, now: dt.datetime, active: Collection[str], untold: Collection[str]) -> bool:
    """Whether the others wait no longer: every active space has told all, or an hour has passed."""
    return set(active).isdisjoint(untold) or now >= since + RECOVERY
