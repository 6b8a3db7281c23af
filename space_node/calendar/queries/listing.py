"""The calendar as a list and as a month: filtered, ordered and paged by the database, from what is held here alone."""

import datetime as dt
from dataclasses import dataclass
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from shared.clock import day_range
from shared.protocol.states import EventState, SessionMode, SessionState
from space_node.calendar import rules
from space_node.calendar.models import MirrorEvent, MirrorSeats, MirrorSession, MirrorTopic
from space_node.calendar.queries.single import anybodys, open_to_our_people
from space_node.uplink import queries as uplink

Columns = TypeVarTuple("Columns")
MODES = {
    SessionMode.IN_PERSON: (SessionMode.IN_PERSON, SessionMode.HYBRID),
    SessionMode.REMOTE: (SessionMode.REMOTE, SessionMode.HYBRID),
    SessionMode.HYBRID: (SessionMode.HYBRID,),
}


@dataclass(frozen=True)
class Filters:
    """What somebody looks for; what is left out does not matter. `first` and `last` are local dates, strangers see `public`."""

    city: str = ""
    language: str = ""
    topic: str = ""
    mode: SessionMode | None = None
    host: str = ""
    open_to_me: bool = False
    first: dt.date | None = None
    last: dt.date | None = None
    public: bool = False


@dataclass(frozen=True)
class Listed:
    """One session of the calendar, with its event and its seats as far as they are known."""

    session: MirrorSession
    event: MirrorEvent
    seats: MirrorSeats | None


@dataclass(frozen=True)
class Glance:
    """What a month shows of a session."""

    session_id: str
    event_id: str
    title: str
    host: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    state: SessionState
    event_state: EventState

    @property
    def is_off(self) -> bool:
        """Whether it does not take place."""
        return rules.is_off(event=self.event_state, session=self.state)


@dataclass(frozen=True)
class Choices:
    """What there is to choose from: cities by name, topics by key with their names, languages by code, spaces by slug."""

    cities: list[str]
    topics: list[tuple[str, str]]
    languages: list[str]
    hosts: list[str]


def upcoming(
    session: Session, filters: Filters, *, zone: str, now: dt.datetime, offset: int = 0, limit: int = 20
) -> tuple[list[Listed], int]:
    """One page of the sessions that are not over (or of those since `first`), the next one first, and how many there are."""
    which = and_(*_conditions(session, filters, now=now), *_period(filters, zone=zone, now=now))
    total = session.scalar(_with_seats(select(func.count())).where(which)) or 0
    rows = _with_seats(select(MirrorSession, MirrorEvent, MirrorSeats)).where(which)
    page = rows.order_by(MirrorSession.starts_at, MirrorSession.id).offset(offset).limit(limit)
    return [Listed(*row) for row in session.execute(page)], total


def in_month(session: Session, filters: Filters, month: dt.date, *, zone: str, now: dt.datetime) -> dict[dt.date, list[Glance]]:
    """What the page of a month shows, by the local date here; a session that lasts longer stands on each of its days."""
    weeks = rules.weeks_of(month)
    shown = {day: list[Glance]() for week in weeks for day in week}
    since, until = day_range(weeks[0][0], zone)[0], day_range(weeks[-1][-1], zone)[1]
    columns = (
        MirrorSession.id,
        MirrorSession.event_id,
        MirrorEvent.title,
        MirrorSession.host,
        MirrorSession.starts_at,
        MirrorSession.ends_at,
        MirrorSession.state,
        MirrorEvent.state,
    )
    within = (MirrorSession.ends_at > since, MirrorSession.starts_at < until)
    rows = _with_seats(select(*columns)).where(*_conditions(session, filters, now=now), *within)
    for row in session.execute(rows.order_by(MirrorSession.starts_at, MirrorSession.id)):
        glance = Glance(*row)
        for day in rules.days_of(glance.starts_at, glance.ends_at, zone):
            if day in shown:
                shown[day].append(glance)
    return shown


