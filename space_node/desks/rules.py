"""What a day offers guests: opening hours of the profile, seats of the weekday, exceptions. Pure."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.clock import wall

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYS_AHEAD = 62


@dataclass(frozen=True)
class Seats:
    """Seats for guests on one day."""

    open: bool
    morning: int
    afternoon: int


@dataclass(frozen=True)
class Hours:
    """Wall times of one weekday."""

    opens: dt.time
    noon: dt.time
    closes: dt.time


def day_offer(on: dt.date, *, profile: Mapping[str, Any], seats: Seats | None) -> dict[str, Any]:
    """One day in the form of `shared.protocol.bookings.DayOffer`; closed without opening hours or seats.

    A half of the day in which the space is not open has no seats.
    """
    hours = _hours(profile, on)
    if hours is None or seats is None or not seats.open:
        instants = dict.fromkeys(("opens_at", "noon_at", "closes_at"))
        return {"on": on, "open": False, "morning_seats": 0, "afternoon_seats": 0, **instants}
    zone = profile["zone"]
    return {
        "on": on,
        "open": True,
        "morning_seats": seats.morning if hours.opens < hours.noon else 0,
        "afternoon_seats": seats.afternoon if hours.noon < hours.closes else 0,
        "opens_at": wall(on, hours.opens, zone),
        "noon_at": wall(on, hours.noon, zone),
        "closes_at": wall(on, hours.closes, zone),
    }


def coming(today: dt.date) -> list[dt.date]:
    """The days that are published: today and the next two months."""
    return [today + dt.timedelta(days=n) for n in range(DAYS_AHEAD)]


def _hours(profile: Mapping[str, Any], on: dt.date) -> Hours | None:
    """The hours of a day's weekday; noon is within them, for a space may open in the evening only."""
    written = next((hours for hours in profile["opening_hours"] if hours["weekday"] == WEEKDAYS[on.weekday()]), None)
    if written is None:
        return None
    opens, noon, closes = (dt.time.fromisoformat(written[name]) for name in ("opens", "noon", "closes"))
    return Hours(opens, min(max(noon, opens), closes), closes) if opens < closes else None
