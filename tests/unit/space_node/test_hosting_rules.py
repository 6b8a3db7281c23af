"""Where people stand on a list, and what a home is told: pure decisions."""

import datetime as dt
from typing import Any

import pytest

from shared.protocol.states import RsvpState
from space_node.hosting import rules
from space_node.hosting.rules import Coming, Group

NOW = dt.datetime(2026, 3, 3, 18, 0, tzinfo=dt.UTC)
ADA, BOB, EVE = Coming("lambrate", "Ada", True), Coming("lambrate", "Bob", False), Coming("thecube", "Eve", True)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (RsvpState.ASKED, Group.UNSURE),
        (RsvpState.PENDING, Group.TO_DECIDE),
        (RsvpState.CONFIRMED, Group.EXPECTED),
        (RsvpState.NO_SHOW, Group.EXPECTED),
        (RsvpState.WAITLISTED, Group.WAITING),
        (RsvpState.OFFERED, Group.WAITING),
        (RsvpState.ATTENDED, Group.HERE),
        (RsvpState.REFUSED, Group.OFF),
        (RsvpState.CANCELLED_BY_HOST, Group.OFF),
        ("a word of a newer hub", Group.OFF),
    ],
)
def test_everybody_stands_somewhere(state: str, expected: Group) -> None:
    assert rules.group(state, arrived=False) is expected
    assert rules.group(state, arrived=True) is Group.HERE


def test_only_who_waits_or_has_a_seat_can_be_taken_off_the_list() -> None:
    may = {state for state in RsvpState if rules.may_cancel(state, arrived=False, asked=False)}
    assert may == {RsvpState.PENDING, RsvpState.CONFIRMED, RsvpState.WAITLISTED, RsvpState.OFFERED}
    assert not rules.may_cancel(RsvpState.CONFIRMED, arrived=True, asked=False)
    assert not rules.may_cancel(RsvpState.CONFIRMED, arrived=False, asked=True)


def test_names_are_kept_for_thirty_days() -> None:
    assert rules.keeps_name(ends_at=None, now=NOW)
    assert rules.keeps_name(ends_at=NOW - dt.timedelta(days=30), now=NOW)
    assert not rules.keeps_name(ends_at=NOW - dt.timedelta(days=30, seconds=1), now=NOW)


def told(home: str, **changed: Any) -> dict[str, Any]:
    about: dict[str, Any] = {
        "people": [ADA, BOB, EVE],
        "list_open": True,
        "join_url": "https://meet.test/x",
        "notices": [],
        "recap": "",
        "seated": True,
    }
    return rules.brief(home, **(about | changed))


def test_a_home_where_somebody_shares_reads_who_shares_its_own_people_first() -> None:
    assert told("lambrate")["attendees"] == [{"name": "Ada", "home": "lambrate"}, {"name": "Eve", "home": "thecube"}]
    assert told("thecube")["attendees"] == [{"name": "Eve", "home": "thecube"}, {"name": "Ada", "home": "lambrate"}]
    assert (told("torino")["attendees"], told("torino")["sharing"]) == ([], 2)
    closed = told("lambrate", list_open=False)
    assert (closed["attendees"], closed["sharing"]) == ([], 0)


def test_the_way_in_is_for_homes_with_a_seat() -> None:
    assert told("lambrate")["join_url"] == "https://meet.test/x"
    assert told("lambrate", seated=False)["join_url"] is None


def test_the_last_messages_are_told() -> None:
    notices = [{"id": str(number)} for number in range(7)]
    assert [one["id"] for one in told("lambrate", notices=notices)["notices"]] == ["2", "3", "4", "5", "6"]


def test_what_is_too_long_loses_names_first_then_old_messages_then_the_last_names() -> None:
    payload = {"attendees": list(range(44)), "notices": [1, 2]}
    seen = []
    while payload["attendees"] or payload["notices"]:
        payload = rules.shortened(payload)
        seen.append((len(payload["attendees"]), len(payload["notices"])))
    assert seen == [(22, 2), (11, 2), (11, 1), (11, 0), (5, 0), (2, 0), (1, 0), (0, 0)]


def test_counts_of_several_sessions_add_up_by_home() -> None:
    counts = [
        {"home": "lambrate", "confirmed": 2, "waiting": 1, "attended": 0},
        {"home": "thecube", "confirmed": 4, "waiting": 0, "attended": 3},
        {"home": "lambrate", "confirmed": 1, "waiting": 0, "attended": 1},
    ]
    assert rules.by_home(counts) == [rules.Share("thecube", 4, 0, 3), rules.Share("lambrate", 3, 1, 1)]
