"""The ledger: who holds credits, who owes whom, and why neither can go wrong.

**What is written.** A transfer says that credits are reserved or moved, its pieces say from which lots, the journal says what
each account got. A posted transfer has exactly the legs that `rules.legs_of` works out from its pieces, and they come to
zero; so do all accounts, after every commit. Transfers resolve once, pieces and journal never change (triggers see to it),
and a mistake is put right by a reversal, which runs the same legs back. Lots and limits are counters kept beside that,
because a conditional UPDATE or a CHECK on one row is an arbiter that acts alike on both engines; the audit works every one
of them out again from the transfers.

**A reservation takes, everything later gives back.** A hold takes lots (`held`) and limits (`exposure`), so posting can never
break a limit: it turns held into spent and leaves the exposure as it is. Less exposure comes from a void, from the part of a
hold that is not paid, from a reversal, and from the roll-up, which sets what a space has earned against what it owes. Earnings
themselves are journal entries and nothing else: a busy host is no row that everybody waits for.

**One order of locks.** The transfer, when it is resolved; then the wallet; then limits by issuer and host, the network's "*"
first; then lots by expiry and id; then only new rows. The wallet's lock puts all that is done with a member's lots, and with
hospitality for the member, into one order, so what was chosen is still there when it is taken. Limits are read without a lock
and taken by a condition; where another was quicker, the choice is made anew from what is left. A caller that moves several
wallets in one transaction may meet another in the opposite order: the database then rolls one of the two back, and
`@transactional` runs it again. Nothing here turns a database's error into "no credit".

**Numbers.** A statement is cut by number, so a number must mean: everything up to it is here. Drawn at insert it would not
mean that, for transactions commit in another order than they draw. So postings are numbered after their commit, one numberer
at a time (it holds the head's row), and a transfer has one number for all its legs, so that no cut goes through it. It is done
right after the commit, and again by the worker, in case the process died in between. What has no number yet counts in lots,
limits and every check, but is in no statement and in no roll-up.

**Repeats.** A call with the same id and values gives what it gave; with other values it is refused. Two at once with one id
meet at the wallet's lock, or at last at the unique constraint.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Literal, Unpack

import sqlalchemy as sa
from sqlalchemy.orm import Session

from federation.credits import queries, rules
from federation.credits.errors import (
    GrantInvalid,
    HospitalitySpent,
    LimitReached,
    TransferDiffers,
    TransferUnknown,
    WrongTransferState,
)
from federation.credits.models import Lot, Transfer
from federation.credits.rules import NETWORK, Gift, Limit, Piece, Stay, TransferKind
from federation.credits.service import books
from federation.credits.service.books import number
from federation.db import Base
from federation.spaces import queries as spaces
from federation.spaces.errors import WrongStanding
from shared.constraints import refused
from shared.errors import FieldFault
from shared.ids import new_id
from shared.marking import N_
from shared.protocol.states import TransferState

__all__ = ["expire", "grant", "hold", "lapse", "number", "post", "post_hospitality", "reverse", "roll_up", "void"]


def grant(session: Session, *, grant_id: str, now: dt.datetime, **gift: Unpack[Gift]) -> Lot:
    """Give a member one lot, whose id is the grant's.

    Raises GrantInvalid, TransferDiffers, SpaceUnknown, WrongStanding.
    """
    _check_grant(session, gift, now)
    home, guest = gift["home"], gift["guest"]
    with refused(session, Base.metadata, {"pk_lots": TransferDiffers, "pk_transfers": TransferDiffers}):
        books.lock_wallet(session, home, guest)
        known = session.get(Lot, grant_id)
        if known is not None:
            books.require_same(known, gift)
            return known
        lot = Lot(id=grant_id, **gift)
        session.add(lot)
        books.move_lot(session, lot, gift["credits"], kind=TransferKind.GRANT, transfer_id=grant_id, now=now)
    books.announce(session, home, guest, now)
    return lot


def hold(
    session: Session,
    *,
    booking_id: str,
    pair_limit: int,
    issuer_limit: int,
    kind: Literal["stay", "walk_in"] = "stay",
    now: dt.datetime,
    **stay: Unpack[Stay],
) -> Transfer:
    """Reserve the price of a stay from the member's lots that are valid on its day. The limits are the home's.

    The same booking again gets its transfer as it stands. Raises NoCredit, LimitReached or TransferDiffers; then nothing is
    changed.
    """
    home, guest, host = stay["home"], stay["guest"], stay["host"]
    with refused(session, Base.metadata, {"uq_transfers_booking_id": TransferDiffers}):
        books.lock_wallet(session, home, guest)
        known = queries.transfer_of(session, booking_id)
        if known is not None:
            books.require_same(known, {**stay, "kind": kind})
            return known
        lots = queries.spendable(session, home, guest)
        most = {(home, NETWORK): issuer_limit, (home, host): pair_limit} | _foreign_limits(session, lots, home, host)
        pieces = books.reserve(session, lots, stay, most)
        for piece in pieces:
            books.count_lot(session, piece.lot_id, held=piece.credits)
        pending = {"state": TransferState.PENDING, "created_at": now}
        transfer = Transfer(id=new_id(now), booking_id=booking_id, kind=TransferKind(kind), **stay, **pending)
        books.keep(session, transfer, pieces)
    books.announce(session, home, guest, now)
    return transfer


def post(session: Session, *, booking_id: str, credits: int, now: dt.datetime) -> Transfer:
    """Pay what was reserved, or the first part of it; the rest goes back to its lots.

    Raises TransferUnknown, WrongTransferState, and ValueError for more than was reserved.
    """
    transfer = _require(session, booking_id)
    paid, returned = rules.split_capture(queries.pieces_of(session, transfer.id), credits)
    if books.resolve(session, transfer, TransferState.POSTED, credits, now):
        books.lock_wallet(session, transfer.home, transfer.guest)
        books.lower(session, rules.owed(returned))
        for piece in paid:
            books.count_lot(session, piece.lot_id, held=-piece.credits, spent=piece.credits)
        books.give_back(session, returned, "held", now)
        books.journal(session, transfer, paid)
        books.announce(session, transfer.home, transfer.guest, now)
    return transfer


def void(session: Session, *, booking_id: str, now: dt.datetime) -> Transfer:
    """Give all that was reserved back to its lots. Raises TransferUnknown, WrongTransferState."""
    return _release(session, booking_id, TransferState.VOIDED, now)


def expire(session: Session, *, booking_id: str, now: dt.datetime) -> Transfer:
    """As `void`, for a reservation that nobody decided in time. Raises TransferUnknown, WrongTransferState."""
    return _release(session, booking_id, TransferState.EXPIRED, now)


def post_hospitality(
    session: Session, *, booking_id: str, pair_limit: int, issuer_limit: int, now: dt.datetime, **stay: Unpack[Stay]
) -> Transfer:
    """Have the home pay a visit of its member at once, without a lot, up to 2 credits a visitor and day.

    Raises HospitalitySpent, LimitReached or TransferDiffers; then nothing is changed.
    """
    home, host, credits = stay["home"], stay["host"], stay["credits"]
    with refused(session, Base.metadata, {"uq_transfers_booking_id": TransferDiffers}):
        books.lock_wallet(session, home, stay["guest"])
        known = queries.transfer_of(session, booking_id)
        if known is not None:
            books.require_same(known, {**stay, "kind": TransferKind.HOSPITALITY})
            return known
        given = queries.hospitality_given(session, home, stay["guest"], stay["on"])
        if given + credits > rules.HOSPITALITY_CREDITS_A_DAY:
            raise HospitalitySpent(home=home, on=stay["on"].isoformat())
        pieces = [Piece(None, home, host, credits)] if credits else []
        try:
            books.take_room(session, pieces, {(home, NETWORK): issuer_limit, (home, host): pair_limit})
        except books.RoomTaken:
            raise LimitReached(host=host) from None
        transfer = Transfer(id=new_id(now), booking_id=booking_id, kind=TransferKind.HOSPITALITY, created_at=now, **stay)
        books.keep_posted(session, transfer, pieces, now)
    return transfer


def reverse(session: Session, *, booking_id: str, now: dt.datetime) -> Transfer:
    """Run the legs of a payment back, once; returns the reversal. Raises TransferUnknown, WrongTransferState."""
    original = _require(session, booking_id, lock=True)
    if original.state != TransferState.POSTED:
        raise WrongTransferState(state=str(original.state), needed=str(TransferState.POSTED))
    known = session.scalar(sa.select(Transfer).where(Transfer.reverses_id == original.id))
    if known is not None:
        return known
    copied = {name: getattr(original, name) for name in ("home", "guest", "host", "on", "part")}
    paid, _ = rules.split_capture(queries.pieces_of(session, original.id), original.posted_credits or 0)
    reversal = Transfer(id=new_id(now), reverses_id=original.id, kind=TransferKind.REVERSAL, created_at=now, **copied)
    reversal.credits = rules.total(paid)
    books.lock_wallet(session, original.home, original.guest)
    books.lower(session, rules.owed(paid))
    books.keep_posted(session, reversal, paid, now)
    if original.kind != TransferKind.HOSPITALITY:
        books.give_back(session, paid, "spent", now)
        books.announce(session, original.home, original.guest, now)
    return reversal


def lapse(session: Session, *, home: str, guest: str, before: dt.date, now: dt.datetime, issuer: str | None = None) -> int:
    """Give what is left of a member's lots that ended before a day, or those of one issuer, back. Returns of how many lots."""
    books.lock_wallet(session, home, guest)
    lots = [one for one in queries.lots_left(session, home, guest, before) if issuer in (None, one[0].issuer)]
    for lot, left in lots:
        books.count_lot(session, lot.id, lapsed=left)
        books.move_lot(session, lot, left, kind=TransferKind.LAPSE, transfer_id=new_id(now), now=now)
    if lots:
        books.announce(session, home, guest, now)
    return len(lots)


