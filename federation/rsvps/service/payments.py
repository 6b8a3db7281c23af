"""What a seat moves in the ledger: reserved when it is confirmed, then paid, or given back."""

import datetime as dt

from sqlalchemy.orm import Session

from federation.credits import service as credits_
from federation.credits.errors import LimitReached, NoCredit
from federation.rsvps.models import Rsvp, SeatSession
from federation.spaces import queries as spaces
from federation.twinnings import queries as twinnings
from shared.clock import local_date
from shared.protocol.states import Part, RsvpReason


def reserve(session: Session, seat: SeatSession, rsvp: Rsvp, *, now: dt.datetime) -> RsvpReason | None:
    """Reserve the price from the member's lots; why that is not possible, if it is not. What costs nothing reserves nothing."""
    if rsvp.guest is None or not rsvp.total_credits:
        return None
    home = spaces.require(session, rsvp.home)
    terms = twinnings.active_between(session, rsvp.home, rsvp.host)
    pair_limits = [home.pair_limit_credits, *([terms.offer_of(rsvp.host).pair_limit_credits] if terms else [])]
    try:
        credits_.hold(
            session,
            booking_id=rsvp.id,
            home=rsvp.home,
            guest=rsvp.guest,
            host=rsvp.host,
            on=local_date(seat.starts_at, seat.zone),
            part=Part.DAY,
            credits=rsvp.total_credits,
            pair_limit=min(pair_limits),
            issuer_limit=home.issuer_limit_credits,
            now=now,
        )
    except NoCredit:
        return RsvpReason.NO_CREDIT
    except LimitReached:
        return RsvpReason.LIMIT_REACHED
    return None


def settle(session: Session, rsvp: Rsvp, *, paid: bool, now: dt.datetime) -> None:
    """Pay all that was reserved, or give all of it back; once."""
    if rsvp.confirmed_at is None or rsvp.guest is None or not rsvp.total_credits or rsvp.charged_credits is not None:
        return
    rsvp.charged_credits = rsvp.total_credits if paid else 0
    if paid:
        credits_.post(session, booking_id=rsvp.id, credits=rsvp.total_credits, now=now)
    else:
        credits_.void(session, booking_id=rsvp.id, now=now)
