"""Times and seats of a session, and how a row stands with the hub."""

import datetime as dt
from typing import Any

import pytest

from shared.protocol.states import SessionMode, SessionState
from shared.wall_time import WallTimeSkipped
from space_node.events import rules
from space_node.events.errors import PlanInvalid, WallTimeTwice

NOW = dt.datetime(2026, 3, 3, 8, 0, tzinfo=dt.UTC)
ROOM = {"name": "Long table", "address": "", "city": "", "access": ""}


def plan(**changed: Any) -> rules.SessionPlan:
    usual: dict[str, Any] = {
        "starts_local": "2026-03-20T18:00",
        "zone": "America/New_York",
        "duration_minutes": 90,
        "mode": SessionMode.IN_PERSON,
        "language": "en",
        "venue": ROOM,
        "seats_in_person": 20,
    }
    return rules.SessionPlan(**(usual | changed))


def faults(wanted: rules.SessionPlan, *, is_new_time: bool = True) -> list[str]:
    try:
        rules.require_sound(wanted, rules.times_of(wanted), is_new_time=is_new_time, now=NOW)
    except PlanInvalid as refusal:
        return [fault["pointer"] for fault in refusal.errors]
    return []


def test_wall_time_and_zone_become_instants_and_sign_up_closes_at_the_start() -> None:
    times = rules.times_of(plan())
    assert times.starts_at == dt.datetime(2026, 3, 20, 22, 0, tzinfo=dt.UTC)
    assert times.ends_at - times.starts_at == dt.timedelta(minutes=90)
    assert (times.closes_at, times.opens_at) == (times.starts_at, None)


def test_deadlines_are_wall_times_of_the_sessions_zone() -> None:
    """Edge case 47: sign-up closes at noon of the day before, on which the clocks change."""
    wanted = plan(starts_local="2026-03-09T10:00", closes_local="2026-03-08T12:00", opens_local="2026-03-01T12:00")
    times = rules.times_of(wanted)
    assert times.closes_at == dt.datetime(2026, 3, 8, 16, 0, tzinfo=dt.UTC)
    assert times.opens_at == dt.datetime(2026, 3, 1, 17, 0, tzinfo=dt.UTC)


def test_an_overnight_session_lasts_as_long_as_it_says() -> None:
    """Edge case 45: from evening to morning over the change of clocks."""
    times = rules.times_of(plan(starts_local="2026-03-07T22:00", duration_minutes=600))
    assert times.ends_at == dt.datetime(2026, 3, 8, 13, 0, tzinfo=dt.UTC)


def test_a_time_in_the_gap_is_refused_wherever_it_stands() -> None:
    """Edge case 43: the start and both deadlines."""
    for name in ("starts_local", "opens_local", "closes_local"):
        with pytest.raises(WallTimeSkipped) as refused:
            rules.times_of(plan(**{"starts_local": "2027-03-14T09:00", name: "2027-03-14T02:30"}))
        assert [fault["pointer"] for fault in refused.value.errors] == [f"/{name}"]


def test_a_time_that_comes_twice_is_asked_about_until_somebody_has_said_which() -> None:
    """Edge case 44: the first and the second half past one in New York."""
    night = "2026-11-01T01:30"
    with pytest.raises(WallTimeTwice) as refused:
        rules.times_of(plan(starts_local=night))
    assert [fault["pointer"] for fault in refused.value.errors] == ["/fold"]
    first, second = (rules.times_of(plan(starts_local=night, fold=fold)) for fold in (0, 1))
    assert second.starts_at - first.starts_at == dt.timedelta(hours=1)
    assert (first.fold, second.fold) == (0, 1)
    assert rules.times_of(plan(fold=1)).fold == 0


