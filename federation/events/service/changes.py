"""One change of a session, whoever makes it: written down, told to its readers, and followed by its seats."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from federation.db import Base
from federation.events import queries, rules
from federation.events.errors import NoSuchSession
from federation.events.models import Event, EventSession
from federation.events.service import news
from federation.rsvps import queries as seats
from federation.rsvps import service as rsvps
from shared.constraints import refused
from shared.messaging.feed import NETWORK
from shared.protocol.states import SessionState

# What the seats are told of a session as it stands.
FACTS = (
    *("event_id", "host", "state", "starts_at", "ends_at", "opens_at", "closes_at", "zone", "mode", "seats_in_person"),
    *("seats_remote", "door_seats", "waiting_list", "approval", "party_max", "price_credits"),
)


def change(
    session: Session, event: Event, found: EventSession, values: Mapping[str, Any], *, now: dt.datetime
) -> dict[str, Any] | None:
    """Write these values into a session of the event, tell its readers and its host, and have its seats follow.

    Returns what the session was before, None for a new one. Raises NoSuchSession for an id that is another's.
    """
    before = queries.session_entry(found) if found.rev else None
    for name, value in values.items():
        setattr(found, name, value)
    if before is not None:
        found.sequence += rules.matters(before, queries.session_entry(found))
        found.previous_starts_at = rules.previous_start(before, found.starts_at)
    found.rev, found.changed_at = found.rev + 1, now
    with refused(session, Base.metadata, {"pk_event_sessions": NoSuchSession}):
        session.add(found)
    told = queries.audience(session, event).everybody
    news.publish_session(session, found, to=told if NETWORK in told else told | {found.host}, now=now)
    rsvps.set_session(session, _facts(session, event, found), now=now)
    return before


def cancel_all(session: Session, event: Event, *, host: str | None, now: dt.datetime) -> None:
    """Cancel the sessions of an event, or those of one host; their people are told."""
    for found in queries.sessions_of(session, event.id):
        if found.state != SessionState.CANCELLED and host in (None, found.host):
            change(session, event, found, {"state": SessionState.CANCELLED}, now=now)


def hold_seats(session: Session, event: Event) -> None:
    """Let nobody get a seat while it changes who is told: a home that got one unseen would hear of the event no more."""
    for session_id in sorted(found.id for found in queries.sessions_of(session, event.id)):
        seats.lock(session, session_id)


def renew_seats(session: Session, event: Event, *, now: dt.datetime) -> None:
    """Tell the seats who holds the event now, and who may take part."""
    for found in queries.sessions_of(session, event.id):
        rsvps.set_session(session, _facts(session, event, found), now=now)


def _facts(session: Session, event: Event, found: EventSession) -> rsvps.SessionFacts:
    alike = {name: getattr(found, name) for name in FACTS}
    holders, told = tuple(queries.managers(session, event)), queries.audience(session, event)
    readers = tuple(sorted(told.readers | told.guests))
    return rsvps.SessionFacts(session_id=found.id, lead=event.lead, managers=holders, readers=readers, reach=event.reach, **alike)
