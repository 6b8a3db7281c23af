"""Reads about guests here: who is expected, who is here, what was earned."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from shared import paging
from shared.clock import local_date
from shared.protocol.states import BookingState, Origin, Part
from space_node.network import queries as network
from space_node.uplink import queries as uplink
from space_node.visits import rules
from space_node.visits.errors import VisitUnknown
from space_node.visits.models import Visit, VisitRecord

# As the desk sees them, whatever the hub has heard (`rules.shown_state`): still expected, here, over, none of these.
_EXPECTED = and_(Visit.state == BookingState.CONFIRMED, Visit.arrived_at.is_(None), Visit.cancel_asked_at.is_(None))
_HERE = or_(Visit.state == BookingState.CHECKED_IN, and_(Visit.state == BookingState.CONFIRMED, Visit.arrived_at.is_not(None)))
_PLACE = case((_EXPECTED, 0), (_HERE, 1), (Visit.state == BookingState.COMPLETED, 2), else_=3)
_ORDER = (_PLACE, func.lower(Visit.guest_name), Visit.booking_id)


@dataclass(frozen=True)
class Arrival:
    """One guest of a day, as the desk sees them. `name` is empty where no card has come, or it was erased.

    `reported` says that the hub has answered what the desk noted, be it with a no (`problem`).
    """

    booking_id: str
    name: str
    note: str
    home: str
    home_name: str
    on: dt.date
    part: Part
    origin: Origin
    state: BookingState
    cancelling: bool
    arrived_at: dt.datetime | None
    reported: bool
    problem: str | None


@dataclass(frozen=True)
class Earned:
    """One charged stay of a guest, a line of this side's statement."""

    booking_id: str
    on: dt.date
    part: Part
    charged_credits: int


@dataclass(frozen=True)
class Counts:
    """How many guests a day has, and how many the hub has an objection to."""

    expected: int
    here: int
    problems: int


def visit(session: Session, booking_id: str) -> Visit | None:
    """The visit of this id."""
    return session.get(Visit, booking_id)


def require(session: Session, booking_id: str, *, to_change: bool = False) -> Visit:
    """The visit of this id, locked if it is to be changed. Raises VisitUnknown."""
    found = session.get(Visit, booking_id, with_for_update=to_change, populate_existing=to_change)
    if found is None:
        raise VisitUnknown
    return found


def today(session: Session, now: dt.datetime) -> dt.date:
    """The date that this space's clocks show."""
    return local_date(now, uplink.own_zone(session))


def arrivals_today(session: Session, now: dt.datetime, *, search: str = "") -> list[Arrival]:
    """All of today's guests: those still expected first, then those here; each part by name."""
    rows = session.scalars(_guests(session, today(session, now), search).order_by(*_ORDER)).all()
    homes: dict[str, str] = {}
    return [arrival(session, row, homes) for row in rows]


def arrivals_page(session: Session, on: dt.date, *, search: str = "", number: int = 1) -> paging.Page[Arrival]:
    """One page of the guests of a day; each word is in the guest's name or that of the home space."""
    homes: dict[str, str] = {}
    page = paging.page(session, _guests(session, on, search), *_ORDER, number=number)
    return page.map(lambda row: arrival(session, row, homes))


def arrival(session: Session, row: Visit, homes: dict[str, str] | None = None) -> Arrival:
    """A visit as the desk sees it."""
    names = {} if homes is None else homes
    if row.home not in names:
        home = uplink.space(session, row.home)
        names[row.home] = (home.name if home else "") or row.home
    arrived = row.arrived_at is not None
    return Arrival(
        booking_id=row.booking_id,
        name=row.guest_name,
        note=row.note,
        home=row.home,
        home_name=names[row.home],
        on=row.on,
        part=Part(row.part),
        origin=Origin(row.origin),
        state=rules.shown_state(row.state, arrived=arrived),
        cancelling=row.cancel_asked_at is not None,
        arrived_at=row.arrived_at,
        reported=not arrived or row.checked_in_at is not None or row.problem is not None,
        problem=row.problem,
    )


