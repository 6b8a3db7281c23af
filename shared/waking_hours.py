"""Time that is counted while people are awake: from 8 to 22 on their own clocks."""

import datetime as dt

from shared.clock import wall, zone_info

QUIET_FROM, QUIET_UNTIL = dt.time(22), dt.time(8)


def after(begin: dt.datetime, length: dt.timedelta, zone: str, *, nights_count_from: dt.datetime) -> dt.datetime:
    """The instant so long after another, nights left out up to the one from which they count too."""
    left, at = length, begin
    while at < nights_count_from:
        opens, closes = _day_around(at, zone)
        at = min(max(at, opens), nights_count_from)
        until = max(at, min(closes, nights_count_from))
        if at + left <= until:
            return at + left
        left, at = left - (until - at), until
    return at + left


def _day_around(at: dt.datetime, zone: str) -> tuple[dt.datetime, dt.datetime]:
    """The waking hours that hold this instant, or are the next to come."""
    local = at.astimezone(zone_info(zone))
    on = local.date() + dt.timedelta(days=local.time() >= QUIET_FROM)
    return wall(on, QUIET_UNTIL, zone), wall(on, QUIET_FROM, zone)
