"""The ledger's invariants, checked on live data: every counter and every leg is worked out again from the transfers.

Each check gives its faults as sentences for the operator. It runs inside a read, which sees one state of everything.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from federation.credits import rules
from federation.credits.models import CreditLimit, JournalEntry, LedgerHead, Lot, Transfer, TransferPiece, Wallet
from federation.credits.queries.reads import LEFT, debts, earnings, hospitality_given, trial_balance
from federation.credits.rules import AccountKind, Piece, TransferKind
from shared.protocol.states import TransferState

__all__ = ["Finding", "audit", "audit_faults"]

_BATCH = 500
_SUM = sa.func.sum(JournalEntry.credits)
_OF_PIECE = Transfer.id == TransferPiece.transfer_id
_OF_ENTRY = Transfer.id == JournalEntry.transfer_id
_PENDING = sa.and_(_OF_PIECE, Transfer.state == TransferState.PENDING)
_LOT_ENTRY = JournalEntry.kind == AccountKind.LOT


@dataclass(frozen=True)
class Finding:
    """One invariant, and where it does not hold."""

    code: str
    title: str
    faults: list[str]


def audit(session: Session) -> list[Finding]:
    """Check every invariant."""
    return [Finding(code, title, list(check(session))) for code, title, check in CHECKS]


def audit_faults(session: Session) -> list[str]:
    """Everything that is wrong; nothing, on a sound ledger."""
    return [f"{finding.code}: {fault}" for finding in audit(session) for fault in finding.faults]


def _zero(session: Session) -> Iterator[str]:
    balance = trial_balance(session)
    if balance.total:
        yield f"all accounts together come to {balance.total}"
    for row in balance.rows:
        if row.issued_credits + row.lot_credits:
            yield f"{row.space} gave out {-row.issued_credits}, its lots hold {row.lot_credits}"


def _balances(session: Session) -> Iterator[str]:
    journal = sa.select(JournalEntry.owner, _SUM).where(_LOT_ENTRY).group_by(JournalEntry.owner)
    lots = sa.select(Lot.id, Lot.credits - Lot.spent - Lot.lapsed)
    yield from _unlike("lot", _sums(session, lots), _sums(session, journal))


def _reserved(session: Session) -> Iterator[str]:
    pieces = sa.select(TransferPiece.lot_id, sa.func.sum(TransferPiece.credits)).join(Transfer, _PENDING)
    held = _sums(session, pieces.group_by(TransferPiece.lot_id))
    yield from _unlike("held of lot", _sums(session, sa.select(Lot.id, Lot.held)), held)


def _legs(session: Session) -> Iterator[str]:
    last = ""
    while batch := session.scalars(sa.select(Transfer).where(Transfer.id > last).order_by(Transfer.id).limit(_BATCH)).all():
        last = batch[-1].id
        originals = {one.reverses_id: session.get(Transfer, one.reverses_id) for one in batch if one.reverses_id}
        ids = [*(one.id for one in batch), *originals]
        entries = _rows(session, JournalEntry, ids, JournalEntry.leg)
        pieces = {
            transfer_id: [Piece(row.lot_id, row.issuer, row.host, row.credits) for row in rows]
            for transfer_id, rows in _rows(session, TransferPiece, ids, TransferPiece.place).items()
        }
        for one in batch:
            own = pieces[one.id]
            legs = [(*account, credits) for account, credits in rules.legs_of(TransferKind(one.kind), one.id, _paid(one, own))]
            if legs != [(row.kind, row.owner, row.credits) for row in entries[one.id]]:
                yield f"the entries of transfer {one.id} ({one.kind}, {one.state}) are not the legs of its pieces"
            if rules.total(own) != one.credits:
                yield f"the pieces of transfer {one.id} come to {rules.total(own)}, not to {one.credits}"
            if one.reverses_id and own != _paid(originals[one.reverses_id], pieces[one.reverses_id]):
                yield f"transfer {one.id} does not reverse what {one.reverses_id} paid"


def _numbered(session: Session) -> Iterator[str]:
    head = _head(session)
    seq, last = Transfer.seq, head.next_seq - 1
    numbers = sa.select(sa.func.count(seq), sa.func.count(seq.distinct()), sa.func.max(seq)).where(seq > 0)
    if (found := tuple(value or 0 for value in session.execute(numbers).one())) != (last, last, last):
        yield f"{found[0]} postings have {found[1]} different numbers up to {found[2]}; the last one given is {last}"
    if not 0 <= head.rolled_seq <= last:
        yield f"rolled up to {head.rolled_seq}, the last number given is {last}"


def _positions(session: Session) -> Iterator[str]:
    lines: Counter[Any] = Counter()
    for row in session.execute(debts(Transfer.host)):
        lines.update({(row.host,): int(row.credits), (row.issuer,): -int(row.credits)})
    of_position = JournalEntry.kind == AccountKind.POSITION
    positions = _sums(session, sa.select(JournalEntry.owner, _SUM).where(of_position).group_by(JournalEntry.owner))
    if sum(positions.values()):
        yield f"all positions together come to {sum(positions.values())}"
    yield from _unlike("position against all statements of", positions, lines)


def _limits(session: Session) -> Iterator[str]:
    pending = sa.select(TransferPiece.issuer, TransferPiece.host, TransferPiece.credits).join(Transfer, _PENDING)
    expected: Counter[Any] = Counter()
    for row in [*session.execute(pending), *session.execute(debts(Transfer.host))]:
        if row.issuer != row.host:
            expected.update({(row.issuer, row.host): int(row.credits), (row.issuer, rules.NETWORK): int(row.credits)})
    expected.subtract(earnings(session, 0, _head(session).rolled_seq))
    kept = _sums(session, sa.select(CreditLimit.issuer, CreditLimit.host, CreditLimit.exposure_credits))
    yield from _unlike("limit", kept, expected)


def _hospitality(session: Session) -> Iterator[str]:
    days = sa.select(Transfer.home, Transfer.guest, Transfer.on).where(Transfer.kind == TransferKind.HOSPITALITY).distinct()
    for home, guest, on in session.execute(days.order_by(Transfer.on, Transfer.guest)):
        given = hospitality_given(session, home, guest, on)
        if not 0 <= given <= rules.HOSPITALITY_CREDITS_A_DAY:
            yield f"{home} paid {given} as hospitality for {guest} on {on}"


def _none(*queries: tuple[str, sa.Select[Any]]) -> Callable[[Session], Iterator[str]]:
    """A check that these queries find nothing."""

    def check(session: Session) -> Iterator[str]:
        for what, wanted in queries:
            for found in session.scalars(wanted):
                yield f"{what} {found}"

    return check


def _without(child: Any, parent: Any) -> sa.Select[Any]:
    return sa.select(child).where(child.is_not(None), ~sa.exists().where(parent)).distinct()


_BELOW = sa.select(Lot.id).where(sa.or_(LEFT < 0, Lot.held < 0, Lot.spent < 0, Lot.lapsed < 0))
_UNEVEN = sa.select(JournalEntry.transfer_id).group_by(JournalEntry.transfer_id).having(_SUM != 0)
_OTHERS = sa.or_(
    TransferPiece.host != sa.func.coalesce(Transfer.host, TransferPiece.issuer),
    TransferPiece.issuer != sa.func.coalesce(Lot.issuer, Transfer.home),
    sa.func.coalesce(Lot.home, Transfer.home) != Transfer.home,
    sa.func.coalesce(Lot.guest, Transfer.guest) != Transfer.guest,
)
_PIECES = sa.select(TransferPiece.transfer_id).join(Transfer, _OF_PIECE).outerjoin(Lot, Lot.id == TransferPiece.lot_id)
_IN_WALLET = sa.and_(Wallet.home == Lot.home, Wallet.guest == Lot.guest)
_ALONE = (
    ("an entry without its transfer:", _without(JournalEntry.transfer_id, _OF_ENTRY)),
    ("an entry without its lot:", _without(JournalEntry.owner, Lot.id == JournalEntry.owner).where(_LOT_ENTRY)),
    ("a piece without its transfer:", _without(TransferPiece.transfer_id, _OF_PIECE)),
    ("a piece without its lot:", _without(TransferPiece.lot_id, Lot.id == TransferPiece.lot_id)),
    ("a lot without its transfer:", _without(Lot.id, Transfer.id == Lot.id)),
    ("a lot without its wallet:", _without(Lot.id, _IN_WALLET)),
    ("pieces of another wallet, issuer or host than transfer", _PIECES.where(_OTHERS).distinct()),
)
CHECKS: tuple[tuple[str, str, Callable[[Session], Iterable[str]]], ...] = (
    ("I1", "All accounts come to zero, and lots to what was given out", _zero),
    ("I2", "Lots hold what the journal says", _balances),
    ("I3", "What lots hold back is what is reserved", _reserved),
    ("I4", "Every transfer has exactly its legs", _legs),
    ("I5", "No lot is below zero", _none(("less than nothing is left of lot", _BELOW))),
    ("I6", "Postings are numbered without a gap", _numbered),
    ("I7", "Every transfer comes to zero", _none(("not zero: transfer", _UNEVEN))),
    ("I8", "Positions come to zero, and to the sum of all statements", _positions),
    ("I9", "Limits count what is owed, less what was earned", _limits),
    ("I10", "Hospitality stays within its measure", _hospitality),
    ("I11", "Nothing stands alone, or where it does not belong", _none(*_ALONE)),
)


def _head(session: Session) -> LedgerHead:
    return session.scalar(sa.select(LedgerHead)) or LedgerHead(next_seq=1, rolled_seq=0)


def _sums(session: Session, wanted: sa.Select[*tuple[Any, ...]]) -> dict[Any, int]:
    return {tuple(key): int(credits) for *key, credits in session.execute(wanted)}


def _unlike(what: str, kept: Mapping[Any, int], right: Mapping[Any, int]) -> Iterator[str]:
    for key in sorted(kept.keys() | right.keys(), key=str):
        if kept.get(key, 0) != right.get(key, 0):
            yield f"{what} {' '.join(map(str, key))}: {kept.get(key, 0)} is kept, {right.get(key, 0)} is right"


def _rows(session: Session, model: Any, ids: list[str], order: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {one: [] for one in ids}
    for row in session.scalars(sa.select(model).where(model.transfer_id.in_(ids)).order_by(order)):
        found[row.transfer_id].append(row)
    return found


def _paid(transfer: Transfer | None, pieces: list[Piece]) -> list[Piece]:
    posted = (transfer.posted_credits or 0) if transfer else 0
    return rules.split_capture(pieces, min(posted, rules.total(pieces)))[0]
