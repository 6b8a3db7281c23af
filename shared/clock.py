"""Injected time, and local days: nothing else asks the system what time it is.

A day is a local thing: it starts at its first instant in its zone, which is not always 00:00, and lasts 23, 24 or 25 hours.
"""

import contextlib
import importlib
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Protocol, cast
from zoneinfo import ZoneInfo, available_timezones

from shared.errors import Invalid
from shared.marking import N_

_ONE_DAY = timedelta(days=1)
_FARTHEST_TRAVEL = timedelta(days=100 * 366)


class UnknownZone(Invalid):
    """Not a zone of the IANA database."""

    slug = "unknown-zone"
    title = N_("Unknown time zone")
    sentence = N_("A time zone is named like Europe/Rome.")


class Clock(Protocol):
    """What tells the time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


class FileClock:
    """The machine's time plus the seconds that a file holds: how a demo travels in time."""

    def __init__(self, path: Path) -> None:
        """Follow the file, which may appear later; until then the offset is zero."""
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._offset = timedelta()

    def now(self) -> datetime:
        """The present instant, moved by the offset; the file is read again when it has changed."""
        with contextlib.suppress(FileNotFoundError):
            stat = self._path.stat()
            stamp = (stat.st_mtime_ns, stat.st_size)
            # What is half written does not parse: the last offset holds until the file is whole.
            if stamp != self._seen and (offset := _parse_offset(self._path.read_bytes())) is not None:
                self._offset, self._seen = offset, stamp
        return datetime.now(UTC) + self._offset


class FixedClock:
    """A clock that stands still until it is moved, for tests."""

    def __init__(self, at: datetime) -> None:
        """Stand at the aware instant."""
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """Where it stands."""
        return self._at

    def advance(self, by: timedelta) -> None:
        """Move it."""
        self._at += by

    def set(self, at: datetime) -> None:
        """Put it to another aware instant."""
        self._at = at.astimezone(UTC)


def current_clock() -> Clock:
    """The clock of the app that handles the present request; or the request's own, where it is done again in the time it had."""
    # By name, for rules import this module and must stay free of the web framework.
    flask = importlib.import_module("flask")
    return cast(Clock, flask.g.get("clock") or flask.current_app.extensions["clock"])


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """The zones that a space may lie in: `UTC` and those named after a place."""
    return frozenset(name for name in available_timezones() if name == "UTC" or "/" in name)


def zone_info(zone: str) -> ZoneInfo:
    """The rules of an IANA zone. Raises UnknownZone."""
    if zone not in zone_names():
        raise UnknownZone
    return ZoneInfo(zone)


def local_date(at: datetime, zone: str) -> date:
    """The date that people in the zone write at this instant. Raises UnknownZone."""
    return at.astimezone(zone_info(zone)).date()


def day_range(on: date, zone: str) -> tuple[datetime, datetime]:
    """The day as [start, end) in UTC: 23 or 25 hours where the clocks change. Raises UnknownZone."""
    info = zone_info(zone)
    return _first_instant(on, info), _first_instant(on + _ONE_DAY, info)


def wall(on: date, at: time, zone: str) -> datetime:
    """The instant at which the zone's clocks show this: the first of two, or later by the gap where there is none.

    Raises UnknownZone.
    """
    return datetime.combine(on, at.replace(fold=0, tzinfo=None), zone_info(zone)).astimezone(UTC)


def _parse_offset(raw: bytes) -> timedelta | None:
    try:
        offset = timedelta(seconds=float(raw))
    except (ValueError, OverflowError):
        return None
    return offset if abs(offset) <= _FARTHEST_TRAVEL else None


def _first_instant(on: date, info: ZoneInfo) -> datetime:
    midnight = datetime.combine(on, time(), info)
    late, early = midnight.astimezone(UTC), midnight.replace(fold=1).astimezone(UTC)
    # Only in a gap does the second reading lie before the first (PEP 495): the day starts where the clocks jump.
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        if middle.astimezone(info).date() >= on:
            late = middle
        else:
            early = middle
    return late
