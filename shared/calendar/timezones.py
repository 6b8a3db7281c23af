"""The rules of a zone inside a calendar file (VTIMEZONE), in the two forms that every reader understands.

The real changes of the clocks are taken from the zone database, over the years that the entries span and one on each side.
Two yearly rules are written where they give exactly those changes, else each change by itself. Lists of dates (RDATE), which
libraries write by default, are read an hour wrong by ical.js and vobject.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

from shared.clock import zone_info

_STEP = timedelta(days=7)
_SECOND = timedelta(seconds=1)
_FIRST_YEAR = 1970
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Shift(NamedTuple):
    """What the clocks do at a change: the offsets before and after, and what the zone calls its time from then on."""

    before: timedelta
    after: timedelta
    name: str


class Change(NamedTuple):
    """One change of the clocks, by the wall time that they show just before it."""

    local: datetime
    shift: Shift


class _Rule(NamedTuple):
    """A change that comes every year: in this month, on the `nth` such weekday (-1: the last), at this wall time."""

    month: int
    weekday: int
    nth: int
    at: time

    def day_in(self, year: int) -> date:
        first = date(year, self.month, 1)
        days = [day for day in (first + timedelta(days=n) for n in range(31)) if day.month == self.month]
        days = [day for day in days if day.weekday() == self.weekday]
        return days[self.nth if self.nth < 0 else self.nth - 1]


@lru_cache(maxsize=256)
def vtimezone(zone: str, first_year: int, last_year: int) -> Timezone:
    """The component for entries in these years, both included; nobody may change it. Raises UnknownZone."""
    info = zone_info(zone)
    start, end = datetime(first_year - 1, 1, 1, tzinfo=UTC), datetime(last_year + 2, 1, 1, tzinfo=UTC)
    changes = _changes(info, start, end)
    out = Timezone()
    out.add("tzid", zone)
    rules = _yearly(changes, last_year - first_year + 3)
    if rules:
        for shift, rule in rules:
            out.add_component(_observance(datetime.combine(rule.day_in(_FIRST_YEAR), rule.at), shift, rule))
        return out
    base = start.astimezone(info)
    steady = Shift(_offset(base), _offset(base), base.tzname() or zone)
    for change in [Change(datetime(_FIRST_YEAR, 1, 1), steady), *changes]:  # noqa: DTZ001 - wall time
        out.add_component(_observance(change.local, change.shift))
    return out


def _changes(info: ZoneInfo, start: datetime, end: datetime) -> list[Change]:
    found, at = [], start
    while at < end:
        after = at + _STEP
        if _offset(at.astimezone(info)) != _offset(after.astimezone(info)):
            moment = _moment(info, at, after)
            before, then = (moment - _SECOND).astimezone(info), moment.astimezone(info)
            shift = Shift(_offset(before), _offset(then), then.tzname() or info.key)
            found.append(Change((moment + shift.before).replace(tzinfo=None), shift))
        at = after
    return found


def _moment(info: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second of the new offset: between the two, the clocks change once."""
    old = _offset(before.astimezone(info))
    while after - before > _SECOND:
        middle = before + _SECOND * ((after - before) // _SECOND // 2)
        before, after = (middle, after) if _offset(middle.astimezone(info)) == old else (before, middle)
    return after


def _yearly(changes: Iterable[Change], years: int) -> list[tuple[Shift, _Rule]]:
    """The two rules that give these changes and no others, the earlier in the year first; none where there are no such."""
    groups: dict[Shift, list[datetime]] = {}
    for change in changes:
        groups.setdefault(change.shift, []).append(change.local)
    if len(groups) != 2 or any(len(locals_) != years for locals_ in groups.values()):
        return []
    found = [(shift, rule) for shift, locals_ in groups.items() if (rule := _rule(locals_)) is not None]
    return sorted(found, key=lambda pair: pair[1].month) if len(found) == 2 else []


def _rule(locals_: list[datetime]) -> _Rule | None:
    for nth in (-1, (locals_[0].day - 1) // 7 + 1):
        rule = _Rule(locals_[0].month, locals_[0].weekday(), nth, locals_[0].time())
        if nth <= 4 and all(datetime.combine(rule.day_in(local.year), rule.at) == local for local in locals_):
            return rule
    return None


def _observance(start: datetime, shift: Shift, rule: _Rule | None = None) -> Any:
    out = TimezoneDaylight() if shift.after > shift.before else TimezoneStandard()
    out.add("dtstart", start)
    out.add("tzoffsetfrom", shift.before)
    out.add("tzoffsetto", shift.after)
    out.add("tzname", shift.name)
    if rule:
        out.add("rrule", {"freq": "yearly", "bymonth": rule.month, "byday": f"{rule.nth}{_WEEKDAYS[rule.weekday]}"})
    return out


def _offset(at: datetime) -> timedelta:
    return at.utcoffset() or timedelta()
