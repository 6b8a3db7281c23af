"""What a wallet is worth on a day."""

import datetime as dt

from space_node.wallet.rules import available, view

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
