"""The counters beside the journal: what is locked, taken and given back, each by one statement on one row."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from federation.credits import queries, rules
from federation.credits.errors import LimitReached, NoCredit
from federation.credits.models import CreditLimit, HospitalityDay, Lot, Wallet
from federation.credits.rules import Limit, Piece, Spendable, Stay
from federation.db import Base

_INSERTS: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_QUIETLY = {"synchronize_session": False}


class RoomTaken(Exception):
    """Another transaction took what was left of a limit, between the look and the grip."""


def ensure(session: Session, model: type[Base], **key: Any) -> None:
    """See to it that a counter's row exists."""
    insert = _INSERTS[session.get_bind().dialect.name]
    session.execute(insert(model).values(**key).on_conflict_do_nothing())


def lock_wallet(session: Session, home: str, guest: str) -> None:
    """Put all changes of this member's lots into one order, until the end of the transaction."""
    ensure(session, Wallet, home=home, guest=guest)
    session.execute(sa.select(Wallet.rev).where(Wallet.home == home, Wallet.guest == guest).with_for_update())


def lock_hospitality(session: Session, home: str, guest: str, on: dt.date) -> None:
    """Put all that is paid as hospitality for this visitor and day into one order, until the end of the transaction."""
    ensure(session, HospitalityDay, home=home, guest=guest, on=on)
    session.execute(sa.select(HospitalityDay.credits).where(*_day(home, guest, on)).with_for_update())


def count_hospitality(session: Session, home: str, guest: str, on: dt.date, *, by: int) -> bool:
    """Count what is paid, or paid back. Returns whether the day's hospitality had room for it."""
    total = HospitalityDay.credits + by
    counted = sa.update(HospitalityDay).where(*_day(home, guest, on), total <= rules.HOSPITALITY_CREDITS_A_DAY)
    return change(session, counted.values(credits=total).returning(HospitalityDay.home))


def reserve(session: Session, lots: Sequence[Spendable], stay: Stay, most: Mapping[Limit, int]) -> list[Piece]:
    """Choose what pays and take the limits for it; chosen anew where another was quicker. Raises NoCredit, LimitReached."""
    while True:
        room = rules.room_left(most, queries.exposures(session, most))
        choice = rules.choose(lots, host=stay["host"], on=stay["on"], credits=stay["credits"], room=room)
        if choice.limited:
            raise LimitReached(host=stay["host"])
        if choice.missing:
            raise NoCredit(on=stay["on"].isoformat(), missing_credits=choice.missing)
        try:
            with session.begin_nested():
                take_room(session, choice.pieces, most)
        except RoomTaken:
            continue
        return choice.pieces


def take_room(session: Session, pieces: Sequence[Piece], most: Mapping[Limit, int]) -> None:
    """Count the pieces against their limits, where the limits allow it. Raises RoomTaken."""
    for (issuer, host), credits in rules.owed(pieces).items():
        ensure(session, CreditLimit, issuer=issuer, host=host)
        total, limit = CreditLimit.exposure_credits + credits, most[issuer, host]
        taken = sa.update(CreditLimit).where(*_limit(issuer, host), total <= limit)
        if not change(session, taken.values(exposure_credits=total, most_credits=limit).returning(CreditLimit.issuer)):
            raise RoomTaken


def lower(session: Session, changes: Mapping[Limit, int]) -> None:
    """Count less against limits, in their locking order; below zero a space has earned more than it owes."""
    for (issuer, host), credits in sorted(changes.items()):
        ensure(session, CreditLimit, issuer=issuer, host=host)
        less = CreditLimit.exposure_credits - credits
        lowered = sa.update(CreditLimit).where(*_limit(issuer, host)).values(exposure_credits=less)
        session.execute(lowered, execution_options=_QUIETLY)


def count_lot(session: Session, lot_id: str | None, **changes: int) -> None:
    """Move the counters of a lot; that nothing is taken twice is what its CHECK is for."""
    values = {name: getattr(Lot, name) + by for name, by in changes.items()}
    session.execute(sa.update(Lot).where(Lot.id == lot_id).values(values), execution_options=_QUIETLY)


def change(session: Session, statement: Any) -> bool:
    """Run an UPDATE … RETURNING of one row; whether its condition held."""
    return session.execute(statement, execution_options=_QUIETLY).scalar_one_or_none() is not None


def _limit(issuer: str, host: str) -> tuple[sa.ColumnElement[bool], ...]:
    return CreditLimit.issuer == issuer, CreditLimit.host == host


def _day(home: str, guest: str, on: dt.date) -> tuple[sa.ColumnElement[bool], ...]:
    return HospitalityDay.home == home, HospitalityDay.guest == guest, HospitalityDay.on == on
