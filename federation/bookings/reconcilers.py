"""The timers of stays, all the hub's (DESIGN §8)."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.bookings import rules, service
from federation.bookings.models import AvailabilityTold, Booking
from federation.config import present_hub
from federation.twinnings import queries as twinnings
from shared.messaging.reconcile import Reconciler
from shared.protocol.states import BookingState, Payer

BATCH = 200


def tell_new_twins(session: Session, now: dt.datetime) -> int:
    """Tell both sides of newly activated twinnings each other's days."""
    told = {row.twinning_id: row.version for row in session.scalars(select(AvailabilityTold))}
    count = 0
    for active in twinnings.active(session):
        if told.get(active.twinning_id, 0) < active.version:
            pair = (active.first, active.second)
            count += service.tell_twins(session, twinning_id=active.twinning_id, version=active.version, pair=pair, now=now)
    return count


def complete_stays(session: Session, now: dt.datetime) -> int:
    """Complete checked-in stays whose part of the day is over and that are paid."""
    over = (Booking.closes_at <= now) | (Booking.closes_at.is_(None) & (Booking.created_at <= now - dt.timedelta(days=1)))
    paid = Booking.post_after.is_(None) & (Booking.payer != Payer.UNDECIDED)
    found = _batch(session, Booking.state == BookingState.CHECKED_IN, over, paid)
    for booking in found:
        service.complete(session, booking, now=now)
    return len(found)


def claim_no_shows(session: Session, now: dt.datetime) -> int:
    """Claim confirmed stays that nobody came to."""
    days = present_hub().settings.post_silent_days
    found = _batch(session, Booking.state == BookingState.CONFIRMED, Booking.closes_at <= now)
    return sum(service.claim_no_show(session, booking, silent_days=days, now=now) for booking in found)


def post_silent_claims(session: Session, now: dt.datetime) -> int:
    """Pay claims that nobody contradicted in time."""
    found = _batch(session, Booking.post_after <= now)
    for booking in found:
        service.post_silent(session, booking, now=now)
    return len(found)


def settle_unknown_walk_ins(session: Session, now: dt.datetime) -> int:
    """Try again to find the payer of walk-ins whose passport was not known yet."""
    found = _batch(session, Booking.payer == Payer.UNDECIDED)
    return sum(service.settle_unknown(session, booking, now=now) for booking in found)


def forget_cards(session: Session, now: dt.datetime) -> int:
    """Erase sealed cards 30 days after the visit."""
    found = _batch(session, Booking.card.is_not(None), Booking.on < (now - rules.CARD_KEPT).date())
    for booking in found:
        service.erase_card(session, booking)
    return len(found)


def _batch(session: Session, *where: object) -> list[Booking]:
    return list(session.scalars(select(Booking).where(*where).order_by(Booking.id).limit(BATCH).with_for_update()))  # type: ignore[arg-type]


RECONCILERS = (
    Reconciler("tell new twins", 1, tell_new_twins),
    Reconciler("complete stays", 60, complete_stays),
    Reconciler("claim no-shows", 300, claim_no_shows),
    Reconciler("post silent claims", 300, post_silent_claims),
    Reconciler("settle unknown walk-ins", 5, settle_unknown_walk_ins),
    Reconciler("forget cards", 3_600, forget_cards),
)
