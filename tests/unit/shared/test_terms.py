"""Terms as values, and what cancelling costs."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.protocol.registry import example
from shared.protocol.states import Part
from shared.protocol.terms import CancellationStep, cancellation_credits, read_terms
from shared.protocol.twinnings import Terms
from shared.schemas import load

OPENS_AT = dt.datetime(2026, 11, 12, 9, tzinfo=dt.UTC)
STEPS = (CancellationStep(24, 0), CancellationStep(2, 25), CancellationStep(0, 50))


def terms(**changes):
    return read_terms(load(Terms, {**example("terms"), **changes}))


def test_a_whole_day_and_half_a_day_have_their_own_prices():
    agreed = terms()
    offer = agreed.offer_of("thecube-london")
    assert agreed.price("thecube-london", Part.DAY) == offer.price_day_credits == 150
    assert agreed.price("thecube-london", Part.MORNING) == agreed.price("thecube-london", Part.AFTERNOON) == 85


def test_a_space_that_is_not_one_of_the_two_offers_nothing():
    with pytest.raises(KeyError):
        terms().offer_of("somebody-else")


def test_terms_cover_their_first_and_their_last_day():
    agreed = terms(valid_from="2026-11-01", valid_until="2026-11-30")
    inside, outside = ("2026-11-01", "2026-11-30"), ("2026-10-31", "2026-12-01")
    assert all(agreed.covers(dt.date.fromisoformat(day)) for day in inside)
    assert not any(agreed.covers(dt.date.fromisoformat(day)) for day in outside)
    assert terms(valid_until=None).covers(dt.date(2099, 1, 1))


@pytest.mark.parametrize(("hours_before", "cost"), [(48, 0), (24, 0), (23.99, 37), (2, 37), (1.99, 75), (0, 75), (-3, 75)])
def test_cancelling_costs_what_the_longest_kept_notice_says(hours_before, cost):
    now = OPENS_AT - dt.timedelta(hours=hours_before)
    assert cancellation_credits(price=150, steps=STEPS, opens_at=OPENS_AT, now=now) == cost


@given(price=st.integers(0, 10_000), minutes=st.integers(-3000, 6000))
def test_cancelling_never_costs_more_than_the_price_and_never_gets_cheaper_by_waiting(price, minutes):
    def cost(at):
        return cancellation_credits(price=price, steps=STEPS, opens_at=OPENS_AT, now=at)

    now = OPENS_AT - dt.timedelta(minutes=minutes)
    assert 0 <= cost(now) <= price
    assert cost(now) <= cost(now + dt.timedelta(minutes=7))
