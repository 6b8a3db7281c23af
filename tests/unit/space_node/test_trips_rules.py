"""What a member is told before booking and before cancelling."""

import datetime as dt
from dataclasses import replace

import pytest

from shared.protocol.states import BookingState, Part
from space_node.trips.rules import (
    OPEN_STATES,
    Counted,
    Facts,
    Hindrance,
    cost_of_cancelling,
    days_left,
    hindrance,
    in_the_way,
    may_cancel,
)

NOW = dt.datetime(2026, 11, 12, 9, 30, tzinfo=dt.UTC)
TODAY = NOW.date()
DAY = dt.timedelta(days=1)
EVENING = NOW.replace(hour=18)
POSSIBLE = Facts(
    home_is_live=True,
    host_is_live=True,
    in_force=True,
    on=TODAY,
    today=TODAY,
    open=True,
    free=1,
    closes_at=EVENING,
    is_booked=False,
    days_left=1,
    price_credits=150,
    available_credits=150,
    now=NOW,
)


def test_the_last_desk_for_the_last_credit_on_the_last_day_can_be_booked():
    assert hindrance(POSSIBLE) is None
    assert hindrance(replace(POSSIBLE, on=TODAY + 62 * DAY, closes_at=EVENING + 62 * DAY)) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"home_is_live": False}, Hindrance.HOME_NOT_ACTIVE),
        ({"host_is_live": False}, Hindrance.HOST_NOT_ACTIVE),
        ({"in_force": False}, Hindrance.NOT_IN_FORCE),
        ({"closes_at": NOW}, Hindrance.PAST),
        ({"on": TODAY - DAY, "open": False, "closes_at": None}, Hindrance.PAST),
        ({"on": TODAY + 63 * DAY, "open": False, "closes_at": None}, Hindrance.TOO_FAR),
        ({"open": False, "closes_at": None}, Hindrance.CLOSED),
        ({"is_booked": True}, Hindrance.ALREADY_BOOKED),
        ({"free": 0}, Hindrance.FULL),
        ({"days_left": 0}, Hindrance.NO_DAYS_LEFT),
        ({"available_credits": 149}, Hindrance.NOT_ENOUGH_CREDITS),
    ],
)
def test_what_stands_in_the_way_is_named(changes, reason):
    assert hindrance(replace(POSSIBLE, **changes)) is reason


def test_what_the_member_cannot_mend_is_named_first():
    everything = replace(POSSIBLE, home_is_live=False, host_is_live=False, open=False, free=0, days_left=0, available_credits=0)
    assert hindrance(everything) is Hindrance.HOME_NOT_ACTIVE


@pytest.mark.parametrize("state", BookingState)
def test_a_refused_trip_or_one_that_the_host_cancelled_takes_no_day(state):
    free = {BookingState.REFUSED, BookingState.CANCELLED_BY_HOST, BookingState.CANCELLED_BY_GUEST}
    assert days_left(most=5, trips=[Counted(state, None)]) == (5 if state in free else 4)


def test_a_cancellation_that_cost_something_has_used_its_day():
    late, in_time = (Counted(BookingState.CANCELLED_BY_GUEST, charged) for charged in (75, 0))
    assert days_left(most=5, trips=[late, in_time]) == 4


def test_there_are_never_fewer_than_no_days_left():
    assert days_left(most=1, trips=[Counted(BookingState.CONFIRMED, None)] * 3) == 0


@pytest.mark.parametrize(
    ("held", "wanted", "collide"),
    [
        (Part.DAY, Part.MORNING, True),
        (Part.AFTERNOON, Part.DAY, True),
        (Part.MORNING, Part.MORNING, True),
        (Part.MORNING, Part.AFTERNOON, False),
    ],
)
def test_two_desks_for_the_same_half_are_one_too_many(held, wanted, collide):
    assert in_the_way(BookingState.CONFIRMED, held, wanted) is collide


@pytest.mark.parametrize("state", BookingState)
def test_only_a_trip_that_is_on_or_asked_for_is_in_the_way_of_another(state):
    assert in_the_way(state, Part.DAY, Part.DAY) is (state in OPEN_STATES)


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
