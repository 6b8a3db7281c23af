"""Taking in what the hub tells of events: each item replaces what is held only if (epoch, rev) is higher.

The feed and the answers to this space's own commands are taken in alike.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from shared.protocol.events import Cohost, FormatRef, HomeCount, Pool, SessionEntry, Venue
from shared.protocol.states import Reach
from shared.revs import is_newer
from space_node.calendar import queries, rules
from space_node.calendar.models import MirrorEvent, MirrorHolder, MirrorSeats, MirrorSession, MirrorTopic
from space_node.calendar.rules import Shown
from space_node.uplink import queries as uplink

Place = tuple[int, int]
Row = TypeVar("Row", MirrorEvent, MirrorSession, MirrorSeats)
EVENT_WORDS = (
    "lead", "lead_rev", "state", "title", "summary", "description", "language", "topics", "reach", "attendee_list", "note",
)  # fmt: skip
SESSION_WORDS = tuple(name for name in SessionEntry().fields if name not in {"id", "rev", "venue"})


def take_event(session: Session, data: Mapping[str, Any], *, at: Place, now: dt.datetime) -> bool:
    """An event as it is now, loaded by EventEntry. Returns whether that was news."""
    held = _event(session, data["id"])
    if held is not None and not is_newer(held=(held.epoch, held.rev), arrived=at):
        return False
    held = held or _added(session, MirrorEvent(id=data["id"]))
    for name in EVENT_WORDS:
        setattr(held, name, data[name])
    held.format = FormatRef().dump(data["format"]) if data["format"] else None
    held.cohosts = Cohost(many=True).dump(data["cohosts"])
    held.removed, held.as_of, (held.epoch, held.rev) = False, now, at
    holders = _replace_searched(session, data)
    session.flush()
    _show(session, held.id, _shown_to(session, held, holders))
    return True


def remove_event(session: Session, event_id: str, *, at: Place, now: dt.datetime) -> bool:
    """This space may no longer see an event: its texts, sessions and seats go. Returns whether that was news."""
    held = _event(session, event_id)
    if held is not None and not is_newer(held=(held.epoch, held.rev), arrived=at):
        return False
    held = held or _added(session, MirrorEvent(id=event_id))
    held.title = held.summary = held.description = held.note = held.language = held.lead = ""
    held.topics, held.cohosts, held.format = [], [], None
    held.removed, held.as_of, (held.epoch, held.rev) = True, now, at
    sessions = select(MirrorSession.id).where(MirrorSession.event_id == event_id)
    session.execute(delete(MirrorSeats).where(MirrorSeats.session_id.in_(sessions)))
    for table in (MirrorSession, MirrorHolder, MirrorTopic):
        session.execute(delete(table).where(table.event_id == event_id))
    session.flush()
    return True


def take_session(session: Session, data: Mapping[str, Any], *, at: Place, now: dt.datetime) -> bool:
    """A session as it is now, loaded by SessionEntry, unless its event was removed. Returns whether that was news."""
    event = _event(session, data["event_id"])
    held = session.get(MirrorSession, data["id"], with_for_update=True, populate_existing=True)
    if (event is not None and event.removed) or (held is not None and not is_newer(held=(held.epoch, held.rev), arrived=at)):
        return False
    shown_to = _shown_to(session, event, queries.holders(session, event.id)) if event else Shown.NOBODY
    held = held or _added(session, MirrorSession(id=data["id"]))
    for name in SESSION_WORDS:
        setattr(held, name, data[name])
    held.venue = Venue().dump(data["venue"]) if data["venue"] else None
    held.city = data["venue"]["city"] if data["venue"] else ""
    held.city_key = rules.search_key(held.city)
    held.shown_to = shown_to
    held.as_of, (held.epoch, held.rev) = now, at
    session.flush()
    return True


def take_seats(session: Session, data: Mapping[str, Any], *, at: Place, now: dt.datetime) -> bool:
    """The seats of a session as they are counted now, loaded by SeatsEntry. Returns whether that was news."""
    held = session.get(MirrorSeats, data["session_id"], with_for_update=True, populate_existing=True)
    if held is not None and not is_newer(held=(held.epoch, held.rev), arrived=at):
        return False
    held = held or _added(session, MirrorSeats(session_id=data["session_id"]))
    held.pools, held.homes = Pool(many=True).dump(data["pools"]), HomeCount(many=True).dump(data["homes"])
    held.free = any(rules.takes_newcomers(pool) for pool in data["pools"])
    held.as_of, (held.epoch, held.rev) = now, at
    session.flush()
    return True


def show_to_twins(session: Session) -> int:
    """Open to our people what those who are twins now show them, and close the rest. Returns how many events changed."""
    twins, changed = uplink.partners(session), 0
    for event in session.scalars(select(MirrorEvent).where(MirrorEvent.removed.is_(False), MirrorEvent.reach == Reach.TWINS)):
        changed += _show(session, event.id, _shown_to(session, event, queries.holders(session, event.id), twins=twins))
    return changed


def _show(session: Session, event_id: str, shown_to: Shown) -> bool:
    rows = update(MirrorSession).where(MirrorSession.event_id == event_id, MirrorSession.shown_to != shown_to)
    return bool(session.scalars(rows.values(shown_to=shown_to).returning(MirrorSession.id)).all())


def _shown_to(session: Session, event: MirrorEvent, holders: list[str], *, twins: list[str] | None = None) -> Shown:
    own = uplink.identity(session)
    known = uplink.partners(session) if twins is None and event.reach == Reach.TWINS else twins or []
    return rules.shown_to(reach=event.reach, holders=holders, own=own.slug if own else None, twins=known)


def _added(session: Session, made: Row) -> Row:
    session.add(made)
    return made


def _event(session: Session, event_id: str) -> MirrorEvent | None:
    return session.get(MirrorEvent, event_id, with_for_update=True, populate_existing=True)


def _replace_searched(session: Session, data: Mapping[str, Any]) -> list[str]:
    """The rows by which an event is found: who holds it, and its topics. Returns who holds it."""
    for table in (MirrorHolder, MirrorTopic):
        session.execute(delete(table).where(table.event_id == data["id"]))
    holders = rules.holders(data["lead"], data["cohosts"])
    session.add_all(MirrorHolder(event_id=data["id"], space=space) for space in holders)
    topics = {rules.search_key(topic): topic for topic in reversed(data["topics"])}
    session.add_all(MirrorTopic(event_id=data["id"], key=key, name=name) for key, name in topics.items())
    return holders
