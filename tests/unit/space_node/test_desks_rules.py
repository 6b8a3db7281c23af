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


def test_the_coming_days_begin_today():
    days = coming(THURSDAY)
    assert (days[0], len(days), days[-1]) == (THURSDAY, DAYS_AHEAD, THURSDAY + dt.timedelta(days=DAYS_AHEAD - 1))
