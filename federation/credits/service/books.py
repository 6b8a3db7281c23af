"""The single steps of which every movement is made: locks, counters, rows that are only added, and their numbers."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from federation.credits import queries, rules
from federation.credits.errors import LimitReached, NoCredit, TransferDiffers, WrongTransferState
from federation.credits.models import CreditLimit, JournalEntry, LedgerHead, Lot, Transfer, TransferPiece, Wallet
from federation.credits.rules import Limit, Piece, Spendable, Stay, TransferKind
from federation.db import Base, publish
from shared.db import after_commit
from shared.ids import new_id
from shared.messaging.scratch import of_transaction
from shared.protocol.states import TransferState

_BATCH = 500
_INSERTS: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_QUIETLY = {"synchronize_session": False}


class RoomTaken(Exception):
    """Another transaction took what was left of a limit, between the look and the grip."""


@dataclass
class _Once:
    done: bool = False


def lock_wallet(session: Session, home: str, guest: str) -> None:
    """Put all changes of this member's lots into one order, until the end of the transaction."""
    _ensure(session, Wallet, home=home, guest=guest)
    session.execute(sa.select(Wallet.rev).where(Wallet.home == home, Wallet.guest == guest).with_for_update())


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
        _ensure(session, CreditLimit, issuer=issuer, host=host)
        total, limit = CreditLimit.exposure_credits + credits, most[issuer, host]
        taken = sa.update(CreditLimit).where(CreditLimit.issuer == issuer, CreditLimit.host == host, total <= limit)
        if not _did(session, taken.values(exposure_credits=total, most_credits=limit).returning(CreditLimit.issuer)):
            raise RoomTaken


def lower(session: Session, changes: Mapping[Limit, int]) -> None:
    """Count less against limits, in their locking order; below zero a space has earned more than it owes."""
    for (issuer, host), credits in sorted(changes.items()):
        _ensure(session, CreditLimit, issuer=issuer, host=host)
        lowered = sa.update(CreditLimit).where(CreditLimit.issuer == issuer, CreditLimit.host == host)
        _did(session, lowered.values(exposure_credits=CreditLimit.exposure_credits - credits).returning(CreditLimit.issuer))


def count_lot(session: Session, lot_id: str | None, **changes: int) -> None:
    """Move the counters of a lot; that nothing is taken twice is what its CHECK is for."""
    values = {name: getattr(Lot, name) + by for name, by in changes.items()}
    session.execute(sa.update(Lot).where(Lot.id == lot_id).values(values), execution_options=_QUIETLY)


def give_back(session: Session, pieces: Sequence[Piece], counter: Literal["held", "spent"], now: dt.datetime) -> None:
    """Return pieces to their lots; what comes back to a lot that is over goes on into a child lot."""
    for piece in pieces:
        count_lot(session, piece.lot_id, **{counter: -piece.credits})
        lot = session.get_one(Lot, piece.lot_id)
        if rules.is_over(lot.expires_on, now):
            _extend(session, lot, piece.credits, now)


def move_lot(session: Session, lot: Lot, credits: int, *, kind: TransferKind, transfer_id: str, now: dt.datetime) -> None:
    """Keep a transfer that concerns only a lot and its issuer: a grant, a lapse, an extension."""
    transfer = Transfer(id=transfer_id, kind=kind, home=lot.home, guest=lot.guest, credits=credits, created_at=now)
    keep_posted(session, transfer, [Piece(lot.id, lot.issuer, lot.issuer, credits)], now)


def keep(session: Session, transfer: Transfer, pieces: Sequence[Piece]) -> None:
    """Add a transfer with its pieces."""
    rows = [TransferPiece(transfer_id=transfer.id, place=place, **piece._asdict()) for place, piece in enumerate(pieces)]
    session.add_all([transfer, *rows])
    session.flush()


def keep_posted(session: Session, transfer: Transfer, pieces: Sequence[Piece], now: dt.datetime) -> None:
    """Add a transfer that is made at once."""
    transfer.state, transfer.posted_credits, transfer.resolved_at = TransferState.POSTED, transfer.credits, now
    keep(session, transfer, pieces)
    journal(session, transfer, pieces)


