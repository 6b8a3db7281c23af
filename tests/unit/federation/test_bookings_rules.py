"""When a stay is possible, and when a timer that costs somebody may fire."""

import datetime as dt

import pytest

from federation.bookings.rules import Hours, day_fault, no_show_credits, offer_faults, timers_until
from shared.clock import wall
from shared.protocol.states import NoReason, Part

LONDON = "Europe/London"
DAY = dt.date(2026, 11, 12)


def hours(on=DAY, zone=LONDON):
    return Hours(*(wall(on, dt.time(h), zone) for h in (9, 13, 18)))


OPEN = hours()


def fault(now, *, on=DAY, part=Part.DAY, zone=LONDON, open_hours=OPEN):
    return day_fault(on=on, part=part, zone=zone, hours=open_hours, now=now)


def test_a_part_of_the_day_has_its_own_hours():
    day = hours()
    assert day.of(Part.DAY) == (day.opens_at, day.closes_at)
    assert day.of(Part.MORNING) == (day.opens_at, day.noon_at)
    assert day.of(Part.AFTERNOON) == (day.noon_at, day.closes_at)


def test_a_day_that_is_over_at_the_host_is_past_though_it_still_runs_at_home():
    evening_in_new_york = wall(DAY, dt.time(20), "America/New_York")
    assert fault(evening_in_new_york) is NoReason.DAY_PAST


def test_a_day_that_has_not_begun_at_home_can_be_booked_where_it_has():
    tokyo = "Asia/Tokyo"
    late_the_day_before = wall(DAY - dt.timedelta(days=1), dt.time(22), "America/New_York")
    assert fault(late_the_day_before, zone=tokyo, open_hours=hours(zone=tokyo)) is None


@pytest.mark.parametrize(("part", "expected"), [(Part.MORNING, NoReason.DAY_PAST), (Part.AFTERNOON, None), (Part.DAY, None)])
def test_the_morning_is_past_at_noon_and_the_rest_of_the_day_is_not(part, expected):
    assert fault(wall(DAY, dt.time(13), LONDON), part=part) is expected


def test_a_closed_day_and_a_day_too_far_ahead_are_told_apart():
    before = wall(DAY, dt.time(8), LONDON)
    assert fault(before, open_hours=None) is NoReason.SPACE_CLOSED
    assert fault(before, on=DAY + dt.timedelta(days=63)) is NoReason.DAY_TOO_FAR
    assert fault(before, on=DAY + dt.timedelta(days=62)) is None


@pytest.mark.parametrize(("on", "length"), [(dt.date(2026, 3, 29), 23), (dt.date(2026, 10, 25), 25)])
def test_days_on_which_the_clocks_change_can_be_booked_until_they_close(on, length):
    midnight, noon, next_midnight = (wall(day, dt.time(h), LONDON) for day, h in ((on, 0), (on, 12), (on + dt.timedelta(1), 0)))
    open_all_day = Hours(midnight, noon, next_midnight)
    start, end = open_all_day.of(Part.DAY)
    assert end - start == dt.timedelta(hours=length)
    assert fault(end - dt.timedelta(minutes=1), on=on, open_hours=open_all_day) is None
    assert fault(end, on=on, open_hours=open_all_day) is NoReason.DAY_PAST


@pytest.mark.parametrize(("percent", "credits"), [(0, 0), (50, 75), (100, 150)])
def test_not_coming_never_costs_more_than_coming(percent, credits):
    assert no_show_credits(price=150, percent=percent) == credits


def test_a_timer_waits_for_the_hosts_word_or_for_thirty_days():
    now = wall(DAY, dt.time(19), LONDON)
    seen, silence = now - dt.timedelta(minutes=5), now - dt.timedelta(days=30)

    def until(**facts):
        return timers_until(**{"last_seen_at": seen, "outbox_oldest_at": None, "now": now, **facts})

    assert until() == seen
    assert until(last_seen_at=None) == silence
    assert until(outbox_oldest_at=seen) == silence
    assert until(last_seen_at=now - dt.timedelta(days=40)) == silence


def offered(on=DAY, **changes):
    day = hours(on)
    usual = {"on": on, "open": True, "opens_at": day.opens_at, "noon_at": day.noon_at, "closes_at": day.closes_at}
    return {**usual, **changes}


def pointers(*days):
    return [fault["pointer"] for fault in offer_faults(days, LONDON)]


def test_days_with_hours_of_their_own_are_offered_each_once():
    next_day = DAY + dt.timedelta(days=1)
    assert pointers(offered(), offered(next_day)) == []
    assert pointers(offered(), offered(next_day), offered()) == ["/days/2/on"]


def test_a_closed_day_needs_no_hours_and_an_open_one_all_of_them():
    nothing = {"opens_at": None, "noon_at": None, "closes_at": None}
    assert pointers(offered(open=False, **nothing)) == []
    for missing in nothing:
        assert pointers(offered(**{missing: None})) == ["/days/0"]


@pytest.mark.parametrize(
    ("opens", "noon", "closes", "fits"),
    [
        ((0, 0), (0, 12), (1, 0), True),
        ((0, 9), (0, 9), (0, 18), True),
        ((0, 9), (0, 13), (1, 6), True),
        ((0, 9), (0, 13), (1, 7), False),
        ((0, 9), (0, 8), (0, 18), False),
        ((0, 9), (0, 19), (0, 18), False),
        ((0, 9), (0, 9), (0, 9), False),
        ((-1, 23), (0, 9), (0, 18), False),
        ((1, 0), (1, 1), (1, 2), False),
    ],
)
def test_the_hours_of_a_day_are_in_order_and_begin_on_it_at_the_host(opens, noon, closes, fits):
    def at(days, hour):
        return wall(DAY + dt.timedelta(days=days), dt.time(hour), LONDON)

    day = offered(opens_at=at(*opens), noon_at=at(*noon), closes_at=at(*closes))
    assert pointers(day) == ([] if fits else ["/days/0/opens_at"])
