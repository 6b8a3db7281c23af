"""What the calendar decides by itself: weeks of a month, days of a session, whose clock differs, what a newcomer finds."""

import datetime as dt
from typing import Any

import pytest

from space_node.calendar import rules
from space_node.calendar.rules import Apart

UTC = dt.UTC


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("starts", "hours", "venue", "here", "expected"),
    [
        ("2026-11-19 12:30", 2, "Europe/Rome", "Europe/Rome", Apart.SAME),
        ("2026-11-19 12:30", 2, "Europe/Paris", "Europe/Rome", Apart.SAME),
        ("2026-11-19 12:30", 2, "Europe/London", "Europe/Rome", Apart.CLOCK),
        ("2026-11-19 23:00", 2, "Europe/London", "America/New_York", Apart.DATE),
        ("2026-11-20 00:30", 2, "America/New_York", "Europe/Rome", Apart.DATE),
        # The week in which London has changed its clocks and New York has not.
        ("2026-10-28 12:00", 1, "Africa/Abidjan", "Europe/London", Apart.SAME),
        ("2026-10-20 12:00", 1, "Africa/Abidjan", "Europe/London", Apart.CLOCK),
        # The clocks there change while it lasts.
        ("2026-10-25 00:30", 2, "Europe/London", "Africa/Abidjan", Apart.CLOCK),
    ],
)
def test_whether_people_here_read_another_time_or_another_date(
    starts: str, hours: int, venue: str, here: str, expected: Apart
) -> None:
    begins = at(starts)
    assert rules.apart(begins, begins + dt.timedelta(hours=hours), venue=venue, here=here) is expected


def test_a_month_is_shown_in_whole_weeks_from_monday() -> None:
    weeks = rules.weeks_of(dt.date(2026, 11, 1))
    assert [len(week) for week in weeks] == [7] * 6
    assert (weeks[0][0], weeks[-1][-1]) == (dt.date(2026, 10, 26), dt.date(2026, 12, 6))
    assert all(day.weekday() == 0 for day in (week[0] for week in weeks))
    assert len(rules.weeks_of(dt.date(2027, 2, 1))) == 4


@pytest.mark.parametrize(
    ("month", "count", "expected"),
    [
        (dt.date(2026, 11, 1), 1, dt.date(2026, 12, 1)),
        (dt.date(2026, 12, 1), 1, dt.date(2027, 1, 1)),
        (dt.date(2026, 1, 31), -1, dt.date(2025, 12, 1)),
        (dt.date(2026, 3, 15), -3, dt.date(2025, 12, 1)),
    ],
)
def test_months_follow_each_other_over_the_years(month: dt.date, count: int, expected: dt.date) -> None:
    assert rules.month_after(month, count) == expected


@pytest.mark.parametrize(
    ("starts", "ends", "zone", "days"),
    [
        ("2026-11-19 12:30", "2026-11-19 14:00", "Europe/Rome", ["2026-11-19"]),
        ("2026-11-19 22:30", "2026-11-20 00:30", "Europe/Rome", ["2026-11-19", "2026-11-20"]),
        # One that ends at midnight here does not stand on the next day.
        ("2026-11-19 20:00", "2026-11-19 23:00", "Europe/Rome", ["2026-11-19"]),
        ("2026-11-19 20:00", "2026-11-19 23:00", "Asia/Tokyo", ["2026-11-20"]),
        ("2026-11-19 09:00", "2026-11-21 17:00", "Europe/Rome", ["2026-11-19", "2026-11-20", "2026-11-21"]),
    ],
)
def test_a_session_stands_on_every_local_day_that_it_touches(starts: str, ends: str, zone: str, days: list[str]) -> None:
    assert [day.isoformat() for day in rules.days_of(at(starts), at(ends), zone)] == days


@pytest.mark.parametrize(
    ("pool", "found"),
    [
        ({"free": 3, "waiting": 0}, True),
        ({"free": None, "waiting": 0}, True),
        ({"free": 0, "waiting": 0}, False),
        # What is free goes to those who wait: a newcomer does not overtake them.
        ({"free": 2, "waiting": 1}, False),
    ],
)
def test_a_newcomer_finds_a_seat_only_where_nobody_waits(pool: dict[str, Any], found: bool) -> None:
    assert rules.takes_newcomers(pool) is found


def test_a_seat_count_is_said_with_about_when_the_hub_has_not_answered_lately() -> None:
    """Edge case 22: what remains is shown as "about" when it may be old."""
    now = at("2026-11-12 09:30")
    fresh, old = now - dt.timedelta(minutes=2), now - dt.timedelta(minutes=2, seconds=1)
    assert not rules.is_stale(last_ok_at=fresh, fault=None, now=now)
    assert rules.is_stale(last_ok_at=old, fault=None, now=now)
    assert rules.is_stale(last_ok_at=fresh, fault="peer-unreachable", now=now)
    assert rules.is_stale(last_ok_at=None, fault=None, now=now)


def test_an_event_is_held_by_its_lead_and_by_those_who_have_accepted() -> None:
    told = [("a", "accepted"), ("b", "invited"), ("c", "declined"), ("d", "withdrawn"), ("lead", "accepted")]
    cohosts = [{"space": space, "state": state} for space, state in told]
    assert rules.holders("lead", cohosts) == ["lead", "a"]


def test_a_search_does_not_care_for_capitals_or_how_accents_are_written() -> None:
    assert rules.search_key(" MÜNCHEN ") == rules.search_key("mu\u0308nchen")
    assert rules.search_key("Straße") == rules.search_key("STRASSE")


@pytest.mark.parametrize(
    ("event", "session", "off"),
    [
        ("published", "scheduled", False),
        ("published", "postponed", False),
        ("published", "cancelled", True),
        ("cancelled", "scheduled", True),
    ],
)
def test_a_session_is_off_with_its_event(event: str, session: str, off: bool) -> None:
    assert rules.is_off(event=event, session=session) is off
