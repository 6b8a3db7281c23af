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


def day_offer(on: dt.date, *, profile: Mapping[str, Any], seats: Seats | None) -> dict[str, Any]:
    """One day in the form of `shared.protocol.bookings.DayOffer`; closed without opening hours or seats."""
    hours = next((h for h in profile["opening_hours"] if h["weekday"] == WEEKDAYS[on.weekday()]), None)
    if hours is None or seats is None or not seats.open:
        return {
            "on": on,
            "open": False,
            "morning_seats": 0,
            "afternoon_seats": 0,
            "opens_at": None,
            "noon_at": None,
            "closes_at": None,
        }
    zone = profile["zone"]
    return {
        "on": on,
        "open": True,
        "morning_seats": seats.morning,
        "afternoon_seats": seats.afternoon,
        "opens_at": wall(on, _time(hours["opens"]), zone),
        "noon_at": wall(on, _time(hours.get("noon", "13:00")), zone),
        "closes_at": wall(on, _time(hours["closes"]), zone),
    }


def coming(today: dt.date) -> list[dt.date]:
    """The days that are published: today and the next two months."""
    return [today + dt.timedelta(days=n) for n in range(DAYS_AHEAD)]


def _time(text: str) -> dt.time:
    return dt.time.fromisoformat(text)
