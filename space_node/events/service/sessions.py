"""This space's own sessions: kept with a draft, sent at once for what is published, postponed and cancelled with a note."""

import datetime as dt
from dataclasses import fields, replace
from typing import Any

from sqlalchemy.orm import Session

from shared.constraints import added
from shared.protocol.states import EventState, SessionState
from shared.wall_time import wall_of
from space_node.calendar import queries as calendar
from space_node.events import queries, rules
from space_node.events.errors import EventNotDraft, EventNotPublished, OwnSessionUnknown, SessionOver
from space_node.events.models import OwnSession
from space_node.events.rules import SessionPlan
from space_node.events.service.sending import send_session

PLAN_NAMES = tuple(one.name for one in fields(SessionPlan))
TIME_NAMES = ("starts_local", "fold", "starts_at", "ends_at", "opens_at", "closes_at")


def save_session(session: Session, *, event_id: str, session_id: str, plan: SessionPlan, now: dt.datetime) -> OwnSession:
    """Make a session of this space or write one anew; a postponed one takes place again. The same again changes nothing.

    Raises OwnEventUnknown, OwnSessionUnknown, CohostingNotAccepted, EventNotPublished, SessionOver, PlanInvalid,
    WallTimeSkipped, WallTimeTwice and SeatsHeld.
    """
    goes_out = queries.require_holding(session, event_id)
    held = _held(session, session_id, event_id)
    if held is not None and not rules.may_change(held.state, held.ends_at, now):
        raise SessionOver
    times = queries.times_of(session, plan, event_id=event_id, session_id=session_id)
    is_new_time = held is None or held.starts_at != times.starts_at
    rules.require_sound(plan, times, is_new_time=is_new_time, now=now)
    queries.require_left(session, session_id, plan.mode)
    own = held or OwnSession(id=session_id, event_id=event_id, changed_at=now)
    differs = _write(own, plan, times)
    if held is None and not added(session, own):
        # The other click of a double click was quicker: only our own event is locked, not one that others lead.
        return save_session(session, event_id=event_id, session_id=session_id, plan=plan, now=now)
    if differs or own.fault is not None:
        own.changed_at = now
        if goes_out:
            send_session(session, own, now=now)
        session.flush()
        _move_relays(session, own, now)
    return own


def postpone_session(session: Session, *, session_id: str, note: str, now: dt.datetime) -> OwnSession:
    """Take a session's time away until there is a new one; those who come keep their seats, and read the note.

    Raises OwnSessionUnknown, SessionOver, EventNotPublished.
    """
    return _end(session, session_id, SessionState.POSTPONED, note, now)


def cancel_session(session: Session, *, session_id: str, note: str, now: dt.datetime) -> OwnSession:
    """Cancel a session for good; those who come read the note. Raises OwnSessionUnknown, SessionOver, EventNotPublished."""
    return _end(session, session_id, SessionState.CANCELLED, note, now)


def delete_session(session: Session, *, session_id: str) -> None:
    """Take a session out of a draft. Raises OwnSessionUnknown; EventNotDraft for what others have seen."""
    own = queries.own_session(session, session_id, lock=True)
    event = queries.find(session, own.event_id, lock=True)
    if event is None or event.state != EventState.DRAFT:
        raise EventNotDraft
    session.delete(own)
    session.flush()


def follow_hub(session: Session, session_id: str) -> None:
    """Take over what the hub has made of a session of ours since we last wrote it: moved with the session that it relays, or
    cancelled with its event.
    """
    own = queries.find_session(session, session_id, lock=True)
    heard = calendar.session(session, session_id)
    if own is None or heard is None or heard.host_rev != own.rev:
        return
    for name in ("state", *TIME_NAMES):
        setattr(own, name, getattr(heard, name))
    own.opens_local = None if heard.opens_at is None else wall_of(heard.opens_at, own.zone)[0]
    own.closes_local = None if heard.closes_at == heard.starts_at else wall_of(heard.closes_at, own.zone)[0]
    session.flush()


def send_again(session: Session, own: OwnSession, now: dt.datetime) -> None:
    """Send a session as it is; a relay with the time that its source has by now."""
    source = queries.source(session, own.relay_of) if own.relay_of else None
    if source is not None:
        _follow(own, source.starts_at, now)
    send_session(session, own, now=now)


def _move_relays(session: Session, source: OwnSession, now: dt.datetime) -> None:
    """What of a draft relays a session of the same draft moves with it; what is published is moved by the hub."""
    for own in queries.sessions(session, source.event_id):
        if own.relay_of == source.id and not own.rev:
            _follow(own, source.starts_at, now)
    session.flush()


def _follow(own: OwnSession, starts_at: dt.datetime, now: dt.datetime) -> None:
    if own.starts_at == starts_at:
        return
    plan = SessionPlan(**{name: getattr(own, name) for name in PLAN_NAMES})
    plan = replace(plan, opens_local=None, closes_local=None)
    _write(own, plan, rules.times_of(plan, relayed_at=starts_at))
    own.changed_at = now


def _end(session: Session, session_id: str, state: SessionState, note: str, now: dt.datetime) -> OwnSession:
    own = queries.own_session(session, session_id, lock=True)
    if not queries.require_holding(session, own.event_id):
        raise EventNotPublished
    if own.state == state:
        return own
    if not rules.may_change(own.state, own.ends_at, now):
        raise SessionOver
    own.state, own.note, own.changed_at = state, note, now
    send_session(session, own, now=now)
    return own


def _held(session: Session, session_id: str, event_id: str) -> OwnSession | None:
    held = queries.find_session(session, session_id, lock=True)
    if held is not None and held.event_id != event_id:
        raise OwnSessionUnknown
    return held


def _write(own: OwnSession, plan: SessionPlan, times: rules.Times) -> bool:
    """Returns whether that is something else than before."""
    values: dict[str, Any] = {name: getattr(plan, name) for name in PLAN_NAMES} | rules.fitted(plan)
    values |= {name: getattr(times, name) for name in TIME_NAMES} | {"state": SessionState.SCHEDULED}
    differs = any(getattr(own, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(own, name, value)
    return differs
