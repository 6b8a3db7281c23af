"""One entry as a calendar file (RFC 5545) that every calendar reads alike.

Instants are written in UTC: then a file needs no rules of a zone, and shows the right minute wherever it is opened. Text is
only ever text: line breaks and separators are escaped by the library, and what cannot be seen does not get that far.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from icalendar import Calendar, Event

CONTENT_TYPE = "text/calendar; charset=utf-8"


class EntryStatus(StrEnum):
    """How sure an entry is, in the words of RFC 5545."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True)
class CalendarEntry:
    """What a calendar keeps. `uid` never changes, `sequence` grows; both ends are aware instants, or dates of whole days."""

    uid: str
    sequence: int
    written_at: dt.datetime
    start: dt.datetime | dt.date
    end: dt.datetime | dt.date
    summary: str
    location: str
    status: EntryStatus


def calendar_file(entry: CalendarEntry) -> bytes:
    """The file of one entry. The end is not part of it: a whole day ends on the next one."""
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.written_at.astimezone(dt.UTC))
    event.add("dtstart", _in_utc(entry.start))
    event.add("dtend", _in_utc(entry.end))
    event.add("summary", entry.summary)
    if entry.location:
        event.add("location", entry.location)
    event.add("status", entry.status.value)
    calendar = Calendar()
    calendar.add("prodid", "-//Twindesk//Twindesk//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _in_utc(at: dt.datetime | dt.date) -> dt.datetime | dt.date:
    return at.astimezone(dt.UTC) if isinstance(at, dt.datetime) else at
