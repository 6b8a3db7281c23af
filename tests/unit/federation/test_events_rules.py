"""Who sees an event, where an invitation leads, and what a session may say: the decisions, without a hub."""

import datetime as dt
from itertools import product

import pytest

from federation.events import rules
from shared.clock import wall
from shared.protocol.states import CohostState, EventState, Reach, SessionMode, SessionState
from shared.wall_time import WallTimeSkipped

NEW_YORK, LONDON = "America/New_York", "Europe/London"
ACCEPTED, DECLINED, INVITED, REMOVED, WITHDRAWN = (
    *(CohostState.ACCEPTED, CohostState.DECLINED, CohostState.INVITED),
    *(CohostState.REMOVED, CohostState.WITHDRAWN),
)


def said(**changes):
    usual = {
        "state": SessionState.SCHEDULED,
        "starts_local": "2026-11-19T12:30",
        "fold": 0,
        "zone": NEW_YORK,
        "duration_minutes": 90,
        "relay_of": None,
        "mode": SessionMode.IN_PERSON,
        "venue": {"name": "The loft"},
        "seats_in_person": 10,
        "door_seats": 2,
        "opens_at": None,
        "closes_at": wall(dt.date(2026, 11, 19), dt.time(12, 30), NEW_YORK),
    }
    return {**usual, **changes}


def faults(**changes):
    session = said(**changes)
    return [fault["pointer"] for fault in rules.session_faults(session, rules.times_of(session))]


@pytest.mark.parametrize(
    ("reach", "reader", "expected"),
    [
        (Reach.PUBLIC, "anybody", True),
        (Reach.NETWORK, "anybody", True),
        (Reach.TWINS, "lead", True),
        (Reach.TWINS, "cohost", True),
        (Reach.TWINS, "asked", True),
        (Reach.TWINS, "anybody", False),
        (Reach.SPACE, "cohost", True),
        (Reach.SPACE, "asked", True),
        (Reach.SPACE, "anybody", False),
    ],
)
def test_who_sees_an_event(reach, reader, expected):
    people = {"holders": ["lead", "cohost"], "invited": ["asked"]}
    assert rules.sees(reach, reader=reader, twins=["elsewhere"], **people) is expected
    twin_of_holder = rules.sees(reach, reader="twin", twins=["elsewhere", "cohost"], **people)
    assert twin_of_holder is (reach is not Reach.SPACE)


def test_only_what_is_published_or_cancelled_is_said():
    assert [rules.event_faults({"state": state}) == [] for state in EventState] == [False, True, True]


def test_inviting_opens_what_is_closed_and_taking_back_closes_what_is_open():
    opened = {held: rules.invited(held, INVITED) for held in (None, *CohostState)}
    assert opened == {
        None: INVITED,
        INVITED: INVITED,
        ACCEPTED: ACCEPTED,
        DECLINED: INVITED,
        WITHDRAWN: INVITED,
        REMOVED: INVITED,
    }
    closed = {held: rules.invited(held, REMOVED) for held in (None, *CohostState)}
    assert closed == {None: None, **dict.fromkeys(CohostState, REMOVED), DECLINED: DECLINED, WITHDRAWN: WITHDRAWN}


def test_an_answer_leads_on_from_one_state_and_repeated_it_changes_nothing():
    allowed = {(INVITED, ACCEPTED), (INVITED, DECLINED), (ACCEPTED, WITHDRAWN)}
    for held, answer in product(CohostState, (ACCEPTED, DECLINED, WITHDRAWN)):
        expected = answer if held == answer or (held, answer) in allowed else None
        assert rules.answered(held, answer) == expected, (held, answer)


def test_the_end_is_so_many_minutes_later_over_a_change_of_the_clocks():
    """Edge case 45: from 22:00 to 04:00 and to 05:00 on the clocks is six hours both."""
    for day, shown in ((dt.date(2026, 10, 31), "03:00"), (dt.date(2027, 3, 13), "05:00")):
        times = rules.times_of(said(starts_local=f"{day}T22:00", duration_minutes=360))
        assert times.ends_at - times.starts_at == dt.timedelta(hours=6)
        assert rules.wall_of(times.ends_at, NEW_YORK)[0].endswith(shown)


def test_a_time_that_does_not_exist_has_no_instant():
    """Edge case 43: with the nearest two that do."""
    with pytest.raises(WallTimeSkipped) as refusal:
        rules.times_of(said(starts_local="2027-03-14T02:30"))
    assert (refusal.value.params["earlier"], refusal.value.params["later"]) == ("2027-03-14 01:30", "2027-03-14 03:30")


@pytest.mark.parametrize(("fold", "hour"), [(0, 5), (1, 6)])
def test_of_two_equal_times_the_fold_chooses(fold, hour):
    """Edge case 44: and of a time that comes once it means nothing."""
    assert rules.times_of(said(starts_local="2026-11-01T01:30", fold=fold)).starts_at == dt.datetime(
        2026, 11, 1, hour, 30, tzinfo=dt.UTC
    )
    assert rules.times_of(said(fold=fold)) == rules.times_of(said())


