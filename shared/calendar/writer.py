"""Entries as one calendar file (RFC 5545) that every calendar reads alike.

An entry with a zone is written in its wall time, with the zone's rules in the file; without one in UTC. Nothing in an entry
makes the file fail, for one entry must not take a feed down: text is only ever text, and an address that is none is left out.
The same entries give the same bytes.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from icalendar import Calendar, Event, vCalAddress, vDuration, vText

from shared.calendar.texts import lines, one_line
from shared.calendar.timezones import vtimezone
from shared.clock import UnknownZone, zone_info

CONTENT_TYPE = "text/calendar; charset=utf-8"
_PRODUCT = "-//Twindesk//Twindesk//EN"
_ADDRESS_MAX = 2000
_UNFIT_FOR_ADDRESS = frozenset(' "<>\\^`{|}')


class EntryStatus(StrEnum):
    """How sure an entry is, in the words of RFC 5545."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class Method(StrEnum):
    """What a file that is sent asks of its reader; a feed has none."""

    PUBLISH = "PUBLISH"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Party:
    """Somebody in an entry: a role's address as the organiser, or the reader of a personal feed."""

    name: str
    email: str


@dataclass(frozen=True)
class CalendarEntry:
    """What a calendar keeps. `uid` never changes, `sequence` grows; both ends are aware instants, or dates of whole days.

    With `zone`, instants are shown in its wall time. `own_attendance` is the reader of a personal feed: nobody else's name is
    ever in a file. `conference` is the link to join by, `related_to` the uid of what the entry is part of.
    """

    uid: str
    sequence: int
    written_at: dt.datetime
    start: dt.datetime | dt.date
    end: dt.datetime | dt.date
    summary: str
    location: str
    status: EntryStatus
    zone: str | None = None
    description: str = ""
    url: str = ""
    conference: str = ""
    language: str = ""
    categories: tuple[str, ...] = ()
    organiser: Party | None = None
    own_attendance: Party | None = None
    related_to: str = ""


def calendar_file(
    entries: Iterable[CalendarEntry],
    *,
    name: str = "",
    method: Method | None = None,
    refresh: dt.timedelta | None = None,
) -> bytes:
    """The file of some entries. An entry's end is not part of it: a whole day ends on the next one.

    `refresh` tells a subscriber how often to ask again.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    if method:
        calendar.add("method", method.value)
    if name:
        calendar.add("name", vText(one_line(name)))
        calendar.add("x-wr-calname", vText(one_line(name)))
    if refresh is not None:
        calendar.add("refresh-interval", vDuration(refresh), parameters={"value": "DURATION"})
        calendar.add("x-published-ttl", vDuration(refresh))
    zones: dict[str, list[dt.datetime]] = {}
    events = [_event(entry, zones) for entry in entries]
    for zone in sorted(zones):
        years = [at.year for at in zones[zone]]
        calendar.add_component(vtimezone(zone, min(years), max(years)))
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(entry: CalendarEntry, zones: dict[str, list[dt.datetime]]) -> Event:
    event, said = Event(), {"language": entry.language} if entry.language.replace("-", "").isalnum() else {}
    event.add("uid", vText(one_line(entry.uid)))
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.written_at.astimezone(dt.UTC))
    event.add("last-modified", entry.written_at.astimezone(dt.UTC))
    for name, at in zip(("dtstart", "dtend"), _ends(entry, zones), strict=True):
        event.add(name, at)
    event.add("summary", one_line(entry.summary), parameters=said)
    if entry.description:
        event.add("description", lines(entry.description), parameters=said)
    if entry.location:
        event.add("location", lines(entry.location))
    if categories := [one_line(category) for category in entry.categories]:
        event.add("categories", categories)
    if entry.related_to:
        event.add("related-to", vText(one_line(entry.related_to)))
    event.add("status", entry.status.value)
    _add_addresses(event, entry)
    return event


def _ends(entry: CalendarEntry, zones: dict[str, list[dt.datetime]]) -> tuple[dt.datetime | dt.date, dt.datetime | dt.date]:
    start, end = entry.start, entry.end
    if not isinstance(start, dt.datetime) or not isinstance(end, dt.datetime):
        return start, end
    local = _in_zone(start, end, entry.zone) if entry.zone else None
    if local is None:
        return start.astimezone(dt.UTC), end.astimezone(dt.UTC)
    zones.setdefault(str(entry.zone), []).extend(local)
    return local


def _in_zone(start: dt.datetime, end: dt.datetime, zone: str) -> tuple[dt.datetime, dt.datetime] | None:
    """Both ends by the zone's clocks; None where one of them comes twice, for readers disagree on which is meant."""
    try:
        info = zone_info(zone)
    except UnknownZone:
        return None
    first, last = start.astimezone(info), end.astimezone(info)
    return None if zone == "UTC" or _comes_twice(first) or _comes_twice(last) else (first, last)


def _comes_twice(local: dt.datetime) -> bool:
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def _add_addresses(event: Event, entry: CalendarEntry) -> None:
    if address := _address(entry.url):
        event.add("url", address)
    if address := _address(entry.conference):
        event.add("conference", address, parameters={"value": "URI"})
    if entry.organiser and (organiser := _party(entry.organiser)):
        event.add("organizer", organiser)
    if entry.own_attendance and (reader := _party(entry.own_attendance)):
        reader.params["partstat"] = "TENTATIVE" if entry.status is EntryStatus.TENTATIVE else "ACCEPTED"
        event.add("attendee", reader)


def _party(party: Party) -> Any:
    address = _address(f"mailto:{party.email}")
    if not address or "@" not in address:
        return None
    out = vCalAddress(address)
    out.params["cn"] = one_line(party.name).replace('"', "'")
    return out


def _address(text: str) -> str:
    fit = len(text) <= _ADDRESS_MAX and text.isascii() and text.isprintable() and not _UNFIT_FOR_ADDRESS & set(text)
    return text if fit else ""
