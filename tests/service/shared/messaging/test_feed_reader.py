"""The reader: each item takes effect once, in order, whatever the wire does; what cannot be taken in is parked."""

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from shared.clock import FixedClock
from shared.db import Busy
from shared.errors import Conflict, Unavailable
from shared.http import Answer, PeerMisbehaved, PeerUnreachable
from shared.messaging import feed, feed_reader
from shared.messaging.errors import NotParked
from tests.support.toy_messaging import Counter, Crash, Feed, ReaderState, ToyHub, ToyNode, plan


@pytest.fixture
def reader(node: ToyNode) -> ToyNode:
    """A node that has taken its first snapshot."""
    assert node.read() == 0
    return node


@pytest.fixture
def one_by_one(monkeypatch) -> None:
    """Each item in a command of its own, so that a page can be cut short after any of them."""
    monkeypatch.setattr(feed_reader, "TOGETHER", 1)


def state(node: ToyNode) -> ReaderState:
    return node.look(lambda session: session.scalars(sa.select(ReaderState)).one())


def seven(hub: ToyHub) -> list[tuple[str, int]]:
    for number in range(7):
        hub.publish(f"s{number}", 1)
    return [(f"s{number}", 1) for number in range(7)]


def test_every_item_is_taken_in_once_and_in_order(reader: ToyNode, hub: ToyHub, clock: FixedClock) -> None:
    items = seven(hub)
    assert [reader.read(), reader.read()] == [7, 0]
    assert reader.told("news") == items
    held = state(reader)
    assert (held.cursor, held.epoch, held.last_read_at) == (hub.head(), hub.page(hub.start()).epoch, clock.now())


def test_the_first_read_takes_a_snapshot_and_goes_on_from_its_cursor(node: ToyNode, hub: ToyHub) -> None:
    items = seven(hub)

    def snapshot() -> str:
        cursor = hub.head()
        pages = json.loads(hub.changes(hub.start(), limit=500).body)
        assert node.reader.take(pages["items"]) == 7
        return cursor

    node.reader._snapshot = snapshot
    assert [node.read(), node.read()] == [0, 0]
    assert node.told("news") == items


@pytest.mark.parametrize("fault", ["request lost", "answer lost"])
def test_a_read_that_meets_silence_says_so_and_the_next_one_goes_on(reader: ToyNode, hub: ToyHub, fault: str) -> None:
    items = seven(hub)
    plan(reader, ["passes", fault])
    with pytest.raises(PeerUnreachable):
        reader.read()
    assert reader.told("news") == items[:3]
    assert reader.read() == 4
    assert reader.told("news") == items


@pytest.mark.usefixtures("one_by_one")
def test_a_page_that_a_crash_has_cut_short_goes_on_where_it_stopped(reader: ToyNode, hub: ToyHub) -> None:
    items = seven(hub)
    reader.poison["s1"] = Crash()
    with pytest.raises(Crash):
        reader.read()
    assert (reader.told("news"), reader.parked()) == (items[:1], [])
    reader.poison.clear()
    assert reader.read() == 6
    assert reader.told("news") == items


@pytest.mark.usefixtures("one_by_one")
def test_a_page_goes_on_where_it_stopped_even_if_that_item_is_gone_meanwhile(reader: ToyNode, hub: ToyHub) -> None:
    seven(hub)
    reader.poison["s1"] = Crash()
    with pytest.raises(Crash):
        reader.read()
    reader.poison.clear()
    hub.publish("s0", 2, coalesce=True)
    assert reader.read() == 7
    assert reader.told("news") == [("s0", 1), *((f"s{number}", 1) for number in range(1, 7)), ("s0", 2)]


def test_a_poisoned_item_is_parked_with_its_reason_and_the_next_one_arrives(
    reader: ToyNode, hub: ToyHub, clock: FixedClock
) -> None:
    reader.poison |= {"s1": KeyError("x"), "s2": Conflict("No such\0 trip.")}
    items = seven(hub)
    assert reader.read() == 7
    assert reader.told("news") == [items[0], *items[3:]]
    bug, refused = reader.parked()
    assert (bug.subject, bug.type, bug.rev, bug.problem_slug) == ("s1", "thing.updated", 1, "news-not-applied")
    assert (refused.subject, refused.problem_slug, refused.problem_detail) == ("s2", "conflict", "No such trip.")
    assert (bug.parked_at, json.loads(bug.item)["data"]) == (clock.now(), {"subject": "s1", "rev": 1})


