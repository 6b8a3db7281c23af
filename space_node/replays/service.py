"""Replaying a format here: a draft with its words, length and seats, at our place. No day, person, link or price is copied."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from shared.clock import local_date
from shared.constraints import added
from shared.ids import new_id
from shared.protocol.states import Reach, SessionMode
from space_node.events import service as organiser
from space_node.events.service import EventText, SessionPlan
from space_node.formats import queries as library
from space_node.formats.queries import LibraryFormat
from space_node.formats.service import require_use
from space_node.replays import queries, rules
from space_node.replays.errors import ReplayDatePast, ReplayedLately
from space_node.replays.models import DoneTask, ReplayPlan
from space_node.uplink import queries as uplink


@dataclass(frozen=True, kw_only=True)
class Replay:
    """Which version is to be replayed, on which local day and at what time: `fold` says which, where that comes twice.

    `again` although one was made within a day.
    """

    format_id: str
    version: int
    on: dt.date
    at: str
    fold: int | None = None
    again: bool = False


def replay_here(session: Session, wanted: Replay, *, event_id: str = "", now: dt.datetime) -> ReplayPlan:
    """Make a draft event with one session of ours from a format. The same event id again is the same draft.

    Raises FormatUnknown, LicenceForbids, ReplayDatePast, ReplayedLately, and what `events.service.save_session` does.
    """
    held = library.require(session, wanted.format_id, wanted.version)
    made = session.get(ReplayPlan, event_id) if event_id else None
    if made is not None:
        return made
    require_use(session, held)
    if wanted.on < local_date(now, uplink.own_zone(session)):
        raise ReplayDatePast
    if not wanted.again and queries.lately(session, held, since=now - rules.SAME_DAY):
        raise ReplayedLately
    made = ReplayPlan(event_id=event_id or new_id(now), format_id=held.id, version=held.version, on=wanted.on, made_at=now)
    if not added(session, made):
        # The other click of a double click was quicker.
        return session.get_one(ReplayPlan, event_id)
    organiser.save_draft(session, event_id=made.event_id, text=_text(held), now=now)
    plan = _plan(session, held, wanted)
    organiser.save_session(session, event_id=made.event_id, session_id=new_id(now), plan=plan, now=now)
    session.flush()
    return made


def set_done(session: Session, *, event_id: str, place: int, done: bool, now: dt.datetime) -> None:
    """Tick a task of a replay off, or take that back. Raises EventHasNoFormat, FormatUnknown."""
    made = queries.plan(session, event_id)
    held = library.require(session, made.format_id, made.version)
    known, row = place < len(held.content["checklist"]), session.get(DoneTask, (event_id, place), with_for_update=True)
    if done and known and row is None:
        added(session, DoneTask(event_id=event_id, place=place, done_at=now))
    elif not done and row is not None:
        session.delete(row)
    session.flush()


def _text(held: LibraryFormat) -> EventText:
    content = held.content
    return EventText(
        title=content["title"],
        summary=content["summary"],
        description=rules.described(content["description"], library.credit(content)),
        language=content["language"],
        topics=tuple(content["topics"]),
        reach=Reach.NETWORK,
        format={"id": held.id, "version": held.version, "hash": held.hash},
    )


def _plan(session: Session, held: LibraryFormat, wanted: Replay) -> SessionPlan:
    profile, content = uplink.own_profile(session), held.content
    venue = {"name": profile["name"], "address": profile["address"], "city": profile["city"], "access": ""}
    return SessionPlan(
        zone=uplink.own_zone(session),
        duration_minutes=content["duration_minutes"],
        mode=SessionMode.IN_PERSON,
        language=content["language"],
        starts_local=f"{wanted.on.isoformat()}T{wanted.at}",
        fold=wanted.fold,
        venue=venue,
        seats_in_person=content["seats"],
    )
