"""From a file's bytes to its entries as lines, within limits: no zone rules, no alarms, nothing nested is ever kept."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from shared.calendar.errors import CalendarRefused
from shared.marking import N_, Phrase
from shared.sheets.encoding import decode
from shared.sheets.errors import SheetRefused

MAX_BYTES = 1024 * 1024
MAX_ENTRIES = 2000
MAX_LINE = 8 * 1024
MAX_DEPTH = 5
_NAME = re.compile(r"[A-Za-z0-9-]{1,60}")
_FOLD = re.compile(rb"(?:\r\n|\n|\r)[ \t]")
_PARAMETER = re.compile(r';([A-Za-z0-9-]{1,60})=("[^"]*"|[^";:,]*)((?:,(?:"[^"]*"|[^";:,]*))*)')
_UNENDED = N_("It does not end.")
_UNFIT = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class Line(NamedTuple):
    """One property: its parameters by name, in capitals, and its value as it stands."""

    number: int
    parameters: dict[str, str]
    value: str


@dataclass
class RawEntry:
    """The properties of one entry by name, and what is already known to be wrong with it."""

    number: int
    properties: dict[str, list[Line]] = field(default_factory=dict)
    fault: str | None = None

    def one(self, name: str) -> Line | None:
        """The first property of this name."""
        return self.properties.get(name, [None])[0]


@dataclass
class RawCalendar:
    """A file's entries, and the properties of the calendar itself."""

    head: RawEntry
    entries: list[RawEntry]
    begun: bool = False
    complete: bool = False


def split_entries(raw: bytes, wanted: frozenset[str]) -> RawCalendar:
    """The entries with their wanted properties. Raises CalendarRefused for what is no calendar, or is too large."""
    out, parts = RawCalendar(RawEntry(1), []), list[str]()
    for number, text in _unfolded(_text(raw)):
        found = _split(text)
        name = found[0] if found else ""
        if found and name == "BEGIN":
            _begin(out, parts, found[2].strip().upper(), number)
        elif not out.begun:
            raise CalendarRefused
        elif found and name == "END":
            _end(out, parts, found[2].strip().upper())
        elif parts in (["VCALENDAR"], ["VCALENDAR", "VEVENT"]):
            entry = out.head if len(parts) == 1 else out.entries[-1]
            _take(entry, Line(number, *found[1:]) if found else None, name, wanted, text)
    if not out.begun:
        raise CalendarRefused
    if "VEVENT" in parts:
        out.entries[-1].fault = _UNENDED
    out.complete = not parts
    return out


def _text(raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        raise CalendarRefused(Phrase(N_("The file is larger than %(max)s MiB."), max=MAX_BYTES // 1024**2))
    # Some writers fold lines in the middle of a character.
    for readable in (raw, _FOLD.sub(b"", raw)):
        with suppress(UnicodeDecodeError):
            return readable.decode("utf-8-sig")
    try:
        return decode(raw).text
    except SheetRefused:
        raise CalendarRefused from None


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Each line with its number; a line that begins with a blank goes on the one before."""
    pieces: list[str] = []
    first = 1
    for number, piece in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        if pieces and piece[:1] in {" ", "\t"}:
            pieces.append(piece[1:])
            continue
        if pieces:
            yield first, "".join(pieces)
        pieces, first = ([piece], number) if piece.strip() else ([], number)
    if pieces:
        yield first, "".join(pieces)


def _split(text: str) -> tuple[str, dict[str, str], str] | None:
    """Name, parameters and value; None for what is no content line."""
    end = _NAME.match(text)
    if end is None:
        return None
    name, at, parameters = end[0].upper(), end.end(), {}
    while found := _PARAMETER.match(text, at):
        parameters[found[1].upper()] = found[2].strip('"')
        at = found.end()
    return (name, parameters, text[at + 1 :]) if text[at : at + 1] == ":" else None


def _begin(out: RawCalendar, parts: list[str], part: str, number: int) -> None:
    if not parts and part != "VCALENDAR":
        raise CalendarRefused
    out.begun = True
    if len(parts) >= MAX_DEPTH:
        raise CalendarRefused(Phrase(N_("Line %(line)s: parts lie in one another too deep."), line=number))
    if part == "VEVENT":
        if parts[-1] == "VEVENT":
            out.entries[-1].fault = _UNENDED
            parts.pop()
        if len(out.entries) >= MAX_ENTRIES:
            raise CalendarRefused(Phrase(N_("The calendar has more than %(max)s entries."), max=MAX_ENTRIES))
        out.entries.append(RawEntry(number))
        if parts != ["VCALENDAR"]:
            out.entries[-1].fault = N_("It lies inside another part of the file.")
    parts.append(part)


def _end(out: RawCalendar, parts: list[str], part: str) -> None:
    while "VEVENT" in parts and (part not in parts or parts[-1] != part):
        # What the end of another part cuts off is damaged; what lies around it is not.
        if parts.pop() == "VEVENT":
            out.entries[-1].fault = _UNENDED
    if part in parts:
        del parts[parts.index(part) :]


def _take(entry: RawEntry, line: Line | None, name: str, wanted: frozenset[str], text: str) -> None:
    if line is None:
        entry.fault = entry.fault or N_("It holds a line that is none of a calendar.")
    elif name in wanted:
        if len(text) > MAX_LINE:
            entry.fault = entry.fault or Phrase(N_("%(name)s is longer than %(max)s characters."), name=name, max=MAX_LINE)
        elif _UNFIT.search(text):
            entry.fault = entry.fault or Phrase(N_("%(name)s holds a character that cannot be seen."), name=name)
        else:
            entry.properties.setdefault(name, []).append(line)
