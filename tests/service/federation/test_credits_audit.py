"""The audit against a ledger that somebody has tampered with: a row lost or doubled, a number shifted, a leg left out."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from federation.credits import queries, reconcilers
from federation.credits.models import (
    CreditLimit,
    JournalEntry,
    LedgerHead,
    Lot,
    Transfer,
    TransferPiece,
    Wallet,
)
from federation.db import Base
from shared.ids import new_id
from tests.support.databases import as_owner
from tests.support.ledger import BOB, LDN, MIL, NYC, START, Ledger, create_app, days

GUARDED = ("transfers", "transfer_pieces", "journal_entries")
TABLES: tuple[type[Base], ...] = (*(Wallet, Lot, Transfer, TransferPiece, JournalEntry, CreditLimit, LedgerHead),)
# What no transfer tells: how often a home was told of its wallet, and what a limit was when it was last used.
FREE = {"rev", "most_credits", "id", "leg", "place"}


class Undone(Exception):
    """Ends the transaction that tampered, and brings back what the audit found in it."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__()
        self.faults = faults


@pytest.fixture
def ledger(hub_url: str) -> Iterator[Ledger]:
    """A ledger with every kind of transfer in it, half of it rolled up, and its triggers taken off."""
    with create_app(as_owner(hub_url)).app_context():
        ledger = Ledger()
        ledger.grant(300, expires_on=days(2))
        ledger.grant(500, issuer=MIL)
        ledger.grant(400, home=LDN, guest=BOB)
        late, part, back = ledger.hold(150), ledger.hold(200), ledger.hold(120, home=LDN, guest=BOB, host=NYC)
        ledger.post(back, 120)
        ledger.post(part, 170)
        ledger.command(reconcilers.roll_up, _now=START)
        ledger.hospitality(150)
        ledger.reverse(ledger.hospitality(50, host=MIL))
        ledger.reverse(back)
        ledger.pass_days(5)
        ledger.void(late)
        ledger.hold(40, on=days(5))
        ledger.pass_days(40)
        ledger.command(reconcilers.lapse, now=ledger.clock.now())
        ledger.command(take_triggers_off)
        assert ledger.faults() == []
        yield ledger


def take_triggers_off(session: Session) -> None:
    sqlite = session.get_bind().dialect.name == "sqlite"
    for table in GUARDED:
        for event in ("update", "delete", "truncate"):
            session.execute(sa.text(f"DROP TRIGGER IF EXISTS {table}_no_{event}" + ("" if sqlite else f" ON {table}")))


def found(ledger: Ledger, *changes: Any) -> list[str]:
    """What the audit says of a copy with these changes; a change that a constraint refuses is said to be refused."""

    def tamper(session: Session) -> None:
        for change in changes:
            session.execute(change)
        raise Undone(queries.audit_faults(session))

    try:
        ledger.command(tamper)
    except Undone as undone:
        return undone.faults
    except sa.exc.IntegrityError:
        return ["refused by a constraint"]
    raise AssertionError


def rows_of(ledger: Ledger, model: type[Base]) -> list[dict[str, Any]]:
    table = Base.metadata.tables[model.__tablename__]
    return ledger.read(lambda session: [dict(row) for row in session.execute(sa.select(table)).mappings()])


def at(model: type[Base], row: dict[str, Any]) -> sa.ColumnElement[bool]:
    keys = sa.inspect(model).local_table.primary_key.columns
    return sa.and_(*(getattr(model, key.name) == row[key.name] for key in keys))


def nothing_in(row: dict[str, Any]) -> bool:
    """A counter at zero may as well not be there."""
    return not any(value for name, value in row.items() if "credits" in name and name not in FREE)


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__tablename__)
def test_a_row_that_is_lost_is_found(ledger: Ledger, model: type[Base]) -> None:
    rows = [row for row in rows_of(ledger, model) if model in (Wallet, LedgerHead) or not nothing_in(row)]
    lost = {str(row): found(ledger, sa.delete(model).where(at(model, row))) for row in rows}
    assert lost
    assert [row for row, faults in lost.items() if not faults] == []


