"""The rows that are only ever added: transfers, their pieces, their legs; and what goes with each of them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from federation.credits import queries, rules
from federation.credits.errors import TransferDiffers, WrongTransferState
from federation.credits.models import JournalEntry, Lot, Transfer, TransferPiece, Wallet
from federation.credits.rules import Piece, TransferKind
from federation.credits.service.counters import change, count_lot
from federation.credits.service.numbers import number_soon
from federation.db import Base, publish
from shared.ids import new_id
from shared.protocol.states import TransferState


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
    """Write the legs of a posted transfer, and have it numbered after the commit."""
    legs = rules.legs_of(TransferKind(transfer.kind), transfer.id, paid)
    session.add_all(
        JournalEntry(transfer_id=transfer.id, leg=place, kind=account.kind, owner=account.owner, credits=credits)
        for place, (account, credits) in enumerate(legs)
    )
    session.flush()
    number_soon(session)


def resolve(session: Session, transfer: Transfer, state: TransferState, posted: int | None, now: dt.datetime) -> bool:
    """End a reservation. Returns whether this call did it, or an equal one before. Raises WrongTransferState."""
    ended = sa.update(Transfer).where(Transfer.id == transfer.id, Transfer.state == TransferState.PENDING)
    did = change(session, ended.values(state=state, posted_credits=posted, resolved_at=now).returning(Transfer.id))
    session.refresh(transfer)
    if (transfer.state, transfer.posted_credits) != (state, posted):
        raise WrongTransferState(state=str(transfer.state), needed=str(TransferState.PENDING))
    return did


def announce(session: Session, home: str, guest: str, now: dt.datetime) -> None:
    """Raise the wallet's rev and tell the home."""
    raised = sa.update(Wallet).where(Wallet.home == home, Wallet.guest == guest).values(rev=Wallet.rev + 1)
    change(session, raised.returning(Wallet.rev))
    data = queries.wallet(session, home, guest)
    publish(
        session, to=[home], type="wallet.updated", subject=f"wallet/{guest}", rev=data["rev"], data=data, now=now, coalesce=True
    )


def require_same(known: Base, values: Mapping[str, Any]) -> None:
    """Raises TransferDiffers where what is known under an id is not what comes now."""
    if any(getattr(known, name) != value for name, value in values.items()):
        raise TransferDiffers


def _extend(session: Session, lot: Lot, credits: int, now: dt.datetime) -> None:
    valid_from, expires_on = rules.child_period(now)
    child = Lot(id=new_id(now), parent_id=lot.id, credits=credits, valid_from=valid_from, expires_on=expires_on)
    child.issuer, child.home, child.guest, child.kind = lot.issuer, lot.home, lot.guest, lot.kind
    count_lot(session, lot.id, lapsed=credits)
    session.add(child)
    move_lot(session, lot, credits, kind=TransferKind.EXTENSION, transfer_id=child.id, now=now)
