"""What the ledger tells: wallets to their homes, statements to both sides; and how it is numbered, rolled up and guarded."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from federation.credits import queries, reconcilers, service
from federation.credits.errors import (
    LedgerUnbalanced,
    LimitReached,
)
from federation.credits.models import JournalEntry, LedgerHead, Transfer, TransferPiece
from federation.db import Feed, db
from federation.spaces.errors import SpaceUnknown
from shared.engines import open_engine
from shared.ids import new_id
from shared.protocol.credits import statement_sha256
from shared.protocol.registry import FEED_TYPES
from shared.protocol.states import TransferState
from tests.support.databases import as_owner, as_servant
from tests.support.ledger import ADA, BOB, LDN, MIL, NYC, START, Ledger, days, sound_ledger


@pytest.fixture
def ledger(hub_url: str) -> Iterator[Ledger]:
    yield from sound_ledger(hub_url)


def exposure(ledger: Ledger, issuer: str, host: str) -> int:
    return ledger.read(queries.exposures, [(issuer, host)]).get((issuer, host), 0)


def forget_hooks(session: Any) -> None:
    """As if the process died right after the commit."""
    session._hooks.clear()


def test_every_change_of_a_wallet_is_told_to_its_home_with_a_higher_rev(ledger: Ledger) -> None:
    lot, transfer = ledger.grant(1000), ledger.hold(150)
    ledger.post(transfer, 100)
    told = ledger.read(lambda session: session.scalars(sa.select(Feed).where(Feed.type == "wallet.updated")).all())
    assert [(row.audience, row.subject, row.rev) for row in told] == [(NYC, f"wallet/{ADA}", 3)]
    entry = FEED_TYPES["wallet.updated"]().load(told[0].body)
    assert [(one["id"], one["credits"], one["held"], one["spent"]) for one in entry["lots"]] == [(lot.id, 1000, 0, 100)]
    [(*about, data)] = ledger.read(lambda session: list(queries.wallet_states(session, NYC)))
    assert about == ["wallet.updated", f"wallet/{ADA}", 3]
    assert FEED_TYPES["wallet.updated"]().dump(data) == told[0].body
    assert ledger.read(queries.wallet, NYC, BOB) == {"guest": BOB, "rev": 0, "lots": []}


def test_a_statement_says_the_same_to_both_sides(ledger: Ledger) -> None:
    ledger.grant(1000)
    ledger.grant(1000, home=LDN, guest=BOB)
    there, back = ledger.hold(150), ledger.hold(100, home=LDN, guest=BOB, host=NYC, kind="walk_in")
    for transfer in (there, back):
        ledger.post(transfer, transfer.credits)
    ledger.reverse(back)
    ledger.hospitality(50, host=MIL)
    theirs, ours = (ledger.read(queries.statement, *pair) for pair in ((LDN, NYC), (NYC, LDN)))
    assert (theirs["lines"], theirs["sha256"]) == (ours["lines"], ours["sha256"])
    assert (theirs["balance_credits"], ours["balance_credits"]) == (150, -150)
    assert (theirs["earned_credits"], theirs["owed_credits"]) == (150, 0)
    lines = [(line["seq"], line["booking_id"], line["issuer"], line["credits"], line["kind"]) for line in ours["lines"]]
    assert lines == [
        (3, there.booking_id, NYC, 150, "stay"),
        (4, back.booking_id, LDN, 100, "walk_in"),
        (5, back.booking_id, LDN, -100, "reversal"),
    ]


def test_a_statement_cut_at_a_posting_stays_as_it_was(ledger: Ledger) -> None:
    ledger.grant(1000)
    ledger.post(ledger.hold(150), 150)
    cut = ledger.read(queries.statement, LDN, NYC)
    ledger.post(ledger.hold(100), 100)
    assert ledger.read(queries.statement, LDN, NYC, as_of_seq=cut["as_of_seq"]) == cut
    assert ledger.read(queries.statement, LDN, NYC, as_of_seq=99)["as_of_seq"] == 3
    with pytest.raises(SpaceUnknown):
        ledger.read(queries.statement, LDN, "nowhere")


def test_the_digest_of_a_statement_rests_on_what_both_sides_know(ledger: Ledger) -> None:
    ledger.grant(1000)
    for credits in (150, 100):
        ledger.post(ledger.hold(credits), credits)
    lines = ledger.read(queries.statement, LDN, NYC)["lines"]
    own = [{**line, "seq": 0, "posted_at": None} for line in reversed(lines)]
    assert statement_sha256(own) == statement_sha256(lines)
    for changed in ({"credits": 149}, {"on": days(1)}, {"host": MIL}, {"kind": "walk_in"}, {"part": "morning"}):
        assert statement_sha256([{**lines[0], **changed}, lines[1]]) != statement_sha256(lines)


def test_the_roll_up_sets_what_a_space_earned_against_what_it_owes(ledger: Ledger) -> None:
    ledger.grant(1000)
    ledger.grant(1000, home=LDN, guest=BOB)
    ledger.post(ledger.hold(150, pair_limit=150), 150)
    back = ledger.hold(100, home=LDN, guest=BOB, host=NYC)
    ledger.post(back, 100)
    with pytest.raises(LimitReached):
        ledger.hold(100, pair_limit=150)
    before = [ledger.read(queries.position, slug) for slug in (NYC, LDN, MIL)]
    assert ledger.command(reconcilers.roll_up, _now=START) == 4
    assert ledger.command(reconcilers.roll_up, _now=START) == 0
    assert [ledger.read(queries.position, slug) for slug in (NYC, LDN, MIL)] == before
    assert (exposure(ledger, NYC, LDN), exposure(ledger, LDN, "*")) == (50, -50)
    ledger.hold(100, pair_limit=150)
    ledger.reverse(back)
    ledger.command(reconcilers.roll_up, _now=START)
    assert exposure(ledger, NYC, LDN) == 250


def test_what_is_left_of_a_lot_lapses_a_month_after_its_end_but_not_what_is_reserved(ledger: Ledger) -> None:
    lot = ledger.grant(100, expires_on=days(2))
    transfer = ledger.hold(30)
    ledger.pass_days(33)
    assert ledger.command(reconcilers.lapse, now=ledger.clock.now()) == 0
    ledger.pass_days(2)
    assert ledger.command(reconcilers.lapse, now=ledger.clock.now()) == 1
    assert ledger.command(service.lapse, home=NYC, guest=ADA, before=days(9), now=ledger.clock.now()) == 0
    assert ledger.lots() == {lot.id: (30, 30, 0)}
    ledger.post(transfer, 20)
    assert list(ledger.lots().values()) == [(10, 0, 0)]
    assert ledger.read(queries.position, NYC)["issued_credits"] == -10


def test_a_posting_without_a_number_is_in_no_statement_until_the_worker_numbers_it(ledger: Ledger) -> None:
    ledger.grant(1000)
    transfer = ledger.hold(150)

    def die_before_the_numbering(session: Any) -> None:
        service.post(session, booking_id=str(transfer.booking_id), credits=150, now=START)
        forget_hooks(session)

    ledger.command(die_before_the_numbering)
    assert ledger.read(queries.statement, LDN, NYC)["lines"] == []
    assert ledger.positions() == {NYC: -150, LDN: 150}
    assert ledger.command(reconcilers.number, _now=START) == 1
    assert [line["seq"] for line in ledger.read(queries.statement, LDN, NYC)["lines"]] == [2]


def test_what_one_transaction_posts_is_numbered_together_and_what_it_undoes_is_not(ledger: Ledger) -> None:
    ledger.grant(1000)
    undone, *kept = [ledger.hold(10), ledger.hold(20), ledger.hold(30)]

    def post(session: Any, transfer: Transfer) -> None:
        service.post(session, booking_id=str(transfer.booking_id), credits=transfer.credits, now=START)

    def post_three_and_undo_the_first(session: Any) -> None:
        with session.begin_nested() as savepoint:
            post(session, undone)
            savepoint.rollback()
        for transfer in kept:
            post(session, transfer)

    ledger.command(post_three_and_undo_the_first)
    lines = ledger.read(queries.statement, LDN, NYC)["lines"]
    assert ([line["seq"] for line in lines], sorted(line["credits"] for line in lines)) == ([2, 3], [20, 30])


def test_what_has_happened_cannot_be_changed(ledger: Ledger) -> None:
    ledger.grant(1000)
    ledger.post(ledger.hold(150), 150)
    changes = (
        sa.delete(JournalEntry),
        sa.update(JournalEntry).values(credits=1),
        sa.delete(TransferPiece),
        sa.update(TransferPiece).values(credits=1),
        sa.delete(Transfer),
        sa.update(Transfer).values(credits=1000),
        sa.update(Transfer).values(state=TransferState.PENDING, posted_credits=None),
        sa.update(Transfer).values(seq=Transfer.seq + 10),
    )
    for change in changes:
        for account in (as_owner, as_servant):
            refused = pytest.raises(DBAPIError, match=r"append-only|permission denied for table")
            with refused, open_engine(account(db.engine.url)).begin() as connection:
                connection.execute(change)


def test_the_reconciler_proves_that_all_is_zero_and_says_when_it_is_not(ledger: Ledger) -> None:
    ledger.grant(1000)
    assert ledger.command(reconcilers.prove, _now=START) == 0
    stray = JournalEntry(transfer_id=new_id(), leg=0, kind="position", owner=NYC, credits=7)

    def prove_with_a_stray_entry(session: Any) -> None:
        session.add(stray)
        session.flush()
        reconcilers.prove(session, START)

    with pytest.raises(LedgerUnbalanced):
        ledger.command(prove_with_a_stray_entry)


def test_the_numbers_have_no_gap_over_many_batches(ledger: Ledger) -> None:
    ledger.grant(10_000)
    held = [ledger.hold(10) for _ in range(5)]

    def post_all(session: Any) -> None:
        for transfer in held:
            service.post(session, booking_id=str(transfer.booking_id), credits=10, now=START + timedelta(seconds=1))
        forget_hooks(session)

    ledger.command(post_all)
    assert [ledger.command(service.number, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert ledger.read(lambda session: session.scalars(sa.select(LedgerHead.next_seq)).one()) == 7
