"""Calendar files as others write them, for the reader: built line by line, so that any of them can be wrong."""

from __future__ import annotations

import datetime as dt
import re

from shared.calendar.entries import ReadCalendar, Window
from shared.calendar.reader import read_calendar
from space_node.imports.rules import Found, found

NOW = dt.datetime(2026, 10, 1, 9, tzinfo=dt.UTC)
WINDOW = Window(first=NOW, last=NOW + dt.timedelta(days=366), own_zone="Europe/Rome")
OWN_PLACE = {"name": "Lambrate", "address": "Via Ventura 3", "city": "Milano", "access": ""}
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


def drafted(*lines: str, but: tuple[str, ...] = ()) -> Found:
    """The draft that one such entry would become."""
    [entry] = read(event(*lines, but=but)).entries
    return found(entry, own_zone=WINDOW.own_zone, own_place=OWN_PLACE, now=NOW)


def space_calendar() -> bytes:
    """The calendar that a space has elsewhere: talks, a series, a day, and what cannot be taken."""
    return file(
        "X-WR-CALNAME:TheCube: events\r\n",
        event("UID:lunch", "SUMMARY:A founder’s lunch", "LOCATION:Long table\\, 155 Commercial Street"),
        event(
            "UID:run",
            "SUMMARY:Morning run",
            "DTSTART;TZID=Europe/London:20261110T073000",
            "DURATION:PT45M",
            "RRULE:FREQ=WEEKLY;BYDAY=TU",
            but=("DTEND",),
        ),
        event("UID:day", "SUMMARY:Open day", "DTSTART;VALUE=DATE:20261205", but=("DTEND",)),
        event(
            "UID:call",
            "SUMMARY:Call to our twins in New York",
            "DTSTART;TZID=America/New_York:20261118T090000",
            "DURATION:PT1H",
            "LOCATION:https://meet.example/twins",
            but=("DTEND",),
        ),
        event("UID:off", "SUMMARY:Winter market", "STATUS:CANCELLED"),
        event("UID:ping", "SUMMARY:Reminder", "RRULE:FREQ=HOURLY"),
        event("UID:mars", "SUMMARY:Talk from far away", "DTSTART;TZID=Mars/Olympus:20261118T090000", but=("DTEND",)),
        event("UID:past", "DTSTART:20260112T180000Z", "DTEND:20260112T193000Z"),
    )
