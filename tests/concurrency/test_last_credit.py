"""Many at once at the same lot, limit, booking or number, on both engines: nothing is taken twice, nothing is told wrongly."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from flask import Flask

from federation.credits import queries, reconcilers, service
from federation.credits.errors import HospitalitySpent, LimitReached, NoCredit, TransferDiffers, WrongTransferState
from federation.credits.models import Transfer
from federation.db import db
from shared.ids import new_id
from tests.support.ledger import ADA, BOB, LDN, MIL, NYC, START, Ledger, create_app
from tests.support.threads import in_its_way, together

MANY = 6


@pytest.fixture
def app(hub_url: str) -> Flask:
    return create_app(hub_url)


@pytest.fixture
def ledger(app: Flask) -> Iterator[Ledger]:
    with app.app_context():
        ledger = Ledger()
        yield ledger
        assert ledger.faults() == []


def inside(app: Flask, work: Callable[[], Any]) -> Callable[[], Any]:
    """The same work in an app context of its own."""

    def run() -> Any:
        with app.app_context():
            try:
                return work()
            finally:
                db.session.remove()

    return run


def at_once(app: Flask, *works: Callable[[], Any]) -> list[Any]:
    """What the works returned or raised, each in a thread."""
    return together(*(inside(app, work) for work in works))


def kinds(outcomes: list[Any]) -> dict[type, int]:
    return {kind: sum(type(one) is kind for one in outcomes) for kind in {type(one) for one in outcomes}}


def test_the_last_credit_is_reserved_once(app: Flask, ledger: Ledger) -> None:
    lot = ledger.grant(150)
    outcomes = at_once(app, *[lambda: ledger.hold(150)] * MANY)
    assert kinds(outcomes) == {Transfer: 1, NoCredit: MANY - 1}
    assert ledger.lots() == {lot.id: (150, 150, 0)}


def test_the_last_room_under_a_limit_is_taken_once_by_whoever_is_quicker(app: Flask, ledger: Ledger) -> None:
    guests = [new_id() for _ in range(MANY)]
    for guest in guests:
        ledger.grant(100, guest=guest)
    works = [lambda guest=guest: ledger.hold(100, guest=guest, pair_limit=250) for guest in guests]
    assert kinds(at_once(app, *works)) == {Transfer: 2, LimitReached: MANY - 2}
    assert ledger.read(queries.exposures, [(NYC, LDN)]) == {(NYC, LDN): 200}


def test_one_who_waited_for_room_that_is_gone_is_told_that_a_limit_is_reached(app: Flask, ledger: Ledger) -> None:
    for guest in (ADA, BOB):
        ledger.grant(100, guest=guest)
    first, second = (ledger.stay(100, guest=guest, pair_limit=150) for guest in (ADA, BOB))

    def command(work: Callable[[Any], Any]) -> Any:
        return inside(app, lambda: ledger.command(work))()

    def come_second() -> Any:
        return command(lambda session: service.hold(session, **second))

    outcomes = in_its_way(command, lambda session: service.hold(session, **first), come_second)
    assert [type(one) for one in outcomes] == [Transfer, LimitReached]


def test_one_who_loses_the_room_of_one_issuer_pays_from_another(app: Flask, ledger: Ledger) -> None:
    guests = [new_id() for _ in range(MANY)]
    for guest in guests:
        ledger.grant(100, guest=guest, expires_on=START.date())
        ledger.grant(100, guest=guest, issuer=MIL)
    works = [lambda guest=guest: ledger.hold(100, guest=guest, pair_limit=100) for guest in guests]
    assert kinds(at_once(app, *works)) == {Transfer: MANY}
    owed = ledger.read(queries.exposures, [(NYC, LDN), (MIL, LDN)])
    assert owed == {(NYC, LDN): 100, (MIL, LDN): 100 * (MANY - 1)}


def test_those_who_take_wallets_in_opposite_order_both_get_their_credits(app: Flask, ledger: Ledger) -> None:
    ledger.grant(1000)
    ledger.grant(1000, guest=BOB)
    both_hold_one = threading.Barrier(2)

    def hold_both(first: str, second: str) -> Callable[[], int]:
        stays = [ledger.stay(100, guest=guest) for guest in (first, second)]

        def work(session: Any) -> int:
            service.hold(session, **stays[0])
            # On PostgreSQL each now has what the other wants; on SQLite the other has not begun, and nobody waits for long.
            with suppress(threading.BrokenBarrierError):
                both_hold_one.wait(1)
            service.hold(session, **stays[1])
            return 2

        return lambda: ledger.command(work)

    assert at_once(app, hold_both(ADA, BOB), hold_both(BOB, ADA)) == [2, 2]
    assert [held for guest in (ADA, BOB) for _, held, _ in ledger.lots(guest=guest).values()] == [200, 200]


def test_a_double_click_reserves_once(app: Flask, ledger: Ledger) -> None:
    lot, booking_id = ledger.grant(1000), new_id()
    outcomes = at_once(app, *[lambda: ledger.hold(150, booking_id=booking_id)] * MANY)
    assert len({transfer.id for transfer in outcomes}) == 1
    assert ledger.lots() == {lot.id: (1000, 150, 0)}


def test_one_booking_id_used_for_two_guests_at_once_goes_to_one(app: Flask, ledger: Ledger) -> None:
    booking_id = new_id()
    for guest in (ADA, BOB):
        ledger.grant(150, guest=guest)
    works = [lambda guest=guest: ledger.hold(150, guest=guest, booking_id=booking_id) for guest in (ADA, BOB)]
    works.append(lambda: ledger.hospitality(150, booking_id=booking_id))
    assert kinds(at_once(app, *works)) == {Transfer: 1, TransferDiffers: 2}


def test_one_grant_id_used_by_two_issuers_at_once_is_one_lot(app: Flask, ledger: Ledger) -> None:
    grant_id = new_id()
    works = [lambda home=home: ledger.grant(150, home=home, grant_id=grant_id) for home in (NYC, LDN)]
    outcomes = at_once(app, *works)
    assert sorted(type(one) is TransferDiffers for one in outcomes) == [False, True]
    assert ledger.read(queries.trial_balance).total == 0


def test_of_a_payment_and_a_release_at_once_one_happens(app: Flask, ledger: Ledger) -> None:
    ledger.grant(1000)
    for transfer in [ledger.hold(150) for _ in range(3)]:
        outcomes = at_once(app, partial(ledger.post, transfer, 150), partial(ledger.void, transfer))
        assert kinds(outcomes) == {Transfer: 1, WrongTransferState: 1}


def test_a_payment_and_a_reversal_that_come_twice_at_once_happen_once(app: Flask, ledger: Ledger) -> None:
    lot, transfer = ledger.grant(1000), ledger.hold(150)
    at_once(app, *[lambda: ledger.post(transfer, 150)] * 3)
    assert ledger.lots() == {lot.id: (1000, 0, 150)}
    reversals = at_once(app, *[lambda: ledger.reverse(transfer)] * 3)
    assert len({reversal.id for reversal in reversals}) == 1
    assert (ledger.lots(), ledger.positions()) == ({lot.id: (1000, 0, 0)}, {})


def test_the_last_hospitality_of_a_day_is_given_once(app: Flask, ledger: Ledger) -> None:
    works = [lambda host=host: ledger.hospitality(150, host=host) for host in (LDN, MIL, LDN)]
    assert kinds(at_once(app, *works)) == {Transfer: 1, HospitalitySpent: 2}


def test_whoever_has_seen_a_number_has_seen_all_before_it(app: Flask, ledger: Ledger) -> None:
    ledger.grant(10_000)
    held = [ledger.hold(10) for _ in range(24)]
    cuts: list[dict[str, Any]] = []
    done = threading.Event()

    def post(mine: list[Transfer]) -> None:
        for transfer in mine:
            ledger.post(transfer, 10)
            ledger.command(reconcilers.roll_up, _now=START)

    def read() -> None:
        while not done.is_set():
            cuts.append(ledger.read(queries.statement, LDN, NYC))

    def post_all() -> list[Any]:
        try:
            return at_once(app, *(lambda mine=held[place::4]: post(mine) for place in range(4)))
        finally:
            done.set()

    assert at_once(app, read, post_all) == [None, [None] * 4]
    assert len(ledger.read(queries.statement, LDN, NYC)["lines"]) == len(held)
    for cut in cuts:
        assert ledger.read(queries.statement, LDN, NYC, as_of_seq=cut["as_of_seq"]) == cut
