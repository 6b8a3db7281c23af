"""The days that a rule names, against a library's."""

import datetime as dt

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.calendar.errors import Faulty
from shared.calendar.recurrence import Budget, days, parse_rule

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NTH = st.tuples(st.sampled_from(["1", "2", "-1", "4"]), st.sampled_from(WEEKDAYS)).map("".join)
START = dt.date(2020, 1, 1)


def numbers(*choices):
    return st.lists(st.sampled_from(choices), min_size=1, max_size=3, unique=True).map(lambda found: ",".join(map(str, found)))


@st.composite
def rules(draw):
    """Rules that name some day: the library looks for one until the year 9999."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = {"FREQ": frequency, "INTERVAL": str(draw(st.integers(1, 5)))}
    if frequency == "YEARLY" or (parts["INTERVAL"] == "1" and draw(st.booleans())):
        parts["BYMONTH"] = draw(numbers(*range(1, 13)))
    if frequency in {"MONTHLY", "YEARLY"}:
        by = draw(st.sampled_from(["", "BYDAY", "BYMONTHDAY"]))
        if by:
            # The library takes "the first Tuesday and every Monday" for the Mondays that are a first Tuesday.
            named = draw(st.sampled_from([NTH, st.sampled_from(WEEKDAYS)]))
            days_of_weeks = st.lists(named, min_size=1, max_size=3).map(",".join)
            parts[by] = draw(days_of_weeks if by == "BYDAY" else numbers(1, 2, 15, 28, -1, -28))
            if draw(st.booleans()):
                parts["BYSETPOS"] = draw(numbers(1, -1))
    elif draw(st.booleans()):
        parts["BYDAY"] = ",".join(draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=3)))
    if draw(st.booleans()):
        parts["COUNT"] = str(draw(st.integers(1, 30)))
    parts["WKST"] = draw(st.sampled_from(WEEKDAYS))
    return ";".join(f"{name}={value}" for name, value in parts.items())


STARTS = st.tuples(st.integers(2024, 2026), st.integers(1, 12), st.integers(1, 28)).map(lambda ymd: dt.date(*ymd))


@settings(max_examples=60)
@given(rules(), STARTS, STARTS)
def test_a_rule_names_the_days_that_a_library_finds(text, start, first):
    last = first + dt.timedelta(days=366)
    expected = []
    for at in rrulestr(text, dtstart=dt.datetime.combine(start, dt.time(9))):
        if at.date() > last:
            break
        expected += [at.date()] if at.date() >= first else []
    assert list(days(parse_rule(text), start, first, last, Budget())) == expected


def test_a_rule_that_names_no_day_ends():
    """Edge case 62: the library looks for the thirtieth of February until the year 9999."""
    for text in (
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
        "FREQ=MONTHLY;BYMONTH=2;INTERVAL=12",
    ):
        assert list(days(parse_rule(text), START, START, START + dt.timedelta(days=366), Budget())) == []


def test_the_days_of_one_file_are_counted_together():
    rule, budget = parse_rule("FREQ=DAILY"), Budget(left=300)
    assert len(list(days(rule, START, START, START + dt.timedelta(days=199), budget))) == 200
    with pytest.raises(Faulty):
        list(days(rule, START, START, START + dt.timedelta(days=199), budget))


def test_days_that_are_counted_from_too_long_ago_are_not_looked_for():
    """Edge case 62: a count can only be counted from the beginning, and that takes its time for each day since."""
    rule = parse_rule("FREQ=DAILY;COUNT=999999")
    lately, long_ago = (START - dt.timedelta(days=age) for age in (20_000, 40_000))
    assert list(days(rule, lately, START, START, Budget())) == [START]
    with pytest.raises(Faulty, match="too often"):
        list(days(rule, long_ago, START, START, Budget()))


def test_the_last_days_of_all_are_the_end():
    """A rule whose steps lead behind the last year ends there."""
    for frequency in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
        rule = parse_rule(f"FREQ={frequency};INTERVAL=999999;COUNT=9")
        assert len(list(days(rule, START, START, dt.date.max, Budget()))) in {1, 2, 3, 4}
