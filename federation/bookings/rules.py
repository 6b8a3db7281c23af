"""What a stay costs and when it is possible: pure, so that both nodes work out the same (DESIGN §8)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.clock import day_range, local_date
from shared.errors import FieldFault
from shared.marking import N_
from shared.protocol.states import BookingState, NoReason, Part

DAYS_AHEAD_MAX = 62
HOST_SILENCE = dt.timedelta(days=30)
UNKNOWN_PASSPORT = dt.timedelta(hours=72)
CARD_KEPT = dt.timedelta(days=30)
WALK_IN_REPORTED = dt.timedelta(days=31)
PAST_MIDNIGHT = dt.timedelta(hours=6)
CLOCK_AHEAD = dt.timedelta(hours=12)  # a host that has not heard yet that its clock is wrong
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


def timers_until(*, last_seen_at: dt.datetime | None, outbox_oldest_at: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    """Deadlines before this instant may cost somebody: since them the host has reported an empty outbox, or 30 days went by."""
    silence = now - HOST_SILENCE
    return silence if last_seen_at is None or outbox_oldest_at is not None else max(silence, last_seen_at)


def offer_faults(days: Sequence[Mapping[str, Any]], zone: str) -> list[FieldFault]:
    """Every place where what a host offers cannot be: a day twice, or hours that are not of that day in the host's zone."""
    faults: list[FieldFault] = []
    seen: set[dt.date] = set()
    for place, day in enumerate(days):
        on, hours = day["on"], [day[name] for name in ("opens_at", "noon_at", "closes_at")]
        if on in seen:
            faults.append(FieldFault(pointer=f"/days/{place}/on", detail=N_("This day stands here twice.")))
        seen.add(on)
        if day["open"] and None in hours:
            faults.append(FieldFault(pointer=f"/days/{place}", detail=N_("An open day has an opening, a noon and a closing.")))
        elif day["open"] and not _fit(on, *hours, zone=zone):
            faults.append(FieldFault(pointer=f"/days/{place}/opens_at", detail=N_("These are not the hours of one day.")))
    return faults


def _fit(on: dt.date, opens: dt.datetime, noon: dt.datetime, closes: dt.datetime, *, zone: str) -> bool:
    begins, ends = day_range(on, zone)
    return begins <= opens <= noon <= closes <= ends + PAST_MIDNIGHT and opens < closes and opens < ends
