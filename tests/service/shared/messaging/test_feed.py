"""The feed: who gets what, in which order, from where, and for how long."""

import math
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.clock import FixedClock
from shared.messaging import feed, numbering
from shared.messaging.cursor import CursorExpired, CursorMalformed, CursorRequired, Cursors, FeedReset
from shared.protocol.feed import FeedPage as PageSchema
from shared.schemas import load
from tests.support.toy_messaging import SOURCE, Counter, Feed, ToyHub, hub_db
from tests.support.waiting import wait_until


def subjects(page: feed.FeedPage) -> list[str]:
    return [item.subject for item in page.items]


def numbers(hub: ToyHub) -> list[int | None]:
    return hub.look(lambda session: list(session.scalars(sa.select(Feed.seq).order_by(Feed.id))))


def test_a_space_gets_what_is_addressed_to_it_and_what_is_for_the_network_in_order(hub: ToyHub) -> None:
    hub.publish("a", 1)
    hub.publish("b", 1, to=["london"])
    hub.publish("c", 1, to=[feed.NETWORK])
    hub.publish("d", 1, to=["london", "nyc", "nyc"])
    page = hub.page(hub.start())
    assert (subjects(page), page.more, page.head) == (["a", "c", "d"], False, 5)
    assert [item.seq for item in page.items] == [1, 3, 5]
    assert subjects(hub.page(hub.start(), audience="london")) == ["b", "c", "d"]
    assert subjects(hub.page(page.cursor)) == []


def test_a_page_ends_at_its_limit_and_the_next_one_goes_on_there(hub: ToyHub) -> None:
    for number in range(5):
        hub.publish(f"s{number}", 1)
    first = hub.page(hub.start(), limit=2)
    second = hub.page(first.cursor, limit=2)
    third = hub.page(second.cursor, limit=2)
    assert [subjects(page) for page in (first, second, third)] == [["s0", "s1"], ["s2", "s3"], ["s4"]]
    assert [page.more for page in (first, second, third)] == [True, True, False]


def test_a_page_ends_before_it_gets_too_large_for_the_wire(hub: ToyHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "PAGE_CHARACTERS", 100)
    for number in range(3):
        hub.publish(f"s{number}", 1, data={"text": "x" * 45})
    hub.publish("large", 1, data={"text": "x" * 450})
    cursor, pages = hub.start(), []
    for _ in range(3):
        page = hub.page(cursor)
        cursor = page.cursor
        pages.append((subjects(page), page.more))
    assert pages == [(["s0"], True), (["s1"], True), (["s2"], True)]
    assert subjects(hub.page(cursor)) == ["large"]


def test_the_cursor_moves_on_for_a_space_that_gets_nothing(hub: ToyHub) -> None:
    hub.publish("b", 1, to=["london"])
    page = hub.page(hub.start())
    assert (page.items, page.cursor) == ([], hub.head())


def test_the_page_on_the_wire_is_what_the_protocol_says(hub: ToyHub, clock: FixedClock) -> None:
    hub.publish("a", 7, data={"name": "Caffè", "n": [1, None]})
    page = hub.page(hub.start())
    read = load(PageSchema, PageSchema().dump(page.as_wire(SOURCE)))
    (item,) = read["items"]
    assert (read["cursor"], read["more"]) == (page.cursor, False)
    assert (item["type"], item["subject"], item["rev"], item["source"]) == ("thing.updated", "a", 7, SOURCE)
    assert (item["time"], item["data"]) == (clock.now(), {"name": "Caffè", "n": [1, None]})
    assert item["epoch"] == page.epoch


