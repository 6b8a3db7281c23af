import os
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from shared.clock import (
    FileClock,
    FixedClock,
    SystemClock,
    UnknownZone,
    current_clock,
    day_range,
    local_date,
    wall,
    zone_info,
    zone_names,
)

HOUR = timedelta(hours=1)
AT = datetime(2026, 3, 29, 9, tzinfo=UTC)
AWKWARD = [
    "Africa/Cairo",  # changes at midnight
    "America/Asuncion",
    "America/Havana",  # midnight comes twice
    "America/Nuuk",  # the gap ends at midnight
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",  # changed at one minute past midnight until 2011
    "Antarctica/Troll",  # two hours
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Atlantic/Azores",
    "Australia/Lord_Howe",  # half an hour
    "Europe/London",
    "Europe/Rome",
    "Pacific/Apia",  # had no 30 December 2011
    "Pacific/Chatham",
    "Pacific/Kiritimati",
]
DAYS = st.dates(date(2005, 1, 1), date(2099, 12, 30))


def hours(on: date, zone: str) -> float:
    start, end = day_range(on, zone)
    return (end - start) / HOUR


def test_a_day_of_the_spring_change_has_23_hours_and_one_of_autumn_25() -> None:
    assert hours(date(2026, 3, 28), "Europe/Rome") == 24
    assert hours(date(2026, 3, 29), "Europe/Rome") == 23
    assert hours(date(2026, 10, 25), "Europe/Rome") == 25
    assert hours(date(2026, 4, 5), "Australia/Lord_Howe") == 24.5


def test_a_day_whose_midnight_is_skipped_starts_where_the_clocks_jump() -> None:
    start, end = day_range(date(2024, 9, 8), "America/Santiago")
    assert start.astimezone(ZoneInfo("America/Santiago")).time() == time(1)
    assert (end - start) / HOUR == 23


def test_a_day_whose_midnight_comes_twice_starts_at_the_first() -> None:
    start, end = day_range(date(2024, 11, 3), "America/Havana")
    assert start == datetime(2024, 11, 3, 4, tzinfo=UTC)
    assert (end - start) / HOUR == 25


def test_a_gap_across_midnight_ends_the_day_before_where_it_begins() -> None:
    # Toronto's clocks went from 23:30 on 30 March 1919 to 00:30.
    start, end = day_range(date(1919, 3, 31), "America/Toronto")
    assert start == datetime(1919, 3, 31, 4, 30, tzinfo=UTC)
    assert (end - start) / HOUR == 23.5
    assert hours(date(1919, 3, 30), "America/Toronto") == 23.5


def test_a_day_that_a_place_left_out_is_empty() -> None:
    assert hours(date(2011, 12, 30), "Pacific/Apia") == 0
    assert hours(date(2011, 12, 29), "Pacific/Apia") == hours(date(2011, 12, 31), "Pacific/Apia") == 24


@given(DAYS, st.sampled_from(AWKWARD))
def test_days_follow_each_other_without_a_gap_or_an_overlap(on: date, zone: str) -> None:
    start, end = day_range(on, zone)
    assert start.utcoffset() == end.utcoffset() == timedelta()
    assert end == day_range(on + timedelta(days=1), zone)[0]
    assert 22 * HOUR <= end - start <= 26 * HOUR or zone == "Pacific/Apia"


@given(st.datetimes(datetime(2020, 1, 1), datetime(2099, 12, 30)), st.sampled_from(AWKWARD))  # noqa: DTZ001
def test_every_instant_lies_in_the_day_that_people_write_at_it(naive: datetime, zone: str) -> None:
    at = naive.replace(tzinfo=UTC)
    start, end = day_range(local_date(at, zone), zone)
    assert start <= at < end


def change_days(zone: str) -> list[date]:
    noons = [datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day) for day in range(366)]
    offsets = [noon.astimezone(ZoneInfo(zone)).utcoffset() for noon in noons]
    return [noon.date() for noon, before, after in zip(noons, offsets, offsets[1:], strict=False) if before != after]


