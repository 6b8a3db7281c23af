"""Reads of the ledger: wallets, statements, positions, the trial balance."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from federation.credits import rules
from federation.credits.models import CreditLimit, JournalEntry, LedgerHead, Lot, Transfer, TransferPiece, Wallet
from federation.credits.rules import AccountKind, TransferKind
from federation.spaces import queries as spaces
from shared import paging
from shared.protocol.credits import statement_sha256

_SHOWN = (AccountKind.ISSUED, AccountKind.LOT, AccountKind.POSITION)
LEFT = Lot.credits - Lot.held - Lot.spent - Lot.lapsed


@dataclass(frozen=True)
class TrialRow:
    """The accounts of one space: what it gave out, what is left of it in lots, what it is owed (or owes, below zero)."""

    space: str
    issued_credits: int = 0
    lot_credits: int = 0
    position_credits: int = 0


@dataclass(frozen=True)
class TrialBalance:
    """Every account by its space. `total` is zero, or something is badly wrong."""

    rows: list[TrialRow]
    total: int


def transfer_of(session: Session, booking_id: str, *, lock: bool = False) -> Transfer | None:
    """What was reserved or paid for a booking, as it stands now."""
    wanted = sa.select(Transfer).where(Transfer.booking_id == booking_id)
    return session.scalar(wanted.with_for_update() if lock else wanted, execution_options={"populate_existing": True})


def pieces_of(session: Session, transfer_id: str) -> list[rules.Piece]:
    """The pieces of a transfer, earliest expiry first."""
    columns = (TransferPiece.lot_id, TransferPiece.issuer, TransferPiece.host, TransferPiece.credits)
    wanted = sa.select(*columns).where(TransferPiece.transfer_id == transfer_id).order_by(TransferPiece.place)
    return [rules.Piece(*row) for row in session.execute(wanted)]


def spendable(session: Session, home: str, guest: str) -> list[rules.Spendable]:
    """The lots of a wallet that have something left, those of issuers that take no part at present excepted."""
    columns = (Lot.id, Lot.issuer, LEFT, Lot.valid_from, Lot.expires_on)
    wanted = sa.select(*columns).where(Lot.home == home, Lot.guest == guest, LEFT > 0)
    found = [rules.Spendable(*row) for row in session.execute(wanted)]
    live = {issuer for issuer in {lot.issuer for lot in found} if issuer == home or spaces.is_live(session, issuer)}
    return [lot for lot in found if lot.issuer in live]


def exposures(session: Session, limits: Iterable[rules.Limit]) -> dict[rules.Limit, int]:
    """What is owed already under the given limits."""
    keys = sa.tuple_(CreditLimit.issuer, CreditLimit.host)
    wanted = sa.select(CreditLimit.issuer, CreditLimit.host, CreditLimit.exposure_credits).where(keys.in_(list(limits)))
    return {(issuer, host): exposure for issuer, host, exposure in session.execute(wanted)}


def wallet(session: Session, home: str, guest: str) -> dict[str, Any]:
    """A member's lots that are not used up, as `wallet.updated` carries them; none for a pseudonym nobody knows."""
    rev = session.scalar(sa.select(Wallet.rev).where(Wallet.home == home, Wallet.guest == guest))
    return {"guest": guest, "rev": rev or 0, "lots": _lots(session, Lot.home == home, Lot.guest == guest).get(guest, [])}


def wallet_states(session: Session, home: str) -> Iterator[tuple[str, str, int, dict[str, Any]]]:
    """All wallets of a home's members, for its snapshot: type, subject, rev and data, as the feed has them."""
    found = session.execute(sa.select(Wallet.guest, Wallet.rev).where(Wallet.home == home).order_by(Wallet.guest)).all()
    lots = _lots(session, Lot.home == home)
    for guest, rev in found:
        yield "wallet.updated", f"wallet/{guest}", rev, {"guest": guest, "rev": rev, "lots": lots.get(guest, [])}


def grant_answer(session: Session, lot: Lot) -> dict[str, Any]:
    """What a grant is answered with: the lot in its wallet."""
    held = wallet(session, lot.home, lot.guest)
    [own] = (one for one in held["lots"] if one["id"] == lot.id)
    return {"grant_id": lot.id, "home": lot.home, "guest": lot.guest, "rev": held["rev"], "lot": own}


