"""What was not answered with a yes: tried again, held, or parked for the manager, who may retry or discard it."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.clock import FixedClock
from shared.db import Busy, StorageFull
from shared.errors import Conflict, Forbidden, Gone, Invalid, Malformed, NotFound, Refusal, TooMany, Unauthenticated, Unavailable
from shared.http import Answer, PeerMisbehaved
from shared.messaging import outbox
from shared.messaging.errors import NotParked
from tests.support.toy_messaging import Outbox, ToyHub, ToyNode, plan, problem


def not_active() -> Answer:
    refusal = Forbidden("This space is suspended.")
    refusal.slug = "space-not-active"
    return problem(refusal)


@pytest.mark.parametrize("kind", [Malformed, Forbidden, NotFound, Conflict, Gone, Invalid])
def test_a_no_parks_the_row_with_its_reason_and_the_next_one_arrives(node: ToyNode, hub: ToyHub, kind: type[Refusal]) -> None:
    hub.refusals["desk"] = kind(errors=[{"pointer": "/number", "detail": "Too high."}])
    node.ask(("desk", 1))
    hub.refusals.clear()
    node.ask(("desk", 2))
    parked, answered = node.rows()
    assert (parked.state, parked.problem_slug) == ("parked", kind.slug)
    assert parked.problem_detail == f"{kind.sentence} /number: Too high."
    assert parked.answer_status is not None
    assert answered.state == "answered"
    assert node.told("refusal") == [("desk", 0)]
    assert hub.effects() == [("desk", 2)]


@pytest.mark.parametrize(
    "answer",
    [
        problem(Unauthenticated()),
        problem(TooMany()),
        problem(Unavailable()),
        Answer(500, {}, b"oh"),
        Answer(408, {}, b""),
        Answer(302, {}, b""),
        Answer(200, {}, b"<html>Welcome to our wifi</html>"),
        Answer(200, {}, b"[1]"),
    ],
)
def test_what_is_no_answer_to_the_command_is_tried_again(node: ToyNode, hub: ToyHub, clock: FixedClock, answer: Answer) -> None:
    plan(node, [answer])
    node.ask(("desk", 1))
    (row,) = node.rows()
    assert (row.state, row.attempts, hub.effects()) == ("waiting", 1, [])
    clock.advance(timedelta(seconds=2))
    assert node.deliver() == 1
    assert hub.effects() == [("desk", 1)]


def test_an_answer_without_a_body_is_a_yes(node: ToyNode) -> None:
    node.delivery._apply = lambda session, row, status, body: node.told("answer") if body else None
    plan(node, [Answer(204, {}, b"")])
    node.ask(("desk", 1))
    assert node.states() == ["answered"]


def test_the_wait_doubles_and_the_hub_may_ask_for_a_longer_one(node: ToyNode, clock: FixedClock) -> None:
    plan(node, ["request lost", "request lost", problem(Unavailable(), **{"Retry-After": "600"})])
    node.ask(("desk", 1))
    waits = []
    for _ in range(3):
        (row,) = node.rows()
        waits.append(row.next_attempt_at - clock.now())
        clock.set(row.next_attempt_at)
        node.deliver()
    assert waits == [timedelta(seconds=2), timedelta(seconds=4), timedelta(seconds=600)]
    assert node.states() == ["answered"]


def test_a_good_feed_poll_clears_the_backoff_but_not_what_the_hub_has_asked_for(node: ToyNode, clock: FixedClock) -> None:
    plan(node, ["passes"])
    node.ask(("z", 1))
    plan(node, ["request lost", Answer(500, {}, b""), problem(TooMany(), **{"Retry-After": "600"}), not_active()])
    node.ask(("a", 1), ("b", 1), ("c", 1), ("d", 1))
    start = clock.now()

    def late(session: Session) -> None:
        session.execute(sa.update(Outbox).values(next_attempt_at=start + timedelta(hours=1)))

    node.command(late)
    node.command(node.delivery.clear_backoff)
    waits = [(row.next_attempt_at - start).total_seconds() for row in node.rows()]
    assert waits == [3600, 5, 30, 600, 3600]


def test_after_a_long_cut_a_poll_brings_everything_forward(node: ToyNode, clock: FixedClock) -> None:
    plan(node, ["request lost"])
    node.ask(("a", 1))
    for _ in range(14):
        (row,) = node.rows()
        clock.set(row.next_attempt_at)
        plan(node, ["request lost"])
        node.deliver()
    (row,) = node.rows()
    assert row.next_attempt_at == clock.now() + timedelta(hours=1)
    node.command(node.delivery.clear_backoff)
    assert node.deliver() == 0
    clock.advance(timedelta(seconds=5))
    assert node.deliver() == 1


def test_what_met_silence_while_the_clock_was_ahead_goes_out_once_it_is_right(
    node: ToyNode, hub: ToyHub, clock: FixedClock
) -> None:
    clock.advance(timedelta(hours=2))
    plan(node, ["request lost"])
    node.ask(("a", 1))
    clock.advance(timedelta(minutes=10) - timedelta(hours=2))
    assert node.deliver() == 0
    node.command(node.delivery.clear_backoff)
    assert node.deliver() == 1
    assert hub.effects() == [("a", 1)]


def test_what_was_put_off_while_the_clock_was_ahead_goes_out_once_it_is_right(
    node: ToyNode, hub: ToyHub, clock: FixedClock
) -> None:
    clock.advance(timedelta(hours=2))
    plan(node, [problem(Unavailable(), **{"Retry-After": "60"})])
    node.ask(("a", 1))
    clock.advance(timedelta(minutes=10) - timedelta(hours=2))
    node.command(node.delivery.clear_backoff)
    assert node.deliver() == 1
    assert hub.effects() == [("a", 1)]


def test_a_suspended_space_holds_its_commands_until_it_is_active_again(node: ToyNode, hub: ToyHub, clock: FixedClock) -> None:
    plan(node, [not_active()])
    node.ask(("desk", 1))
    (row,) = node.rows()
    assert (row.state, row.problem_slug, row.problem_detail) == ("waiting", "space-not-active", "This space is suspended.")
    assert row.next_attempt_at == clock.now() + timedelta(hours=1)
    node.command(node.delivery.clear_backoff)
    assert node.deliver() == 0
    node.command(node.delivery.release_held)
    assert node.deliver() == 1
    assert hub.effects() == [("desk", 1)]


def test_a_held_row_does_not_end_the_round(deaf_node: ToyNode, hub: ToyHub, clock: FixedClock) -> None:
    deaf_node.ask(("a", 1), ("b", 1))
    clock.advance(outbox.REQUEST_LEASE)
    refusal = Forbidden("suspended")
    refusal.slug = "space-not-active"
    send = deaf_node.delivery._send

    def token_endpoint_refuses(row: Outbox, /, *, timeout_seconds: float) -> Answer:
        if row.subject == "a":
            raise refusal
        return send(row, timeout_seconds=timeout_seconds)

    deaf_node.delivery._send = token_endpoint_refuses
    assert deaf_node.deliver() == 1
    assert hub.effects() == [("b", 1)]


@pytest.mark.parametrize(("bug", "slug"), [(KeyError("x"), "answer-not-applied"), (Conflict("No such\0 trip."), "conflict")])
def test_an_answer_that_cannot_be_taken_in_parks_the_row_and_the_next_one_arrives(
    node: ToyNode, hub: ToyHub, bug: Exception, slug: str
) -> None:
    node.poison["desk"] = bug
    node.ask(("desk", 1), ("room", 2))
    parked, answered = node.rows()
    assert (parked.state, parked.problem_slug, parked.answer_status) == ("parked", slug, 200)
    assert (answered.state, node.told("answer")) == ("answered", [("room", 2)])
    node.poison.clear()
    node.command(lambda session: node.retry(session, parked.id))
    assert (node.states(), node.told("answer")) == (["answered", "answered"], [("room", 2), ("desk", 1)])
    assert hub.effects() == [("desk", 1), ("room", 2)]
    assert node.sent[0] == node.sent[2]


def test_a_bug_while_taking_a_refusal_in_keeps_the_hubs_reason(node: ToyNode, hub: ToyHub) -> None:
    hub.refusals["desk"], node.poison["desk"] = Conflict("Full."), KeyError("x")
    node.ask(("desk", 1))
    (row,) = node.rows()
    assert (row.state, row.problem_slug, row.problem_detail, node.told("refusal")) == ("parked", "conflict", "Full.", [])


def test_a_bug_on_the_way_to_the_wire_is_tried_again(node: ToyNode, hub: ToyHub, clock: FixedClock) -> None:
    send = node.delivery._send

    def broken(row: Outbox, /, *, timeout_seconds: float) -> Answer:
        raise KeyError("token")

    node.delivery._send = broken
    node.ask(("desk", 1))
    assert (node.states(), node.rows()[0].problem_slug) == (["waiting"], "send-failed")
    node.delivery._send = send
    clock.advance(timedelta(seconds=2))
    assert node.deliver() == 1


@pytest.mark.parametrize("trouble", [Busy(), StorageFull()])
def test_when_the_database_cannot_take_the_answer_the_row_is_sent_again_later(
    node: ToyNode, hub: ToyHub, clock: FixedClock, trouble: Refusal
) -> None:
    node.poison["desk"] = trouble
    node.ask(("desk", 1))
    assert node.states() == ["waiting"]
    node.poison.clear()
    clock.advance(timedelta(seconds=30))
    assert node.deliver() == 1
    assert hub.effects() == [("desk", 1)]


def test_when_the_database_cannot_note_a_refusal_the_row_is_sent_again_later(
    node: ToyNode, hub: ToyHub, clock: FixedClock
) -> None:
    hub.refusals["desk"], node.poison["desk"] = Conflict("Full."), Busy()
    node.ask(("desk", 1))
    assert node.states() == ["waiting"]
    node.poison.clear()
    clock.advance(timedelta(seconds=30))
    assert node.deliver() == 1
    assert node.states() == ["parked"]


def test_a_parked_row_that_fails_again_stays_parked_and_one_discarded_is_not_sent_any_more(node: ToyNode, hub: ToyHub) -> None:
    hub.refusals["desk"] = Conflict("Full.")
    (row_id,) = node.ask(("desk", 1))
    node.command(lambda session: node.retry(session, row_id))
    assert (node.states(), node.rows()[0].attempts) == (["parked"], 1)
    node.command(lambda session: outbox.discard(session, Outbox, row_id))
    assert node.states() == ["discarded"]
    for act in (lambda s: outbox.discard(s, Outbox, row_id), lambda s: node.retry(s, row_id)):
        with pytest.raises(NotParked):
            node.command(act)
    assert len(node.sent) == 2


def test_an_answer_that_no_database_can_store_is_parked_in_a_form_that_it_can(node: ToyNode) -> None:
    plan(node, [Answer(400, {}, b"\xff\0broken")])
    node.ask(("desk", 1))
    (row,) = node.rows()
    assert (row.state, row.answer_body) == ("parked", "\ufffd\ufffdbroken")


def test_a_strange_answer_is_tried_again(node: ToyNode) -> None:
    def strange(row: Outbox, /, *, timeout_seconds: float) -> Answer:
        raise PeerMisbehaved(reason="too-large")

    node.delivery._send = strange
    node.ask(("desk", 1))
    assert (node.states(), node.rows()[0].problem_slug) == (["waiting"], "peer-misbehaved")


def oldest(session: Session) -> Any:
    return outbox.outbox_oldest_at(session, Outbox)


def test_the_oldest_waiting_row_is_told_and_parked_ones_do_not_count(node: ToyNode, hub: ToyHub, clock: FixedClock) -> None:
    assert node.look(oldest) is None
    hub.refusals["a"] = Conflict()
    plan(node, ["passes", "request lost"])
    node.ask(("a", 1))
    clock.advance(timedelta(minutes=1))
    since = clock.now()
    node.ask(("b", 1))
    clock.advance(timedelta(minutes=1))
    node.ask(("b", 2))
    assert node.look(oldest) == since


def test_after_the_hubs_restore_what_was_answered_since_is_sent_again_with_the_same_bytes(
    node: ToyNode, hub: ToyHub, clock: FixedClock
) -> None:
    node.ask(("a", 1))
    clock.advance(timedelta(hours=1))
    restored_to = clock.now()
    clock.advance(timedelta(hours=1))
    node.ask(("b", 1))
    before = node.rows()
    resend = outbox.resend_since
    assert node.command(lambda s: resend(s, Outbox, restored_to, now=clock.now())) == 1
    assert [row.answer_body for row in node.rows()] == [row.answer_body for row in before]
    assert node.states() == ["answered", "waiting"]
    assert node.deliver() == 1
    assert node.command(lambda s: resend(s, Outbox, None, now=clock.now())) == 2
    assert node.deliver() == 2
    assert hub.effects() == [("a", 1), ("b", 1)]
    assert [row.body for row in node.rows()] == [row.body for row in before]


def test_settled_rows_are_kept_for_ninety_days(node: ToyNode, hub: ToyHub, clock: FixedClock) -> None:
    hub.refusals |= {"b": Conflict(), "c": Conflict()}
    node.ask(("a", 1), ("b", 1), ("c", 1))
    discarded = node.rows()[1].id
    node.command(lambda s: outbox.discard(s, Outbox, discarded))
    clock.advance(timedelta(days=90))
    assert node.command(lambda s: outbox.purge_settled(s, Outbox, clock.now())) == 0
    clock.advance(timedelta(seconds=1))
    assert node.command(lambda s: outbox.purge_settled(s, Outbox, clock.now())) == 2
    assert node.states() == ["parked"]


def test_a_text_body_is_sent_as_it_is(deaf_node: ToyNode) -> None:
    columns = {"kind": "keys.put", "method": "PUT", "path": "/self/keys", "subject": "keys"}
    deaf_node.command(
        lambda s: outbox.enqueue(
            s, Outbox, **columns, body="eyJ.e30.x", content_type="application/jose", message_id="m1", now=deaf_node.clock.now()
        )
    )
    (row,) = deaf_node.rows()
    assert (row.message_id, row.body, row.content_type) == ("m1", "eyJ.e30.x", "application/jose")