def test_what_cannot_be_said_of_a_session():
    start = said()["closes_at"]
    assert faults() == []
    assert faults(closes_at=start + dt.timedelta(minutes=90)) == []
    assert faults(closes_at=start + dt.timedelta(minutes=91)) == ["/closes_at"]
    assert faults(opens_at=start) == ["/opens_at"]
    assert faults(opens_at=start - dt.timedelta(days=1)) == []
    assert faults(venue=None) == ["/venue"] == faults(venue=None, mode=SessionMode.HYBRID)
    assert faults(venue=None, mode=SessionMode.REMOTE) == []
    assert faults(door_seats=11) == ["/door_seats"]
    assert faults(door_seats=11, seats_in_person=None) == []


def relay(source, *, relayed=False, **changes):
    session = said(relay_of="source", **changes)
    found = rules.relay_faults(session, rules.times_of(session), session_id="relay", source=source, relayed=relayed)
    return [fault["pointer"] for fault in found]


def test_a_relay_starts_with_its_source():
    """Edge case 41: one instant, whatever the clocks show at either end."""
    source = {"id": "source", "relay_of": None, "state": SessionState.SCHEDULED, "starts_at": rules.times_of(said()).starts_at}
    assert relay(source) == []
    assert relay(source, zone=LONDON, starts_local="2026-11-19T17:30") == []
    assert relay(source, zone=LONDON) == ["/starts_local"]
    assert relay(source, zone=LONDON, state=SessionState.CANCELLED) == []
    assert relay({**source, "state": SessionState.POSTPONED}, zone=LONDON) == []
    assert relay({**source, "relay_of": "other"}) == ["/relay_of"] == relay(source, relayed=True)
    assert relay(None) == ["/relay_of"] == relay({**source, "id": "relay"})


def test_a_change_of_texts_is_no_new_revision_of_a_calendar_entry():
    before = {**said(), "starts_at": 1, "note": "", "language": "en"}
    assert not rules.matters(before, {**before, "note": "Bring a coat.", "language": "it", "seats_in_person": 3})
    for change in ({"starts_at": 2}, {"duration_minutes": 1}, {"state": "x"}, {"venue": None}, {"mode": "x"}):
        assert rules.matters(before, {**before, **change})


def following(new_start, **changes):
    return rules.following(said(**changes), new_start)


def test_a_relay_that_follows_keeps_its_deadlines_by_its_own_clocks():
    """Edge cases 47 and 49: noon of the day before stays noon of the day before, also over a change of the clocks."""
    day = dt.timedelta(days=1)
    source = wall(dt.date(2027, 3, 13), dt.time(18), LONDON)
    starts_local, _ = rules.wall_of(source, NEW_YORK)
    deadline = wall(dt.date(2027, 3, 12), dt.time(12), NEW_YORK)
    moved = following(source + day, starts_local=starts_local, closes_at=deadline, opens_at=deadline - day)
    assert (starts_local, moved["starts_local"]) == ("2027-03-13T13:00", "2027-03-14T14:00")
    assert moved["closes_at"] == wall(dt.date(2027, 3, 13), dt.time(13), NEW_YORK)
    assert moved["opens_at"] == wall(dt.date(2027, 3, 12), dt.time(13), NEW_YORK)
    assert moved["fold"] == 0


def test_a_relay_into_the_hour_that_comes_twice_keeps_which_one_it_is():
    """Edge case 44: the fold of a relay is worked out as its start is."""
    moved = following(dt.datetime(2026, 11, 1, 6, 30, tzinfo=dt.UTC), starts_local="2026-10-31T18:00")
    assert (moved["starts_local"], moved["fold"]) == ("2026-11-01T01:30", 1)


def test_no_deadline_is_moved_beyond_the_end():
    start = rules.times_of(said()).starts_at
    late = following(start, closes_at=start + dt.timedelta(hours=9))
    assert late["closes_at"] == start + dt.timedelta(minutes=90)


def test_a_session_remembers_only_where_it_was_before_its_last_move():
    assert rules.previous_start({"starts_at": 1, "previous_starts_at": None}, 1) is None
    assert rules.previous_start({"starts_at": 1, "previous_starts_at": None}, 2) == 1
    assert rules.previous_start({"starts_at": 2, "previous_starts_at": 1}, 2) == 1


def test_where_a_zone_gets_new_rules_all_that_its_clocks_said_moves_alike():
    """Edge case 46: the start, the end and the deadlines."""
    session = said()
    times = rules.times_of(session)
    hour = dt.timedelta(hours=1)
    held = {**session, "starts_at": times.starts_at - hour, "closes_at": times.starts_at - 3 * hour}
    found = rules.shifted(held, times)
    assert found == {**times._asdict(), "opens_at": None, "closes_at": times.starts_at - 2 * hour}
    assert rules.shifted({**held, "opens_at": held["closes_at"] - hour}, times)["opens_at"] == times.starts_at - 3 * hour
