"""What follows from a format once it has a day: pure decisions."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from space_node.replays import rules

AGENDA = [
    {"offset_minutes": 0, "minutes": 20, "text": "Welcome"},
    {"offset_minutes": 20, "minutes": 60, "text": "Talks"},
    {"offset_minutes": 30, "minutes": 15, "text": "Side room"},
]


def test_tasks_have_days_and_the_next_one_comes_first() -> None:
    tasks: list[dict[str, Any]] = [
        {"days_before": -2, "text": "after", "role": ""},
        {"days_before": 14, "text": "before", "role": "host"},
        {"days_before": 0, "text": "then", "role": ""},
    ]
    found = rules.due(tasks, dt.date(2026, 3, 10))
    assert [(one.on.isoformat(), one.text, one.place) for one in found] == [
        ("2026-02-24", "before", 1), ("2026-03-10", "then", 2), ("2026-03-12", "after", 0),
    ]  # fmt: skip


def test_an_agenda_over_the_change_of_clocks_lasts_as_long_as_it_is_long() -> None:
    starts = dt.datetime(2026, 3, 29, 0, 50, tzinfo=dt.UTC)
    shown = [one.at.astimezone(ZoneInfo("Europe/Rome")).strftime("%H:%M") for one in rules.schedule(AGENDA, starts)]
    assert shown == ["01:50", "03:10", "03:20"]


def test_the_credit_is_never_pushed_out() -> None:
    credit = "“Lunch”: TheCube (CC-BY-SA-4.0)"
    assert rules.described("Soup.", credit) == f"Soup.\n\n{credit}"
    long = rules.described("x" * 4000, credit)
    assert len(long) == rules.DESCRIPTION_MAX
    assert long.endswith(f"x…\n\n{credit}")
    assert rules.described("", credit) == credit
