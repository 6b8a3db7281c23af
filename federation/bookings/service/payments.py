"""What a stay moves in the ledger: reserved when it is confirmed, then paid in whole or part, or given back."""

import datetime as dt
from typing import TypedDict

from sqlalchemy.orm import Session

from federation.bookings.models import Booking
from federation.credits import service as credits_
from federation.credits.errors import HospitalitySpent, LimitReached, NoCredit
from federation.spaces import queries as spaces
from federation.twinnings import queries as twinnings
from shared.protocol.states import Part, Payer


class Movement(TypedDict):
    """A stay as the ledger takes it."""

    booking_id: str
    home: str
    guest: str
    host: str
    on: dt.date
    part: Part
    credits: int
    pair_limit: int
    issuer_limit: int
    now: dt.datetime


def reserve(session: Session, booking: Booking, *, now: dt.datetime) -> None:
    """Reserve the price of a stay from the member's lots. Raises NoCredit, LimitReached."""
    credits_.hold(session, **_movement(session, booking, now))


def settle(session: Session, booking: Booking, charge: int, *, now: dt.datetime) -> None:
    """Pay so much of what was reserved, and give the rest back."""
    if charge:
        credits_.post(session, booking_id=booking.id, credits=charge, now=now)
    else:
        credits_.void(session, booking_id=booking.id, now=now)
    booking.charged_credits = charge


def pay_walk_in(session: Session, booking: Booking, *, now: dt.datetime) -> None:
    """Find who pays a walk-in: the member's lots, else the home's hospitality, else the host, which then gets nothing."""
    booking.payer = _payer(session, _movement(session, booking, now))
    booking.charged_credits = 0 if booking.payer is Payer.HOST else booking.price_credits


def host_pays(booking: Booking) -> None:
    """The host bears the stay, so nothing moves."""
    booking.payer, booking.charged_credits = Payer.HOST, 0


def _movement(session: Session, booking: Booking, now: dt.datetime) -> Movement:
    assert booking.guest is not None
    home = spaces.require(session, booking.home)
    offer = twinnings.terms_of(session, booking.twinning_id, booking.terms_version).offer_of(booking.host)
    return {
        "booking_id": booking.id,
        "home": booking.home,
        "guest": booking.guest,
        "host": booking.host,
        "on": booking.on,
        "part": Part(booking.part),
        "credits": booking.price_credits,
        "pair_limit": min(home.pair_limit_credits, offer.pair_limit_credits),
        "issuer_limit": home.issuer_limit_credits,
        "now": now,
    }


def _payer(session: Session, movement: Movement) -> Payer:
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