def test_a_relay_starts_in_the_instant_of_its_source_in_its_own_zone() -> None:
    """Edge case 41: 18:00 in New York is 23:00 in London, 22:00 in the weeks between the changes, then 23:00 again."""
    for day, shown in (("2026-03-06", "23:00"), ("2026-03-13", "22:00"), ("2026-03-27", "22:00"), ("2026-04-03", "23:00")):
        source = rules.times_of(plan(starts_local=f"{day}T18:00"))
        relay = rules.times_of(plan(starts_local=None, zone="Europe/London"), relayed_at=source.starts_at)
        assert (relay.starts_local, relay.starts_at) == (f"{day}T{shown}", source.starts_at)


def test_a_session_without_a_time_or_a_source_is_refused() -> None:
    with pytest.raises(PlanInvalid):
        rules.times_of(plan(starts_local=None))


@pytest.mark.parametrize(
    ("changed", "pointers"),
    [
        ({}, []),
        ({"starts_local": "2026-03-02T18:00"}, ["/starts_local"]),
        ({"venue": None}, ["/venue_name"]),
        ({"venue": {**ROOM, "name": ""}}, ["/venue_name"]),
        ({"venue": None, "mode": SessionMode.REMOTE}, []),
        ({"door_seats": 20}, []),
        ({"door_seats": 21}, ["/door_seats"]),
        ({"door_seats": 21, "seats_in_person": None}, []),
        ({"closes_local": "2026-03-20T19:30"}, []),
        ({"closes_local": "2026-03-20T19:31"}, ["/closes_local"]),
        ({"opens_local": "2026-03-20T18:00"}, ["/opens_local"]),
    ],
)
def test_what_does_not_go_together_is_refused_at_its_field(changed: dict[str, Any], pointers: list[str]) -> None:
    assert faults(plan(**changed)) == pointers


def test_a_session_that_has_begun_may_still_be_written_anew_at_its_time() -> None:
    assert faults(plan(starts_local="2026-03-03T02:30"), is_new_time=False) == []


def test_places_and_seats_that_the_way_of_taking_part_does_not_have_are_left_out() -> None:
    full = {"seats_in_person": 20, "seats_remote": 50, "door_seats": 2, "join_url": "https://meet.test/x"}
    kept = {mode: rules.fitted(plan(mode=mode, **full)) for mode in SessionMode}
    assert kept[SessionMode.HYBRID] == {**full, "venue": ROOM}
    assert kept[SessionMode.IN_PERSON] == {**full, "venue": ROOM, "seats_remote": None, "join_url": ""}
    assert kept[SessionMode.REMOTE] == {**full, "venue": None, "seats_in_person": None, "door_seats": 0}


@pytest.mark.parametrize(
    ("rev", "acked_rev", "fault", "expected"),
    [
        (0, 0, None, rules.Standing.DRAFT),
        (1, 0, None, rules.Standing.WAITING),
        (2, 2, None, rules.Standing.KNOWN),
        (2, 1, "invalid", rules.Standing.REFUSED),
    ],
)
def test_how_something_stands_with_the_hub(rev: int, acked_rev: int, fault: str | None, expected: rules.Standing) -> None:
    assert rules.standing(rev=rev, acked_rev=acked_rev, fault=fault) == expected


def test_a_rev_is_above_ours_and_above_what_the_hub_has() -> None:
    """Edge case 53: after a restore the node goes on above what it had given before."""
    assert (rules.next_rev(3, 0), rules.next_rev(3, 9)) == (4, 10)


def test_what_is_over_or_cancelled_stays_as_it_is() -> None:
    before, after = NOW - dt.timedelta(minutes=1), NOW + dt.timedelta(minutes=1)
    assert rules.may_change(SessionState.SCHEDULED, after, NOW)
    assert rules.may_change(SessionState.POSTPONED, before, NOW)
    assert not rules.may_change(SessionState.SCHEDULED, before, NOW)
    assert not rules.may_change(SessionState.CANCELLED, after, NOW)
    assert rules.is_at_hand(SessionState.SCHEDULED, after, NOW)
    assert not rules.is_at_hand(SessionState.POSTPONED, after, NOW)