def counts(session: Session, now: dt.datetime) -> Counts:
    """Today in numbers."""
    expected, here, problems = (func.count(case((one, 1))) for one in (_EXPECTED, _HERE, Visit.problem.is_not(None)))
    wanted = _guests(session, today(session, now), "").with_only_columns(expected, here, problems)
    found = session.execute(wanted).one()
    return Counts(expected=found[0], here=found[1], problems=found[2])


def attendance(session: Session, *, first_on: dt.date, last_on: dt.date) -> list[tuple[str | None, bool, int]]:
    """Guests of these days: from which home, whether they came, how many days that were."""
    here = (BookingState.CHECKED_IN, BookingState.COMPLETED)
    counted = select(Visit.home, Visit.state, func.count()).where(
        Visit.on.between(first_on, last_on), Visit.state.in_((*here, BookingState.NO_SHOW)), Visit.same_as.is_(None)
    )
    rows = session.execute(counted.group_by(Visit.home, Visit.state))
    return [(home, state in here, count) for home, state, count in rows]


def earned_from(session: Session, home: str) -> list[Earned]:
    """All charged stays of one home's members here, by day: what the hub's statement must say too."""
    wanted = select(Visit).where(Visit.home == home, Visit.charged_credits > 0).order_by(Visit.on, Visit.booking_id)
    return [Earned(row.booking_id, row.on, Part(row.part), row.charged_credits or 0) for row in session.scalars(wanted)]


def begun_with(session: Session, ref: str, on: dt.date) -> Visit | None:
    """The visit that this passport was shown for on that day."""
    shown = select(VisitRecord.booking_id).where(VisitRecord.passport_ref == ref, VisitRecord.on == on)
    found = session.scalars(select(Visit).where(Visit.booking_id.in_(shown)).order_by(Visit.booking_id))
    # One guest may stand in two, of which one was cancelled or is the same as the other.
    return min(found, key=lambda row: (row.state in rules.CANCELLED, row.same_as is not None), default=None)


def expected_by_name(session: Session, *, home: str, name: str, on: dt.date) -> list[Visit]:
    """The guests of that day who are still expected from that home under that name."""
    wanted = select(Visit).where(Visit.on == on, Visit.home == home, _EXPECTED)
    return [row for row in session.scalars(wanted.order_by(Visit.booking_id)) if rules.same_name(row.guest_name, name)]


def records_of(session: Session, booking_id: str) -> list[VisitRecord]:
    """What the desk has signed about a visit, oldest first."""
    return list(session.scalars(select(VisitRecord).where(VisitRecord.booking_id == booking_id).order_by(VisitRecord.id)))


def walk_ins_of(session: Session, booking_id: str) -> list[Visit]:
    """The walk-ins that turned out to be this booking."""
    return list(session.scalars(select(Visit).where(Visit.same_as == booking_id).order_by(Visit.booking_id)))


def is_offline(session: Session, now: dt.datetime) -> bool:
    """Whether the hub has not been heard of for more than a minute."""
    return rules.is_offline(uplink.hub_contact(session).last_ok_at, now)


def _guests(session: Session, on: dt.date, search: str) -> Select[Visit]:
    """The guests of a day. A walk-in that turned out to be a booking is not a guest more, once they are here by that."""
    booked = aliased(Visit)
    here = and_(booked.arrived_at.is_not(None), booked.state.in_((BookingState.CONFIRMED, *rules.HERE)))
    known = exists().where(booked.booking_id == Visit.same_as, booked.on == Visit.on, here)
    named = [
        or_(*paging.having(word, Visit.guest_name), Visit.home.in_(network.slugs_like(session, word))) for word in search.split()
    ]
    return select(Visit).where(Visit.on == on, Visit.state != BookingState.REFUSED, ~known, *named)
