"""Reads about stays and what hosts offer."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from federation.bookings import rules
from federation.bookings.errors import BookingUnknown
from federation.bookings.models import AvailabilityState, Booking, CommonSeats, DayOffer, SetAsideSeats
from federation.twinnings import queries as twinnings
from shared.clock import local_date
from shared.protocol.states import BookingState, Half

KEPT_IN_SNAPSHOT = dt.timedelta(days=90)
State = tuple[str, str, int, dict[str, Any]]


def mine(session: Session, *, booking_id: str, space: str) -> Booking:
    """A booking of which the space is home or host. Raises BookingUnknown, also for somebody else's."""
    found = session.get(Booking, booking_id)
    if found is None or space not in (found.home, found.host):
        raise BookingUnknown
    return found


def at_host(session: Session, *, booking_id: str, host: str) -> Booking:
    """A booking at this host. Raises BookingUnknown."""
    found = session.get(Booking, booking_id, with_for_update=True)
    if found is None or found.host != host:
        raise BookingUnknown
    return found


def open_count(session: Session, home: str) -> int:
    """How many open bookings a home has."""
    wanted = select(func.count()).select_from(Booking).where(Booking.home == home, Booking.state.in_(rules.OPEN_STATES))
    return session.scalar(wanted) or 0


def stay_of(session: Session, *, host: str, home: str, guest: str, on: dt.date) -> Booking | None:
    """An open or completed stay of this guest at this host on this day."""
    here = (*rules.OPEN_STATES, BookingState.COMPLETED)
    return session.scalar(
        select(Booking).where(
            Booking.host == host, Booking.home == home, Booking.guest == guest, Booking.on == on, Booking.state.in_(here)
        ).limit(1)
    )


def walk_in_of(session: Session, *, host: str, passport_ref: str, on: dt.date) -> Booking | None:
    """A stay that began with this passport at this host's door on this day."""
    return session.scalar(
        select(Booking).where(Booking.host == host, Booking.passport_ref == passport_ref, Booking.on == on).limit(1)
    )


def entry(booking: Booking, cancellation: list[dict[str, int]], reader: str) -> dict[str, Any]:
    """The stay as `booking.updated` and every answer carry it; the sealed card is the host's, the hub pseudonym the home's."""
    at_home = reader == booking.home
    names = (
        "id", "rev", "state", "origin", "reason", "home", "host", "host_guest", "twinning_id", "on", "part", "zone",
        "opens_at", "closes_at", "terms_version", "price_credits", "charged_credits", "payer", "checked_in_at",
    )  # fmt: skip
    return {
        **{name: getattr(booking, name) for name in names},
        "guest": booking.guest if at_home else None,
        "card": None if at_home else booking.card,
        "cancellation": cancellation,
        "hub_signed": None,
    }


def full_entry(session: Session, booking: Booking, reader: str) -> dict[str, Any]:
    """The stay with the cancellation steps of its frozen terms."""
    terms = twinnings.terms_of(session, booking.twinning_id, booking.terms_version)
    steps = [{"hours_before": s.hours_before, "charge_percent": s.charge_percent} for s in terms.cancellation]
    return entry(booking, steps, reader)


def availability_rev(session: Session, host: str) -> int:
    """The rev of what the host last published, 0 for nothing."""
    found = session.get(AvailabilityState, host)
    return found.rev if found else 0


def hours(offer: DayOffer | None) -> rules.Hours | None:
    """The opening hours of an offered day; None for a closed one."""
    if offer is None or not offer.open or not (offer.opens_at and offer.noon_at and offer.closes_at):
        return None
    return rules.Hours(offer.opens_at, offer.noon_at, offer.closes_at)


def free_for(session: Session, offer: DayOffer, reader: str) -> dict[str, Any]:
    """A host's day as one twin sees it: what is left of the common seats and of those set aside for this twin."""
    terms = twinnings.active_between(session, offer.host, reader)
    free = dict.fromkeys(Half, 0)
    if offer.open and terms is not None:
        for row in session.scalars(select(CommonSeats).where(CommonSeats.host == offer.host, CommonSeats.on == offer.on)):
            free[Half(row.half)] += max(0, row.offered - row.taken)
        for half in Half:
            held = session.get(SetAsideSeats, (terms.twinning_id, offer.host, offer.on, half))
            free[half] += max(0, terms.offer_of(offer.host).set_aside_seats - (held.taken if held else 0))
    names = ("host", "on", "open", "opens_at", "noon_at", "closes_at")
    return {
        **{name: getattr(offer, name) for name in names},
        "morning_free": free[Half.MORNING],
        "afternoon_free": free[Half.AFTERNOON],
    }


def coming_days(session: Session, host: str, *, zone: str, now: dt.datetime) -> list[DayOffer]:
    """What a host offers from its own today on."""
    wanted = select(DayOffer).where(DayOffer.host == host, DayOffer.on >= local_date(now, zone))
    return list(session.scalars(wanted.order_by(DayOffer.on)))


def availability_subject(host: str, on: dt.date) -> str:
    """The subject under which a host's day is published."""
    return f"availability/{host}/{on.isoformat()}"


def availability_states(session: Session, caller: str) -> Iterator[State]:
    """The coming days of the caller's twins, for its snapshot."""
    for host in twinnings.twins_of(session, caller):
        rows = session.scalars(select(DayOffer).where(DayOffer.host == host).order_by(DayOffer.on))
        for offer in rows.all():
            yield "availability.updated", availability_subject(host, offer.on), offer.rev, free_for(session, offer, caller)


def booking_states(session: Session, caller: str) -> Iterator[State]:
    """The caller's stays that are open or changed lately, for its snapshot."""
    newest = session.scalar(select(func.max(Booking.changed_at)).where(or_(Booking.home == caller, Booking.host == caller)))
    if newest is None:
        return
    lately = or_(Booking.state.in_(rules.OPEN_STATES), Booking.changed_at > newest - KEPT_IN_SNAPSHOT)
    wanted = select(Booking).where(or_(Booking.home == caller, Booking.host == caller), lately).order_by(Booking.id)
    for booking in session.scalars(wanted).all():
        yield "booking.updated", f"booking/{booking.id}", booking.rev, full_entry(session, booking, caller)
