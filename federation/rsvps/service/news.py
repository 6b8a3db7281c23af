"""Telling home and host what became of an RSVP, and everybody who may see a session what is left of its seats."""

import datetime as dt
from typing import cast

from sqlalchemy import Table, insert, inspect
from sqlalchemy.orm import Session

from federation.db import publish, publish_each, was_restored
from federation.rsvps import queries
from federation.rsvps.models import Rsvp, SeatSession
from federation.rsvps.rules import OPEN, SEATED
from shared.protocol.states import RsvpState
from shared.sessions import with_commit

_NEW = insert(cast("Table", inspect(Rsvp).local_table))
_COLUMNS = inspect(Rsvp).columns.keys()


def change(session: Session, rsvp: Rsvp, *, now: dt.datetime) -> queries.Standing:
    """Raise the rev of a changed RSVP and tell home and host; what was refused at once is its home's news alone.

    Returns the place that home is told.
    """
    is_new = rsvp.rev == 0
    rsvp.rev, rsvp.changed_at = rsvp.rev + 1, now
    if rsvp.state not in OPEN | SEATED:
        rsvp.holder = rsvp.card = rsvp.offer_expires_at = None
    with session.no_autoflush:
        standing = queries.place(session, rsvp)
    rsvp.told_place, _ = standing
    if is_new:
        # As a row, not as an object that the session keeps books of: that would cost a fifth of the whole request.
        with_commit(session, _NEW, {name: getattr(rsvp, name) for name in _COLUMNS})
    session.flush()
    readers = {rsvp.home} if is_new and rsvp.state == RsvpState.REFUSED and not was_restored(session) else {rsvp.home, rsvp.host}
    forms = {reader: queries.entry(session, rsvp, reader, standing=standing) for reader in readers}
    publish_each(session, forms, type="rsvp.updated", subject=f"rsvp/{rsvp.id}", rev=rsvp.rev, now=now)
    return standing


def publish_seats(session: Session, seat: SeatSession, *, now: dt.datetime) -> None:
    """Tell what is left: those who hold the event first, with the homes, so that the same news for all changes nothing there."""
    seat.rev, seat.is_told = seat.rev + 1, True
    session.flush()
    data, subject = queries.seats_entry(session, seat), f"seats/{seat.session_id}"
    others = [reader for reader in seat.readers if reader not in seat.managers]
    for readers, shown in ((seat.managers, data), (others, {**data, "homes": []})):
        publish(session, to=readers, type="seats.updated", subject=subject, rev=seat.rev, data=shown, now=now, coalesce=True)