def journal(session: Session, transfer: Transfer, paid: Sequence[Piece]) -> None:
    """Write the legs of a posted transfer, and have it numbered right after the commit."""
    legs = rules.legs_of(TransferKind(transfer.kind), transfer.id, paid)
    session.add_all(
        JournalEntry(transfer_id=transfer.id, leg=place, kind=account.kind, owner=account.owner, credits=credits)
        for place, (account, credits) in enumerate(legs)
    )
    session.flush()
    once = of_transaction(session, "twindesk-ledger", _Once)
    after_commit(session, lambda: _number_now(session, once))


def resolve(session: Session, transfer: Transfer, state: TransferState, posted: int | None, now: dt.datetime) -> bool:
    """End a reservation. Returns whether this call did it, or an equal one before. Raises WrongTransferState."""
    ended = sa.update(Transfer).where(Transfer.id == transfer.id, Transfer.state == TransferState.PENDING)
    did = _did(session, ended.values(state=state, posted_credits=posted, resolved_at=now).returning(Transfer.id))
    session.refresh(transfer)
    if (transfer.state, transfer.posted_credits) != (state, posted):
        raise WrongTransferState(state=str(transfer.state), needed=str(TransferState.PENDING))
    return did


def announce(session: Session, home: str, guest: str, now: dt.datetime) -> None:
    """Raise the wallet's rev and tell the home."""
    raised = sa.update(Wallet).where(Wallet.home == home, Wallet.guest == guest).values(rev=Wallet.rev + 1)
    _did(session, raised.returning(Wallet.rev))
    data, subject = queries.wallet(session, home, guest), f"wallet/{guest}"
    publish(session, to=[home], type="wallet.updated", subject=subject, rev=data["rev"], data=data, now=now, coalesce=True)


def require_same(known: Base, values: Mapping[str, Any]) -> None:
    """Raises TransferDiffers where what is known under an id is not what comes now."""
    if any(getattr(known, name) != value for name, value in values.items()):
        raise TransferDiffers


def lock_head(session: Session) -> LedgerHead:
    """Be the only one that numbers or rolls up, until the end of the transaction."""
    wanted = sa.select(LedgerHead).with_for_update()
    return session.scalars(wanted, execution_options={"populate_existing": True}).one()


def number(session: Session, limit: int = _BATCH) -> int:
    """Number what is posted and not yet numbered. Returns how many postings got a number."""
    head = lock_head(session)
    fresh = sa.select(Transfer.id).where(Transfer.state == TransferState.POSTED, Transfer.seq.is_(None))
    ids = session.scalars(fresh.order_by(Transfer.resolved_at, Transfer.id).limit(limit)).all()
    if ids:
        session.execute(sa.update(Transfer), [{"id": one, "seq": seq} for seq, one in enumerate(ids, head.next_seq)])
        head.next_seq += len(ids)
        session.flush()
    return len(ids)


def _number_now(session: Session, once: _Once) -> None:
    full, once.done = not once.done, True
    while full:
        with Session(session.get_bind(), join_transaction_mode="create_savepoint") as own, own.begin():
            full = number(own) == _BATCH


def _extend(session: Session, lot: Lot, credits: int, now: dt.datetime) -> None:
    valid_from, expires_on = rules.child_period(now)
    child = Lot(id=new_id(now), parent_id=lot.id, credits=credits, valid_from=valid_from, expires_on=expires_on)
    child.issuer, child.home, child.guest, child.kind = lot.issuer, lot.home, lot.guest, lot.kind
    count_lot(session, lot.id, lapsed=credits)
    session.add(child)
    move_lot(session, lot, credits, kind=TransferKind.EXTENSION, transfer_id=child.id, now=now)


def _ensure(session: Session, model: type[Base], **key: Any) -> None:
    insert = _INSERTS[session.get_bind().dialect.name]
    session.execute(insert(model).values(**key).on_conflict_do_nothing())


def _did(session: Session, change: Any) -> bool:
    """Run an UPDATE … RETURNING of one row; whether its condition held."""
    return session.execute(change, execution_options=_QUIETLY).scalar_one_or_none() is not None
