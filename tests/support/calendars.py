"""Calendar files as others write them, for the reader: built line by line, so that any of them can be wrong."""

from __future__ import annotations

import datetime as dt
import re

from shared.calendar.entries import ReadCalendar, Window
from shared.calendar.reader import read_calendar

NOW = dt.datetime(2026, 10, 1, 9, tzinfo=dt.UTC)
WINDOW = Window(first=NOW, last=NOW + dt.timedelta(days=366), own_zone="Europe/Rome")
TALK = ("UID:1@other.example", "DTSTAMP:20260901T090000Z", "SUMMARY:Talk", "DTSTART:20261112T180000Z", "DTEND:20261112T193000Z")


def event(*lines: str, but: tuple[str, ...] = ()) -> str:
    """One VEVENT: a talk with these lines in place of its own of the same names, without those named in `but`."""
    own = [line for line in TALK if name(line) not in {*map(name, lines), *but}]
    return "\r\n".join(["BEGIN:VEVENT", *own, *lines, "END:VEVENT", ""])


def file(*parts: str) -> bytes:
    """A calendar of these parts."""
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Other//EN\r\n"
    return (head + "".join(parts) + "END:VCALENDAR\r\n").encode()


def name(line: str) -> str:
    """The name of a property."""
    return re.split("[:;]", line, maxsplit=1)[0].upper()


def read(*parts: str) -> ReadCalendar:
    """What the reader finds in a calendar of these parts."""
    return read_calendar(file(*parts), WINDOW)