def test_an_item_that_is_nothing_we_know_is_parked_and_the_next_one_arrives(reader: ToyNode, hub: ToyHub) -> None:
    seven(hub)
    page = json.loads(hub.changes(hub.start()).body)
    good = page["items"][0]
    page["items"] = [None, 7, {"rev": True, "subject": "a\0b"}, good | {"time": "soon"}, good | {"id": "x"}, page["items"][1]]
    plan(reader, [Answer(200, {}, json.dumps(page | {"more": False}).encode())])
    assert reader.read() == 6
    assert reader.told("news") == [("s1", 1)]
    assert [(parked.subject, parked.rev, parked.problem_slug) for parked in reader.parked()] == [
        ("", 0, "invalid"),
        ("", 0, "invalid"),
        ("a b", 0, "invalid"),
        ("s0", 1, "invalid"),
        ("s0", 1, "invalid"),
    ]
    assert "/time" in reader.parked()[3].problem_detail


def test_a_type_that_this_version_does_not_know_is_passed_over(reader: ToyNode, hub: ToyHub) -> None:
    hub.publish("a", 1, type="moon.updated")
    hub.publish("b", 1)
    assert (reader.read(), reader.told("news"), reader.parked()) == (2, [("b", 1)], [])


def test_a_manager_retries_a_parked_item(reader: ToyNode, hub: ToyHub) -> None:
    reader.poison["a"] = KeyError("x")
    hub.publish("a", 1)
    reader.read()
    (parked,) = reader.parked()
    reader.poison["a"] = Conflict("Still not.")
    assert not reader.command(lambda session: reader.reader.retry(session, parked.id))
    assert [item.problem_detail for item in reader.parked()] == ["Still not."]
    reader.poison["a"] = Busy()
    with pytest.raises(Busy):
        reader.command(lambda session: reader.reader.retry(session, parked.id))
    reader.poison.clear()
    assert reader.command(lambda session: reader.reader.retry(session, parked.id))
    assert (reader.told("news"), reader.parked()) == ([("a", 1)], [])


def test_a_manager_discards_a_parked_item(reader: ToyNode, hub: ToyHub) -> None:
    reader.poison["a"] = KeyError("x")
    hub.publish("a", 1)
    reader.read()
    (parked,) = reader.parked()
    reader.command(lambda session: reader.reader.discard(session, parked.id))
    assert reader.parked() == []
    for act in (reader.reader.discard, reader.reader.retry):
        with pytest.raises(NotParked):
            reader.command(lambda session, act=act: act(session, parked.id))


def test_a_later_state_of_the_same_thing_settles_a_parked_one(reader: ToyNode, hub: ToyHub) -> None:
    reader.poison |= {"a": KeyError("x"), "b": KeyError("x")}
    hub.publish("a", 1)
    hub.publish("b", 1)
    reader.read()
    reader.poison.clear()
    hub.publish("a", 2)
    reader.read()
    assert [parked.subject for parked in reader.parked()] == ["b"]


def test_an_item_that_is_parked_twice_is_there_once_with_its_newest_reason(reader: ToyNode, hub: ToyHub) -> None:
    hub.publish("a", 1)
    items = json.loads(hub.changes(hub.start()).body)["items"]
    for reason in ("First.", "Second."):
        reader.poison["a"] = Conflict(reason)
        with reader.here():
            reader.reader.take(items)
    assert [parked.problem_detail for parked in reader.parked()] == ["Second."]


@pytest.mark.usefixtures("one_by_one")
def test_a_busy_database_parks_nothing_and_the_next_read_goes_on(reader: ToyNode, hub: ToyHub) -> None:
    items = seven(hub)
    reader.poison["s4"] = Busy()
    with pytest.raises(Busy):
        reader.read()
    assert (reader.told("news"), reader.parked()) == (items[:4], [])
    reader.poison.clear()
    assert reader.read() == 3
    assert reader.told("news") == items


