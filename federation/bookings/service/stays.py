"""What becomes of a stay: cancelled, checked in, completed, not come (DESIGN §8)."""

import datetime as dt
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from federation.bookings import queries, rules
from federation.bookings.errors import BookingOver, RecordInvalid, WrongDay
from federation.bookings.models import Booking, GuestDays
from federation.bookings.service import seats
from federation.bookings.service.availability import publish_availability
from federation.bookings.service.news import change
from federation.bookings.service.payments import settle
from federation.trust import queries as trust
from federation.trust.errors import IdentityMismatch
from federation.twinnings import queries as twinnings
from shared import reasons
from shared.clock import local_date
from shared.errors import FieldFault, within
from shared.keys import jws
from shared.marking import N_
from shared.protocol.bookings import VisitRecord
from shared.protocol.states import BookingState, Origin
from shared.protocol.terms import cancellation_credits
from shared.schemas import load

VISIT_TYP = "visit+jwt"
CANCELLED = (BookingState.CANCELLED_BY_GUEST, BookingState.CANCELLED_BY_HOST)


def cancel(session: Session, *, booking_id: str, caller: str, now: dt.datetime, free: bool = False) -> Booking:
    """Cancel a confirmed stay: the host for nothing, the home by the frozen steps at the hub's receipt, unless it is `free`.

    The seat is free again at once. One cancelled already stays so, whoever was first. Raises BookingUnknown, BookingOver.
    """
    booking = queries.mine(session, booking_id=booking_id, space=caller, lock=True)
    if booking.state in CANCELLED:
        return booking
    if booking.state != BookingState.CONFIRMED:
        raise BookingOver(reasons.BOOKING[booking.state], state=booking.state)
    if booking.closes_at is not None and now >= booking.closes_at:
        raise BookingOver(N_("The day of this stay is over."), state=booking.state)
    by_host = caller == booking.host
    charge = 0 if by_host or free else _cancellation_credits(session, booking, now)
    booking.state = BookingState.CANCELLED_BY_HOST if by_host else BookingState.CANCELLED_BY_GUEST
    # In the order in which a request takes them: seats, days, credits.
    seats.give_back_seats(session, booking)
    if charge == 0:
        seats.give_back_day(session, booking)
    settle(session, booking, charge, now=now)
    change(session, booking, now=now)
    publish_availability(session, host=booking.host, on=booking.on, now=now)
    return booking


def check_in(
    session: Session,
    *,
    booking_id: str,
    caller: str,
    at: dt.datetime,
    proof_sha256: str | None,
    record: str,
    silent_days: int,
    now: dt.datetime,
) -> Booking:
    """Take the host's word that the guest has come, also after a no-show was claimed and not yet paid.

    With a scanned pass the credits are posted at once, without one after the home's silence.
    Raises BookingUnknown for any but the named host, BookingOver, WrongDay, RecordInvalid, SignatureInvalid, IdentityMismatch.
    """
    booking = queries.at_host(session, booking_id=booking_id, host=caller)
    payload = read_record(session, record, host=caller, now=now)
    stay = {name: getattr(booking, name) for name in ("id", "home", "on", "part")}
    with within("record"):
        if payload != {**payload, **stay, "at": at, "proof_sha256": proof_sha256, "origin": Origin.BOOKING}:
            raise RecordInvalid
    if booking.state in (BookingState.CHECKED_IN, BookingState.COMPLETED):
        return booking
    claimed = booking.state == BookingState.NO_SHOW and booking.post_after is not None
    if booking.state != BookingState.CONFIRMED and not claimed:
        raise BookingOver(reasons.BOOKING[booking.state], state=booking.state)
    if local_date(came_at := min(at, now), booking.zone) != booking.on:
        raise WrongDay(on=booking.on)
    booking.state, booking.checked_in_at = BookingState.CHECKED_IN, came_at
    booking.proof_sha256, booking.record = proof_sha256, record
    _claim(booking, booking.price_credits, silent_days, now=now)
    if proof_sha256 is not None:
        post_claim(session, booking, now=now)
    change(session, booking, now=now)
    return booking


def read_record(session: Session, record: str, *, host: str, now: dt.datetime) -> dict[str, Any]:
    """The payload of a visit record, signed by this host. Raises SignatureInvalid, Invalid, IdentityMismatch, RecordInvalid."""
    with within("record"):
        payload = load(VisitRecord, jws.verify(record, keys=trust.keys_for(session, host, "signing", now), typ=VISIT_TYP).payload)
        if payload["host"] != host:
            raise IdentityMismatch(caller=host)
        if payload["at"] > now + rules.CLOCK_AHEAD:
            raise RecordInvalid(errors=[FieldFault(pointer="/at", detail=N_("This time has not come yet."))])
    return payload


def complete(session: Session, booking: Booking, *, now: dt.datetime) -> None:
    """End a stay whose part of the day is over."""
    booking.state = BookingState.COMPLETED
    change(session, booking, now=now)


def claim_no_show(session: Session, booking: Booking, *, silent_days: int, now: dt.datetime) -> None:
    """Claim a stay that nobody came to; it is paid after the home's silence."""
    terms = twinnings.terms_of(session, booking.twinning_id, booking.terms_version)
    booking.state = BookingState.NO_SHOW
    _claim(booking, rules.no_show_credits(price=booking.price_credits, percent=terms.no_show_percent), silent_days, now=now)
    change(session, booking, now=now)


def post_silent(session: Session, booking: Booking, *, now: dt.datetime) -> None:
    """Pay what was claimed and not contradicted."""
    post_claim(session, booking, now=now)
    change(session, booking, now=now)


def post_claim(session: Session, booking: Booking, *, now: dt.datetime) -> None:
    """Pay a claim."""
    claim, booking.claim_credits, booking.post_after = booking.claim_credits or 0, None, None
    settle(session, booking, claim, now=now)


def unlink(session: Session, booking: Booking, *, now: dt.datetime) -> None:
    """Forget whose stay this was; that it was, and what it cost, stays."""
    session.execute(delete(GuestDays).where(GuestDays.guest == booking.guest), execution_options={"synchronize_session": False})
    booking.held_morning = booking.held_afternoon = None
    booking.guest = booking.host_guest = booking.card = booking.passport_ref = booking.proof_sha256 = booking.record = None
    change(session, booking, now=now)


def _claim(booking: Booking, credits: int, silent_days: int, *, now: dt.datetime) -> None:
    booking.claim_credits, booking.post_after = credits, now + dt.timedelta(days=silent_days)


def _cancellation_credits(session: Session, booking: Booking, now: dt.datetime) -> int:
    terms = twinnings.terms_of(session, booking.twinning_id, booking.terms_version)
    assert booking.opens_at is not None
    return cancellation_credits(price=booking.price_credits, steps=terms.cancellation, opens_at=booking.opens_at, now=now)
