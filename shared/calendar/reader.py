"""Somebody else's calendar file (RFC 5545), read strictly: what is sound comes out, each other entry with the reason why not.

Nothing in a file is believed but its words and times. Zones are known by their names, and rules that a file brings along are
passed over, for a wrong one would move other people's events too. Who is invited is never read. Everything is bounded: the
file, its lines and entries, and the days that a rule of repetition can name.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import marshmallow as ma

from shared.calendar.entries import Occurrence, ReadCalendar, ReadEntry, Window
from shared.calendar.errors import EntryFault, Faulty
from shared.calendar.lines import Line, RawEntry, split_entries
from shared.calendar.recurrence import Budget, Rule, days, parse_rule
from shared.calendar.texts import lines, one_line, without_detours, without_markup
from shared.calendar.values import When, length, unescaped, unescaped_list, when, whens
from shared.calendar.writer import EntryStatus
from shared.fields import WebAddress
from shared.marking import N_
from shared.text import harmless

MAX_OCCURRENCES = 366
MAX_OCCURRENCES_PER_FILE = 10_000
_UID_MAX, _FAULT_NAME_MAX, _CATEGORIES_MAX = 255, 80, 20
_LONGEST = dt.timedelta(days=366)
# RFC 7986, and what was written before it.
_CONFERENCES = ("CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL")
_WANTED = frozenset({"NAME", "X-WR-CALNAME", "UID", "SEQUENCE", "RECURRENCE-ID", "STATUS", "CLASS"}) | {
    *("SUMMARY", "DESCRIPTION", "LOCATION", "URL", "CATEGORIES", *_CONFERENCES),
    *("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE"),
}


@dataclass(frozen=True)
class _Part:
    """A VEVENT that could be read: the entry itself, or a change to one of its times."""

    entry: ReadEntry
    start: When
    lasts: dt.timedelta
    raw: RawEntry
    instead_of: dt.datetime | None


def read_calendar(raw: bytes, window: Window) -> ReadCalendar:
    """Read a file. Raises CalendarRefused where it is no calendar, too large, or damaged as a whole."""
    found = split_entries(raw, _WANTED)
    named = found.head.one("NAME") or found.head.one("X-WR-CALNAME")
    out = ReadCalendar(harmless(unescaped(named.value), max_length=120) if named else "", found.complete)
    groups: dict[str, list[_Part]] = {}
    for vevent in found.entries:
        try:
            part = _part(vevent, window)
        except Faulty as faulty:
            out.faults.append(_fault(vevent, faulty))
        else:
            groups.setdefault(part.entry.uid, []).append(part)
    _put_together(groups, window, out)
    out.faults.sort(key=lambda fault: fault.line)
    return out


def _put_together(groups: dict[str, list[_Part]], window: Window, out: ReadCalendar) -> None:
    """Make one entry of the parts of each, while the file's budgets last."""
    budget, places = Budget(), MAX_OCCURRENCES_PER_FILE
    for parts in groups.values():
        kept = _latest(parts, out)
        try:
            entry = _with_times(kept, window, budget)
            if len(entry.occurrences) > min(MAX_OCCURRENCES, places):
                raise Faulty(N_("It repeats too often."))
        except Faulty as faulty:
            out.faults.append(_fault(kept[0].raw, faulty))
            continue
        places -= len(entry.occurrences)
        if entry.occurrences:
            out.entries.append(entry)
        else:
            out.outside += 1


def _part(raw: RawEntry, window: Window) -> _Part:
    if raw.fault:
        raise Faulty(raw.fault)
    uid, start = raw.one("UID"), raw.one("DTSTART")
    if uid is None or not 0 < len(uid.value.strip()) <= _UID_MAX:
        raise Faulty(N_("It has no UID, by which it could be known again."))
    if start is None:
        raise Faulty(N_("It has no beginning (DTSTART)."))
    if _text(raw, "CLASS").upper() in {"PRIVATE", "CONFIDENTIAL"}:
        raise Faulty(N_("It is marked as private."))
    begins = when(start, window.own_zone)
    replaced = raw.one("RECURRENCE-ID")
    if replaced and "RANGE" in replaced.parameters:
        raise Faulty(N_("It changes all later times of a series, which is not taken."))
    return _Part(
        entry=_entry(raw, uid.value, begins),
        start=begins,
        lasts=_lasts(raw, begins, window),
        raw=raw,
        instead_of=when(replaced, window.own_zone).instant if replaced else None,
    )


