"""Writes of leaving: nothing new from the first word on, what was promised is kept or cancelled free, then every tie ends.

Numbers stay: stays, seats and the journal keep the space's short name, which nobody else ever gets (DESIGN §11).
"""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from federation.bookings import service as bookings_service
from federation.credits import queries as credits_
from federation.credits import service as credits_service
from federation.formats import service as formats_service
from federation.leaving import queries, rules
from federation.leaving.errors import StillOpen
from federation.memberships import service as memberships
from federation.rsvps.service import changes
from federation.spaces import service as spaces_service
from federation.twinnings import service as twinnings_service
from shared.units import show_credits


def ask(session: Session, *, slug: str, cancel_open: bool, now: dt.datetime) -> dict[str, Any]:
    """Let a space begin to leave; where it wants, all that is still to come is cancelled for nothing. Returns what is open.

    Raises WrongStanding.
    """
    space = spaces_service.leave(session, slug=slug, now=now)
    if cancel_open:
        for booking_id in queries.stays_ahead(session, slug, now):
            bookings_service.cancel(session, booking_id=booking_id, caller=slug, now=now, free=True)
        for rsvp_id in queries.seats_ahead(session, slug, now):
            changes.cancel(session, rsvp_id=rsvp_id, caller=slug, now=now, free=True)
    return {"space": slug, "state": space.state, "open": queries.open_matters(session, slug, now)}


def complete(session: Session, *, slug: str, actor: str, settled: str = "", now: dt.datetime) -> None:
    """End every tie of a space with which nothing is open. `settled` says how its position was settled outside.

    Raises SpaceUnknown, WrongStanding, StillOpen.
    """
    matters = queries.open_matters(session, slug, now)
    if not rules.is_done(matters, settled=bool(settled)):
        raise StillOpen(space=slug, position=show_credits(matters[rules.POSITION], "en"), **matters)
    detail = {"settled": settled, rules.POSITION: matters[rules.POSITION]}
    spaces_service.complete_leaving(session, slug=slug, actor=actor, detail=detail, now=now)
    twinnings_service.end_all(session, slug, actor=actor, now=now)
    formats_service.withdraw_names(session, slug, actor=actor, now=now)
    memberships.end_all(session, slug, now=now)
    for home, guest in credits_.wallets_with_lots_of(session, slug):
        before = dt.date.max
        credits_service.lapse(session, home=home, guest=guest, before=before, issuer=None if home == slug else slug, now=now)
