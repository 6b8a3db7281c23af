"""Walk-ins: the one stay that a host begins. Paid from the member's lots, else as the home's hospitality, else by the host."""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from federation.bookings import queries, rules
from federation.bookings.errors import AlreadyHere, RecordInvalid
from federation.bookings.models import Booking
from federation.bookings.service.news import change, publish_booking
from federation.bookings.service.stays import read_record
from federation.credits import service as credits_
from federation.credits.errors import HospitalitySpent, LimitReached, NoCredit
from federation.db import Base
from federation.spaces import queries as spaces
from federation.trust import queries as trust
from federation.twinnings import queries as twinnings
from federation.twinnings.errors import TwinUnknown
from shared.clock import local_date
from shared.constraints import refused
from shared.idempotency import IdConflict
from shared.protocol.states import BookingState, Origin, Payer

NOTHING = 0


def walk_in(session: Session, *, visit_id: str, caller: str, record: str, now: dt.datetime) -> Booking:
    """Keep a visit that the host received without a booking, and have it paid.

    Raises RecordInvalid, SignatureInvalid, TwinUnknown, AlreadyHere, IdConflict.
    """
    payload = read_record(session, record, host=caller, now=now)
    zone = spaces.require(session, caller).zone
    home, on, ref = payload["home"], payload["on"], payload["passport_ref"]
    named = (payload["id"], payload["origin"], ref is not None, local_date(payload["at"], zone))
    if named != (visit_id, Origin.WALK_IN, True, on) or home == caller:
        raise RecordInvalid
    terms = twinnings.active_between(session, home, caller)
    if terms is None:
        raise TwinUnknown(space=home)
    _refuse_twice(session, payload, caller)
    booking = Booking(
        id=visit_id,
        home=home,
        host=caller,
        twinning_id=terms.twinning_id,
        on=on,
        part=payload["part"],
        zone=zone,
        terms_version=terms.version,
        price_credits=terms.price(caller, payload["part"]),
        state=BookingState.CHECKED_IN,
        rev=1,
        origin=Origin.WALK_IN,
        payer=Payer.UNDECIDED,
        checked_in_at=payload["at"],
        proof_sha256=payload["proof_sha256"],
        passport_ref=ref,
        record=record,
        created_at=now,
        changed_at=now,
    )
    with refused(session, Base.metadata, {"pk_bookings": IdConflict}):
        session.add(booking)
    _decide_payer(session, booking, now=now)
    session.flush()
    publish_booking(session, booking, now=now)
    return booking


def settle_unknown(session: Session, booking: Booking, *, now: dt.datetime) -> bool:
    """Try again to find who pays a walk-in whose passport was not known; after three days the host bears it."""
    _decide_payer(session, booking, now=now)
    if booking.payer == Payer.UNDECIDED and now - booking.created_at >= rules.UNKNOWN_PASSPORT:
        booking.payer, booking.charged_credits = Payer.HOST, NOTHING
    if booking.payer == Payer.UNDECIDED:
        return False
    change(session, booking, now=now)
    return True


def _refuse_twice(session: Session, payload: dict[str, Any], host: str) -> None:
    """One stay a guest and day: by the passport, and by the wallet behind it."""
    home, on, ref = payload["home"], payload["on"], payload["passport_ref"]
    held = queries.walk_in_of(session, host=host, passport_ref=ref, on=on)
    guest = trust.wallet_behind(session, home=home, ref=ref, at=payload["at"])
    if held is None and guest is not None:
        held = queries.stay_of(session, host=host, home=home, guest=guest, on=on)
    if held is not None:
        raise AlreadyHere(booking_id=held.id)


def _decide_payer(session: Session, booking: Booking, *, now: dt.datetime) -> None:
    assert booking.passport_ref is not None
    at = booking.checked_in_at or now
    guest = trust.wallet_behind(session, home=booking.home, ref=booking.passport_ref, at=at)
    if guest is None:
        return
    booking.guest = guest
    home = spaces.require(session, booking.home)
    offer = twinnings.terms_of(session, booking.twinning_id, booking.terms_version).offer_of(booking.host)
    movement: dict[str, Any] = {
        "booking_id": booking.id,
        "home": booking.home,
        "guest": guest,
        "host": booking.host,
        "on": booking.on,
        "part": booking.part,
        "credits": booking.price_credits,
        "pair_limit": min(home.pair_limit_credits, offer.pair_limit_credits),
        "issuer_limit": home.issuer_limit_credits,
        "now": now,
    }
    booking.payer = _pay(session, movement)
    booking.charged_credits = NOTHING if booking.payer == Payer.HOST else booking.price_credits


def _pay(session: Session, movement: dict[str, Any]) -> Payer:
    try:
        credits_.hold(session, **movement, kind="walk_in")
        credits_.post(session, booking_id=movement["booking_id"], credits=movement["credits"], now=movement["now"])
        return Payer.LOTS
    except (NoCredit, LimitReached):
        pass
    try:
        credits_.post_hospitality(session, **movement)
        return Payer.HOSPITALITY
    except (HospitalitySpent, LimitReached):
        return Payer.HOST
