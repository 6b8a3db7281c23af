"""Which step leads where, who must look, and which call a space may make in which state."""

import datetime as dt

import pytest

from federation.spaces.rules import LONE_OPERATOR_WAIT, STEPS, Eyes, leads_to, needed_for, second_look
from federation.trust.rules import JOINING, SUSPENDED, may_call, next_step
from shared.protocol.states import SpaceState

NOW = dt.datetime(2026, 11, 12, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", SpaceState)
def test_a_step_leads_on_only_from_its_own_states(step, state):
    origins, target = STEPS[step]
    assert leads_to(step, state) == (target if state in origins else None)
    assert (str(state) in needed_for(step)) == (state in origins)


def test_one_operator_of_two_is_not_enough():
    first = second_look(operator="a", approvals={}, operators_count=2, now=NOW)
    again = second_look(operator="a", approvals={"a": NOW}, operators_count=2, now=NOW + dt.timedelta(days=9))
    assert first is again is Eyes.WAITS_FOR_SECOND


def test_the_second_operator_activates():
    assert second_look(operator="b", approvals={"a": NOW}, operators_count=2, now=NOW) is Eyes.ACTIVATES


@pytest.mark.parametrize(("waited", "eyes"), [(dt.timedelta(0), Eyes.WAITS_A_DAY), (LONE_OPERATOR_WAIT, Eyes.ACTIVATES)])
def test_a_lone_operator_looks_again_a_day_later(waited, eyes):
    assert second_look(operator="a", approvals={}, operators_count=1, now=NOW) is Eyes.WAITS_A_DAY
    assert second_look(operator="a", approvals={"a": NOW}, operators_count=1, now=NOW + waited) is eyes


def test_nobody_acts_before_applying():
    assert not any(may_call(SpaceState.INVITED, endpoint) for endpoint in JOINING | SUSPENDED | {"bookings.put_request"})


def test_a_joining_space_reads_and_tests_itself_and_does_nothing_else():
    assert may_call(SpaceState.APPLIED, "wire.get_changes")
    assert may_call(SpaceState.APPLIED, "spaces.post_self_test")
    assert not may_call(SpaceState.APPLIED, "bookings.put_request")
    assert not may_call(SpaceState.APPLIED, "twinnings.put_version")


def test_a_suspended_space_reports_on_what_was_and_starts_nothing_new():
    reports = {"bookings.check_in", "bookings.cancel", "wire.get_changes", "wire.put_cursor", "trust.put_keys"}
    starts = {"bookings.put_request", "bookings.put_visit", "credits.put_grant", "twinnings.put_version", "twinnings.put_profile"}
    assert all(may_call(SpaceState.SUSPENDED, endpoint) for endpoint in reports)
    assert not any(may_call(SpaceState.SUSPENDED, endpoint) for endpoint in starts)


@pytest.mark.parametrize("state", [SpaceState.PROBATION, SpaceState.ACTIVE])
def test_a_space_in_action_may_make_every_call(state):
    assert may_call(state, "bookings.put_request")


def test_a_refused_space_is_told_what_it_can_do():
    assert "self-test" in next_step(SpaceState.APPLIED)
    assert "operator" in next_step(SpaceState.SUSPENDED)
