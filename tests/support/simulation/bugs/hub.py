"""Bugs in what the hub decides."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from federation.bookings import queries as stays
from federation.bookings import rules as stay_rules
from federation.bookings.errors import BookingUnknown
from federation.bookings.models import Booking, SetAsideSeats
from federation.bookings.service import cancel as cancel_stay
from federation.bookings.service import news as stay_news
from federation.bookings.service.stays import CANCELLED
from federation.credits import rules as credit_rules
from federation.rsvps.models import Rsvp
from federation.rsvps.service import changes, seats
from federation.rsvps.service.news import change
from federation.trust import service as trust
from shared.messaging import numbering
from tests.support.simulation.bugs.messaging import NO_ORDER
from tests.support.simulation.bugs.planting import Bug, instead_of

_waiting, _legs_of, _cancel = seats._waiting, credit_rules.legs_of, changes.cancel


@instead_of(cancel_stay)
def _desk_freed_twice(session: Any, *, booking_id: str, caller: str, now: dt.datetime) -> Booking:
    found = session.get(Booking, booking_id)
    was_free = found is not None and found.state in CANCELLED
    booking = cancel_stay(session, booking_id=booking_id, caller=caller, now=now)
    if was_free:
        here = (SetAsideSeats.host == booking.host, SetAsideSeats.on == booking.on)
        session.execute(sa.update(SetAsideSeats).where(*here).values(taken=SetAsideSeats.taken - 1))
    return booking


@instead_of(stay_news.change)
def _rev_not_raised(session: Any, booking: Booking, *, now: dt.datetime) -> None:
    booking.changed_at = now
    session.flush()
    stay_news.publish_booking(session, booking, now=now)


@instead_of(_waiting)
def _last_come_first_served(*args: Any, **about: Any) -> list[Rsvp]:
    return _waiting(*args, **about)[::-1]


@instead_of(changes.leave)
def _freed_seat_waits(session: Any, seat: Any, rsvp: Rsvp, state: Any, *, now: dt.datetime) -> None:
    seats.give_back(session, seat, rsvp)
    rsvp.state, rsvp.reason = state, None
    change(session, rsvp, now=now)
    seat.seats_moved()


def _overtaking_cancel_ignored(patch: pytest.MonkeyPatch) -> None:
    def cancel(session: Any, *, rsvp_id: str, **about: Any) -> Rsvp | None:
        known = session.get(Rsvp, rsvp_id) is not None
        return _cancel(session, rsvp_id=rsvp_id, **about) if known else None

    NO_ORDER(patch)
    patch.setattr(changes, "cancel", cancel)


@instead_of(_legs_of)
def _one_leg(*args: Any) -> list[Any]:
    legs = list(_legs_of(*args))
    return legs[:-1] if len(legs) > 2 else legs


@instead_of(numbering.raise_epoch)
def _epoch_kept(session: Any, Counter: Any, *, restored_to: dt.datetime, now: dt.datetime) -> str:
    counter = session.scalars(sa.select(Counter)).one()
    counter.restored_to, counter.recovering_since = restored_to, now
    session.flush()
    return str(counter.epoch)


@instead_of(stays.mine)
def _owner_not_compared(session: Any, *, booking_id: str, space: str, lock: bool = False) -> Booking:
    found: Booking | None = session.get(Booking, booking_id)
    if found is None:
        raise BookingUnknown
    return found


@instead_of(trust.use_assertion_once)
def _nonce_forgotten(*_: Any, **__: Any) -> bool:
    return True


@instead_of(stay_rules.timers_until)
def _timer_waits_for_nobody(*, now: dt.datetime, **_: Any) -> dt.datetime:
    return now


BUGS = (
    Bug("rev-not-raised", "A change of a stay is told under the rev that was told before.", _rev_not_raised),
    Bug("desk-freed-twice", "A stay that is cancelled again, by the other side, frees its desk again.", _desk_freed_twice),
    Bug("last-come-first-served", "Newcomers overtake those who wait for a seat.", _last_come_first_served),
    Bug(
        "freed-seat-waits",
        "A freed seat goes to the next by a later repair, not in the transaction that frees it.",
        _freed_seat_waits,
    ),
    Bug("overtaking-cancel-ignored", "A cancellation that overtakes its request is ignored.", _overtaking_cancel_ignored),
    Bug("one-leg", "A payment between spaces is written without its last leg.", _one_leg),
    Bug("epoch-kept", "A restored hub goes on in the epoch, and with the numbers, of its former life.", _epoch_kept),
    Bug("owner-not-compared", "Who may change a stay is not compared with who signed the call.", _owner_not_compared),
    Bug("nonce-forgotten", "The one-time word of a signed assertion is not kept.", _nonce_forgotten),
    Bug(
        "timer-waits-for-nobody",
        "A time-out that costs somebody fires by the clock, whether the host was heard or not.",
        _timer_waits_for_nobody,
    ),
)