def ended_wallets(session: Session, before: dt.date, *, limit: int) -> list[tuple[str, str]]:
    """The wallets, in locking order, in which lots that ended before a day have something left."""
    wanted = sa.select(Lot.home, Lot.guest).where(Lot.expires_on < before, LEFT > 0).distinct()
    return [(home, guest) for home, guest in session.execute(wanted.order_by(Lot.home, Lot.guest).limit(limit))]


def wallets_with_lots_of(session: Session, space: str) -> list[tuple[str, str]]:
    """The wallets, in locking order, of a space's members, and of others' with something left of what it issued."""
    wanted = sa.select(Lot.home, Lot.guest).where(sa.or_(Lot.home == space, Lot.issuer == space), LEFT > 0).distinct()
    return [(home, guest) for home, guest in session.execute(wanted.order_by(Lot.home, Lot.guest))]


def lots_left(session: Session, home: str, guest: str, before: dt.date) -> list[tuple[Lot, int]]:
    """The lots of a wallet that ended before a day and have something left, with what that is."""
    wanted = sa.select(Lot, LEFT).where(Lot.home == home, Lot.guest == guest, Lot.expires_on < before, LEFT > 0)
    return [(lot, left) for lot, left in session.execute(wanted.order_by(Lot.expires_on, Lot.id))]


def hospitality_given(session: Session, home: str, guest: str, on: dt.date | None) -> int:
    """What a home has paid for a visitor and day without a lot, less what was reversed. Exact under the wallet's lock."""
    ids = sa.select(Transfer.id).filter_by(guest=guest, on=on, home=home, kind=TransferKind.HOSPITALITY)
    signed = sa.case((Transfer.kind == TransferKind.REVERSAL, -Transfer.credits), else_=Transfer.credits)
    counted = sa.or_(Transfer.id.in_(ids), Transfer.reverses_id.in_(ids))
    return int(session.scalar(sa.select(sa.func.sum(signed)).where(counted)) or 0)


def head_seq(session: Session) -> int:
    """The number of the last posting: whoever sees it sees every posting up to it."""
    return session.execute(sa.select(LedgerHead.next_seq)).scalar_one() - 1


def debts(*columns: Any) -> sa.Select[*tuple[Any, ...]]:
    """One row for each posted transfer and issuer: the given columns of the transfer, the issuer, what it came to owe the host.

    In the position accounts of a transfer, whoever is not its host is an issuer; the host is never its own.
    """
    credits = sa.func.sum(-JournalEntry.credits).label("credits")
    return (
        sa.select(*columns, JournalEntry.owner.label("issuer"), credits)
        .join_from(Transfer, JournalEntry, JournalEntry.transfer_id == Transfer.id)
        .where(JournalEntry.kind == AccountKind.POSITION, JournalEntry.owner != Transfer.host)
        .group_by(Transfer.id, JournalEntry.owner)
    )


def earnings(session: Session, after: int, upto: int) -> dict[rules.Limit, int]:
    """What was earned by the postings after one number and up to another: who earned it, and from whom (all together "*")."""
    found: dict[rules.Limit, int] = {}
    for row in session.execute(debts(Transfer.host).where(Transfer.seq > after, Transfer.seq <= upto)):
        for whom in (rules.NETWORK, row.issuer):
            found[row.host, whom] = found.get((row.host, whom), 0) + int(row.credits)
    return found


def statement(session: Session, space: str, partner: str, *, as_of_seq: int | None = None) -> dict[str, Any]:
    """Every line between two spaces up to a posting (else the last), seen by the first one. Raises SpaceUnknown."""
    spaces.require(session, partner)
    head = head_seq(session)
    as_of = head if as_of_seq is None else min(as_of_seq, head)
    lines = _lines(session, space, partner, as_of)
    earned = sum(line["credits"] for line in lines if line["host"] == space)
    owed = sum(line["credits"] for line in lines if line["issuer"] == space)
    sums = {"earned_credits": earned, "owed_credits": owed, "balance_credits": earned - owed}
    return {"space": space, "partner": partner, "as_of_seq": as_of, "lines": lines, **sums, "sha256": statement_sha256(lines)}


