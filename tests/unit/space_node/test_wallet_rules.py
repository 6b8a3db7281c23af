"""What a wallet is worth on a day."""

import datetime as dt

import pytest

from shared.protocol.states import LotKind
from space_node.wallet.rules import Gift, available, can_be_spent, view

LOT = {
    "credits": 1000,
    "held": 150,
    "spent": 200,
    "kind": "plan",
    "issuer": "wecreate-nyc",
    "valid_from": "2026-11-01",
    "expires_on": "2026-11-30",
}


def test_what_is_held_or_spent_cannot_be_spent_again():
    lots = view([LOT])
    assert lots[0].amount == 650
    assert available(lots, dt.date(2026, 11, 12)) == 650


def test_a_lot_counts_on_its_first_and_its_last_day_only_within_them():
    lots = view([LOT])
    worth = {day: available(lots, dt.date.fromisoformat(day)) for day in ("2026-10-31", "2026-11-01", "2026-11-30", "2026-12-01")}
    assert worth == {"2026-10-31": 0, "2026-11-01": 650, "2026-11-30": 650, "2026-12-01": 0}


def test_the_lot_that_ends_first_stands_first_and_an_empty_one_is_not_shown():
    later, empty = {**LOT, "expires_on": "2026-12-31"}, {**LOT, "held": 0, "spent": 1000}
    assert [lot.expires_on.month for lot in view([later, empty, LOT])] == [11, 12]


@pytest.mark.parametrize(
    ("valid_from", "expires_on", "today", "possible"),
    [(10, 20, 1, True), (10, 10, 10, True), (10, 9, 1, False), (1, 9, 10, False)],
)
def test_a_gift_needs_a_day_on_which_it_can_be_spent(valid_from, expires_on, today, possible):
    first, last, now = (dt.date(2026, 11, day) for day in (valid_from, expires_on, today))
    assert can_be_spent(Gift(credits=100, kind=LotKind.PLAN, valid_from=first, expires_on=last), now) is possible
