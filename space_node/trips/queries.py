"""Reads about trips, and the search for a desk."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.protocol.states import HALVES, BookingState, Part
from space_node.members import queries as members
from space_node.trips import rules
from space_node.trips.errors import TripUnknown
from space_node.trips.models import HostPseudonym, Trip
from space_node.uplink import queries as uplink
from space_node.wallet import queries as wallet


@dataclass(frozen=True)
class Offer:
    """Can I work there on that day, and what will it cost me?"""

    twin: uplink.TwinSpace
    on: dt.date
    part: Part
    free: int
    price_credits: int
    days_left: int
    opens_at: dt.datetime | None
    closes_at: dt.datetime | None
    hindrance: rules.Hindrance | None
    as_of: dt.datetime | None


def offers(session: Session, *, member: members.Member, on: dt.date, part: Part, now: dt.datetime) -> list[Offer]:
    """What every twin offers this member on a day of the twin's own calendar; possible ones first."""
    available = wallet.available(session, member.guest, on)
    found = [_offer(session, twin, member, on, part, available, now) for twin in uplink.twin_spaces(session)]
    return sorted(found, key=lambda offer: (offer.hindrance is not None, offer.twin.name))


def mine(session: Session, *, booking_id: str, member_id: str) -> Trip:
    """A member's trip. Raises TripUnknown, also for somebody else's."""
    found = session.get(Trip, booking_id)
    if found is None or found.member_id != member_id:
        raise TripUnknown
    return found


def page(session: Session, *, member_id: str, offset: int, limit: int) -> tuple[list[Trip], int]:
    """One page of a member's trips, the latest days first, with their count."""
    own = select(Trip).where(Trip.member_id == member_id)
    total = session.scalar(select(func.count()).select_from(own.subquery())) or 0
    rows = session.scalars(own.order_by(Trip.on.desc(), Trip.booking_id).offset(offset).limit(limit))
    return list(rows), total


def coming(session: Session, *, member_id: str, now: dt.datetime, limit: int = 3) -> list[Trip]:
    """A member's next trips that are on or asked for."""
    ahead = (Trip.closes_at > now) | (Trip.closes_at.is_(None) & (Trip.on >= now.date()))
    wanted = select(Trip).where(Trip.member_id == member_id, Trip.state.in_(OPEN), ahead)
    return list(session.scalars(wanted.order_by(Trip.on, Trip.booking_id).limit(limit)))


def paid_at(session: Session, host: str) -> list[Trip]:
    """All trips to a host that were charged, for this side's statement."""
    wanted = select(Trip).where(Trip.host == host, Trip.charged_credits > 0)
    return list(session.scalars(wanted.order_by(Trip.on, Trip.booking_id)))


def away_count(session: Session, *, on: dt.date) -> int:
    """How many members are away on a day."""
    return session.scalar(select(func.count()).select_from(Trip).where(Trip.on == on, Trip.state.in_(OPEN))) or 0


def host_guest(session: Session, member_id: str, host: str) -> str | None:
    """The name by which a host knows a member, if it has one."""
    found = session.get(HostPseudonym, (member_id, host))
    return found.host_guest if found else None


OPEN = tuple(sorted(rules.COUNTED_STATES - {BookingState.COMPLETED, BookingState.NO_SHOW}))


def _offer(
    session: Session,
    twin: uplink.TwinSpace,
    member: members.Member,
    on: dt.date,
    part: Part,
    available: int,
    now: dt.datetime,
) -> Offer:
    day = uplink.availability(session, twin.slug, on)
    opens_at, closes_at = _hours(day, part)
    price, left = twin.terms.price(twin.slug, part), _days_left(session, twin, member.id, on)
    facts = rules.Facts(
        is_live=twin.is_live,
        in_force=twin.terms.covers(on),
        open=day is not None and day.open,
        free=day.free(HALVES[part]) if day else 0,
        closes_at=closes_at,
        days_left=left,
        price_credits=price,
        available_credits=available,
        now=now,
    )
    as_of = day.as_of if day else twin.as_of
    return Offer(twin, on, part, facts.free, price, left, opens_at, closes_at, rules.hindrance(facts), as_of)


def _hours(day: uplink.DayFree | None, part: Part) -> tuple[dt.datetime | None, dt.datetime | None]:
    if day is None:
        return None, None
    opens_at = day.noon_at if part is Part.AFTERNOON else day.opens_at
    return opens_at, day.noon_at if part is Part.MORNING else day.closes_at


def _days_left(session: Session, twin: uplink.TwinSpace, member_id: str, on: dt.date) -> int:
    first = on.replace(day=1)
    last = (first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
    wanted = select(Trip.state).where(
        Trip.member_id == member_id, Trip.host == twin.slug, Trip.on.between(first, last)
    )
    return rules.days_left(most=twin.terms.offer_of(twin.slug).days_a_month, states=session.scalars(wanted).all())
