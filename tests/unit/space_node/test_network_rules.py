"""Small figures of a proposal, and what signed terms mean for a stay."""

import datetime as dt
from typing import Any

import pytest

from shared.errors import Invalid
from shared.protocol.registry import example
from shared.protocol.states import Part
from shared.protocol.twinnings import Terms
from shared.schemas import load
from space_node.network.rules import half_of, read_step, two_steps
from space_node.uplink.rules import read_terms


@pytest.mark.parametrize(("day", "half"), [(100, 50), (150, 75), (101, 51), (0, 0)])
def test_half_a_day_costs_half_rounded_up(day: int, half: int) -> None:
    assert half_of(day) == half


def test_a_step_is_hours_and_percent() -> None:
    assert read_step(" 24:0 ") == (24, 0)


@pytest.mark.parametrize("text", ["24", "24:", ":50", "1 day:50", "24:0:0", "-1:5", "9999:5"])
def test_anything_else_is_no_step(text: str) -> None:
    with pytest.raises(Invalid):
        read_step(text)


def test_a_form_makes_two_steps_or_one() -> None:
    assert two_steps(24, 50) == ((24, 0), (0, 50))
    assert two_steps(0, 50) == ((0, 50),)


def terms(**changed: Any) -> Any:
    return read_terms(load(Terms, {**example("terms"), **changed}))


def test_terms_give_price_offer_and_the_days_they_cover() -> None:
    found = terms(valid_from="2026-03-01", valid_until="2026-03-31")
    host = found.spaces[0]
    assert found.price(host, Part.DAY) == found.offer_of(host).price_day_credits
    assert found.price(host, Part.MORNING) == found.price(host, Part.AFTERNOON) == found.offer_of(host).price_half_credits
    assert [found.covers(dt.date(2026, 3, day)) for day in (1, 31)] == [True, True]
    assert [found.covers(on) for on in (dt.date(2026, 2, 28), dt.date(2026, 4, 1))] == [False, False]
    assert terms(valid_until=None).covers(dt.date(2099, 1, 1))


def test_cancellation_steps_stand_with_the_earliest_first() -> None:
    steps = [{"hours_before": 0, "charge_percent": 50}, {"hours_before": 24, "charge_percent": 0}]
    assert [step.hours_before for step in terms(cancellation=steps).cancellation] == [24, 0]