def choices(session: Session, *, now: dt.datetime, public: bool = False) -> Choices:
    """What the sessions that are not over offer to choose from."""
    ahead = (*_conditions(session, Filters(public=public), now=now), MirrorSession.ends_at > now)
    hosts = sorted(session.scalars(_of_events(select(MirrorSession.host)).where(*ahead).distinct()))
    venues = select(MirrorSession.city_key, func.min(MirrorSession.city)).where(*ahead, MirrorSession.city_key != "")
    unsaid = (MirrorSession.city_key == "", MirrorSession.mode != SessionMode.REMOTE)
    at_home = set(session.scalars(_of_events(select(MirrorSession.host)).where(*ahead, *unsaid).distinct()))
    towns = [space.city for space in uplink.directory(session) if space.slug in at_home and space.city]
    cities = {rules.search_key(town): town for town in towns}
    cities |= dict(session.execute(_of_events(venues).group_by(MirrorSession.city_key)).all())
    named = select(MirrorTopic.key, func.min(MirrorTopic.name)).join(MirrorEvent, MirrorEvent.id == MirrorTopic.event_id)
    topics = named.join(MirrorSession, MirrorSession.event_id == MirrorEvent.id).where(*ahead).group_by(MirrorTopic.key)
    return Choices(
        cities=[cities[key] for key in sorted(cities)],
        topics=[(key, name) for key, name in session.execute(topics.order_by(MirrorTopic.key))],
        languages=sorted(session.scalars(_of_events(select(MirrorSession.language)).where(*ahead).distinct())),
        hosts=hosts,
    )


def _conditions(session: Session, filters: Filters, *, now: dt.datetime) -> list[ColumnElement[bool]]:
    """What every row must fulfil but for its time."""
    found = [anybodys() if filters.public else open_to_our_people(session)]
    if filters.city:
        found.append(_in_city(session, rules.search_key(filters.city)))
    if filters.language:
        found.append(MirrorSession.language == filters.language)
    if filters.mode:
        found.append(MirrorSession.mode.in_(MODES[filters.mode]))
    if filters.host:
        found.append(MirrorSession.host == filters.host)
    if filters.topic:
        key = rules.search_key(filters.topic)
        found.append(exists().where(MirrorTopic.event_id == MirrorEvent.id, MirrorTopic.key == key))
    return [*found, *(_takes_newcomers(now) if filters.open_to_me else ())]


def _in_city(session: Session, key: str) -> ColumnElement[bool]:
    """Held at a venue in a city; one that does not say where it lies is where its space is."""
    there = [space.slug for space in uplink.directory(session) if rules.search_key(space.city) == key]
    unsaid = and_(MirrorSession.city_key == "", MirrorSession.mode != SessionMode.REMOTE, MirrorSession.host.in_(there))
    return or_(MirrorSession.city_key == key, unsaid)


def _takes_newcomers(now: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    """One can ask for a seat now, or for a place in the queue."""
    return (
        MirrorEvent.state == EventState.PUBLISHED,
        MirrorSession.state == SessionState.SCHEDULED,
        or_(MirrorSession.opens_at.is_(None), MirrorSession.opens_at <= now),
        MirrorSession.closes_at > now,
        or_(MirrorSession.waiting_list.is_(True), MirrorSeats.free.is_(True), MirrorSeats.session_id.is_(None)),
    )


def _period(filters: Filters, *, zone: str, now: dt.datetime) -> list[ColumnElement[bool]]:
    """From the first local day, or from now; until the last."""
    since = day_range(filters.first, zone)[0] if filters.first else now
    until = [MirrorSession.starts_at < day_range(filters.last, zone)[1]] if filters.last else []
    return [MirrorSession.ends_at > since, *until]


def _of_events(wanted: Select[*Columns]) -> Select[*Columns]:
    """The sessions with their events."""
    return wanted.join(MirrorEvent, MirrorEvent.id == MirrorSession.event_id)


def _with_seats(wanted: Select[*Columns]) -> Select[*Columns]:
    """The sessions with their events, and their seats where these are known."""
    return _of_events(wanted.select_from(MirrorSession)).outerjoin(MirrorSeats, MirrorSeats.session_id == MirrorSession.id)
