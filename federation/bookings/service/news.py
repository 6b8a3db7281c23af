"""Telling home and host what became of a stay: each gets the whole state as it may see it."""

import datetime as dt

from sqlalchemy.orm import Session

from federation.bookings import queries
from federation.bookings.models import Booking
from federation.db import publish
from shared.protocol.states import BookingState


def publish_booking(session: Session, booking: Booking, *, now: dt.datetime) -> None:
    """Write the feed rows of a stay; a refused one is nobody's news but its home's."""
    readers = [booking.home] if booking.state == BookingState.REFUSED else [booking.home, booking.host]
    for reader in readers:
        data = queries.full_entry(session, booking, reader)
        subject = f"booking/{booking.id}"
        publish(session, to=[reader], type="booking.updated", subject=subject, rev=booking.rev, data=data, now=now)


def change(session: Session, booking: Booking, *, now: dt.datetime) -> None:
    """Raise the rev of a changed stay and tell both."""
    booking.rev += 1
    booking.changed_at = now
    session.flush()
    publish_booking(session, booking, now=now)
