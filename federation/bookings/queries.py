"""Reads about stays and what hosts offer."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import and_, func, literal, or_, select
from sqlalchemy.orm import Session

from federation.bookings import rules
from federation.bookings.errors import BookingUnknown
from federation.bookings.models import AvailabilityState, CommonSeats, DayOffer, SetAsideSeats
from federation.bookings.models import Booking as Booking
from federation.db import was_restored
from federation.spaces import queries as spaces
from federation.trust import queries as trust
from federation.twinnings import queries as twinnings
from shared.clock import local_date
from shared.protocol.states import BookingState, Half, PassportAnswer
from shared.protocol.terms import CancellationStep, TwinningTerms

KEPT_IN_SNAPSHOT = dt.timedelta(days=90)
SHOWN = (
    *("id", "rev", "state", "origin", "reason", "home", "host", "host_guest", "twinning_id", "on", "part", "zone"),
    *("opens_at", "closes_at", "terms_version", "price_credits", "charged_credits", "payer", "checked_in_at"),
)
State = tuple[str, str, int, dict[str, Any]]


def mine(session: Session, *, booking_id: str, space: str, lock: bool = False) -> Booking:
    """A booking of which the space is home or host. Raises BookingUnknown, also for somebody else's.

    What was refused at once has never been the host's.
    """
    found = session.get(Booking, booking_id, with_for_update=lock)
    if found is None or not (space == found.home or (space == found.host and found.state != BookingState.REFUSED)):
        raise BookingUnknown
    return found


def at_host(session: Session, *, booking_id: str, host: str) -> Booking:
    """A booking at this host, locked. Raises BookingUnknown."""
    found = mine(session, booking_id=booking_id, space=host, lock=True)
    if found.host != host:
        raise BookingUnknown
    return found


def open_count(session: Session, home: str) -> int:
    """How many open bookings a home has."""
    wanted = select(func.count()).select_from(Booking).where(Booking.home == home, Booking.state.in_(rules.OPEN_STATES))
    return session.scalar(wanted) or 0


def count_by_state(session: Session) -> dict[str, int]:
    """How many stays there are in each state."""
    return {str(state): count for state, count in session.execute(select(Booking.state, func.count()).group_by(Booking.state))}


def of_guest(session: Session, *, home: str, guest: str) -> Sequence[Booking]:
    """All stays that are known to be this member's, locked."""
    mine = select(Booking).where(Booking.home == home, Booking.guest == guest)
    return session.scalars(mine.order_by(Booking.id).with_for_update()).all()


def stay_of(session: Session, booking: Booking, *, guest: str | None) -> Booking | None:
    """Another stay of this guest at the booking's host on its day, which is open, over or claimed."""
    if guest is None:
        return None
    same = [getattr(Booking, name) == getattr(booking, name) for name in ("host", "home", "on")]
    here = (*rules.OPEN_STATES, BookingState.COMPLETED, BookingState.NO_SHOW)
    another = (Booking.guest == guest, Booking.state.in_(here), Booking.id != booking.id)
    return session.scalar(select(Booking).where(*same, *another).limit(1))


def walk_in_of(session: Session, booking: Booking) -> Booking | None:
    """Another stay that began with the booking's passport at its host's door on its day."""
    same = [getattr(Booking, name) == getattr(booking, name) for name in ("host", "on", "passport_ref")]
    return session.scalar(select(Booking).where(*same, Booking.id != booking.id).limit(1))


def here_today(session: Session, *, host: str, home: str, guest: str, now: dt.datetime) -> Booking | None:
    """A member's open stay at this host on the host's present day."""
    on = local_date(now, spaces.require(session, host).zone)
    whose = (Booking.host == host, Booking.home == home, Booking.guest == guest, Booking.on == on)
    return session.scalar(select(Booking).where(*whose, Booking.state.in_(rules.OPEN_STATES)).order_by(Booking.id).limit(1))


def passport_verdict(session: Session, *, caller: str, home: str, ref: str, now: dt.datetime) -> dict[str, Any]:
    """Whether a passport is good now, for a host that is twinned with its home; others learn nothing."""
    found = trust.passport_ref(session, home=home, ref=ref)
    if found is None or twinnings.active_between(session, home, caller) is None:
        return {"answer": PassportAnswer.UNKNOWN, "booking_id": None}
    stay = here_today(session, host=caller, home=home, guest=found.guest, now=now)
    return {"answer": trust.standing_of(session, found, now), "booking_id": stay.id if stay else None}


