"""Taking and giving back seats and days: conditional updates, always in one order (halves of a day, set-aside before common)."""

import datetime as dt
from collections.abc import Mapping
from contextlib import suppress

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from federation.bookings.models import Booking, CommonSeats, GuestDays, SetAsideSeats
from federation.bookings.rules import SeatKind
from shared.protocol.states import HALVES, Half, Part
from shared.protocol.terms import TwinningTerms

UNSYNCED = {"synchronize_session": False}


def take_seats(session: Session, *, terms: TwinningTerms, host: str, on: dt.date, part: Part) -> dict[Half, SeatKind] | None:
    """Take one seat for every half of the part, or None when one of them has none left (the caller's savepoint undoes)."""
    taken: dict[Half, SeatKind] = {}
    for half in HALVES[part]:
        kind = _take(session, terms, host, on, half)
        if kind is None:
            return None
        taken[half] = kind
    return taken


def give_back_seats(session: Session, booking: Booking) -> None:
    """Free the seats of a booking at once."""
    for half, kind in ((Half.MORNING, booking.morning_seat), (Half.AFTERNOON, booking.afternoon_seat)):
        if kind == SeatKind.SET_ASIDE:
            where = _where(SetAsideSeats, twinning_id=booking.twinning_id, host=booking.host, on=booking.on, half=half)
            session.execute(update(SetAsideSeats).where(*where).values(taken=SetAsideSeats.taken - 1), execution_options=UNSYNCED)
        elif kind == SeatKind.COMMON:
            here = (CommonSeats.host == booking.host, CommonSeats.on == booking.on, CommonSeats.half == half)
            session.execute(update(CommonSeats).where(*here).values(taken=CommonSeats.taken - 1), execution_options=UNSYNCED)
    booking.morning_seat = booking.afternoon_seat = booking.held_morning = booking.held_afternoon = None


def take_day(session: Session, booking: Booking, *, most: int) -> bool:
    """Count one day of a member at a twin this month; False when the agreed days are used up."""
    key = _month_of(booking)
    _ensure(session, GuestDays, key)
    where = _where(GuestDays, **key)
    counted = update(GuestDays).where(*where, GuestDays.taken < most).values(taken=GuestDays.taken + 1)
    return session.scalar(counted.returning(GuestDays.taken), execution_options=UNSYNCED) is not None


def occupy(booking: Booking) -> None:
    """Note whose half days these are; the two columns are unique, so nobody has one half day at a host twice."""
    where = f"{booking.home}|{booking.guest}|{booking.host}|{booking.on.isoformat()}"
    halves = HALVES[booking.part]
    booking.held_morning = where if Half.MORNING in halves else None
    booking.held_afternoon = where if Half.AFTERNOON in halves else None


def give_back_day(session: Session, booking: Booking) -> None:
    """Count a cancelled day back."""
    where = (*_where(GuestDays, **_month_of(booking)), GuestDays.taken > 0)
    session.execute(update(GuestDays).where(*where).values(taken=GuestDays.taken - 1), execution_options=UNSYNCED)


def _month_of(booking: Booking) -> dict[str, object]:
    about = {name: getattr(booking, name) for name in ("twinning_id", "host", "guest")}
    return {**about, "month": f"{booking.on:%Y-%m}"}


def _where(model: type[SetAsideSeats] | type[GuestDays], **key: object) -> list[ColumnElement[bool]]:
    return [getattr(model, name) == value for name, value in key.items()]


def _take(session: Session, terms: TwinningTerms, host: str, on: dt.date, half: Half) -> SeatKind | None:
    most = terms.offer_of(host).set_aside_seats
    if most:
        key = {"twinning_id": terms.twinning_id, "host": host, "on": on, "half": half}
        _ensure(session, SetAsideSeats, key)
        where = _where(SetAsideSeats, **key)
        counted = update(SetAsideSeats).where(*where, SetAsideSeats.taken < most).values(taken=SetAsideSeats.taken + 1)
        if session.scalar(counted.returning(SetAsideSeats.taken), execution_options=UNSYNCED) is not None:
            return SeatKind.SET_ASIDE
    here = (CommonSeats.host == host, CommonSeats.on == on, CommonSeats.half == half)
    counted_common = update(CommonSeats).where(*here, CommonSeats.taken < CommonSeats.offered).values(taken=CommonSeats.taken + 1)
    if session.scalar(counted_common.returning(CommonSeats.taken), execution_options=UNSYNCED) is not None:
        return SeatKind.COMMON
    return None


def _ensure(session: Session, model: type[SetAsideSeats] | type[GuestDays], key: Mapping[str, object]) -> None:
    """See that the counter is there; of two who make it at once, the later finds the earlier's."""
    if session.scalar(select(model.taken).where(*_where(model, **key))) is not None:
        return
    with suppress(IntegrityError), session.begin_nested():
        session.execute(insert(model).values(**key, taken=0))