def test_of_two_readers_one_goes_on_and_the_other_changes_nothing(reader: ToyNode, hub: ToyHub) -> None:
    items = seven(hub)
    take = reader.reader._take_page

    def overtaken(*page: Any) -> int:
        reader.reader._take_page = take
        assert reader.read() == 7
        return take(*page)

    reader.reader._take_page = overtaken
    assert reader.read() == 0
    assert (reader.told("news"), reader.parked()) == (items, [])


def test_a_good_read_clears_the_backoff_of_the_outbox(reader: ToyNode, hub: ToyHub, clock: FixedClock) -> None:
    plan(reader, ["request lost"])
    reader.ask(("desk", 1))
    for _ in range(6):
        clock.set(reader.rows()[0].next_attempt_at)
        plan(reader, ["request lost"])
        reader.deliver()
    reader.read()
    clock.advance(timedelta(seconds=5))
    assert reader.deliver() == 1


def test_a_reader_that_slept_too_long_takes_a_snapshot(reader: ToyNode, hub: ToyHub, clock: FixedClock) -> None:
    seven(hub)
    clock.advance(timedelta(days=91))
    hub.command(lambda session: feed.purge(session, Feed, Counter, clock.now()))
    reader.reader._snapshot = hub.head
    hub.publish("new", 1)
    assert [reader.read(), reader.resets] == [0, []]
    hub.publish("newer", 1)
    assert (reader.read(), reader.told("news")) == (1, [("newer", 1)])


def test_a_cursor_that_the_hub_does_not_know_any_more_leads_to_a_snapshot(reader: ToyNode, hub: ToyHub) -> None:
    reader.command(lambda session: session.execute(sa.update(ReaderState).values(cursor="of another secret")))
    hub.publish("a", 1)
    assert [reader.read(), reader.read(), reader.resets] == [0, 1, []]


def test_a_restored_hub_gets_again_what_it_had_answered_since(reader: ToyNode, hub: ToyHub, clock: FixedClock) -> None:
    reader.ask(("desk", 1))
    reader.read()
    restored_to = clock.now() - timedelta(hours=1)
    hub.command(lambda session: feed.raise_epoch(session, Counter, restored_to=restored_to, now=clock.now()))
    assert reader.read() == 0
    assert reader.resets == [restored_to]
    assert reader.states() == ["waiting"]
    assert reader.deliver() == 1
    assert (hub.effects(), reader.read()) == ([("desk", 1)], 1)


def test_a_hub_that_lost_numbers_without_a_word_gets_everything_again(reader: ToyNode, hub: ToyHub) -> None:
    reader.ask(("desk", 1))
    reader.read()
    hub.command(lambda session: session.execute(sa.update(Counter).values(next_seq=1)))
    assert [reader.read(), reader.resets, reader.states()] == [0, [None], ["waiting"]]


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"items":[],"cursor":"","more":false}', b'{"items":{},"cursor":"x"}'])
def test_what_is_no_page_changes_nothing(reader: ToyNode, body: bytes) -> None:
    before = state(reader).cursor
    plan(reader, [Answer(200, {}, body)])
    with pytest.raises(PeerMisbehaved):
        reader.read()
    assert state(reader).cursor == before


def test_a_hub_that_promises_more_and_gives_nothing_is_not_asked_at_once_again(reader: ToyNode) -> None:
    plan(reader, [Answer(200, {}, b'{"items":[],"cursor":"x","more":true}')])
    assert reader.read() == 0


def test_a_hub_in_trouble_is_told_of(reader: ToyNode) -> None:
    plan(reader, [Answer(503, {}, b"")])
    with pytest.raises(Unavailable):
        reader.read()


def test_one_read_takes_no_more_than_so_many_pages(reader: ToyNode, hub: ToyHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.messaging.feed_reader.MAX_PAGES", 2)
    seven(hub)
    assert [reader.read(), reader.read(), reader.read()] == [6, 1, 0]
