"""Requests: inside the allotment one transaction takes seats, reserves credits and confirms (DESIGN §8).

A domain "no" is data: the stays are kept as refused with their reason, in the same transaction, and a repeat of the request
gets the same answer. All stays of a request are possible, or none is.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from federation.bookings import queries, rules
from federation.bookings.errors import AlreadyHere, StayInvalid
from federation.bookings.models import ONE_STAY, Booking, DayOffer
from federation.bookings.service import payments, seats
from federation.bookings.service.availability import publish_availability
from federation.bookings.service.news import publish_booking
from federation.credits.errors import LimitReached, NoCredit
from federation.db import Base
from federation.spaces import queries as spaces
from federation.spaces.errors import OtherwiseAnswered
from federation.twinnings import queries as twinnings
from shared.answer_seal import Told, refused_reasons
from shared.constraints import refused
from shared.idempotency import IdConflict
from shared.protocol.states import HALVES, BookingState, Half, NoReason, Origin, Part, Payer
from shared.protocol.terms import TwinningTerms


class _No(Exception):
    """The request is not possible, for this reason; `place` is that of the stay that stands in the way, if it is one stay's."""

    def __init__(self, reason: NoReason, place: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.place = reason, place

    def of(self, place: int) -> str:
        """The reason of one stay: what would have been possible says that it went with the others."""
        return self.reason if self.place in (place, None) else NoReason.TOGETHER


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
    told: Told = None,
) -> dict[str, Any]:
    """Confirm all stays or refuse all; the answer to keep and to repeat. What was `told` before is said again.

    Raises StayInvalid for a request to oneself or with one id twice, SpaceUnknown, IdConflict for ids that exist,
    OtherwiseAnswered where what was confirmed before cannot be now.
    """
    if host == home or len({stay.id for stay in stays}) != len(stays):
        raise StayInvalid
    request = _Request(request_id, home, host, guest, twinning_id, tuple(stays), now)
    spaces.require(session, host)
    terms = twinnings.active_between(session, home, host)
    place = 0
    reasons = refused_reasons(told)
    if not reasons:
        try:
            with session.begin_nested():
                bookings = _confirm_all(session, request, terms)
        except _No as no:
            if told:
                raise OtherwiseAnswered from None
            place, reasons = no.place or 0, [no.of(place) for place in range(len(stays))]
    if reasons:
        bookings = _refuse_all(session, request, reasons)
    for booking in bookings:
        publish_booking(session, booking, now=now)
    for on in sorted({booking.on for booking in bookings if booking.state == BookingState.CONFIRMED}):
        publish_availability(session, host=host, on=on, now=now)
    return {
        "request_id": request_id,
        "bookings": [queries.full_entry(session, booking, home) for booking in bookings],
        "price_now_credits": terms.price(host, stays[place].part) if terms else None,
        "terms_version_now": terms.version if terms else None,
    }


def _confirm_all(session: Session, request: _Request, terms: TwinningTerms | None) -> list[Booking]:
    """Everything in one order, so that two requests never wait for each other: days, halves, days of the guest, credits."""
    own, host = spaces.lock(session, request.home), spaces.require(session, request.host)
    if terms is None or terms.twinning_id != request.twinning_id:
        raise _No(NoReason.NOT_TWINNED)
    if host.state not in spaces.LIVE_STATES:
        raise _No(NoReason.HOST_NOT_ACTIVE)
    if queries.open_count(session, request.home) + len(request.stays) > own.open_bookings_max:
        raise _No(NoReason.LIMIT_REACHED)
    bookings = {place: _check(session, request, terms, place, host.zone) for place in _in_order(request.stays)}
    steps = (partial(_take_seats, terms=terms), partial(_take_day, terms=terms), _add, _reserve)
    for step in steps:
        for place, booking in bookings.items():
            step(session, booking, place)
    return [bookings[place] for place in range(len(request.stays))]


def _in_order(stays: Sequence[Wanted]) -> list[int]:
    return sorted(range(len(stays)), key=lambda place: (stays[place].on, list(Half).index(HALVES[stays[place].part][0])))


def _check(session: Session, request: _Request, terms: TwinningTerms, place: int, zone: str) -> Booking:
    stay, host = request.stays[place], request.host
    if (stay.terms_version, stay.price_credits) != (terms.version, terms.price(host, stay.part)):
        raise _No(NoReason.TERMS_CHANGED, place)
    hours = queries.hours(session.get(DayOffer, (host, stay.on)))
    fault = rules.day_fault(on=stay.on, part=stay.part, zone=zone, hours=hours, now=request.now)
    if fault is not None:
        raise _No(fault, place)
    if not terms.covers(stay.on):
        raise _No(NoReason.NOT_TWINNED, place)
    return _new(request, stay, zone, hours)


def _take_seats(session: Session, booking: Booking, place: int, terms: TwinningTerms) -> None:
    taken = seats.take_seats(session, terms=terms, host=booking.host, on=booking.on, part=booking.part)
    if taken is None:
        raise _No(NoReason.NO_DESK, place)
    booking.morning_seat, booking.afternoon_seat = taken.get(Half.MORNING), taken.get(Half.AFTERNOON)
    seats.occupy(booking)


def _take_day(session: Session, booking: Booking, place: int, terms: TwinningTerms) -> None:
    if not seats.take_day(session, booking, most=terms.offer_of(booking.host).days_a_month):
        raise _No(NoReason.DAYS_SPENT, place)


def _reserve(session: Session, booking: Booking, place: int) -> None:
    try:
        payments.reserve(session, booking, now=booking.created_at)
    except NoCredit:
        raise _No(NoReason.NO_CREDIT, place) from None
    except LimitReached:
        raise _No(NoReason.LIMIT_REACHED, place) from None


def _refuse_all(session: Session, request: _Request, reasons: Sequence[str]) -> list[Booking]:
    """Keep every stay as refused, each with its reason."""
    zone = spaces.require(session, request.host).zone
    bookings = [_new(request, stay, zone, None) for stay in request.stays]
    for place, booking in enumerate(bookings):
        booking.state, booking.card, booking.reason = BookingState.REFUSED, None, reasons[place]
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


def _add(session: Session, booking: Booking, place: int) -> None:
    try:
        with refused(session, Base.metadata, {"pk_bookings": IdConflict, **ONE_STAY}):
            session.add(booking)
    except AlreadyHere:
        raise _No(NoReason.ALREADY_BOOKED, place) from None
