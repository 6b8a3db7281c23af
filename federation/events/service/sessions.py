"""Each space's own edition: its time, place and seats. A relay follows the session that it starts with."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from federation.db import Base
from federation.events import queries, rules
from federation.events.errors import EventOver, NoSuchEvent, NoSuchSession, SessionInvalid, SessionsFull
from federation.events.models import Event, EventSession
from federation.events.service import news, replays
from federation.rsvps import service as rsvps
from federation.spaces import queries as spaces
from shared.constraints import refused
from shared.messaging.feed import NETWORK
from shared.protocol.states import EventState, SessionState
from shared.revs import Arrival, arrival

# What the seats are told of a session as it stands.
FACTS = (
    *("event_id", "host", "state", "starts_at", "ends_at", "opens_at", "closes_at", "zone", "mode", "seats_in_person"),
    *("seats_remote", "door_seats", "waiting_list", "approval", "party_max", "price_credits"),
)


def set_session(
    session: Session,
    *,
    event_id: str,
    session_id: str,
    caller: str,
    rev: int,
    said: dict[str, Any],
    sha256: str,
    now: dt.datetime,
) -> EventSession:
    """Keep a session as its host describes it now, with its seats; relays of it move with it.

    Raises NoSuchEvent, NoSuchSession, EventOver, SessionsFull, SessionInvalid, WallTimeSkipped, RevConflict.
    """
    spaces.lock(session, caller)
    event = queries.locked(session, event_id)
    if event is None or caller not in queries.managers(session, event):
        raise NoSuchEvent
    held = session.get(EventSession, session_id, with_for_update=True, populate_existing=True)
    if held is not None and (held.host, held.event_id) != (caller, event_id):
        raise NoSuchSession
    held_rev, held_sha256 = (held.host_rev, held.host_sha256) if held else (0, None)
    changes = arrival(held_rev=held_rev, held_sha256=held_sha256, rev=rev, sha256=sha256)
    if held is not None and changes is Arrival.CHANGES_NOTHING:
        return held
    if event.state == EventState.CANCELLED and said["state"] is not SessionState.CANCELLED:
        raise EventOver
    times = _check(session, event, session_id, said)
    before = None if held is None else queries.session_entry(held)
    found = _kept(session, event, held, session_id, caller)
    _write(found, {**said, **times._asdict(), "host_rev": rev, "host_sha256": sha256}, now=now)
    _change(session, event, found, before, now=now)
    _move_relays(session, event, found, now=now)
    replays.note(session, event, now=now)
    return found


def cancel_all(session: Session, event: Event, *, host: str | None, now: dt.datetime) -> None:
    """Cancel the sessions of an event, or those of one host; their people are told."""
    for found in queries.sessions_of(session, event.id):
        if found.state != SessionState.CANCELLED and host in (None, found.host):
            before = queries.session_entry(found)
            _write(found, {"state": SessionState.CANCELLED}, now=now)
            _change(session, event, found, before, now=now)


def renew_seats(session: Session, event: Event, *, now: dt.datetime) -> None:
    """Tell the seats who holds the event now, and who may take part."""
    for found in queries.sessions_of(session, event.id):
        rsvps.set_session(session, _facts(session, event, found), now=now)


def _check(session: Session, event: Event, session_id: str, said: Mapping[str, Any]) -> rules.Times:
    times = rules.times_of(said)
    if faults := rules.session_faults(said, times):
        raise SessionInvalid(errors=faults)
    source = session.get(EventSession, said["relay_of"]) if said["relay_of"] else None
    if source is not None and source.event_id != event.id:
        source = None
    shown = queries.session_entry(source) if source else None
    relayed = bool(queries.relays_of(session, session_id))
    if faults := rules.relay_faults(said, times, session_id=session_id, source=shown, relayed=relayed):
        raise SessionInvalid(errors=faults)
    return times


def _kept(session: Session, event: Event, held: EventSession | None, session_id: str, host: str) -> EventSession:
    if held is not None:
        return held
    if len(queries.sessions_of(session, event.id)) >= rules.SESSIONS_MAX:
        raise SessionsFull(most=rules.SESSIONS_MAX)
    return EventSession(id=session_id, event_id=event.id, host=host, rev=0, sequence=0, previous_starts_at=None)


def _write(found: EventSession, values: Mapping[str, Any], *, now: dt.datetime) -> None:
    moved = found.starts_at is not None and found.starts_at != values.get("starts_at", found.starts_at)
    if moved:
        found.previous_starts_at = found.starts_at
    for name, value in values.items():
        setattr(found, name, value)
    found.rev, found.changed_at = found.rev + 1, now


def _change(session: Session, event: Event, found: EventSession, before: Mapping[str, Any] | None, *, now: dt.datetime) -> None:
    """Write a changed session, tell its readers, and have its seats follow."""
    if before is not None and rules.matters(before, queries.session_entry(found)):
        found.sequence += 1
    with refused(session, Base.metadata, {"pk_event_sessions": NoSuchSession}):
        session.add(found)
    told = queries.audience(session, event).everybody
    news.publish_session(session, found, to=told if NETWORK in told else told | {found.host}, now=now)
    rsvps.set_session(session, _facts(session, event, found), now=now)


def _move_relays(session: Session, event: Event, source: EventSession, *, now: dt.datetime) -> None:
    """Relays start in the same instant as their source, whatever their own clocks show then; a postponed one waits with it."""
    for relay in queries.relays_of(session, source.id):
        followed = (relay.starts_at, relay.state) == (source.starts_at, source.state)
        if followed or SessionState.CANCELLED in (relay.state, source.state):
            continue
        before = queries.session_entry(relay)
        walls = rules.following(before, source.starts_at)
        ends_at = source.starts_at + dt.timedelta(minutes=relay.duration_minutes)
        moved = {"state": source.state, "starts_at": source.starts_at, "ends_at": ends_at, **walls._asdict()}
        _write(relay, moved, now=now)
        _change(session, event, relay, before, now=now)


def _facts(session: Session, event: Event, found: EventSession) -> rsvps.SessionFacts:
    alike = {name: getattr(found, name) for name in FACTS}
    holders, readers = tuple(queries.managers(session, event)), tuple(queries.readers(session, event))
    return rsvps.SessionFacts(session_id=found.id, lead=event.lead, managers=holders, readers=readers, reach=event.reach, **alike)
