"""One event as its manager sees it: our words or the lead's, the spaces that hold it, and every session with its local times."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from shared.protocol.states import CohostState, EventState, SessionState
from space_node.calendar import queries as calendar
from space_node.events import queries as events
from space_node.events.errors import OwnEventUnknown
from space_node.events.queries import CohostWish, OwnEvent, OwnSession, Standing
from space_node.organise.queries.board import name_of, own_slug
from space_node.uplink import queries as uplink

HOLDING = (CohostState.INVITED, CohostState.ACCEPTED)


@dataclass(frozen=True)
class LocalTime:
    """When a session starts on the clocks of one space."""

    slug: str
    name: str
    zone: str
    starts_at: dt.datetime


@dataclass(frozen=True)
class CohostLine:
    """One space that is asked to hold the event too; `on_its_way` while the hub has not heard of its state."""

    slug: str
    name: str
    city: str
    state: CohostState
    note: str
    sent: bool
    on_its_way: bool
    fault: str | None
    fault_detail: str
    session_count: int


@dataclass(frozen=True)
class SessionLine:
    """One session: ours as we have it, or another space's as the hub tells; `standing` is of ours alone."""

    row: OwnSession | calendar.MirrorSession
    host: str
    is_ours: bool
    standing: Standing
    may_change: bool
    host_name: str = ""
    relayed: str = ""
    elsewhere: Sequence[LocalTime] = ()


@dataclass(frozen=True)
class Organised:
    """One event with all that belongs to it. `heard` says that the network has it.

    `stands` is our part in another space's event, `wish` what we last answered.
    """

    text: OwnEvent | calendar.MirrorEvent
    is_ours: bool
    heard: bool
    standing: Standing
    lead: str
    lead_name: str
    stands: CohostState | None
    wish: CohostWish | None
    cohosts: list[CohostLine]
    sessions: list[SessionLine]
    is_past: bool

    @property
    def is_open(self) -> bool:
        """Whether this space may add sessions and change its own."""
        return self.text.state != EventState.CANCELLED and (self.is_ours or self.stands == CohostState.ACCEPTED)

    @property
    def is_refused(self) -> bool:
        """Whether the hub has refused anything of ours."""
        ours = [one.standing for one in self.sessions]
        asked = self.wish is not None and self.wish.fault is not None
        return Standing.REFUSED in (self.standing, *ours) or asked or any(one.fault for one in self.cohosts)

    @property
    def is_waiting(self) -> bool:
        """Whether the hub has not answered something of ours yet."""
        ours = [one.standing for one in self.sessions]
        asked = self.wish is not None and self.wish.is_open
        return Standing.WAITING in (self.standing, *ours) or asked or any(one.on_its_way for one in self.cohosts)


def organised(session: Session, event_id: str, now: dt.datetime) -> Organised:
    """One event that this space leads, holds or is asked to hold. Raises OwnEventUnknown."""
    slug = own_slug(session)
    event, heard = events.find(session, event_id), calendar.event(session, event_id)
    stands = None if event else events.cohost_state(session, event_id, slug)
    text = event or (heard if stands is not None else None)
    if text is None:
        raise OwnEventUnknown
    lead = slug if isinstance(text, OwnEvent) else text.lead
    return Organised(
        text=text,
        is_ours=event is not None,
        heard=heard is not None,
        standing=event.standing if event else Standing.KNOWN,
        lead=lead,
        lead_name=name_of(session, lead),
        stands=stands,
        wish=None if event else events.wish(session, event_id, slug),
        cohosts=_cohosts(session, event_id) if event else [],
        sessions=_sessions(session, event_id, now),
        is_past=events.has_taken_place(session, event_id, now),
    )


def local_times(session: Session, event_id: str, starts_at: dt.datetime, *, but: str) -> list[LocalTime]:
    """An instant on the clocks of every other space that holds the event, or is asked to; `but` names whose are known."""
    event, heard = events.find(session, event_id), calendar.event(session, event_id)
    lead = heard.lead if heard and event is None else own_slug(session)
    slugs = dict.fromkeys((lead, *_holding(session, event_id)))
    found = [uplink.space(session, slug) for slug in slugs if slug != but]
    return [LocalTime(space.slug, space.name, space.zone, starts_at) for space in found if space is not None]


def relayable(session: Session, event_id: str, *, but: str) -> list[SessionLine]:
    """The sessions that another one can follow: those that take place and follow none themselves."""
    lines = _sessions(session, event_id, None)
    return [one for one in lines if one.row.id != but and one.row.relay_of is None and one.row.state == SessionState.SCHEDULED]


def _holding(session: Session, event_id: str) -> list[str]:
    heard = calendar.event(session, event_id)
    told = [one["space"] for one in heard.cohosts] if heard else []
    asked = [wish.space for wish in events.wishes(session, event_id) if not wish.sent]
    holding = [slug for slug in told if events.cohost_state(session, event_id, slug) in HOLDING]
    return list(dict.fromkeys((*holding, *asked)))


def _cohosts(session: Session, event_id: str) -> list[CohostLine]:
    heard, asked = calendar.event(session, event_id), {wish.space: wish for wish in events.wishes(session, event_id)}
    told = {one["space"]: one for one in heard.cohosts} if heard else {}
    hosts = [one.host for one in calendar.sessions_of(session, event_id) if one.state != SessionState.CANCELLED]
    lines = []
    for slug in sorted({*told, *asked}):
        wish, space = asked.get(slug), uplink.space(session, slug)
        state = events.cohost_state(session, event_id, slug) or CohostState(asked[slug].wanted)
        lines.append(
            CohostLine(
                slug,
                name_of(session, slug),
                space.city if space else "",
                state,
                note=told[slug].get("note", "") if slug in told else "",
                sent=wish is None or wish.sent,
                on_its_way=wish is not None and wish.is_open,
                fault=wish.fault if wish else None,
                fault_detail=wish.fault_detail if wish else "",
                session_count=hosts.count(slug),
            )
        )
    return lines


def _sessions(session: Session, event_id: str, now: dt.datetime | None) -> list[SessionLine]:
    """Ours as we have them, the others' as the hub tells."""
    slug = own_slug(session)
    lines = [
        _line(one, slug, one.standing, now) if isinstance(one, OwnSession) else _line(one, one.host, Standing.KNOWN, None)
        for one in events.all_sessions(session, event_id)
    ]
    names = {line.row.id: name_of(session, line.host) for line in lines}
    shown = [
        replace(
            line,
            host_name=names[line.row.id],
            relayed=names.get(line.row.relay_of or "", ""),
            elsewhere=local_times(session, event_id, line.row.starts_at, but=line.host),
        )
        for line in lines
    ]
    return sorted(shown, key=lambda line: (line.row.starts_at, line.row.id))


def _line(row: OwnSession | calendar.MirrorSession, host: str, standing: Standing, now: dt.datetime | None) -> SessionLine:
    may_change = now is not None and events.may_change(SessionState(row.state), row.ends_at, now)
    return SessionLine(row, host, isinstance(row, OwnSession), standing, may_change)
