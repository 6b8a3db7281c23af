"""Walk-ins: the one stay that a host begins. Paid from the member's lots, else as the home's hospitality, else by the host."""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from federation.bookings import queries, rules
from federation.bookings.errors import AlreadyHere, RecordInvalid
from federation.bookings.models import ONE_STAY, Booking, DayOffer
from federation.bookings.service import payments, seats
from federation.bookings.service.news import change, publish_booking
from federation.bookings.service.stays import read_record
from federation.db import Base
from federation.spaces import queries as spaces
from federation.trust import queries as trust
from federation.twinnings import queries as twinnings
from federation.twinnings.errors import TwinUnknown
from shared.clock import day_range, local_date
from shared.constraints import refused
from shared.errors import FieldFault, within
from shared.idempotency import IdConflict
from shared.marking import N_
from shared.protocol.states import BookingState, Origin, Payer, SpaceState
from shared.protocol.terms import TwinningTerms


def walk_in(session: Session, *, visit_id: str, caller: str, record: str, now: dt.datetime) -> Booking:
    """Keep a visit that the host received without a booking, and have it paid.

    Raises RecordInvalid, SignatureInvalid, IdentityMismatch, TwinUnknown, AlreadyHere, IdConflict.
    """
    payload = read_record(session, record, host=caller, now=now)
    zone = spaces.require(session, caller).zone
    with within("record"):
        _check(payload, visit_id=visit_id, zone=zone, now=now)
        if (terms := twinnings.active_between(session, payload["home"], caller)) is None:
            raise TwinUnknown(space=payload["home"])
    booking = _new(session, payload, record=record, zone=zone, terms=terms, now=now)
    booking.guest = _guest_behind(session, booking)
    if (held := _other_stay(session, booking)) is not None:
        raise AlreadyHere(booking_id=held)
    if booking.guest is not None:
        seats.occupy(booking)
    try:
        with refused(session, Base.metadata, {"pk_bookings": IdConflict, **ONE_STAY}):
            session.add(booking)
    except AlreadyHere:
        # Two reports at once: now the other one is there to be named.
        raise AlreadyHere(booking_id=_other_stay(session, booking)) from None
    _decide_payer(session, booking, now=now)
    session.flush()
    publish_booking(session, booking, now=now)
    return booking


def settle_unknown(session: Session, booking: Booking, *, now: dt.datetime) -> bool:
    """Try again to find who pays a walk-in whose passport was not known; after three days the host bears it.

    Returns whether that is decided now.
    """
    guest = _guest_behind(session, booking)
    if guest is None and now - booking.created_at < rules.UNKNOWN_PASSPORT:
        return False
    if guest is None or not _recognise(session, booking, guest):
        payments.host_pays(booking)
    else:
        _decide_payer(session, booking, now=now)
    change(session, booking, now=now)
    return True


def _check(payload: dict[str, Any], *, visit_id: str, zone: str, now: dt.datetime) -> None:
    on = local_date(min(payload["at"], now), zone)
    fits = (payload["id"], payload["origin"], payload["on"]) == (visit_id, Origin.WALK_IN, on)
    if not fits or payload["passport_ref"] is None or payload["home"] == payload["host"]:
        raise RecordInvalid
    if payload["at"] < now - rules.WALK_IN_REPORTED:
        raise RecordInvalid(errors=[FieldFault(pointer="/at", detail=N_("This was too long ago to be reported."))])


def _new(session: Session, payload: dict[str, Any], *, record: str, zone: str, terms: TwinningTerms, now: dt.datetime) -> Booking:
    host, on = payload["host"], payload["on"]
    hours = queries.hours(session.get(DayOffer, (host, on)))
    opens_at, closes_at = hours.of(payload["part"]) if hours else day_range(on, zone)
    return Booking(
        **{name: payload[name] for name in ("id", "home", "host", "on", "part", "proof_sha256", "passport_ref")},
        twinning_id=terms.twinning_id,
        zone=zone,
        opens_at=opens_at,
        closes_at=closes_at,
        terms_version=terms.version,
        price_credits=terms.price(host, payload["part"]),
        state=BookingState.CHECKED_IN,
        rev=1,
        origin=Origin.WALK_IN,
        payer=Payer.UNDECIDED,
        checked_in_at=min(payload["at"], now),
        record=record,
        created_at=now,
        changed_at=now,
    )


def _other_stay(session: Session, booking: Booking) -> str | None:
    """The stay that this guest has here today already: known by the passport, or by the wallet behind it."""
    held = queries.walk_in_of(session, booking) or queries.stay_of(session, booking, guest=booking.guest)
    return None if held is None else held.id


def _recognise(session: Session, booking: Booking, guest: str) -> bool:
    """Note who it was; False when that member has another stay here on this day, which is then the one that is paid."""
    try:
        with refused(session, Base.metadata, ONE_STAY):
            booking.guest = guest
            seats.occupy(booking)
    except AlreadyHere:
        return False
    return queries.stay_of(session, booking, guest=guest) is None


def _guest_behind(session: Session, booking: Booking) -> str | None:
    assert booking.passport_ref is not None
    assert booking.checked_in_at is not None
    return trust.wallet_behind(session, home=booking.home, ref=booking.passport_ref, at=booking.checked_in_at)


def _decide_payer(session: Session, booking: Booking, *, now: dt.datetime) -> None:
    if booking.guest is None:
        return
    assert booking.checked_in_at is not None
    home = spaces.require(session, booking.home)
    if home.state == SpaceState.SUSPENDED and booking.checked_in_at >= home.state_changed_at:
        payments.host_pays(booking)
    else:
        payments.pay_walk_in(session, booking, now=now)
