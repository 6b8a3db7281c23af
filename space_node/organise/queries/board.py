"""What the manager sees first: everything that this space organises, by what is to be done about it.

Each part is a list of its own, searched, sorted and cut by the database; what belongs to its rows is read for one page alone.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, exists, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from shared import paging
from shared.protocol.states import CohostState, EventState, SessionState
from space_node.calendar.queries import MirrorEvent, MirrorSession
from space_node.events import queries as events
from space_node.events.queries import CohostWish, Invitation, OwnEvent, OwnSession, Standing
from space_node.network import queries as network
from space_node.uplink import queries as uplink

PAGE_ROWS = 20
ALL_ROWS = 100_000


class Part(StrEnum):
    """What is to be done about an event."""

    INVITATIONS = "invitations"
    DRAFTS = "drafts"
    COMING = "coming"
    PAST = "past"


@dataclass(frozen=True)
class Line:
    """An event in a list. `stands` is our part in another space's event, `next` our next session of it."""

    id: str
    title: str
    language: str
    lead: str
    lead_name: str
    state: EventState
    standing: Standing
    stands: CohostState | None
    next: OwnSession | None


@dataclass(frozen=True)
class Board:
    """All that this space organises."""

    invitations: paging.Page[Line]
    drafts: paging.Page[Line]
    coming: paging.Page[Line]
    past: paging.Page[Line]


def board(session: Session, now: dt.datetime, *, search: str = "", sort: str = "date", **numbers: int) -> Board:
    """A page of each part, `numbers` by its name: what is coming by its time, the others with the newest first."""

    def part(which: Part) -> paging.Page[Line]:
        return _part(session, which, now, search=search, sort=sort, number=numbers.get(which, 1), size=PAGE_ROWS)

    return Board(*(part(which) for which in Part))


def everything(session: Session, now: dt.datetime) -> list[Line]:
    """The same as one list."""
    return [line for which in Part for line in _part(session, which, now, size=ALL_ROWS).rows]


def name_of(session: Session, slug: str) -> str:
    """What people call a space."""
    found = uplink.space(session, slug)
    return found.name if found and found.name else slug


def own_slug(session: Session) -> str:
    """This space's short name; none before it has joined, when there can be drafts already."""
    known = uplink.identity(session)
    return known.slug if known else ""


def _part(
    session: Session, which: Part, now: dt.datetime, *, search: str = "", sort: str = "date", number: int = 1, size: int
) -> paging.Page[Line]:
    held = _held(own_slug(session))
    named = [
        or_(*paging.having(word, held.c.title), held.c.lead.in_(network.slugs_like(session, word))) for word in search.split()
    ]
    wanted = select(held).where(_part_of(held, now) == which.value, *named)
    page = paging.page_of_rows(session, wanted, *_order(held, which, sort, now), held.c.id.desc(), number=number, size=size)
    lines = _lines(session, page.rows, now)
    return page.map(lambda row: lines[row.id])


def _held(slug: str) -> Subquery:
    """Every event that this space leads, holds, or is asked to hold: what it last answered counts before what the hub tells."""
    shown = (OwnEvent.id, OwnEvent.title, OwnEvent.language, OwnEvent.state, literal(slug).label("lead"))
    ours = select(*shown, null().label("stands"))
    answered = and_(CohostWish.sent.is_(True), CohostWish.answered.is_(False), CohostWish.fault.is_(None))
    stands = case((answered, CohostWish.wanted), else_=Invitation.state)
    theirs = (
        select(MirrorEvent.id, MirrorEvent.title, MirrorEvent.language, MirrorEvent.state, MirrorEvent.lead, stands)
        .join(Invitation, Invitation.event_id == MirrorEvent.id)
        .outerjoin(CohostWish, and_(CohostWish.event_id == MirrorEvent.id, CohostWish.space == slug))
        .where(MirrorEvent.removed.is_(False), stands.in_([one.value for one in events.ANSWERS]))
    )
    return union_all(ours, theirs).subquery()


def _part_of(held: Subquery, now: dt.datetime) -> ColumnElement[str]:
    asked = and_(held.c.stands == CohostState.INVITED, held.c.state == EventState.PUBLISHED)
    return case(
        (held.c.state == EventState.DRAFT, Part.DRAFTS.value),
        (asked, Part.INVITATIONS.value),
        (_is_past(held, now), Part.PAST.value),
        else_=Part.COMING.value,
    )


def _is_past(held: Subquery, now: dt.datetime) -> ColumnElement[bool]:
    ours, theirs = exists().where(OwnSession.event_id == held.c.id), exists().where(MirrorSession.event_id == held.c.id)
    scheduled = and_(OwnSession.state == SessionState.SCHEDULED, OwnSession.ends_at > now)
    ahead = ours.where(or_(OwnSession.state == SessionState.POSTPONED, scheduled))
    return or_(held.c.state == EventState.CANCELLED, and_(ours, ~ahead, ~theirs.where(MirrorSession.ends_at > now)))


def _order(held: Subquery, which: Part, sort: str, now: dt.datetime) -> list[Any]:
    if sort == "title":
        return [func.lower(held.c.title)]
    shown = and_(OwnSession.event_id == held.c.id, OwnSession.state != SessionState.CANCELLED)
    ahead = select(func.min(OwnSession.starts_at)).where(shown, OwnSession.ends_at > now).scalar_subquery()
    last = select(func.max(OwnSession.starts_at)).where(shown).scalar_subquery()
    orders: dict[Part, ColumnElement[Any]] = {
        Part.COMING: func.coalesce(ahead, last).asc().nulls_first(),
        Part.PAST: last.desc().nulls_last(),
    }
    return [orders[which]] if which in orders else []


def _lines(session: Session, rows: Iterable[Any], now: dt.datetime) -> dict[str, Line]:
    shown = {row.id: row for row in rows}
    ours, asked = events.sessions_of(session, shown), events.wishes_of(session, shown)
    led = {one.id: one for one in events.own_events_of(session, shown)}
    names = {slug: name_of(session, slug) for slug in {row.lead for row in shown.values()}}
    return {
        event_id: Line(
            event_id,
            row.title,
            row.language,
            row.lead,
            names[row.lead],
            EventState(row.state),
            _worst([*([led[event_id]] if event_id in led else []), *ours[event_id], *asked[event_id]]),
            CohostState(row.stands) if row.stands else None,
            _next(ours[event_id], now),
        )
        for event_id, row in shown.items()
    }


def _worst(rows: Iterable[OwnEvent | OwnSession | CohostWish]) -> Standing:
    """What a manager must know first of all that belongs to an event."""
    found = {row.standing for row in rows}
    return next((one for one in (Standing.REFUSED, Standing.WAITING, Standing.KNOWN) if one in found), Standing.DRAFT)


def _next(ours: list[OwnSession], now: dt.datetime) -> OwnSession | None:
    """Our next session, else the last one."""
    shown = [one for one in ours if one.state != SessionState.CANCELLED]
    return next((one for one in shown if one.ends_at > now), shown[-1] if shown else None)
