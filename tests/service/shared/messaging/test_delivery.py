"""Every row of the outbox takes effect exactly once, in order per subject, or is parked with its reason."""

from datetime import timedelta

import pytest

from shared.clock import FixedClock
from shared.errors import Conflict
from shared.messaging import outbox
from tests.support.stopwatch import Stopwatch
from tests.support.toy_messaging import Crash, Outbox, ToyHub, ToyNode, plan


def test_the_answer_is_there_as_soon_as_the_command_has_returned(node: ToyNode, hub: ToyHub) -> None:
    node.ask(("desk", 1))
    assert hub.effects() == [("desk", 1)]
    assert node.told("answer") == [("desk", 1)]
    (row,) = node.rows()
    assert (row.state, row.answer_status, row.answer_body) == ("answered", 200, '{"rev":1,"subject":"desk"}')
    assert (row.answered_at, row.lease, row.leased_until, row.problem_slug) == (node.clock.now(), None, None, None)


def test_nothing_is_sent_for_a_command_that_was_undone(node: ToyNode) -> None:
    def fail(session: object) -> None:
        node.put(session, "desk", 1)
        raise Conflict

    with pytest.raises(Conflict):
        node.command(fail)
    assert (node.sent, node.rows()) == ([], [])


def test_a_row_without_anyone_to_send_it_is_the_workers_once_its_lease_has_run_out(
    deaf_node: ToyNode, clock: FixedClock, hub: ToyHub
) -> None:
    deaf_node.ask(("desk", 1))
    assert deaf_node.deliver() == 0
    clock.advance(outbox.REQUEST_LEASE)
    assert deaf_node.deliver() == 1
    assert hub.effects() == [("desk", 1)]


@pytest.mark.parametrize("fault", ["request lost", "answer lost"])
def test_what_is_lost_on_the_way_is_sent_again_under_the_same_id(
    node: ToyNode, hub: ToyHub, clock: FixedClock, fault: str
) -> None:
    plan(node, [fault])
    node.ask(("desk", 1))
    (row,) = node.rows()
    assert (row.state, row.attempts, row.problem_slug) == ("waiting", 1, "peer-unreachable")
    assert row.next_attempt_at == clock.now() + timedelta(seconds=2)
    assert node.deliver() == 0
    clock.advance(timedelta(seconds=2))
    assert node.deliver() == 1
    assert node.sent == [row.message_id] * 2
    assert (hub.effects(), node.told("answer")) == ([("desk", 1)], [("desk", 1)])
    assert node.rows()[0].problem_slug is None


@pytest.mark.parametrize("moment", ["crash before", "crash after"])
def test_a_process_that_dies_around_the_request_loses_and_doubles_nothing(
    node: ToyNode, hub: ToyHub, clock: FixedClock, moment: str
) -> None:
    plan(node, [moment])
    with pytest.raises(Crash):
        node.ask(("desk", 1))
    assert node.deliver() == 0
    assert node.states() == ["waiting"]
    clock.advance(timedelta(seconds=30))
    assert node.deliver() == 1
    assert (hub.effects(), node.told("answer"), len(node.sent)) == ([("desk", 1)], [("desk", 1)], 2)


def test_a_deliverer_whose_lease_was_given_away_changes_nothing(node: ToyNode, hub: ToyHub, clock: FixedClock) -> None:
    slow, applied = node.delivery._send, []

    def held_up(row: Outbox, /, *, timeout_seconds: float) -> object:
        answer = slow(row, timeout_seconds=timeout_seconds)
        if not applied:
            applied.append(row.id)
            clock.advance(timedelta(seconds=31))
            assert node.deliver() == 1
        return answer

    node.delivery._send = held_up
    node.ask(("desk", 1))
    assert len(node.sent) == 2
    assert (hub.effects(), node.told("answer")) == ([("desk", 1)], [("desk", 1)])
    assert node.rows()[0].attempts == 2


@pytest.mark.parametrize("late", [Conflict("late"), ConnectionError("late")])
def test_a_late_failure_of_a_row_that_another_has_settled_is_dropped(node: ToyNode, clock: FixedClock, late: Exception) -> None:
    send = node.delivery._send

    def held_up(row: Outbox, /, *, timeout_seconds: float) -> object:
        node.delivery._send = send
        clock.advance(timedelta(seconds=31))
        assert node.deliver() == 1
        raise late

    node.delivery._send = held_up
    node.ask(("desk", 1))
    assert (node.states(), node.told("refusal")) == (["answered"], [])