def position(session: Session, space: str) -> dict[str, Any]:
    """What a space is owed by the network (or owes it, below zero), and what it gave out and is still unspent, below zero."""
    head = head_seq(session)
    wanted = (
        sa.select(JournalEntry.kind, sa.func.sum(JournalEntry.credits))
        .join(Transfer, Transfer.id == JournalEntry.transfer_id)
        .where(JournalEntry.kind != AccountKind.LOT, JournalEntry.owner == space, Transfer.seq <= head)
        .group_by(JournalEntry.kind)
    )
    sums = {kind: int(credits) for kind, credits in session.execute(wanted)}
    amounts = {f"{kind}_credits": sums.get(kind, 0) for kind in (AccountKind.POSITION, AccountKind.ISSUED)}
    return {"space": space, **amounts, "as_of_seq": head}


def trial_balance(session: Session) -> TrialBalance:
    """Add the whole journal up, by space and account."""
    return TrialBalance([TrialRow(*row) for row in session.execute(sa.select(_book()).order_by("space"))], ledger_sum(session))


def balance_page(session: Session, *, search: str = "", sort: str = "space", number: int = 1) -> paging.Page[TrialRow]:
    """One page of the trial balance: by space, or by what spaces are owed or owe."""
    book = _book()
    orders = {"space": (), "owed": (book.c.position_credits.desc(),), "owes": (book.c.position_credits,)}
    wanted = sa.select(book).where(*paging.having(search, book.c.space))
    return paging.page_of_rows(session, wanted, *orders[sort], book.c.space, number=number).map(lambda row: TrialRow(*row))


def ledger_sum(session: Session) -> int:
    """All accounts together, without a look at whose they are: zero, or something is badly wrong."""
    return int(session.scalar(sa.select(sa.func.sum(JournalEntry.credits))) or 0)


def _book() -> sa.Subquery:
    """Every space with its accounts. Each account is added up before its owner is looked up: lots are fewer than entries."""
    key = (JournalEntry.kind, JournalEntry.owner)
    account = sa.select(*key, sa.func.sum(JournalEntry.credits).label("credits")).group_by(*key).subquery()
    space, kind = sa.func.coalesce(Lot.issuer, account.c.owner).label("space"), account.c.kind
    amounts = [sa.case((kind == one, account.c.credits), else_=0) for one in _SHOWN]
    sums = [sa.cast(sa.func.sum(one), sa.BigInteger).label(f"{of}_credits") for of, one in zip(_SHOWN, amounts, strict=True)]
    return sa.select(space, *sums).select_from(account).outerjoin(Lot, Lot.id == account.c.owner).group_by(space).subquery()


def _lines(session: Session, space: str, partner: str, as_of: int) -> list[dict[str, Any]]:
    original = aliased(Transfer)
    issuer = JournalEntry.owner
    between = sa.or_(sa.and_(issuer == space, Transfer.host == partner), sa.and_(issuer == partner, Transfer.host == space))
    wanted = (
        debts(
            Transfer.seq,
            sa.func.coalesce(Transfer.booking_id, original.booking_id).label("booking_id"),
            Transfer.on,
            Transfer.part,
            Transfer.home,
            Transfer.host,
            Transfer.kind,
            Transfer.resolved_at.label("posted_at"),
        )
        .outerjoin(original, original.id == Transfer.reverses_id)
        .where(between, Transfer.seq <= as_of)
        .group_by(original.booking_id)
        .order_by(Transfer.seq, issuer)
    )
    return [{**row._mapping, "credits": int(row.credits)} for row in session.execute(wanted)]


def _lots(session: Session, *whose: sa.ColumnElement[bool]) -> dict[str, list[dict[str, Any]]]:
    standing = (Lot.credits - Lot.lapsed).label("credits")
    columns = (Lot.id, Lot.issuer, Lot.kind, standing, Lot.held, Lot.spent, Lot.valid_from, Lot.expires_on)
    wanted = sa.select(Lot.guest, *columns).where(*whose, Lot.credits - Lot.lapsed > Lot.spent)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in session.execute(wanted.order_by(Lot.expires_on, Lot.id)):
        found.setdefault(row.guest, []).append({**row._mapping})
    return found
