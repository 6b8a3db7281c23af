"""The demo's clock: a Thursday, 09:30 in London, near by, whatever the season."""

from datetime import UTC, datetime, timedelta

import pytest

from demo.clock import LONDON, DemoClock, thursday_morning, write_offset

DAYS_OF_TWO_YEARS = [datetime(2026, 1, 1, 17, 45, tzinfo=UTC) + timedelta(days=n) for n in range(731)]


def test_it_is_half_past_nine_on_a_thursday_on_whatever_day_the_demo_starts() -> None:
    shown = {(at.weekday(), at.hour, at.minute) for now in DAYS_OF_TWO_YEARS if (at := thursday_morning(now).astimezone(LONDON))}
    assert shown == {(3, 9, 30)}


def test_the_thursday_is_never_more_than_half_a_week_away() -> None:
    # Half a week, and the hour by which a week with a change of the clocks is longer.
    assert all(abs(thursday_morning(now) - now) <= timedelta(days=3.5, hours=1) for now in DAYS_OF_TWO_YEARS)


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        (datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 26, 9, 30, tzinfo=UTC)),
        (datetime(2026, 3, 31, 12, tzinfo=UTC), datetime(2026, 4, 2, 8, 30, tzinfo=UTC)),
        (datetime(2026, 11, 19, 9, 30, tzinfo=UTC), datetime(2026, 11, 19, 9, 30, tzinfo=UTC)),
    ],
    ids=["before the clocks change", "after the clocks have changed", "on the minute"],
)
def test_the_hour_is_londons_in_winter_and_in_summer(now: datetime, morning: datetime) -> None:
    assert thursday_morning(now) == morning


def test_the_services_are_told_by_how_much_their_clock_is_off(tmp_path) -> None:
    clock = DemoClock(tmp_path / "clock")
    offset = timedelta(seconds=float((tmp_path / "clock").read_text()))
    assert abs(datetime.now(UTC) + offset - clock.now()) < timedelta(seconds=5)
    assert abs(clock.now() - thursday_morning(datetime.now(UTC))) < timedelta(seconds=5)
    assert clock.london_day(1) - clock.london_day() == timedelta(days=1)


def test_an_offset_is_replaced_as_a_whole(tmp_path) -> None:
    write_offset(tmp_path / "clock", 1.5)
    write_offset(tmp_path / "clock", -86_400)
    assert (tmp_path / "clock").read_text() == "-86400.000\n"
    assert [path.name for path in tmp_path.iterdir()] == ["clock"]
