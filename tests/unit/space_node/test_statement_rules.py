"""Whether the hub's statement and this side's own records say the same."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from shared.protocol.credits import statement_sha256
from shared.protocol.states import Part
from space_node.home.rules import PaidStay, differences, is_sound, stays_of

HOME, HOST = "wecreate-nyc", "thecube-london"
THURSDAY = dt.date(2026, 11, 12)
LINE = {
    "booking_id": "019ab3c0-0000-7000-8000-000000000001",
    "on": THURSDAY,
    "part": Part.DAY,
    "issuer": HOME,
    "home": HOME,
    "host": HOST,
    "credits": 150,
    "kind": "stay",
}
OTHER = {**LINE, "booking_id": "019ab3c0-0000-7000-8000-000000000002", "credits": 75, "part": Part.MORNING}
OWED = PaidStay(LINE["booking_id"], THURSDAY, Part.DAY, HOME, HOST, -150)


def statement(*lines: dict[str, Any]) -> dict[str, Any]:
    owed = sum(line["credits"] for line in lines)
    sums = {"earned_credits": 0, "owed_credits": owed, "balance_credits": -owed, "sha256": statement_sha256(lines)}
    return {"space": HOME, "partner": HOST, "lines": list(lines), **sums}


def test_what_one_side_owes_the_other_has_earned():
    assert stays_of(HOME, [LINE]) == [OWED]
    assert stays_of(HOST, [LINE]) == [replace(OWED, credits=150)]


def test_a_stay_that_several_issuers_paid_is_one_stay_and_one_paid_back_is_none():
    assert stays_of(HOST, [{**LINE, "credits": 100}, {**LINE, "issuer": "cowo-milano", "credits": 50}]) == [
        replace(OWED, credits=150)
    ]
    assert stays_of(HOME, [LINE, {**LINE, "kind": "reversal", "credits": -150}]) == []


def test_two_sides_that_say_the_same_differ_in_nothing():
    assert differences(stays_of(HOME, [LINE, OTHER]), stays_of(HOME, [OTHER, LINE])) == []


@pytest.mark.parametrize(
    "tampered",
    [{"credits": 149}, {"on": THURSDAY + dt.timedelta(days=1)}, {"part": Part.MORNING}, {"home": "cowo-milano"}, {"host": HOME}],
)
def test_a_line_that_was_tampered_with_is_found(tampered):
    [found] = differences(stays_of(HOME, [{**LINE, **tampered}, OTHER]), stays_of(HOME, [LINE, OTHER]))
    assert (found.booking_id, found.own) == (LINE["booking_id"], OWED)
    assert found.hub not in (None, OWED)


def test_a_line_that_only_one_side_has_is_found():
    assert [(one.hub, one.own) for one in differences([OWED], [])] == [(OWED, None)]
    assert [(one.hub, one.own) for one in differences([], [OWED])] == [(None, OWED)]


@pytest.mark.parametrize("name", ["earned_credits", "owed_credits", "balance_credits", "sha256"])
def test_sums_and_digest_are_those_of_the_lines(name):
    sound = statement(LINE, OTHER)
    digest = statement_sha256(sound["lines"])
    assert is_sound(sound, sha256=digest)
    assert not is_sound({**sound, name: "0" * 64 if name == "sha256" else sound[name] + 1}, sha256=digest)
