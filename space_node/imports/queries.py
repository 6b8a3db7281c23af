"""Reads for the import of a calendar: what a file holds, and what importing it would do."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.calendar.entries import ReadCalendar, Window
from shared.calendar.reader import read_calendar
from space_node.events import queries as events
from space_node.imports import rules
from space_node.imports.models import ImportedEntry
from space_node.imports.rules import CHOOSABLE as CHOOSABLE
from space_node.imports.rules import CHOSEN_AT_FIRST as CHOSEN_AT_FIRST
from space_node.imports.rules import DATES_PER_EVENT as DATES_PER_EVENT
from space_node.imports.rules import Found as Found
from space_node.imports.rules import Standing as Standing
from space_node.uplink import queries as uplink


@dataclass(frozen=True)
class Row:
    """One entry of the file: what it would become, and what has become of it so far."""

    found: Found
    standing: Standing
    event_id: str | None


@dataclass(frozen=True)
class Preview:
    """What a file holds, its entries by their first dates."""

    calendar: ReadCalendar
    rows: list[Row]
    counts: Counter[Standing]


def preview(session: Session, content: bytes, *, now: dt.datetime) -> Preview:
    """What importing a file would do. Raises CalendarRefused."""
    own_zone = uplink.own_zone(session)
    calendar = read_calendar(content, Window(now, now + rules.WINDOW, own_zone))
    place = _own_place(session)
    found = [rules.found(entry, own_zone=own_zone, own_place=place, now=now) for entry in calendar.entries]
    wanted = select(ImportedEntry).where(ImportedEntry.key.in_([one.key for one in found]))
    known = {entry.key: entry for entry in session.scalars(wanted)}
    rows = [_row(session, one, known.get(one.key)) for one in found]
    rows.sort(key=lambda row: (row.found.dates[0].starts_at if row.found.dates else now, row.found.title))
    return Preview(calendar, rows, Counter(row.standing for row in rows))


def imported(session: Session, key: str) -> ImportedEntry | None:
    """What an entry has become, locked until the commit."""
    return session.scalar(select(ImportedEntry).where(ImportedEntry.key == key).with_for_update())


def _row(session: Session, found: Found, known: ImportedEntry | None) -> Row:
    event = events.find(session, known.event_id) if known else None
    if known is None or event is None:
        return Row(found, rules.standing(found, state=None, digest=None), None)
    return Row(found, rules.standing(found, state=str(event.state), digest=known.digest), event.id)


def _own_place(session: Session) -> dict[str, str]:
    own = uplink.identity(session)
    profile = own.profile if own else {}
    return {
        "name": str(profile.get("name", "")),
        "address": str(profile.get("address", "")),
        "city": str(profile.get("city", "")),
        "access": "",
    }