def test_the_days_around_a_change_follow_each_other_in_every_zone() -> None:
    for zone in sorted(zone_names()):
        for change in change_days(zone):
            days = [day_range(change + timedelta(days=day), zone) for day in range(-1, 4)]
            assert all(before[1] == after[0] for before, after in pairwise(days)), zone
            assert all(local_date(start, zone) != local_date(start - timedelta(seconds=1), zone) for start, _ in days), zone


def test_the_date_is_the_one_of_the_place() -> None:
    late = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
    assert local_date(late, "Europe/London") == date(2026, 3, 28)
    assert local_date(late, "Europe/Rome") == date(2026, 3, 29)


def test_a_wall_time_means_its_instant() -> None:
    assert wall(date(2026, 7, 1), time(9), "Europe/Rome") == datetime(2026, 7, 1, 7, tzinfo=UTC)


def test_a_wall_time_in_a_gap_moves_forward() -> None:
    moved = wall(date(2026, 3, 29), time(2, 30), "Europe/Rome")
    assert moved.astimezone(ZoneInfo("Europe/Rome")).time() == time(3, 30)


def test_a_wall_time_that_comes_twice_is_the_first() -> None:
    first = wall(date(2026, 10, 25), time(2, 30), "Europe/Rome")
    assert first == wall(date(2026, 10, 25), time(2, 30, fold=1), "Europe/Rome") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["", "Rome", "Europe", "Europe/", "../../etc/passwd", "Europe/Rome\x00", "localtime"])
def test_what_is_no_zone_is_refused(zone: str) -> None:
    with pytest.raises(UnknownZone):
        zone_info(zone)


def test_the_system_clock_gives_aware_utc() -> None:
    now = SystemClock().now()
    assert now.utcoffset() == timedelta()
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_fixed_clock_stands_until_it_is_moved() -> None:
    clock = FixedClock(AT.astimezone(timezone(timedelta(hours=2))))
    assert clock.now() == clock.now() == AT
    assert clock.now().tzinfo is UTC
    clock.advance(HOUR)
    assert clock.now() == AT + HOUR
    clock.set(AT)
    assert clock.now() == AT


def offset(clock: FileClock) -> timedelta:
    ahead = clock.now() - datetime.now(UTC)
    return timedelta(seconds=round(ahead.total_seconds()))


def write(path: Path, text: str, version: int) -> None:
    path.write_text(text, encoding="ascii")
    os.utime(path, ns=(version, version))


def test_a_file_clock_follows_its_file(tmp_path: Path) -> None:
    path = tmp_path / "offset"
    clock = FileClock(path)
    assert offset(clock) == timedelta()
    write(path, "3600\n", 1)
    assert offset(clock) == HOUR
    write(path, "-7200.0", 2)
    assert offset(clock) == -2 * HOUR
    assert offset(clock) == -2 * HOUR


@pytest.mark.parametrize("text", ["", "soon", "nan", "inf", "1e300", "99999999999", "é".encode().decode("latin-1")])
def test_a_file_that_holds_no_offset_leaves_the_last_one(tmp_path: Path, text: str) -> None:
    path = tmp_path / "offset"
    clock = FileClock(path)
    write(path, "60", 1)
    assert offset(clock) == timedelta(seconds=60)
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(2, 2))
    assert offset(clock) == timedelta(seconds=60)
    write(path, "90", 3)
    assert offset(clock) == timedelta(seconds=90)


def test_the_offset_outlives_its_file(tmp_path: Path) -> None:
    path = tmp_path / "offset"
    write(path, "60", 1)
    clock = FileClock(path)
    assert offset(clock) == timedelta(seconds=60)
    path.unlink()
    assert offset(clock) == timedelta(seconds=60)


def test_the_clock_of_a_request_is_its_app_s() -> None:
    app = Flask(__name__)
    app.extensions["clock"] = clock = FixedClock(AT)
    with app.app_context():
        assert current_clock() is clock
