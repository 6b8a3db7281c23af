"""What is still open with a space that leaves."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from federation.bookings.queries import Booking
from federation.credits import queries as credits_
from federation.events.queries import Event
from federation.rsvps.queries import Rsvp, SeatSession
from federation.spaces.queries import Space
from shared.protocol.states import ACTIVE_RSVP_STATES, BookingState, EventState, SessionState, SpaceState

_OPEN_STAY = or_(Booking.state.in_((BookingState.CONFIRMED, BookingState.CHECKED_IN)), Booking.post_after.is_not(None))
_TO_COME = (SeatSession.settled_at.is_(None), SeatSession.state != SessionState.CANCELLED)


def open_matters(session: Session, slug: str, now: dt.datetime) -> dict[str, Any]:
    """What has to come to its end before the space has left."""
    seats = select(func.count()).select_from(Rsvp).join(SeatSession, SeatSession.session_id == Rsvp.session_id)
    led = select(Event.id).where(Event.lead == slug, Event.state == EventState.PUBLISHED)
    coming = select(SeatSession.event_id).where(*_TO_COME, SeatSession.ends_at > now)
    return {
        "stays_away": _count(session, Booking, Booking.home == slug, _OPEN_STAY),
        "stays_here": _count(session, Booking, Booking.host == slug, _OPEN_STAY),
        "seats_away": session.scalar(seats.where(Rsvp.home == slug, Rsvp.state.in_(ACTIVE_RSVP_STATES), *_TO_COME)) or 0,
        "sessions_here": _count(session, SeatSession, SeatSession.host == slug, *_TO_COME),
        "events_led": _count(session, Event, Event.id.in_(led), Event.id.in_(coming)),
        "position_credits": credits_.position(session, slug)["position_credits"],
    }


def stays_ahead(session: Session, slug: str, now: dt.datetime) -> list[str]:
    """Confirmed stays of both sides whose day is not over."""
    ahead = (Booking.state == BookingState.CONFIRMED, Booking.closes_at > now)
    wanted = select(Booking.id).where(or_(Booking.home == slug, Booking.host == slug), *ahead)
    return list(session.scalars(wanted.order_by(Booking.id)))


def seats_ahead(session: Session, slug: str, now: dt.datetime) -> list[str]:
    """What the space's members hold in sessions that have not ended."""
    joined = select(Rsvp.id).join(SeatSession, SeatSession.session_id == Rsvp.session_id)
    open_yet = Rsvp.state.in_(ACTIVE_RSVP_STATES - {"attended"})
    wanted = joined.where(Rsvp.home == slug, open_yet, *_TO_COME, SeatSession.ends_at > now)
    return list(session.scalars(wanted.order_by(Rsvp.id)))


def leaving(session: Session) -> list[Space]:
    """The spaces that are about to leave."""
    return list(session.scalars(select(Space).where(Space.state == SpaceState.LEAVING).order_by(Space.slug)))


def _count(session: Session, model: Any, *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(model).where(*where)) or 0
