"""What is counted for the report of a quarter, in the whole network."""

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from federation.bookings.queries import Booking
from federation.rsvps.queries import Rsvp, SeatSession
from shared.protocol.states import BookingState, RsvpState, SessionState
from shared.reports import Attendance, Quarter, tally

HERE = (BookingState.CHECKED_IN, BookingState.COMPLETED)


def attendance(session: Session, quarter: Quarter) -> Attendance:
    """Who came in a quarter, by home space: to all sessions, and to all desks. A session counts by its end in UTC."""
    since = dt.datetime.combine(quarter.first_on, dt.time(), dt.UTC)
    until = dt.datetime.combine(quarter.last_on + dt.timedelta(days=1), dt.time(), dt.UTC)
    held = (SeatSession.ends_at >= since, SeatSession.ends_at < until, SeatSession.state == SessionState.SCHEDULED)
    seats = select(Rsvp.home, Rsvp.state, func.sum(Rsvp.party)).join(SeatSession, SeatSession.session_id == Rsvp.session_id)
    seats = seats.where(*held, Rsvp.state.in_((RsvpState.ATTENDED, RsvpState.NO_SHOW))).group_by(Rsvp.home, Rsvp.state)
    stays = select(Booking.home, Booking.state, func.count()).where(
        Booking.on.between(quarter.first_on, quarter.last_on), Booking.state.in_((*HERE, BookingState.NO_SHOW))
    )
    return Attendance(
        sessions_count=session.scalar(select(func.count()).select_from(SeatSession).where(*held)) or 0,
        events=tally((home, state == RsvpState.ATTENDED, count) for home, state, count in session.execute(seats)),
        stays=tally(
            (home, state in HERE, count) for home, state, count in session.execute(stays.group_by(Booking.home, Booking.state))
        ),
    )
