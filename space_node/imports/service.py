"""Writes of the import of a calendar: fetch it, and make drafts of what was chosen, all of it or nothing."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy.orm import Session

from shared.addresses import AddressRefused
from shared.constraints import refused
from shared.errors import Refusal
from shared.http import PeerMisbehaved, PeerUnreachable, Transport
from shared.ids import new_id
from shared.protocol.states import Reach
from space_node.db import Base
from space_node.events import queries as events
from space_node.events import service as organiser
from space_node.events.queries import OwnSession
from space_node.events.service import EventText, SessionPlan
from space_node.imports import queries, rules
from space_node.imports.errors import (
    CalendarAddressRefused,
    CalendarNotFetched,
    EntryRefused,
    ImportedMeanwhile,
    NothingChosen,
    TooMuchChosen,
)
from space_node.imports.models import ImportedEntry
from space_node.imports.rules import Date, Found, Standing
from space_node.uplink import queries as uplink

FETCH_SECONDS = 10.0
# What a calendar does not say stays as the organiser has it.
KEPT_NAMES = ("summary", "language", "reach", "attendee_list", "format")
_OK = 200


@dataclass(frozen=True)
class Outcome:
    """How many drafts were made, and how many were written anew."""

    new_count: int
    changed_count: int


def fetch(transport: Transport, address: str) -> bytes:
    """The calendar at an address. Raises CalendarAddressRefused, CalendarNotFetched. Call it outside of a transaction."""
    if address.lower().startswith("webcal://"):
        address = "https" + address[len("webcal") :]
    try:
        answer = transport.request("GET", address, headers={"Accept": "text/calendar"}, timeout_seconds=FETCH_SECONDS)
    except AddressRefused:
        raise CalendarAddressRefused from None
    except (PeerUnreachable, PeerMisbehaved):
        raise CalendarNotFetched from None
    if answer.status != _OK:
        raise CalendarNotFetched
    return answer.body


def import_chosen(session: Session, content: bytes, *, chosen: Collection[str], now: dt.datetime) -> Outcome:
    """Make drafts of the chosen entries; one that has become a draft before is written anew.

    Raises CalendarRefused, NothingChosen, TooMuchChosen, and EntryRefused for the first that cannot be one; then nothing may
    be kept.
    """
    rows = [row for row in queries.preview(session, content, now=now).rows if row.found.key in chosen]
    rows = [row for row in rows if row.standing in rules.CHOOSABLE]
    if not rows:
        raise NothingChosen
    if len(rows) > rules.EVENTS_AT_ONCE or sum(len(row.found.dates) for row in rows) > rules.DATES_AT_ONCE:
        raise TooMuchChosen(events=rules.EVENTS_AT_ONCE, sessions=rules.DATES_AT_ONCE)
    language = _own_language(session)
    for row in rows:
        try:
            _make_draft(session, row.found, language, now)
        except ImportedMeanwhile:
            raise
        except Refusal as refusal:
            reason = refusal.errors[0]["detail"] if refusal.errors else refusal.detail
            raise EntryRefused(entry=row.found.title, reason=reason) from None
    new_count = sum(row.standing is Standing.NEW for row in rows)
    return Outcome(new_count, len(rows) - new_count)


def _make_draft(session: Session, found: Found, language: str, now: dt.datetime) -> None:
    known = queries.imported(session, found.key)
    event = events.find(session, known.event_id) if known else None
    event_id = event.id if event else new_id(now)
    said: dict[str, Any] = {"title": found.title, "description": found.description, "topics": found.topics}
    kept = {name: getattr(event, name) for name in KEPT_NAMES} if event else {"language": language, "reach": Reach.NETWORK}
    text = EventText(**said, **kept)
    organiser.save_draft(session, event_id=event_id, text=text, now=now)
    sessions = _write_dates(session, found, event_id, known.sessions if known and event else {}, language, now)
    with refused(session, Base.metadata, {"uq_imported_entries_key": ImportedMeanwhile}):
        known = known or ImportedEntry(key=found.key)
        known.event_id, known.digest, known.sessions, known.imported_at = event_id, found.digest, sessions, now
        session.add(known)


def _write_dates(
    session: Session, found: Found, event_id: str, known: dict[str, str], language: str, now: dt.datetime
) -> dict[str, str]:
    """A session for each date; one that is there keeps what was said of it here. What the calendar has no more goes."""
    held = {own.id: own for own in events.sessions(session, event_id)}
    sessions = {date.key: known.get(date.key, "") for date in found.dates}
    for key, session_id in known.items():
        if key not in sessions and session_id in held and held[session_id].starts_at > now:
            organiser.delete_session(session, session_id=session_id)
    for date in found.dates:
        own = held.get(sessions[date.key])
        plan = _moved(own, date) if own else _plan(found, date, language)
        sessions[date.key] = own.id if own else new_id(now)
        organiser.save_session(session, event_id=event_id, session_id=sessions[date.key], plan=plan, now=now)
    return sessions


def _plan(found: Found, date: Date, language: str) -> SessionPlan:
    return SessionPlan(**_times(date), mode=found.mode, language=language, venue=found.venue or None, join_url=found.join_url)


def _moved(own: OwnSession, date: Date) -> SessionPlan:
    """A session as it is, at the time that the calendar has for it; sign-up opens and closes as usual where that is another."""
    plan = SessionPlan(**{one.name: getattr(own, one.name) for one in fields(SessionPlan)})
    if own.starts_at != date.starts_at:
        plan = replace(plan, opens_local=None, closes_local=None)
    return replace(plan, **_times(date), relay_of=None)


def _times(date: Date) -> dict[str, Any]:
    return {"starts_local": date.starts_local, "fold": date.fold, "zone": date.zone, "duration_minutes": date.minutes}


def _own_language(session: Session) -> str:
    own = uplink.identity(session)
    return next(iter(own.profile["languages"]), "en") if own else "en"