def test_rows_of_one_transaction_keep_their_order(hub: ToyHub, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = iter(["3", "2", "1", "4", "5"])
    monkeypatch.setattr(feed, "new_id", lambda: next(ids))

    def work(session: Session) -> None:
        for subject in ("first", "second", "third"):
            hub._tell(session, subject, 1)

    hub.command(work)
    assert subjects(hub.page(hub.start())) == ["first", "second", "third"]


def test_what_is_undone_is_never_numbered(hub: ToyHub) -> None:
    def fail(session: Session) -> None:
        hub._tell(session, "a", 1)
        raise KeyError

    with pytest.raises(KeyError):
        hub.command(fail)

    def half(session: Session) -> None:
        savepoint = session.begin_nested()
        hub._tell(session, "b", 1)
        savepoint.rollback()
        hub._tell(session, "c", 1)

    hub.command(half)
    assert subjects(hub.page(hub.start())) == ["c"]
    assert numbers(hub) == [1]


def test_coalescing_keeps_one_row_for_each_audience_and_subject(hub: ToyHub) -> None:
    hub.publish("day", 1, to=["nyc", "london"])
    hub.publish("other", 1)
    hub.publish("day", 2, coalesce=True)
    hub.publish("day", 3, to=["nyc", "rome"], coalesce=True)
    assert [(item.subject, item.rev) for item in hub.page(hub.start()).items] == [("other", 1), ("day", 3)]
    assert [(item.subject, item.rev) for item in hub.page(hub.start(), audience="london").items] == [("day", 1)]


def test_the_worker_numbers_what_an_edge_died_before_numbering(hub: ToyHub, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(feed, "number_all", lambda *_: None)
        hub.publish("a", 1)
        hub.publish("b", 1)
    sqlite = hub.look(lambda session: session.get_bind().dialect.name) == "sqlite"
    assert subjects(hub.page(hub.start())) == (["a", "b"] if sqlite else [])
    with hub.app.app_context():
        counts = [numbering.number_leftovers(hub_db, Feed, Counter) for _ in range(2)]
    assert counts == ([0, 0] if sqlite else [2, 0])
    assert subjects(hub.page(hub.start())) == ["a", "b"]


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_under_load_no_answer_waits_for_numbers(hub: ToyHub, monkeypatch: pytest.MonkeyPatch) -> None:
    with hub.app.app_context():
        engine = hub_db.engine
    worker = numbering.numbered_beside(engine, Feed, Counter)
    hub.publish("before it runs", 1)
    assert numbers(hub) == [1]
    worker.start()
    try:
        with Session(engine) as other, other.begin():
            other.scalars(sa.select(Counter).with_for_update()).one()
            monkeypatch.setitem(numbering._numbered_at, engine, math.inf)
            hub.publish("right after another", 1)
            assert numbers(hub) == [1, None]
        wait_until(lambda: numbers(hub) == [1, 2])
        monkeypatch.setitem(numbering._numbered_at, engine, -math.inf)
        hub.publish("after a while", 1)
        assert numbers(hub) == [1, 2, 3]
    finally:
        worker.stop()
    hub.publish("after it ran", 1)
    assert numbers(hub) == [1, 2, 3, 4]


def test_many_rows_are_numbered_in_batches(hub: ToyHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbering, "_BATCH", 2)
    monkeypatch.setattr(numbering.number, "__defaults__", (2,))
    hub.command(lambda session: [hub._tell(session, f"s{n}", 1) for n in range(5)])
    assert numbers(hub) == [1, 2, 3, 4, 5]


def test_after_ninety_days_rows_go_and_cursors_before_them_expire(hub: ToyHub, clock: FixedClock) -> None:
    hub.publish("a", 1)
    clock.advance(timedelta(days=1))
    hub.publish("b", 1)
    behind_a = hub.page(hub.start(), limit=1).cursor
    clock.advance(timedelta(days=89, seconds=1))
    purge = lambda session: feed.purge(session, Feed, Counter, clock.now())  # noqa: E731
    assert [hub.command(purge), hub.command(purge)] == [1, 0]
    with pytest.raises(CursorExpired):
        hub.page(hub.start())
    assert subjects(hub.page(behind_a)) == ["b"]


def test_cursors_that_this_hub_never_gave_are_refused(hub: ToyHub) -> None:
    hub.publish("a", 1)
    epoch = hub.page(hub.start()).epoch
    forged = Cursors(b"another secret").encode(epoch, 0)
    for text in (forged, "", "x", hub.start() + "A", hub.start()[:-1]):
        with pytest.raises(CursorMalformed if text else CursorRequired):
            hub.page(text)
    with pytest.raises(CursorRequired):
        hub.page(None)


def test_a_cursor_beyond_the_head_is_of_another_life_of_the_feed(hub: ToyHub) -> None:
    epoch = hub.page(hub.start()).epoch
    with pytest.raises(FeedReset) as refused:
        hub.page(hub.cursors.encode(epoch, 1))
    assert refused.value.params == {"restored_to": None}


def test_a_restore_raises_the_epoch_and_resets_every_reader(hub: ToyHub, clock: FixedClock) -> None:
    hub.publish("a", 1)
    old = hub.page(hub.start())
    restored_to = clock.now() - timedelta(hours=2)
    raise_epoch = lambda session: feed.raise_epoch(session, Counter, restored_to=restored_to, now=clock.now())  # noqa: E731
    first, second = hub.command(raise_epoch), hub.command(raise_epoch)
    assert int(old.epoch) < int(first) < int(second)
    with pytest.raises(FeedReset) as refused:
        hub.page(old.cursor)
    assert refused.value.params == {"restored_to": restored_to.isoformat()}
    assert hub.page(hub.start()).epoch == second


def test_opening_a_feed_again_changes_nothing(hub: ToyHub, clock: FixedClock) -> None:
    epoch = hub.page(hub.start()).epoch
    clock.advance(timedelta(days=1))
    hub.command(lambda session: feed.open_feed(session, Counter, now=clock.now()))
    assert hub.page(hub.start()).epoch == epoch
