"""What a stay costs and when it is possible: pure, so that both nodes work out the same (DESIGN §8)."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from shared.clock import local_date
from shared.protocol.states import BookingState, NoReason, Part

DAYS_AHEAD_MAX = 62
HOST_SILENCE = dt.timedelta(days=30)
UNKNOWN_PASSPORT = dt.timedelta(hours=72)
CARD_KEPT = dt.timedelta(days=30)
OPEN_STATES = frozenset({BookingState.REQUESTED, BookingState.HELD, BookingState.CONFIRMED, BookingState.CHECKED_IN})


class SeatKind(StrEnum):
    """Out of which counter a seat came, so that it goes back into the same."""

    SET_ASIDE = "set_aside"
    COMMON = "common"


@dataclass(frozen=True)
class Hours:
    """One local day of a host, as instants."""

    opens_at: dt.datetime
    noon_at: dt.datetime
    closes_at: dt.datetime

    def of(self, part: Part) -> tuple[dt.datetime, dt.datetime]:
        """Opening and closing of one part of the day."""
        start = self.noon_at if part is Part.AFTERNOON else self.opens_at
        end = self.noon_at if part is Part.MORNING else self.closes_at
        return start, end


def day_fault(*, on: dt.date, part: Part, zone: str, hours: Hours | None, now: dt.datetime) -> NoReason | None:
    """Why a stay on this day of the host is not possible now, seats apart: past is judged at the host, not at home."""
    today = local_date(now, zone)
    if on < today or (hours is not None and hours.of(part)[1] <= now):
        return NoReason.DAY_PAST
    if on > today + dt.timedelta(days=DAYS_AHEAD_MAX):
        return NoReason.DAY_TOO_FAR
    return NoReason.SPACE_CLOSED if hours is None else None


def no_show_credits(*, price: int, percent: int) -> int:
    """What not coming costs: never more than having come."""
    return min(price, price * percent // 100)


def host_has_spoken(
    *, last_seen_at: dt.datetime | None, outbox_oldest_at: dt.datetime | None, deadline: dt.datetime, now: dt.datetime
) -> bool:
    """Whether a timer that costs somebody may fire: the host has reported an empty outbox since, or was silent for 30 days."""
    if last_seen_at is not None and last_seen_at > deadline and outbox_oldest_at is None:
        return True
    return now >= deadline + HOST_SILENCE