def full_entry(session: Session, booking: Booking, reader: str) -> dict[str, Any]:
    """The stay as `booking.updated` and every answer carry it, with the cancellation steps of its frozen terms.

    The sealed card is the host's to see, the hub pseudonym the home's. What was refused may name terms that never were.
    """
    at_home = reader == booking.home
    steps: Iterable[CancellationStep] = ()
    if booking.state != BookingState.REFUSED:
        steps = twinnings.terms_of(session, booking.twinning_id, booking.terms_version).cancellation
    return {
        **{name: getattr(booking, name) for name in SHOWN},
        "guest": booking.guest if at_home else None,
        "card": None if at_home else booking.card,
        "cancellation": [asdict(step) for step in steps],
        "hub_signed": None,
    }


def availability_rev(session: Session, host: str) -> int:
    """The rev of what the host last published, 0 for nothing."""
    found = session.get(AvailabilityState, host)
    return found.rev if found else 0


def hours(offer: DayOffer | None) -> rules.Hours | None:
    """The opening hours of an offered day; None for a closed one."""
    if offer is None or not offer.open or not (offer.opens_at and offer.noon_at and offer.closes_at):
        return None
    return rules.Hours(offer.opens_at, offer.noon_at, offer.closes_at)


def free_for(
    session: Session, host: str, offers: Sequence[DayOffer], twins: Mapping[str, TwinningTerms]
) -> Iterator[tuple[DayOffer, str, dict[str, Any]]]:
    """A host's days as each twin sees them: what is left of the common seats and of those set aside for this twin."""
    days = [offer.on for offer in offers]
    # Columns, not rows: the counters are changed by statements that the session does not follow.
    common = select(CommonSeats.on, CommonSeats.half, CommonSeats.offered - CommonSeats.taken)
    found = session.execute(common.where(CommonSeats.host == host, CommonSeats.on.in_(days)))
    left = {(on, half): max(0, free) for on, half, free in found}
    aside = select(SetAsideSeats.twinning_id, SetAsideSeats.on, SetAsideSeats.half, SetAsideSeats.taken)
    rows = session.execute(aside.where(SetAsideSeats.host == host, SetAsideSeats.on.in_(days)))
    used = {(twinning_id, on, half): taken for twinning_id, on, half, taken in rows}
    for offer in offers:
        shown = {name: getattr(offer, name) for name in ("host", "on", "open", "opens_at", "noon_at", "closes_at")}
        for twin, terms in twins.items():
            kept, on = terms.offer_of(host).set_aside_seats, offer.on
            free = {
                f"{half}_free": left.get((on, half), 0) + max(0, kept - used.get((terms.twinning_id, on, half), 0))
                for half in Half
            }
            yield offer, twin, {**shown, **(free if offer.open else dict.fromkeys(free, 0))}


def coming_days(session: Session, host: str, *, zone: str, now: dt.datetime) -> list[DayOffer]:
    """What a host offers from its own today on."""
    wanted = select(DayOffer).where(DayOffer.host == host, DayOffer.on >= local_date(now, zone))
    return list(session.scalars(wanted.order_by(DayOffer.on)))


def availability_subject(host: str, on: dt.date) -> str:
    """The subject under which a host's day is published."""
    return f"availability/{host}/{on.isoformat()}"


def availability_states(session: Session, caller: str, now: dt.datetime) -> Iterator[State]:
    """The coming days of the caller's twins, for its snapshot."""
    for host, terms in twinnings.terms_with_twins(session, caller).items():
        # A day without a rev was closed from the first and has never been told: not here, either.
        offers = [one for one in coming_days(session, host, zone=spaces.require(session, host).zone, now=now) if one.rev]
        for offer, _, data in free_for(session, host, offers, {caller: terms}):
            yield "availability.updated", availability_subject(host, offer.on), offer.rev, data


def booking_states(session: Session, caller: str, now: dt.datetime) -> Iterator[State]:
    """The caller's stays that are open or changed lately, for its snapshot."""
    lately = or_(Booking.state.in_(rules.OPEN_STATES), Booking.changed_at > now - KEPT_IN_SNAPSHOT)
    is_told = or_(Booking.state != BookingState.REFUSED, literal(was_restored(session)))
    mine = or_(Booking.home == caller, and_(Booking.host == caller, is_told))
    for booking in session.scalars(select(Booking).where(mine, lately).order_by(Booking.id)).all():
        yield "booking.updated", f"booking/{booking.id}", booking.rev, full_entry(session, booking, caller)
