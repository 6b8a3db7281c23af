"""Quarters: they follow each other without a gap, and a report is made only of one in which nothing changes any more."""

import datetime as dt
from itertools import pairwise

import pytest

from shared.reports.quarters import Quarter, QuarterUnusable

DAY = dt.timedelta(days=1)


def test_quarters_follow_each_other_without_a_gap() -> None:
    shown = Quarter(2026, 1).lately(6)
    assert [str(one) for one in shown] == ["2026-Q1", "2025-Q4", "2025-Q3", "2025-Q2", "2025-Q1", "2024-Q4"]
    assert all(earlier.last_on + DAY == later.first_on for later, earlier in pairwise(shown))


@pytest.mark.parametrize(
    ("today", "last"),
    [("2026-10-31", "2026-Q2"), ("2026-11-01", "2026-Q3"), ("2027-01-31", "2026-Q3"), ("2027-02-01", "2026-Q4")],
)
def test_a_quarter_is_counted_when_nothing_of_it_can_be_reported_any_more(today: str, last: str) -> None:
    assert str(Quarter.last_counted(dt.date.fromisoformat(today))) == last


@pytest.mark.parametrize("text", ["2026-Q4", "2026-Q5", "2026", "1999-Q1", "2026-Q3\n", "٢٠٢٦-Q1"])
def test_what_is_no_quarter_or_not_counted_yet_is_refused(text: str) -> None:
    with pytest.raises(QuarterUnusable):
        Quarter.read(text, dt.date(2026, 11, 22))
    assert Quarter.read("2026-Q3", dt.date(2026, 11, 22)) == Quarter(2026, 3)
