"""The timers of stays, all the hub's (DESIGN §8)."""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from federation.bookings import rules, service
from federation.bookings.models import AvailabilityTold, Booking
from federation.config import present_hub
from federation.spaces import queries as spaces
from federation.trust import queries as trust
from federation.twinnings import queries as twinnings
from shared.messaging.reconcile import Reconciler, repair_each
from shared.protocol.states import BookingState, Payer

BATCH = 200


def tell_new_twins(session: Session, now: dt.datetime) -> int:
    """Tell both sides of newly activated twinnings each other's days."""
    told = {row.twinning_id: row.version for row in session.scalars(select(AvailabilityTold))}
    fresh = [active for active in twinnings.active(session) if told.get(active.twinning_id, 0) < active.version]
    for active in fresh:
        pair = (active.first, active.second)
        service.tell_twins(session, twinning_id=active.twinning_id, version=active.version, pair=pair, now=now)
    return len(fresh)


def complete_stays(session: Session, now: dt.datetime) -> int:
    """Complete checked-in stays whose part of the day is over and that are paid."""
    paid = Booking.post_after.is_(None) & (Booking.payer != Payer.UNDECIDED)
    found = _batch(session, Booking.state == BookingState.CHECKED_IN, Booking.closes_at <= now, paid)
    return _each(session, found, partial(service.complete, now=now))


def claim_no_shows(session: Session, now: dt.datetime) -> int:
    """Claim confirmed stays that nobody came to, host by host, so that one that is silent holds up no other."""
    days = present_hub().settings.post_silent_days
    due = (Booking.state == BookingState.CONFIRMED, Booking.closes_at <= now)
    count = 0
    for slug in session.scalars(select(Booking.host).where(*due).distinct().order_by(Booking.host)).all():
        host = spaces.require(session, slug)
        until = rules.timers_until(last_seen_at=host.last_seen_at, outbox_oldest_at=host.outbox_oldest_at, now=now)
        found = _batch(session, *due, Booking.host == slug, Booking.closes_at < until)
        count += _each(session, found, partial(service.claim_no_show, silent_days=days, now=now))
    return count


def post_silent_claims(session: Session, now: dt.datetime) -> int:
    """Pay claims that nobody contradicted in time."""
    return _each(session, _batch(session, Booking.post_after <= now), partial(service.post_silent, now=now))


def settle_unknown_walk_ins(session: Session, now: dt.datetime) -> int:
    """Try again to find the payer of walk-ins whose passport was not known yet."""
    waiting = session.execute(
        select(Booking.id, Booking.passport_ref, Booking.created_at).where(Booking.payer == Payer.UNDECIDED)
    )
    rows = waiting.all()
    known = trust.announced(session, [row.passport_ref for row in rows if row.passport_ref])
    over = now - rules.UNKNOWN_PASSPORT
    ripe = [row.id for row in rows if row.passport_ref in known or row.created_at <= over]
    found = _batch(session, Booking.id.in_(ripe[:BATCH]))
    return _each(session, found, partial(service.settle_unknown, now=now))


def forget_cards(session: Session, now: dt.datetime) -> int:
    """Erase sealed cards 30 days after the visit."""
    old = update(Booking).where(Booking.card.is_not(None), Booking.on < (now - rules.CARD_KEPT).date())
    return len(session.scalars(old.values(card=None).returning(Booking.id)).all())


def _batch(session: Session, *where: ColumnElement[bool]) -> Sequence[Booking]:
    return session.scalars(select(Booking).where(*where).order_by(Booking.id).limit(BATCH).with_for_update()).all()


def _each(session: Session, found: Sequence[Booking], repair: Callable[[Session, Booking], object]) -> int:
    return repair_each(session, found, repair, fault="stay.not_repaired")


RECONCILERS = (
    Reconciler("tell new twins", 1, tell_new_twins),
    Reconciler("complete stays", 60, complete_stays),
    Reconciler("claim no-shows", 300, claim_no_shows),
    Reconciler("post silent claims", 300, post_silent_claims),
    Reconciler("settle unknown walk-ins", 5, settle_unknown_walk_ins),
    Reconciler("forget cards", 3_600, forget_cards),
)
