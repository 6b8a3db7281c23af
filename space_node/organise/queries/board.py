"""What the manager sees first: everything that this space organises, by what is to be done about it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from shared.protocol.states import CohostState, EventState, SessionState
from space_node.calendar import queries as calendar
from space_node.events import queries as events
from space_node.events.queries import Standing
from space_node.uplink import queries as uplink

SHOWN = 200


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
    next: events.OwnSession | None


@dataclass(frozen=True)
class Board:
    """All that this space organises."""

    invitations: list[Line] = field(default_factory=list)
    drafts: list[Line] = field(default_factory=list)
    coming: list[Line] = field(default_factory=list)
    past: list[Line] = field(default_factory=list)


def board(session: Session, now: dt.datetime) -> Board:
    """Everything that this space organises, the newest first, and what is coming by its time."""
    made = Board()
    for line in (*_own_lines(session, now), *_lines_of_others(session, now)):
        if line.state == EventState.DRAFT:
            made.drafts.append(line)
        elif line.stands == CohostState.INVITED and line.state == EventState.PUBLISHED:
            made.invitations.append(line)
        else:
            (made.past if _is_past(session, line, now) else made.coming).append(line)
    made.coming.sort(key=lambda line: (line.next is not None, line.next.starts_at if line.next else now))
    return made


def name_of(session: Session, slug: str) -> str:
    """What people call a space."""
    found = uplink.space(session, slug)
    return found.name if found and found.name else slug


def own_slug(session: Session) -> str:
    """This space's short name; none before it has joined, when there can be drafts already."""
    known = uplink.identity(session)
    return known.slug if known else ""


def _own_lines(session: Session, now: dt.datetime) -> list[Line]:
    slug = own_slug(session)
    name, lines = name_of(session, slug), []
    for row in events.own_events(session, SHOWN):
        ours = events.sessions(session, row.id)
        standing = _worst([row, *ours, *events.wishes(session, row.id)])
        lines.append(Line(row.id, row.title, row.language, slug, name, EventState(row.state), standing, None, _next(ours, now)))
    return lines


def _lines_of_others(session: Session, now: dt.datetime) -> list[Line]:
    slug, lines = own_slug(session), []
    for asked in events.invitations(session, SHOWN):
        heard, stands = calendar.event(session, asked.event_id), events.cohost_state(session, asked.event_id, slug)
        if heard is None or stands not in events.ANSWERS:
            continue
        ours = events.sessions(session, heard.id)
        standing = _worst([*ours, *events.wishes(session, heard.id)])
        state, name = EventState(heard.state), name_of(session, heard.lead)
        lines.append(Line(heard.id, heard.title, heard.language, heard.lead, name, state, standing, stands, _next(ours, now)))
    return lines


def _worst(rows: Iterable[events.OwnEvent | events.OwnSession | events.CohostWish]) -> Standing:
    """What a manager must know first of all that belongs to an event."""
    found = {row.standing for row in rows}
    return next((one for one in (Standing.REFUSED, Standing.WAITING, Standing.KNOWN) if one in found), Standing.DRAFT)


def _next(ours: list[events.OwnSession], now: dt.datetime) -> events.OwnSession | None:
    """Our next session, else the last one."""
    shown = [one for one in ours if one.state != SessionState.CANCELLED]
    return next((one for one in shown if one.ends_at > now), shown[-1] if shown else None)


def _is_past(session: Session, line: Line, now: dt.datetime) -> bool:
    if line.state == EventState.CANCELLED:
        return True
    ours = events.sessions(session, line.id)
    ahead = any(events.may_change(SessionState(one.state), one.ends_at, now) for one in ours)
    return bool(ours) and not ahead and all(one.ends_at <= now for one in calendar.sessions_of(session, line.id))
