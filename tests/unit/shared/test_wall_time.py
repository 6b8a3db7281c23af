"""Wall time: a gap is refused with the two nearest times, a fold has two readings, everything else has one."""

import datetime as dt

import pytest
from marshmallow import ValidationError

from shared.protocol.values import WALL_TIME
from shared.wall_time import WallTimeSkipped, instant_of, readings, wall_of

UTC = dt.UTC


@pytest.mark.parametrize(
    ("wall", "zone", "earlier", "later"),
    [
        ("2027-03-14T02:30", "America/New_York", "2027-03-14 01:30", "2027-03-14 03:30"),
        ("2027-03-28T02:30", "Europe/Rome", "2027-03-28 01:30", "2027-03-28 03:30"),
        ("2026-10-04T02:15", "Australia/Lord_Howe", "2026-10-04 01:45", "2026-10-04 02:45"),
    ],
)
def test_a_time_that_does_not_exist_is_refused_with_choices(wall: str, zone: str, earlier: str, later: str) -> None:
    """Edge case 43: 02:30 in the night in which the clocks jump."""
    assert readings(wall, zone) == ()
    with pytest.raises(WallTimeSkipped) as refused:
        instant_of(wall, zone)
    assert (refused.value.params["earlier"], refused.value.params["later"]) == (earlier, later)
    assert [fault["pointer"] for fault in refused.value.errors] == ["/starts_local"]
    for choice in (earlier, later):
        assert len(readings(choice.replace(" ", "T"), zone)) == 1


def test_a_time_that_comes_twice_has_two_readings_and_the_fold_tells_which() -> None:
    """Edge case 44: 01:30 in New York in the night in which the clocks go back."""
    wall, zone = "2026-11-01T01:30", "America/New_York"
    first, second = readings(wall, zone)
    assert (first, second) == (dt.datetime(2026, 11, 1, 5, 30, tzinfo=UTC), dt.datetime(2026, 11, 1, 6, 30, tzinfo=UTC))
    assert [instant_of(wall, zone, fold) for fold in (0, 1)] == [first, second]
    assert [wall_of(at, zone) for at in (first, second)] == [(wall, 0), (wall, 1)]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Calcutta", "Asia/Kathmandu", "America/Sao_Paulo", "Pacific/Auckland"])
def test_a_plain_time_has_one_reading_whatever_the_fold(zone: str) -> None:
    """Edge case 50: zones without change, with half hours, in the south, and under an old name."""
    [at] = readings("2026-06-15T18:00", zone)
    assert instant_of("2026-06-15T18:00", zone, 0) == instant_of("2026-06-15T18:00", zone, 1) == at
    assert wall_of(at, zone) == ("2026-06-15T18:00", 0)


@pytest.mark.parametrize("wall", ["tomorrow", "2026-02-30T10:00", "2026-03-29T10:00:00", "2026-03-29 10:00"])
def test_what_is_no_wall_time_is_an_error_of_the_caller(wall: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the library's own words
        readings(wall, "UTC")


def test_the_wire_takes_no_day_that_does_not_exist() -> None:
    assert WALL_TIME("2028-02-29T10:00") == "2028-02-29T10:00"
    for text in ("2027-02-29T10:00", "2026-06-31T10:00", "2026-06-30T24:00"):
        with pytest.raises(ValidationError):
            WALL_TIME(text)
