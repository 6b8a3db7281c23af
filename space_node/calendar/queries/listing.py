"""The calendar as a list and as a month: filtered, ordered and paged by the database, from what is held here alone."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from shared import paging
from shared.clock import day_range
from shared.protocol.events import MINUTES_MAX
from shared.protocol.states import EventState, SessionMode, SessionState
from space_node.calendar import rules
from space_node.calendar.models import MirrorEvent, MirrorSeats, MirrorSession, MirrorTopic
from space_node.calendar.rules import Shown
from space_node.uplink import queries as uplink

# No session lasts longer, so none that began before it can still go on.
PAGE_ROWS = 20
LONGEST = dt.timedelta(minutes=MINUTES_MAX)
MODES = {
    SessionMode.IN_PERSON: (SessionMode.IN_PERSON, SessionMode.HYBRID),
    SessionMode.REMOTE: (SessionMode.REMOTE, SessionMode.HYBRID),
    SessionMode.HYBRID: (SessionMode.HYBRID,),
}


@dataclass(frozen=True)
class Filters:
    """What somebody looks for; what is left out does not matter. `first` and `last` are local dates, strangers see `public`."""

    words: str = ""
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
    language: str
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
    """What there is to choose from: cities and topics by name, languages by code, spaces by slug."""

    cities: list[str]
    topics: list[str]
    languages: list[str]
    hosts: list[str]


def upcoming(
    session: Session, filters: Filters, *, zone: str, now: dt.datetime, number: int = 1, size: int = PAGE_ROWS
) -> paging.Page[Listed]:
    """One page of the sessions that are not over (or of those since `first`), the next one first."""
    since = day_range(filters.first, zone)[0] if filters.first else now
    until = day_range(filters.last, zone)[1] if filters.last else None
    which = (*_going_on(since, until), *_conditions(session, filters, now=now))
    order = (MirrorSession.starts_at, MirrorSession.id)
    # First which rows, from an index alone; then what there is to show of them.
    page = paging.page(session, select(MirrorSession.id).where(*which), *order, number=number, size=size)
    rows = (
        select(MirrorSession, MirrorEvent, MirrorSeats)
        .join(MirrorEvent, MirrorEvent.id == MirrorSession.event_id)
        .outerjoin(MirrorSeats, MirrorSeats.session_id == MirrorSession.id)
        .where(MirrorSession.id.in_(page.rows))
    )
    found = {row[0].id: Listed(*row) for row in session.execute(rows)}
    return page.map(lambda session_id: found[session_id])


def in_month(session: Session, filters: Filters, month: dt.date, *, zone: str, now: dt.datetime) -> dict[dt.date, list[Glance]]:
    """What the page of a month shows, by the local date here; a session that lasts longer stands on each of its days."""
    weeks = rules.weeks_of(month)
    shown = {day: list[Glance]() for week in weeks for day in week}
    since, until = day_range(weeks[0][0], zone)[0], day_range(weeks[-1][-1], zone)[1]
    columns = (
        MirrorSession.id,
        MirrorSession.event_id,
        MirrorEvent.title,
        MirrorEvent.language,
        MirrorSession.host,
        MirrorSession.starts_at,
        MirrorSession.ends_at,
        MirrorSession.state,
        MirrorEvent.state,
    )
    rows = select(*columns).join(MirrorEvent, MirrorEvent.id == MirrorSession.event_id)
    rows = rows.where(*_going_on(since, until), *_conditions(session, filters, now=now))
    for row in session.execute(rows.order_by(MirrorSession.starts_at, MirrorSession.id)):
        glance = Glance(*row)
        for day in rules.days_of(glance.starts_at, glance.ends_at, zone):
            if day in shown:
                shown[day].append(glance)
    return shown


def choices(session: Session, *, now: dt.datetime, public: bool = False) -> Choices:
    """What the sessions that are not over offer to choose from."""
    ahead = (_shown(public), MirrorSession.ends_at > now)
    unsaid = and_(MirrorSession.city_key == "", MirrorSession.mode != SessionMode.REMOTE)
    at_home = select(MirrorSession.host, func.max(case((unsaid, 1), else_=0))).where(*ahead).group_by(MirrorSession.host)
    hosts: dict[str, int] = dict(session.execute(at_home).all())
    towns = [space.city for space in uplink.directory(session) if hosts.get(space.slug) and space.city]
    venues = select(MirrorSession.city_key, func.min(MirrorSession.city)).where(*ahead, MirrorSession.city_key != "")
    cities = {rules.search_key(town): town for town in towns}
    cities |= dict(session.execute(venues.group_by(MirrorSession.city_key)).all())
    return Choices(
        cities=[cities[key] for key in sorted(cities)],
        topics=_topics(session, ahead),
        languages=sorted(session.scalars(select(MirrorSession.language).where(*ahead).distinct())),
        hosts=sorted(hosts),
    )


def _topics(session: Session, ahead: tuple[ColumnElement[bool], ...]) -> list[str]:
    """The topics of some sessions: first all topics, then whether a single session is among them, which is found at once."""
    known = select(MirrorTopic.key, func.min(MirrorTopic.name).label("name")).group_by(MirrorTopic.key).subquery()
    used = exists().where(MirrorTopic.key == known.c.key, MirrorSession.event_id == MirrorTopic.event_id, *ahead)
    return list(session.scalars(select(known.c.name).where(used).order_by(known.c.key)))


def _shown(public: bool) -> ColumnElement[bool]:
    return MirrorSession.shown_to == Shown.ANYBODY if public else MirrorSession.shown_to != Shown.NOBODY


def _conditions(session: Session, filters: Filters, *, now: dt.datetime) -> list[ColumnElement[bool]]:
    """What every row must fulfil but for its time, whether or not its event is asked for with it."""
    found = [_shown(filters.public)]
    if filters.words:
        titled = select(MirrorEvent.id).where(*paging.having(filters.words, MirrorEvent.title))
        found.append(MirrorSession.event_id.in_(titled.correlate(None)))
    if filters.city:
        found.append(_in_city(session, rules.search_key(filters.city)))
    if filters.language:
        found.append(MirrorSession.language == filters.language)
    if filters.mode:
        found.append(MirrorSession.mode.in_(MODES[filters.mode]))
    if filters.host:
        found.append(MirrorSession.host == filters.host)
    if filters.topic:
        about = select(MirrorTopic.event_id).where(MirrorTopic.key == rules.search_key(filters.topic))
        found.append(MirrorSession.event_id.in_(about))
    return [*found, *(_takes_newcomers(now) if filters.open_to_me else ())]


def _in_city(session: Session, key: str) -> ColumnElement[bool]:
    """Held at a venue in a city; one that does not say where it lies is where its space is."""
    there = [space.slug for space in uplink.directory(session) if rules.search_key(space.city) == key]
    unsaid = and_(MirrorSession.city_key == "", MirrorSession.mode != SessionMode.REMOTE, MirrorSession.host.in_(there))
    return or_(MirrorSession.city_key == key, unsaid)


def _takes_newcomers(now: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    """One can ask for a seat now, or for a place in the queue; where nobody has counted the seats yet, one can try."""
    full = exists().where(MirrorSeats.session_id == MirrorSession.id, MirrorSeats.free.is_(False))
    called_off = exists().where(MirrorEvent.id == MirrorSession.event_id, MirrorEvent.state == EventState.CANCELLED)
    called_off = called_off.correlate(MirrorSession)
    return (
        MirrorSession.state == SessionState.SCHEDULED,
        or_(MirrorSession.opens_at.is_(None), MirrorSession.opens_at <= now),
        MirrorSession.closes_at > now,
        or_(MirrorSession.waiting_list.is_(True), ~full),
        ~called_off,
    )


def _going_on(since: dt.datetime, until: dt.datetime | None) -> tuple[ColumnElement[bool], ...]:
    """In a period, from its first moment on; the earliest possible start keeps the walk along the index short."""
    begun = (MirrorSession.starts_at > since - LONGEST, MirrorSession.ends_at > since)
    return begun if until is None else (*begun, MirrorSession.starts_at < until)