def test_a_row_waits_for_the_earlier_row_of_its_subject_and_for_no_other(node: ToyNode, hub: ToyHub, clock: FixedClock) -> None:
    plan(node, ["request lost"])
    node.ask(("desk", 1), ("desk", 2), ("room", 3))
    assert hub.effects() == [("room", 3)]
    assert (node.states(), node.woken) == (["waiting", "waiting", "answered"], 1)
    with node.here():
        assert not node.delivery.attempt(node.rows()[1].id)
    clock.advance(timedelta(seconds=2))
    assert node.deliver() == 2
    assert hub.effects() == [("room", 3), ("desk", 1), ("desk", 2)]


def test_a_manager_may_have_a_row_sent_before_its_time(node: ToyNode, hub: ToyHub) -> None:
    plan(node, ["request lost"])
    (row_id,) = node.ask(("desk", 1))
    with node.here():
        assert node.delivery.attempt(row_id)
        assert not node.delivery.attempt(row_id)
    assert hub.effects() == [("desk", 1)]


def test_the_immediate_attempts_of_one_commit_share_two_seconds(node: ToyNode, stopwatch: Stopwatch) -> None:
    send = node.delivery._send

    def slow(row: Outbox, /, *, timeout_seconds: float) -> object:
        stopwatch.seconds += 1.25
        return send(row, timeout_seconds=timeout_seconds)

    node.delivery._send = slow
    node.ask(("a", 1), ("b", 2), ("c", 3))
    assert node.timeouts == [2.0, 0.75]
    assert (node.states(), node.woken) == (["answered", "answered", "waiting"], 1)
    assert node.deliver() == 1
    node.ask(("d", 4))
    assert node.timeouts[2:] == [5.0, 2.0]


def test_what_an_answer_makes_a_node_send_is_paid_from_the_same_budget(node: ToyNode, hub: ToyHub) -> None:
    apply = node.delivery._apply

    def follow_up(session: object, row: Outbox, status: int, body: dict[str, object]) -> None:
        apply(session, row, status, body)
        if row.subject == "desk":
            node.put(session, "card", 2)

    node.delivery._apply = follow_up
    node.ask(("desk", 1))
    assert hub.effects() == [("desk", 1), ("card", 2)]
    assert node.timeouts[1] <= node.timeouts[0] <= 2.0


def test_the_worker_stops_its_round_at_the_first_silence(node: ToyNode, clock: FixedClock) -> None:
    plan(node, ["request lost"] * 4)
    node.ask(("a", 1), ("b", 2), ("c", 3))
    clock.advance(timedelta(seconds=2))
    assert node.deliver() == 0
    assert len(node.sent) == 4
    assert node.deliver() == 2


def test_a_round_ends_after_as_many_attempts_as_it_was_given(deaf_node: ToyNode, clock: FixedClock) -> None:
    deaf_node.ask(("a", 1), ("a", 2), ("a", 3))
    clock.advance(outbox.REQUEST_LEASE)
    assert [deaf_node.deliver(2), deaf_node.deliver(2), deaf_node.deliver(2)] == [2, 1, 0]


def test_a_row_that_another_took_in_the_meantime_is_passed_over(deaf_node: ToyNode, clock: FixedClock) -> None:
    deaf_node.ask(("a", 1), ("b", 2))
    clock.advance(outbox.REQUEST_LEASE)
    due = deaf_node.delivery._due

    def late(limit: int) -> list[int]:
        found = due(limit)
        if found:
            with deaf_node.here():
                deaf_node.delivery._due = due
                assert deaf_node.delivery.attempt(found[0])
        return found

    deaf_node.delivery._due = late
    assert deaf_node.deliver() == 1
    assert len(deaf_node.sent) == 2


def test_a_clock_that_was_put_back_does_not_freeze_the_outbox(node: ToyNode, hub: ToyHub, clock: FixedClock) -> None:
    plan(node, ["request lost", "crash before"])
    node.ask(("a", 1))
    with pytest.raises(Crash):
        node.ask(("b", 1))
    clock.advance(timedelta(days=-400))
    assert node.deliver() == 2
    assert sorted(hub.effects()) == [("a", 1), ("b", 1)]
