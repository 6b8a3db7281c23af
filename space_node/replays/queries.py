"""Reads of replays: which events were made from a format here, and what is to be done for them."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import paging
from space_node.events import queries as organised
from space_node.events.queries import OwnEvent
from space_node.formats.queries import LibraryFormat
from space_node.replays import rules
from space_node.replays.errors import EventHasNoFormat
from space_node.replays.models import DoneTask
from space_node.replays.models import ReplayPlan as ReplayPlan

PLANS_SHOWN = 10


@dataclass(frozen=True)
class Todo:
    """One task of a replay, its day, and whether it is done."""

    task: rules.Due
    done_at: dt.datetime | None


def plan_of(session: Session, event_id: str) -> ReplayPlan | None:
    """The plan of an event, where it was made from a format here."""
    return session.get(ReplayPlan, event_id)


def plan(session: Session, event_id: str) -> ReplayPlan:
    """The plan of an event that was made from a format here. Raises EventHasNoFormat."""
    found = plan_of(session, event_id)
    if found is None:
        raise EventHasNoFormat
    return found


def planned_for(session: Session, made: ReplayPlan) -> dt.date:
    """The day of the event: that of its first session here, else the one it was made for."""
    first = next(iter(organised.sessions(session, made.event_id)), None)
    return dt.date.fromisoformat(first.starts_local[:10]) if first else made.on


def todo(session: Session, made: ReplayPlan, held: LibraryFormat) -> list[Todo]:
    """The checklist of an event with its days."""
    done = {row.place: row.done_at for row in session.scalars(select(DoneTask).where(DoneTask.event_id == made.event_id))}
    return [Todo(one, done.get(one.place)) for one in rules.due(held.content["checklist"], planned_for(session, made))]


def plans(session: Session, *, number: int = 1) -> paging.Page[tuple[ReplayPlan, str]]:
    """One page of the events that were made from formats here, each with its title, the latest first."""
    wanted = select(ReplayPlan, OwnEvent.title).join(OwnEvent, OwnEvent.id == ReplayPlan.event_id)
    order = (ReplayPlan.made_at.desc(), ReplayPlan.event_id)
    return paging.page_of_rows(session, wanted, *order, number=number, size=PLANS_SHOWN).map(lambda row: (row[0], row[1]))


def lately(session: Session, held: LibraryFormat, *, since: dt.datetime) -> bool:
    """Whether a draft was made from a version here since then."""
    same = select(ReplayPlan.event_id).where(ReplayPlan.format_id == held.id, ReplayPlan.version == held.version)
    return session.scalar(same.where(ReplayPlan.made_at > since).limit(1)) is not None
