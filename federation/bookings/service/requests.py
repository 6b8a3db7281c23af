"""Requests: inside the allotment one transaction takes seats, reserves credits and confirms (DESIGN §8).

A domain "no" is data: the stays are kept as refused with their reason, in the same transaction, and a repeat of the request
gets the same answer. All stays of a request are possible, or none is.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from federation.bookings import queries, rules
from federation.bookings.errors import StayInvalid
from federation.bookings.models import Booking, DayOffer
from federation.bookings.service import seats
from federation.bookings.service.availability import publish_availability
from federation.bookings.service.news import publish_booking
from federation.config import Limits
from federation.credits import service as credits_
from federation.credits.errors import LimitReached, NoCredit
from federation.db import Base
from federation.spaces import queries as spaces
from federation.twinnings import queries as twinnings
from shared.constraints import refused
from shared.errors import Conflict
from shared.idempotency import IdConflict
from shared.marking import N_
from shared.protocol.states import HALVES, BookingState, Half, NoReason, Origin, Part, Payer
from shared.protocol.terms import TwinningTerms


class _No(Exception):
    """The stay is not possible, for this reason. Never leaves this module."""

    def __init__(self, reason: NoReason, place: int) -> None:
        super().__init__(reason)
        self.reason, self.place = reason, place


class _Overlap(Conflict):
    """The guest holds the same half day already. Never leaves this module."""

    slug = "stay-overlaps"
    title = N_("Already booked")
    sentence = N_("This guest has this half day already.")


@dataclass(frozen=True)
class Wanted:
    """One wanted stay."""

    id: str
    on: dt.date
    part: Part
    terms_version: int
    price_credits: int
    card: str
    host_guest: str


@dataclass(frozen=True)
class _Request:
    id: str
    home: str
    host: str
    guest: str
    twinning_id: str
    stays: tuple[Wanted, ...]
    now: dt.datetime


def answer_request(
    session: Session,
    *,
    request_id: str,
    home: str,
    host: str,
    guest: str,
    twinning_id: str,
    stays: list[Wanted],
    now: dt.datetime,
) -> dict[str, Any]:
    """Confirm all stays or refuse all; the answer to keep and to repeat.

    Raises StayInvalid for a request to oneself or with one id twice, SpaceUnknown, IdConflict for ids that exist.
    """
    if host == home or len({stay.id for stay in stays}) != len(stays):
        raise StayInvalid
    request = _Request(request_id, home, host, guest, twinning_id, tuple(stays), now)
    spaces.require(session, host)
    terms = twinnings.active_between(session, home, host)
    try:
        with session.begin_nested():
            bookings = _confirm_all(session, request, terms)
    except _No as no:
        bookings = _refuse_all(session, request, no)
    for booking in bookings:
        publish_booking(session, booking, now=now)
    for on in sorted({booking.on for booking in bookings if booking.state == BookingState.CONFIRMED}):
        publish_availability(session, host=host, on=on, now=now)
    return {
        "request_id": request_id,
        "bookings": [queries.entry(booking, _steps(terms), home) for booking in bookings],
        "price_now_credits": terms.price(host, stays[0].part) if terms else None,
        "terms_version_now": terms.version if terms else None,
    }


def _confirm_all(session: Session, request: _Request, terms: TwinningTerms | None) -> list[Booking]:
    own, host = spaces.require(session, request.home), spaces.require(session, request.host)
    if terms is None or terms.twinning_id != request.twinning_id:
        raise _No(NoReason.NOT_TWINNED, 0)
    if host.state not in spaces.LIVE_STATES:
        raise _No(NoReason.HOST_NOT_ACTIVE, 0)
    if queries.open_count(session, request.home) + len(request.stays) > own.open_bookings_max:
        raise _No(NoReason.LIMIT_REACHED, 0)
    limits = Limits(own.issuer_limit_credits, own.pair_limit_credits, own.open_bookings_max)
    return [_confirm(session, request, terms, limits, place, host.zone) for place in range(len(request.stays))]


def _confirm(
    session: Session, request: _Request, terms: TwinningTerms, limits: Limits, place: int, zone: str
) -> Booking:
    stay, host = request.stays[place], request.host
    offer = terms.offer_of(host)
    if (stay.terms_version, stay.price_credits) != (terms.version, terms.price(host, stay.part)):
        raise _No(NoReason.TERMS_CHANGED, place)
    hours = queries.hours(session.get(DayOffer, (host, stay.on)))
    fault = rules.day_fault(on=stay.on, part=stay.part, zone=zone, hours=hours, now=request.now)
    if fault is not None or hours is None:
        raise _No(fault or NoReason.SPACE_CLOSED, place)
    if not terms.covers(stay.on):
        raise _No(NoReason.NOT_TWINNED, place)
    taken = seats.take_seats(session, terms=terms, host=host, on=stay.on, part=stay.part)
    if taken is None:
        raise _No(NoReason.NO_DESK, place)
    guest, most = request.guest, offer.days_a_month
    if not seats.take_day(session, twinning_id=terms.twinning_id, host=host, guest=guest, on=stay.on, most=most):
        raise _No(NoReason.DAYS_SPENT, place)
    booking = _new(request, stay, zone, hours)
    booking.morning_seat, booking.afternoon_seat = taken.get(Half.MORNING), taken.get(Half.AFTERNOON)
    _occupy(booking)
    _add(session, booking, place)
    _reserve(session, booking, min(limits.pair_limit_credits, offer.pair_limit_credits), limits.issuer_limit_credits, place)
    return booking


def _reserve(session: Session, booking: Booking, pair_limit: int, issuer_limit: int, place: int) -> None:
    try:
        credits_.hold(
            session,
            booking_id=booking.id,
            home=booking.home,
            guest=str(booking.guest),
            host=booking.host,
            on=booking.on,
            part=booking.part,
            credits=booking.price_credits,
            pair_limit=pair_limit,
            issuer_limit=issuer_limit,
            now=booking.created_at,
        )
    except NoCredit:
        raise _No(NoReason.NO_CREDIT, place) from None
    except LimitReached:
        raise _No(NoReason.LIMIT_REACHED, place) from None


def _refuse_all(session: Session, request: _Request, no: _No) -> list[Booking]:
    """Keep every stay as refused; those that would have been possible say that they went with the others."""
    zone = spaces.require(session, request.host).zone
    bookings = []
    for place, stay in enumerate(request.stays):
        booking = _new(request, stay, zone, None)
        booking.state = BookingState.REFUSED
        booking.reason = no.reason if no.place in (place, 0) else NoReason.TOGETHER
        booking.card = None
        bookings.append(booking)
        _add(session, booking, place)
    return bookings


def _new(request: _Request, stay: Wanted, zone: str, hours: rules.Hours | None) -> Booking:
    opens_at, closes_at = hours.of(stay.part) if hours else (None, None)
    return Booking(
        id=stay.id,
        request_id=request.id,
        home=request.home,
        host=request.host,
        guest=request.guest,
        host_guest=stay.host_guest,
        twinning_id=request.twinning_id,
        on=stay.on,
        part=stay.part,
        zone=zone,
        opens_at=opens_at,
        closes_at=closes_at,
        terms_version=stay.terms_version,
        price_credits=stay.price_credits,
        state=BookingState.CONFIRMED,
        rev=1,
        origin=Origin.BOOKING,
        payer=Payer.LOTS,
        card=stay.card,
        created_at=request.now,
        changed_at=request.now,
    )


def _occupy(booking: Booking) -> None:
    where = f"{booking.home}|{booking.guest}|{booking.host}|{booking.on.isoformat()}"
    halves = HALVES[booking.part]
    booking.held_morning = where if Half.MORNING in halves else None
    booking.held_afternoon = where if Half.AFTERNOON in halves else None


def _add(session: Session, booking: Booking, place: int) -> None:
    overlap = {"uq_bookings_held_morning": _Overlap, "uq_bookings_held_afternoon": _Overlap}
    try:
        with refused(session, Base.metadata, {**overlap, "pk_bookings": IdConflict}):
            session.add(booking)
    except _Overlap:
        raise _No(NoReason.ALREADY_BOOKED, place) from None


def _steps(terms: TwinningTerms | None) -> list[dict[str, int]]:
    if terms is None:
        return []
    return [{"hours_before": step.hours_before, "charge_percent": step.charge_percent} for step in terms.cancellation]
