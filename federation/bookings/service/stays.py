"""What becomes of a stay: cancelled, checked in, completed, not come (DESIGN §8)."""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from federation.bookings import queries, rules
from federation.bookings.errors import BookingOver, BookingUnknown, RecordInvalid, WrongDay
from federation.bookings.models import Booking
from federation.bookings.service import seats
from federation.bookings.service.availability import publish_availability
from federation.bookings.service.news import change
from federation.credits import service as credits_
from federation.spaces import queries as spaces
from federation.trust import queries as trust
from federation.twinnings import queries as twinnings
from shared.clock import local_date
from shared.keys import jws
from shared.protocol.bookings import VisitRecord
from shared.protocol.states import BookingState
from shared.protocol.terms import cancellation_credits
from shared.schemas import load

VISIT_TYP = "visit+jwt"


def cancel(session: Session, *, booking_id: str, caller: str, now: dt.datetime) -> Booking:
    """Cancel a confirmed stay: the host for nothing, the home by the frozen steps at the hub's receipt.

    Raises BookingUnknown, BookingOver. The seat is free again at once.
    """
    booking = session.get(Booking, booking_id, with_for_update=True)
    if booking is None or caller not in (booking.home, booking.host):
        raise BookingUnknown
    if booking.state != BookingState.CONFIRMED or (booking.closes_at is not None and now >= booking.closes_at):
        raise BookingOver(state=str(booking.state))
    by_host = caller == booking.host
    charge = 0 if by_host or booking.opens_at is None else _cancellation_credits(session, booking, now)
    _settle(session, booking, charge, now=now)
    booking.state = BookingState.CANCELLED_BY_HOST if by_host else BookingState.CANCELLED_BY_GUEST
    seats.give_back_seats(session, booking)
    if charge == 0:
        seats.give_back_day(session, booking)
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
    """Take the host's word that the guest has come. With a scanned pass the credits are posted at once.

    Raises BookingUnknown for any but the named host, BookingOver, WrongDay, RecordInvalid, SignatureInvalid.
    """
    booking = queries.at_host(session, booking_id=booking_id, host=caller)
    payload = read_record(session, record, host=caller, now=now)
    said = (payload["id"], payload["home"], payload["on"], payload["at"], payload["proof_sha256"])
    if said != (booking.id, booking.home, booking.on, at, proof_sha256):
        raise RecordInvalid
    if booking.state in (BookingState.CHECKED_IN, BookingState.COMPLETED):
        return booking
    if booking.state != BookingState.CONFIRMED:
        raise BookingOver(state=str(booking.state))
    if local_date(at, booking.zone) != booking.on:
        raise WrongDay(on=booking.on.isoformat())
    booking.state, booking.checked_in_at = BookingState.CHECKED_IN, at
    booking.proof_sha256, booking.record = proof_sha256, record
    if proof_sha256 is not None:
        _settle(session, booking, booking.price_credits, now=now)
    else:
        booking.claim_credits, booking.post_after = booking.price_credits, now + dt.timedelta(days=silent_days)
    change(session, booking, now=now)
    return booking


def read_record(session: Session, record: str, *, host: str, now: dt.datetime) -> dict[str, Any]:
    """The payload of a visit record, signed by this host. Raises SignatureInvalid, Invalid, RecordInvalid."""
    signed = jws.verify(record, keys=trust.keys_for(session, host, "signing", now), typ=VISIT_TYP)
    payload = load(VisitRecord, signed.payload)
    if payload["host"] != host:
        raise RecordInvalid
    return payload


def complete(session: Session, booking: Booking, *, now: dt.datetime) -> None:
    """End a stay whose part of the day is over."""
    booking.state = BookingState.COMPLETED
    change(session, booking, now=now)


def claim_no_show(session: Session, booking: Booking, *, silent_days: int, now: dt.datetime) -> bool:
    """Claim a stay that nobody came to, once the host has spoken since; it is paid after the home's silence."""
    host = spaces.require(session, booking.host)
    assert booking.closes_at is not None
    spoken = rules.host_has_spoken(
        last_seen_at=host.last_seen_at, outbox_oldest_at=host.outbox_oldest_at, deadline=booking.closes_at, now=now
    )
    if not spoken:
        return False
    terms = twinnings.terms_of(session, booking.twinning_id, booking.terms_version)
    booking.state = BookingState.NO_SHOW
    booking.claim_credits = rules.no_show_credits(price=booking.price_credits, percent=terms.no_show_percent)
    booking.post_after = now + dt.timedelta(days=silent_days)
    change(session, booking, now=now)
    return True


def post_silent(session: Session, booking: Booking, *, now: dt.datetime) -> None:
    """Pay what was claimed and not contradicted."""
    claim, booking.claim_credits, booking.post_after = booking.claim_credits or 0, None, None
    _settle(session, booking, claim, now=now)
    change(session, booking, now=now)


def erase_card(session: Session, booking: Booking) -> None:
    """Forget the sealed card of a stay that is long over."""
    booking.card = None
    session.flush()


def _cancellation_credits(session: Session, booking: Booking, now: dt.datetime) -> int:
    terms = twinnings.terms_of(session, booking.twinning_id, booking.terms_version)
    assert booking.opens_at is not None
    return cancellation_credits(
        price=booking.price_credits, steps=terms.cancellation, opens_at=booking.opens_at, now=now
    )


def _settle(session: Session, booking: Booking, charge: int, *, now: dt.datetime) -> None:
    if charge:
        credits_.post(session, booking_id=booking.id, credits=charge, now=now)
    else:
        credits_.void(session, booking_id=booking.id, now=now)
    booking.charged_credits = charge
