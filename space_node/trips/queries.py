"""Reads about trips, and the search for a desk."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared import paging
from shared.clock import local_date
from shared.protocol.states import HALVES, Origin, Part
from space_node.members import queries as members
from space_node.network import queries as network
from space_node.trips import rules
from space_node.trips.errors import TripUnknown
from space_node.trips.models import HostPseudonym
from space_node.trips.models import Trip as Trip
from space_node.uplink import queries as uplink
from space_node.wallet import queries as wallet

PAGE_ROWS = 20
ORDERS: dict[str, paging.Order] = {
    "latest": (),
    "first": (Trip.on, Trip.booking_id),
    "space": (Trip.host,),
    "state": (Trip.state,),
}


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


@dataclass(frozen=True)
class _Wish:
    """What one member wants on one day, and what counts for it everywhere. `month` has the member's trips of that month."""

    on: dt.date
    part: Part
    month: list[Trip]
    home_is_live: bool
    available_credits: int
    now: dt.datetime


def offers(session: Session, *, member: members.Member, on: dt.date, part: Part, now: dt.datetime) -> list[Offer]:
    """What every twin offers this member on a day of the twin's own calendar; possible ones first."""
    days = uplink.availability_on(session, on)
    wish = _Wish(
        on=on,
        part=part,
        month=_month(session, member.id, on),
        home_is_live=_home_is_live(session),
        available_credits=wallet.available(session, member.guest, on),
        now=now,
    )
    found = [_offer(twin, days.get(twin.slug), wish) for twin in uplink.twin_spaces(session)]
    return sorted(found, key=lambda offer: (offer.hindrance is not None, offer.twin.name))


def first_day(session: Session, now: dt.datetime) -> dt.date:
    """The earliest date that is today somewhere one can go, or here."""
    zones = {uplink.own_zone(session), *(twin.zone for twin in uplink.twin_spaces(session))}
    return min(local_date(now, zone) for zone in zones)


def mine(session: Session, *, booking_id: str, member_id: str, lock: bool = False) -> Trip:
    """A member's trip, locked until the commit for who wants to change it. Raises TripUnknown, also for somebody else's."""
    found = session.get(Trip, booking_id, with_for_update=True if lock else None, populate_existing=lock)
    if found is None or found.member_id != member_id:
        raise TripUnknown
    return found


def require(session: Session, booking_id: str) -> Trip:
    """A trip, whosever it is. Raises TripUnknown."""
    found = session.get(Trip, booking_id)
    if found is None:
        raise TripUnknown
    return found


def page(session: Session, *, member_id: str, search: str = "", sort: str = "latest", number: int = 1) -> paging.Page[Trip]:
    """One page of a member's trips; each word is in the host's name."""
    there = [Trip.host.in_(network.slugs_like(session, word)) for word in search.split()]
    own = select(Trip).where(Trip.member_id == member_id, *there)
    return paging.page(session, own, *ORDERS[sort], Trip.on.desc(), Trip.booking_id.desc(), number=number, size=PAGE_ROWS)


def coming(session: Session, *, member_id: str, now: dt.datetime, limit: int = 3) -> list[Trip]:
    """A member's next trips that are on or asked for."""
    ahead = (Trip.closes_at > now) | (Trip.closes_at.is_(None) & (Trip.on >= (now - dt.timedelta(hours=12)).date()))
    wanted = select(Trip).where(Trip.member_id == member_id, Trip.state.in_(rules.OPEN_STATES), ahead)
    return list(session.scalars(wanted.order_by(Trip.on, Trip.booking_id).limit(limit)))


def paid_at(session: Session, host: str) -> list[Trip]:
    """All trips to a host that were charged, for this side's statement."""
    wanted = select(Trip).where(Trip.host == host, Trip.charged_credits > 0)
    return list(session.scalars(wanted.order_by(Trip.on, Trip.booking_id)))


def away_count(session: Session, *, on: dt.date) -> int:
    """How many members are, or will be, away on a day."""
    away = select(func.count()).select_from(Trip).where(Trip.on == on, Trip.state.in_(rules.AWAY_STATES))
    return session.scalar(away) or 0


def host_guest(session: Session, member_id: str, host: str) -> str | None:
    """The name by which a host knows a member, if it has one."""
    found = session.get(HostPseudonym, (member_id, host))
    return found.host_guest if found else None


def hours(day: uplink.DayFree | None, part: Part) -> tuple[dt.datetime | None, dt.datetime | None]:
    """When one part of a twin's day begins and ends, as far as the hub has told."""
    if day is None:
        return None, None
    opens_at = day.noon_at if part is Part.AFTERNOON else day.opens_at
    return opens_at, day.noon_at if part is Part.MORNING else day.closes_at


def _offer(twin: uplink.TwinSpace, day: uplink.DayFree | None, wish: _Wish) -> Offer:
    opens_at, closes_at = hours(day, wish.part)
    there = [trip for trip in wish.month if trip.host == twin.slug]
    facts = rules.Facts(
        home_is_live=wish.home_is_live,
        host_is_live=twin.is_live,
        in_force=twin.terms.covers(wish.on),
        on=wish.on,
        today=local_date(wish.now, twin.zone),
        open=day is not None and day.open,
        free=day.free(HALVES[wish.part]) if day else 0,
        closes_at=closes_at,
        is_booked=any(trip.on == wish.on and rules.in_the_way(trip.state, Part(trip.part), wish.part) for trip in there),
        days_left=_days_left(twin, there),
        price_credits=twin.terms.price(twin.slug, wish.part),
        available_credits=wish.available_credits,
        now=wish.now,
    )
    return Offer(
        twin=twin,
        on=wish.on,
        part=wish.part,
        free=facts.free,
        price_credits=facts.price_credits,
        days_left=facts.days_left,
        opens_at=opens_at,
        closes_at=closes_at,
        hindrance=rules.hindrance(facts),
        as_of=day.as_of if day else twin.as_of,
    )


def _home_is_live(session: Session) -> bool:
    own = uplink.identity(session)
    return own is not None and own.state in uplink.LIVE_STATES


def _month(session: Session, member_id: str, on: dt.date) -> list[Trip]:
    first = on.replace(day=1)
    last = (first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
    return list(session.scalars(select(Trip).where(Trip.member_id == member_id, Trip.on.between(first, last))))


def _days_left(twin: uplink.TwinSpace, there: list[Trip]) -> int:
    counted = [rules.Counted(trip.state, trip.charged_credits) for trip in there if trip.origin == Origin.BOOKING]
    return rules.days_left(most=twin.terms.offer_of(twin.slug).days_a_month, trips=counted)
