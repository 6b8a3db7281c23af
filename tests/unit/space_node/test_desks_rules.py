"""What a day offers guests."""

import datetime as dt

import pytest

from shared.protocol.registry import example
from space_node.desks.rules import DAYS_AHEAD, Seats, coming, day_offer

PROFILE = example("profile.updated")["profile"]
THURSDAY = dt.date(2026, 11, 12)


def test_an_open_day_has_the_profiles_hours_in_the_spaces_zone():
    day = day_offer(THURSDAY, profile=PROFILE, seats=Seats(True, 3, 2))
    assert day["open"] is True
    assert (day["morning_seats"], day["afternoon_seats"]) == (3, 2)
    assert day["opens_at"] == dt.datetime(2026, 11, 12, 9, tzinfo=dt.UTC)
    assert day["closes_at"] == dt.datetime(2026, 11, 12, 18, tzinfo=dt.UTC)


@pytest.mark.parametrize("on", [dt.date(2026, 3, 29), dt.date(2026, 10, 25)])
def test_the_hours_are_wall_times_also_when_the_clocks_change(on):
    sundays = {**PROFILE, "opening_hours": [{"weekday": "sun", "opens": "00:30", "noon": "12:00", "closes": "23:30"}]}
    day = day_offer(on, profile=sundays, seats=Seats(True, 1, 1))
    length = day["closes_at"] - day["opens_at"]
    assert length == dt.timedelta(hours=22 if on.month == 3 else 24)


@pytest.mark.parametrize(
    ("on", "seats"), [(dt.date(2026, 11, 14), Seats(True, 3, 3)), (THURSDAY, None), (THURSDAY, Seats(False, 3, 3))]
)
def test_a_day_without_hours_or_without_seats_for_guests_is_closed(on, seats):
    day = day_offer(on, profile=PROFILE, seats=seats)
    assert day["open"] is False
    assert (day["morning_seats"], day["afternoon_seats"], day["opens_at"]) == (0, 0, None)


@pytest.mark.parametrize(
    ("hours", "seats", "noon"),
    [
        (("08:00", "13:00", "12:00"), (3, 0), 12),
        (("14:00", "13:00", "22:00"), (0, 2), 14),
        (("09:00", "13:00", "18:00"), (3, 2), 13),
    ],
)
def test_a_half_in_which_the_space_is_not_open_has_no_seats(hours, seats, noon):
    written = dict(zip(("opens", "noon", "closes"), hours, strict=True), weekday="thu")
    day = day_offer(THURSDAY, profile={**PROFILE, "opening_hours": [written]}, seats=Seats(True, 3, 2))
    assert (day["open"], day["morning_seats"], day["afternoon_seats"], day["noon_at"].hour) == (True, *seats, noon)


def test_hours_that_end_before_they_begin_are_no_hours():
    backwards = {"weekday": "thu", "opens": "18:00", "noon": "13:00", "closes": "09:00"}
    assert day_offer(THURSDAY, profile={**PROFILE, "opening_hours": [backwards]}, seats=Seats(True, 3, 2))["open"] is False


def test_the_coming_days_begin_today():
    days = coming(THURSDAY)
    assert (days[0], len(days), days[-1]) == (THURSDAY, DAYS_AHEAD, THURSDAY + dt.timedelta(days=DAYS_AHEAD - 1))
