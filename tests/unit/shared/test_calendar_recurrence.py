"""The days that a rule names, against a library's."""

import datetime as dt

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from shared.calendar.errors import Faulty
from shared.calendar.recurrence import Budget, days, parse_rule

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NTH = st.tuples(st.sampled_from(["", "1", "2", "-1", "5"]), st.sampled_from(WEEKDAYS)).map("".join)
START = dt.date(2020, 1, 1)


def numbers(*span):
    return st.lists(st.integers(*span).filter(bool), min_size=1, max_size=3, unique=True).map(
        lambda found: ",".join(map(str, found))
    )


@st.composite
def rules(draw):
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    weekdays = st.lists(NTH if frequency in {"MONTHLY", "YEARLY"} else st.sampled_from(WEEKDAYS), min_size=1, max_size=3)
    parts = {"FREQ": frequency, "INTERVAL": str(draw(st.integers(1, 5)))}
    if draw(st.booleans()) or frequency == "YEARLY":
        parts["BYMONTH"] = draw(numbers(1, 12))
    if draw(st.booleans()):
        parts["BYDAY"] = ",".join(draw(weekdays))
    if frequency in {"MONTHLY", "YEARLY", "DAILY"} and draw(st.booleans()):
        parts["BYMONTHDAY"] = draw(numbers(-31, 31))
    if frequency != "DAILY" and ("BYDAY" in parts or "BYMONTHDAY" in parts) and draw(st.booleans()):
        parts["BYSETPOS"] = draw(numbers(-2, 3))
    if draw(st.booleans()):
        parts["COUNT"] = str(draw(st.integers(1, 30)))
    parts["WKST"] = draw(st.sampled_from(WEEKDAYS))
    return ";".join(f"{name}={value}" for name, value in parts.items())


@given(rules(), st.dates(START, dt.date(2026, 6, 1)), st.dates(START, dt.date(2026, 6, 1)))
def test_a_rule_names_the_days_that_a_library_finds(text, start, first):
    last = first + dt.timedelta(days=366)
    end = dt.datetime.combine(last, dt.time(23))
    expected = rrulestr(
        f"{text}" if "COUNT" in text else f"{text};UNTIL={end:%Y%m%dT%H%M%S}", dtstart=dt.datetime.combine(start, dt.time(9))
    )
    found = list(days(parse_rule(text), start, first, last, Budget()))
    assert found == [at.date() for at in expected.between(dt.datetime.combine(first, dt.time()), end)]


def test_the_days_of_one_file_are_counted_together():
    rule, budget = parse_rule("FREQ=DAILY"), Budget(left=300)
    assert len(list(days(rule, START, START, START + dt.timedelta(days=199), budget))) == 200
    with pytest.raises(Faulty):
        list(days(rule, START, START, START + dt.timedelta(days=199), budget))


def test_the_last_days_of_all_are_the_end():
    """A rule whose steps lead behind the last year ends there."""
    for frequency in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
        rule = parse_rule(f"FREQ={frequency};INTERVAL=999999;COUNT=9")
        assert len(list(days(rule, START, START, dt.date.max, Budget()))) in {1, 2, 3, 4}