@pytest.mark.parametrize("model", [Lot, Transfer, TransferPiece, JournalEntry], ids=lambda model: model.__tablename__)
def test_a_row_that_is_doubled_is_found(ledger: Ledger, model: type[Base]) -> None:
    new = {"id": new_id(), "leg": 77, "place": 77, "booking_id": None, "reverses_id": None, "seq": None}
    rows = rows_of(ledger, model)
    doubled = {
        str(row): found(ledger, sa.insert(model).values({**row, **{n: v for n, v in new.items() if n in row}})) for row in rows
    }
    assert doubled
    assert [row for row, faults in doubled.items() if not faults] == []


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__tablename__)
def test_a_number_that_is_shifted_is_found(ledger: Ledger, model: type[Base]) -> None:
    columns = sa.inspect(model).local_table.columns
    numbers = [column.name for column in columns if isinstance(column.type, sa.Integer) and column.name not in FREE]
    shifted = {
        f"{name} of {row}": found(ledger, sa.update(model).where(at(model, row)).values({name: row[name] + by}))
        for row in rows_of(ledger, model)
        for name in numbers
        for by in (1, -1)
        if row[name] is not None
    }
    assert bool(shifted) == (model is not Wallet)
    assert [row for row, faults in shifted.items() if not faults] == []


def test_an_amount_that_changes_its_owner_is_found(ledger: Ledger) -> None:
    swaps = {NYC: MIL, LDN: NYC, MIL: LDN, "lot": "issued", "issued": "position", "position": "issued"}
    names = {
        Lot: ("issuer", "home"),
        TransferPiece: ("issuer", "host"),
        JournalEntry: ("owner", "kind"),
        Transfer: ("home", "host"),
    }
    moved = {
        f"{name} of {row}": found(ledger, sa.update(model).where(at(model, row)).values({name: swaps[row[name]]}))
        for model, columns in names.items()
        for row in rows_of(ledger, model)
        for name in columns
        if row[name] in swaps
    }
    assert [row for row, faults in moved.items() if not faults] == []


def test_a_leg_left_out_together_with_its_other_side_is_found(ledger: Ledger) -> None:
    legs = [row for row in rows_of(ledger, JournalEntry) if row["leg"] % 2 == 0]
    for row in legs:
        pair = (row, {**row, "leg": row["leg"] + 1})
        faults = found(ledger, *(sa.delete(JournalEntry).where(at(JournalEntry, one)) for one in pair))
        assert any(fault.startswith("I4") for fault in faults)


def test_a_balance_shifted_in_the_journal_so_that_the_sum_stays_zero_is_found(ledger: Ledger) -> None:
    first, second = [row for row in rows_of(ledger, JournalEntry) if row["kind"] == "position"][:2]
    changes = (
        sa.update(JournalEntry).where(at(JournalEntry, row)).values(credits=JournalEntry.credits + by)
        for row, by in ((first, 5), (second, -5))
    )
    assert found(ledger, *changes)


def test_each_fault_names_its_invariant(ledger: Ledger) -> None:
    said = {
        "I1": found(ledger, sa.update(JournalEntry).where(JournalEntry.kind == "lot").values(credits=JournalEntry.credits + 1)),
        "I2": found(ledger, sa.update(Lot).values(credits=Lot.credits + 1)),
        "I3": found(ledger, sa.update(Lot).where(Lot.held > 0).values(held=Lot.held - 1)),
        "I4": found(ledger, sa.update(TransferPiece).values(credits=TransferPiece.credits + 1)),
        "I6": found(ledger, sa.update(LedgerHead).values(next_seq=LedgerHead.next_seq + 1)),
        "I7": found(ledger, sa.update(JournalEntry).values(credits=JournalEntry.credits + 1)),
        "I8": found(
            ledger, sa.update(JournalEntry).where(JournalEntry.kind == "position").values(credits=JournalEntry.credits + 1)
        ),
        "I9": found(ledger, sa.update(CreditLimit).values(exposure_credits=CreditLimit.exposure_credits + 1)),
        "I10": found(ledger, sa.update(Transfer).where(Transfer.kind == "hospitality").values(credits=Transfer.credits + 100)),
        "I11": found(ledger, sa.delete(Lot)),
    }
    assert [code for code, faults in said.items() if not any(fault.startswith(f"{code}: ") for fault in faults)] == []
