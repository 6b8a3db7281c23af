"""What a host says of its own edition of an event: checked, kept, told."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from federation.events import queries, rules
from federation.events.errors import EventOver, NoSuchEvent, NoSuchSession, SessionInvalid, SessionsFull
from federation.events.models import Event, EventSession
from federation.events.service import changes, moves, replays
from federation.rsvps import queries as rsvps
from federation.spaces import queries as spaces
from shared.answer_seal import Told
from shared.protocol.states import ACTIVE_RSVP_STATES, SEAT_KINDS, EventState, RsvpState, SessionMode, SessionState
from shared.revs import Arrival, arrival
from shared.ways_in import SeatsHeld


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
    told: Told = None,
) -> EventSession:
    """Keep a session as its host describes it now, with its seats; relays of it move with it.

    What was `told` before is so at the host, whoever may still have to tell that it has left.
    Raises NoSuchEvent, NoSuchSession, EventOver, SessionsFull, SessionInvalid, WallTimeSkipped, SeatsHeld, RevConflict.
    """
    spaces.lock(session, caller)
    event = queries.locked(session, event_id)
    if event is None or caller not in queries.managers(session, event):
        raise NoSuchEvent
    held = session.get(EventSession, session_id, with_for_update=True, populate_existing=True)
    if held is not None and (held.host, held.event_id) != (caller, event_id):
        raise NoSuchSession
    held_rev, held_sha256 = (held.host_rev, held.host_sha256) if held else (0, None)
    arrived = arrival(held_rev=held_rev, held_sha256=held_sha256, rev=rev, sha256=sha256)
    if held is not None and arrived is Arrival.CHANGES_NOTHING:
        return held
    if event.state == EventState.CANCELLED and said["state"] is not SessionState.CANCELLED:
        raise EventOver
    times = _check(session, event, session_id, said)
    if held is not None and said["state"] is not SessionState.CANCELLED and told is None:
        _require_left(session, held, said["mode"])
    found = held or _new(session, event, session_id, caller)
    values = {**said, **times._asdict(), "host_rev": rev, "host_sha256": sha256}
    before = changes.change(session, event, found, values, now=now)
    moves.move_relays(session, event, found, before, now=now)
    replays.note(session, event, now=now)
    return found


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


def _require_left(session: Session, held: EventSession, mode: SessionMode) -> None:
    """Nobody may be left with a confirmation of what is no more. Raises SeatsHeld."""
    going = set(SEAT_KINDS[SessionMode(held.mode)]) - set(SEAT_KINDS[mode])
    if not going:
        return
    # Nobody gets a seat between this look and the change.
    rsvps.lock(session, held.id)
    people = [one for one in rsvps.of_session(session, held.id, *ACTIVE_RSVP_STATES) if one.kind in going]
    waiting = sum(one.party for one in people if one.state in (RsvpState.PENDING, RsvpState.WAITLISTED))
    if people:
        raise SeatsHeld(seated=sum(one.party for one in people) - waiting, waiting=waiting)


def _new(session: Session, event: Event, session_id: str, host: str) -> EventSession:
    if len(queries.sessions_of(session, event.id)) >= rules.SESSIONS_MAX:
        raise SessionsFull(most=rules.SESSIONS_MAX)
    return EventSession(id=session_id, event_id=event.id, host=host, rev=0, sequence=0, previous_starts_at=None)
