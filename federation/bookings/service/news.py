"""Telling home and host what became of a stay: each gets the whole state as it may see it."""

import datetime as dt

from sqlalchemy.orm import Session

from federation.bookings import queries
from federation.bookings.models import Booking
from federation.db import publish, was_restored
from shared.protocol.states import BookingState


def publish_booking(session: Session, booking: Booking, *, now: dt.datetime) -> None:
    """Write the feed rows of a stay; a refused one is its home's news alone, unless it was confirmed in a forgotten life."""
    subject, is_private = f"booking/{booking.id}", booking.state == BookingState.REFUSED and not was_restored(session)
    for reader in [booking.home] if is_private else [booking.home, booking.host]:
        data = queries.full_entry(session, booking, reader)
        publish(session, to=[reader], type="booking.updated", subject=subject, rev=booking.rev, data=data, now=now)


def change(session: Session, booking: Booking, *, now: dt.datetime) -> None:
    """Raise the rev of a changed stay and tell both."""
    booking.rev, booking.changed_at = booking.rev + 1, now
    session.flush()
    publish_booking(session, booking, now=now)