def roll_up(session: Session) -> int:
    """Set what spaces earned since the last roll-up against what they owe. Returns how many postings were looked at."""
    head = books.lock_head(session)
    done, last = head.rolled_seq, head.next_seq - 1
    books.lower(session, queries.earnings(session, done, last))
    head.rolled_seq = last
    session.flush()
    return last - done


def _release(session: Session, booking_id: str, state: TransferState, now: dt.datetime) -> Transfer:
    transfer = _require(session, booking_id)
    if books.resolve(session, transfer, state, None, now):
        pieces = queries.pieces_of(session, transfer.id)
        books.lock_wallet(session, transfer.home, transfer.guest)
        books.lower(session, rules.owed(pieces))
        books.give_back(session, pieces, "held", now)
        books.announce(session, transfer.home, transfer.guest, now)
    return transfer


def _require(session: Session, booking_id: str, *, lock: bool = False) -> Transfer:
    found = queries.transfer_of(session, booking_id, lock=lock)
    if found is None:
        raise TransferUnknown
    return found


def _foreign_limits(session: Session, lots: Iterable[rules.Spendable], home: str, host: str) -> dict[Limit, int]:
    """What other spaces, whose lots the member has, may owe: no more than the hub lets each of them."""
    most: dict[Limit, int] = {}
    for issuer in {lot.issuer for lot in lots} - {home, host}:
        space = spaces.require(session, issuer)
        most[issuer, NETWORK], most[issuer, host] = space.issuer_limit_credits, space.pair_limit_credits
    return most


def _check_grant(session: Session, gift: Gift, now: dt.datetime) -> None:
    home = spaces.require(session, gift["home"])
    if not spaces.is_live(session, home.slug):
        raise WrongStanding(space=home.slug, state=str(home.state), needed="probation or active")
    faults = []
    if gift["credits"] < 1:
        faults.append(FieldFault(pointer="/credits", detail=N_("At least one hundredth of a credit is given.")))
    if gift["expires_on"] < gift["valid_from"] or rules.is_over(gift["expires_on"], now):
        faults.append(FieldFault(pointer="/expires_on", detail=N_("The last day lies before the first, or is over.")))
    if faults:
        raise GrantInvalid(errors=faults)
