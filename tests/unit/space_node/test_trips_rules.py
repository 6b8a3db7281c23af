"""What a member is told before booking and before cancelling."""

import datetime as dt
from dataclasses import replace

import pytest

from shared.protocol.states import BookingState
from space_node.trips.rules import COUNTED_STATES, Facts, Hindrance, cost_of_cancelling, days_left, hindrance, may_cancel

NOW = dt.datetime(2026, 11, 12, 9, 30, tzinfo=dt.UTC)
EVENING = NOW.replace(hour=18)
POSSIBLE = Facts(
    is_live=True,
    in_force=True,
    open=True,
    free=1,
    closes_at=EVENING,
    days_left=1,
    price_credits=150,
    available_credits=150,
    now=NOW,
)


def test_the_last_desk_for_the_last_credit_on_the_last_day_can_be_booked():
    assert hindrance(POSSIBLE) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"is_live": False}, Hindrance.HOST_NOT_ACTIVE),
        ({"in_force": False}, Hindrance.NOT_IN_FORCE),
        ({"closes_at": NOW}, Hindrance.PAST),
        ({"open": False, "closes_at": None}, Hindrance.CLOSED),
        ({"free": 0}, Hindrance.FULL),
        ({"days_left": 0}, Hindrance.NO_DAYS_LEFT),
        ({"available_credits": 149}, Hindrance.NOT_ENOUGH_CREDITS),
    ],
)
def test_what_stands_in_the_way_is_named(changes, reason):
    assert hindrance(replace(POSSIBLE, **changes)) is reason


def test_what_cannot_be_mended_by_the_member_is_named_first():
    everything = replace(POSSIBLE, is_live=False, in_force=False, open=False, free=0, days_left=0, available_credits=0)
    assert hindrance(everything) is Hindrance.HOST_NOT_ACTIVE


@pytest.mark.parametrize("state", BookingState)
def test_a_refused_or_cancelled_trip_takes_no_day(state):
    assert days_left(most=5, states=[state]) == (4 if state in COUNTED_STATES else 5)


def test_there_are_never_fewer_than_no_days_left():
    assert days_left(most=1, states=[BookingState.CONFIRMED] * 3) == 0


def test_cancelling_without_known_hours_or_steps_is_free():
    steps = [{"hours_before": 0, "charge_percent": 50}]
    assert cost_of_cancelling(price=150, steps=steps, opens_at=None, now=NOW) == 0
    assert cost_of_cancelling(price=150, steps=[], opens_at=EVENING, now=NOW) == 0
    assert cost_of_cancelling(price=150, steps=steps, opens_at=EVENING, now=NOW) == 75


@pytest.mark.parametrize("state", BookingState)
def test_only_a_confirmed_trip_can_be_cancelled_once_and_until_its_day_is_over(state):
    confirmed = state == BookingState.CONFIRMED
    assert may_cancel(state=state, closes_at=EVENING, asked=False, now=NOW) is confirmed
    assert may_cancel(state=state, closes_at=None, asked=False, now=NOW) is confirmed
    assert not may_cancel(state=state, closes_at=EVENING, asked=True, now=NOW)
    assert not may_cancel(state=state, closes_at=NOW, asked=False, now=NOW)
