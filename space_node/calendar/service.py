"""Taking in what the hub tells of events: each item replaces what is held only if (epoch, rev) is higher.

The feed and the answers to this space's own commands are taken in alike.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, inspect, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared.protocol.events import Cohost, FormatRef, HomeCount, Pool, SessionEntry, Venue
from shared.protocol.states import Reach
from shared.revs import is_newer
from space_node.calendar import queries, rules
from space_node.calendar.models import MirrorEvent, MirrorHolder, MirrorSeats, MirrorSession, MirrorTopic
from space_node.calendar.rules import Shown
from space_node.db import Base
from space_node.uplink import queries as uplink

Place = tuple[int, int]
EVENT_WORDS = (
    "lead", "lead_rev", "state", "title", "summary", "description", "language", "topics", "reach", "attendee_list", "note",
)  # fmt: skip
SESSION_WORDS = tuple(name for name in SessionEntry().fields if name not in {"id", "rev", "venue"})


def take_event(session: Session, data: Mapping[str, Any], *, at: Place, now: dt.datetime) -> bool:
    """An event as it is now, loaded by EventEntry. Returns whether that was news."""
    held = _event(session, data["id"])
    if held is not None and not is_newer(held=(held.epoch, held.rev), arrived=at):
        return False
    row = held or MirrorEvent(id=data["id"])
    for name in EVENT_WORDS:
        setattr(row, name, data[name])
    row.format = FormatRef().dump(data["format"]) if data["format"] else None
    row.cohosts = Cohost(many=True).dump(data["cohosts"])
    row.removed, row.as_of, (row.epoch, row.rev) = False, now, at
    if not _kept(session, row):
        return take_event(session, data, at=at, now=now)
    holders = _replace_searched(session, data)
    session.flush()
    _show(session, row.id, _shown_to(session, row, holders))
    return True


def remove_event(session: Session, event_id: str, *, at: Place, now: dt.datetime) -> bool:
    """This space may no longer see an event: its texts, sessions and seats go. Returns whether that was news."""
    held = _event(session, event_id)
    if held is not None and not is_newer(held=(held.epoch, held.rev), arrived=at):
        return False
    row = held or MirrorEvent(id=event_id)
    row.title = row.summary = row.description = row.note = row.language = row.lead = ""
    row.topics, row.cohosts, row.format = [], [], None
    row.removed, row.as_of, (row.epoch, row.rev) = True, now, at
    if not _kept(session, row):
        return remove_event(session, event_id, at=at, now=now)
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
    row = held or MirrorSession(id=data["id"])
    for name in SESSION_WORDS:
        setattr(row, name, data[name])
    row.venue = Venue().dump(data["venue"]) if data["venue"] else None
    row.city = data["venue"]["city"] if data["venue"] else ""
    row.city_key = rules.search_key(row.city)
    row.shown_to = shown_to
    row.as_of, (row.epoch, row.rev) = now, at
    return _kept(session, row) or take_session(session, data, at=at, now=now)


def take_seats(session: Session, data: Mapping[str, Any], *, at: Place, now: dt.datetime) -> bool:
    """The seats of a session as they are counted now, loaded by SeatsEntry. Returns whether that was news."""
    held = session.get(MirrorSeats, data["session_id"], with_for_update=True, populate_existing=True)
    if held is not None and not is_newer(held=(held.epoch, held.rev), arrived=at):
        return False
    row = held or MirrorSeats(session_id=data["session_id"])
    row.pools, row.homes = Pool(many=True).dump(data["pools"]), HomeCount(many=True).dump(data["homes"])
    row.free = any(rules.takes_newcomers(pool) for pool in data["pools"])
    row.as_of, (row.epoch, row.rev) = now, at
    return _kept(session, row) or take_seats(session, data, at=at, now=now)


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


def _kept(session: Session, row: Base) -> bool:
    """Write a row; False where the feed or an answer, whichever came at the same moment, has just made it: then look again."""
    if row in session:
        session.flush()
        return True
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        # Whatever else was wrong with it would be so again.
        session.get_one(type(row), inspect(row).mapper.primary_key_from_instance(row))
        return False
    return True


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