def _entry(raw: RawEntry, uid: str, begins: When) -> ReadEntry:
    status = _text(raw, "STATUS").upper()
    sequence = _text(raw, "SEQUENCE")
    ways_in = (_address(unescaped(line.value).strip()) for name in _CONFERENCES for line in raw.properties.get(name, []))
    categories = (one_line(word).strip() for line in raw.properties.get("CATEGORIES", []) for word in unescaped_list(line.value))
    return ReadEntry(
        uid=one_line(uid).strip(),
        line=raw.number,
        sequence=int(sequence) if sequence.isascii() and sequence.isdigit() and len(sequence) < 10 else 0,
        summary=one_line(without_detours(" ".join(without_markup(_text(raw, "SUMMARY")).split()))),
        description=lines(without_detours(without_markup(_text(raw, "DESCRIPTION")))).strip(),
        location=lines(without_detours(_text(raw, "LOCATION"))).strip(),
        url=_address(_text(raw, "URL")),
        conference=next(filter(None, ways_in), ""),
        status=EntryStatus(status) if status in set(EntryStatus) else EntryStatus.CONFIRMED,
        categories=tuple(dict.fromkeys(word for word in categories if word))[:_CATEGORIES_MAX],
        zone=begins.zone,
        whole_days=begins.is_day,
        occurrences=(),
    )


def _lasts(raw: RawEntry, begins: When, window: Window) -> dt.timedelta:
    ends, lasts = raw.one("DTEND"), raw.one("DURATION")
    if ends:
        last = when(ends, window.own_zone)
        if last.is_day != begins.is_day:
            raise Faulty(N_("Of its beginning and its end, only one is a whole day."))
        found = last.instant - begins.instant
    elif lasts:
        found = length(lasts.value)
    else:
        found = dt.timedelta(days=1 if begins.is_day else 0)
    if not dt.timedelta() <= found <= _LONGEST:
        raise Faulty(N_("It ends before it begins, or lasts longer than a year."))
    return found


def _latest(parts: list[_Part], out: ReadCalendar) -> list[_Part]:
    """The parts of one entry, the entry itself first: of several that say they are it, the newest."""
    chosen: dict[dt.datetime | None, _Part] = {}
    for part in parts:
        held = chosen.get(part.instead_of)
        older = part if held and held.entry.sequence >= part.entry.sequence else held
        if older is not part:
            chosen[part.instead_of] = part
        if older:
            out.faults.append(
                _fault(older.raw, Faulty(N_("Another entry of the file has the same UID, and is as new or newer.")))
            )
    return sorted(chosen.values(), key=lambda part: (part.instead_of is not None, part.entry.line))


def _with_times(parts: list[_Part], window: Window, budget: Budget) -> ReadEntry:
    main = parts[0]
    changed = {part.instead_of: part for part in parts if part.instead_of is not None}
    times = [Occurrence(at, at + main.lasts) for at in _starts(main, window, budget) if at not in changed]
    times += [
        Occurrence(part.start.instant, part.start.instant + part.lasts)
        for part in changed.values()
        if part.entry.status is not EntryStatus.CANCELLED or part is main
    ]
    return replace(main.entry, occurrences=tuple(sorted({one for one in times if window.holds(one)})))


def _starts(main: _Part, window: Window, budget: Budget) -> Iterator[dt.datetime]:
    if main.instead_of is not None:
        return
    raw, begins = main.raw, main.start
    rules = [parse_rule(line.value) for line in raw.properties.get("RRULE", [])]
    if len(rules) > 1 or "EXRULE" in raw.properties:
        raise Faulty(N_("It has more than one rule of repetition."))
    without = {one.instant for one in whens(raw.properties.get("EXDATE", []), window.own_zone)}
    added = (one.instant for one in whens(raw.properties.get("RDATE", []), window.own_zone))
    repeated: Iterable[dt.datetime] = _repeated(rules[0], begins, main.lasts, window, budget) if rules else [begins.instant]
    for source in (repeated, added):
        yield from (at for at in source if at not in without)


def _repeated(rule: Rule, begins: When, lasts: dt.timedelta, window: Window, budget: Budget) -> Iterator[dt.datetime]:
    day = dt.timedelta(days=1)
    first, last = (window.first - lasts - day).date(), (window.last + day).date()
    for on in days(rule, begins.local.date(), first, last, budget):
        at = begins.at(on)
        if rule.until and _is_past(rule.until, begins, on, at, window):
            return
        yield at


def _is_past(until: str, begins: When, on: dt.date, at: dt.datetime, window: Window) -> bool:
    """Whether a time lies behind the rule's end, which may be a day or an instant whatever the entry is."""
    end = when(Line(0, {}, until), begins.zone or window.own_zone)
    return on > end.local.date() if end.is_day or begins.is_day else at > end.instant


def _text(raw: RawEntry, name: str) -> str:
    line = raw.one(name)
    return unescaped(line.value).strip() if line else ""


def _address(text: str) -> str:
    try:
        return str(WebAddress().deserialize(without_detours(text)))
    except ma.ValidationError:
        return ""


def _fault(raw: RawEntry, faulty: Faulty) -> EntryFault:
    return EntryFault(raw.number, harmless(_text(raw, "SUMMARY"), max_length=_FAULT_NAME_MAX), faulty.reason)
