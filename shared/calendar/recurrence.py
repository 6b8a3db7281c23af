"""Which days a rule of repetition (RRULE) names, in a bounded time: rules by the day, week, month and year, and no finer ones."""

import calendar
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.calendar.errors import Faulty
from shared.marking import N_, Phrase

DAYS_PER_ENTRY, DAYS_PER_FILE = 30_000, 200_000
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_KNOWN = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"})
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NTH_WEEKDAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_NUMBERS = re.compile(r"[+-]?[0-9]{1,3}(?:,[+-]?[0-9]{1,3}){0,60}")
_WHOLE = re.compile(r"[0-9]{1,6}")
_WEEK = 7
_ALL_DAYS = frozenset(range(_WEEK))
_DAYS_OF = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}


@dataclass
class Budget:
    """How many days may still be looked at for the rules of one file."""

    left: int = DAYS_PER_FILE


@dataclass(frozen=True)
class Rule:
    """A rule of repetition. `by_day` holds the weekday with its place in the month, 0 for each of them."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: str = ""
    week_start: int = 0
    by_day: tuple[tuple[int, int], ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_month: tuple[int, ...] = ()
    by_place: tuple[int, ...] = ()


def parse_rule(text: str) -> Rule:
    """The rule. Raises Faulty for one that is damaged, and for one that repeats by the hour or in a way not known."""
    parts = dict(part.partition("=")[::2] for part in text.strip().upper().split(";") if part)
    frequency = parts.get("FREQ", "")
    if frequency not in _FREQUENCIES or parts.keys() - _KNOWN:
        raise Faulty(Phrase(N_("It repeats in a way that is not taken: %(text)s"), text=text[:60]))
    rule = Rule(
        frequency=frequency,
        interval=_whole(parts, "INTERVAL") or 1,
        count=_whole(parts, "COUNT"),
        until=parts.get("UNTIL", ""),
        week_start=_weekday(parts.get("WKST", "MO")),
        by_day=tuple({_nth_weekday(word) for word in parts["BYDAY"].split(",")}) if "BYDAY" in parts else (),
        by_month_day=_numbers(parts, "BYMONTHDAY", 31),
        by_month=_numbers(parts, "BYMONTH", 12),
        by_place=_numbers(parts, "BYSETPOS", 366),
    )
    places = any(nth for nth, _ in rule.by_day)
    unlimited = frequency == "YEARLY" and not rule.by_month and (rule.by_day or rule.by_month_day)
    if (places and frequency in {"DAILY", "WEEKLY"}) or unlimited or any(month < 0 for month in rule.by_month):
        raise Faulty(Phrase(N_("It repeats in a way that is not taken: %(text)s"), text=text[:60]))
    return rule


def days(rule: Rule, start: dt.date, first: dt.date, last: dt.date, budget: Budget) -> Iterator[dt.date]:
    """The days from `first` to `last` that the rule names, for what begins on `start`; COUNT counts from there.

    Raises Faulty where finding them would take too long.
    """
    counted, index = 0, 0 if rule.count is not None else _index_before(rule, start, first)
    for _ in range(DAYS_PER_ENTRY // _DAYS_OF[rule.frequency]):
        budget.left -= _DAYS_OF[rule.frequency]
        opening, candidates = _period(rule, start, index)
        if opening is None or opening > last:
            return
        for day in _placed(rule, candidates):
            counted += day >= start
            if rule.count is not None and counted > rule.count:
                return
            if max(first, start) <= day <= last:
                yield day
        if budget.left < 0:
            break
        index += 1
    raise Faulty(N_("It repeats too often."))


def _index_before(rule: Rule, start: dt.date, first: dt.date) -> int:
    """A period that surely begins before the first day that is asked for."""
    months = (first.year - start.year) * 12 + first.month - start.month
    passed = {"DAILY": (first - start).days, "WEEKLY": (first - start).days // _WEEK, "MONTHLY": months, "YEARLY": months // 12}
    return max(0, passed[rule.frequency] // rule.interval - 2)


def _period(rule: Rule, start: dt.date, index: int) -> tuple[dt.date | None, list[dt.date]]:
    """The first day of the index-th period, and those of its days that the rule names; no first day behind the last year."""
    step = index * rule.interval
    if rule.frequency in {"DAILY", "WEEKLY"}:
        length = 1 if rule.frequency == "DAILY" else _WEEK
        back = 0 if length == 1 else (start.weekday() - rule.week_start) % _WEEK
        opening = start.toordinal() - back + step * length
        if opening + _WEEK > dt.date.max.toordinal():
            return None, []
        week = [dt.date.fromordinal(opening + n) for n in range(length)]
        weekdays = {weekday for _, weekday in rule.by_day} or ({start.weekday()} if length == _WEEK else _ALL_DAYS)
        return week[0], [day for day in week if day.weekday() in weekdays and _is_in_month(rule, day)]
    year, month = divmod(start.year * 12 + start.month - 1 + step * (1 if rule.frequency == "MONTHLY" else 12), 12)
    if year > dt.MAXYEAR - 1:
        return None, []
    if rule.frequency == "MONTHLY":
        named = not rule.by_month or month + 1 in rule.by_month
        return dt.date(year, month + 1, 1), _in_month(rule, year, month + 1, start) if named else []
    months = sorted(set(rule.by_month)) or [start.month]
    return dt.date(year, 1, 1), [day for month in months for day in _in_month(rule, year, month, start)]


def _is_in_month(rule: Rule, day: dt.date) -> bool:
    return (not rule.by_month or day.month in rule.by_month) and _is_month_day(rule, day)


def _in_month(rule: Rule, year: int, month: int, start: dt.date) -> list[dt.date]:
    month_days = [dt.date(year, month, n + 1) for n in range(calendar.monthrange(year, month)[1])]
    if not rule.by_day and not rule.by_month_day:
        return [day for day in month_days if day.day == start.day]
    return [day for day in month_days if _is_month_day(rule, day) and _is_named_weekday(rule, day, len(month_days))]


def _is_month_day(rule: Rule, day: dt.date) -> bool:
    if not rule.by_month_day:
        return True
    back = day.day - calendar.monthrange(day.year, day.month)[1] - 1
    return day.day in rule.by_month_day or back in rule.by_month_day


def _is_named_weekday(rule: Rule, day: dt.date, month_length: int) -> bool:
    nth, back = (day.day - 1) // _WEEK + 1, -((month_length - day.day) // _WEEK + 1)
    return not rule.by_day or any(weekday == day.weekday() and place in {0, nth, back} for place, weekday in rule.by_day)


def _placed(rule: Rule, candidates: list[dt.date]) -> list[dt.date]:
    if not rule.by_place:
        return candidates
    size = len(candidates)
    places = {place - 1 if place > 0 else size + place for place in rule.by_place}
    return [day for place, day in enumerate(candidates) if place in places]


def _whole(parts: Mapping[str, str], name: str) -> int | None:
    if name not in parts:
        return None
    if not _WHOLE.fullmatch(parts[name]) or int(parts[name]) < 1:
        raise Faulty(Phrase(N_("Its rule of repetition is damaged: %(text)s"), text=f"{name}={parts[name][:40]}"))
    return int(parts[name])


def _numbers(parts: Mapping[str, str], name: str, most: int) -> tuple[int, ...]:
    if name not in parts:
        return ()
    found = tuple(int(part) for part in parts[name].split(",")) if _NUMBERS.fullmatch(parts[name]) else ()
    if not found or not all(1 <= abs(number) <= most for number in found):
        raise Faulty(Phrase(N_("Its rule of repetition is damaged: %(text)s"), text=f"{name}={parts[name][:40]}"))
    return found


def _nth_weekday(word: str) -> tuple[int, int]:
    found = _NTH_WEEKDAY.fullmatch(word)
    if found is None:
        raise Faulty(Phrase(N_("Its rule of repetition is damaged: %(text)s"), text=f"BYDAY={word[:40]}"))
    return int(found[1] or 0), _weekday(found[2])


def _weekday(word: str) -> int:
    if word not in _WEEKDAYS:
        raise Faulty(Phrase(N_("Its rule of repetition is damaged: %(text)s"), text=f"WKST={word[:40]}"))
    return _WEEKDAYS.index(word)
