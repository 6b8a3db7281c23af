"""Many at once: writers and a reader of the feed, and several deliverers of one outbox over a wire that fails."""

import contextlib
import random
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from sqlalchemy.orm import Session

from shared.clock import FixedClock
from tests.support.databases import Engine
from tests.support.threads import together
from tests.support.toy_messaging import Crash, ToyHub, ToyNode

WRITERS = 8
# On SQLite writers stand in one queue anyway, and each waits for the disk.
ROWS = {"postgresql": 100, "sqlite": 15}
SUBJECTS = ("desk", "room", "day")


def test_a_reader_that_polls_while_eight_write_misses_nothing_and_sees_all_once_and_in_order(
    hub: ToyHub, engine_name: Engine
) -> None:
    writing, rows = [WRITERS], ROWS[engine_name]

    def write(writer: int) -> None:
        chance = random.Random(writer)

        def work(session: Session, rev: int) -> None:
            hub._tell(session, f"w{writer}", rev)
            # The longer one holds its row back, the more others commit before it.
            time.sleep(chance.choice((0, 0, 0, 0.002)))

        try:
            for rev in range(1, rows + 1):
                hub.command(partial(work, rev=rev))
        finally:
            writing[0] -= 1

    def poll() -> list[tuple[int, str, int]]:
        cursor, seen = hub.start(), []
        last = False
        while not last:
            last = not writing[0]
            more = True
            while more:
                page = hub.page(cursor, limit=50)
                seen += [(item.seq, item.subject, item.rev) for item in page.items]
                cursor, more = page.cursor, page.more
            time.sleep(0.002)
        return seen

    outcomes = together(*(partial(write, writer) for writer in range(WRITERS)), poll)
    assert outcomes[:-1] == [None] * WRITERS
    seen = outcomes[-1]
    assert [seq for seq, _, _ in seen] == list(range(1, WRITERS * rows + 1))
    for writer in range(WRITERS):
        assert [rev for _, subject, rev in seen if subject == f"w{writer}"] == list(range(1, rows + 1))


def test_writers_that_coalesce_one_subject_leave_its_last_state_and_nobody_waits_for_ever(hub: ToyHub) -> None:
    def write(writer: int) -> None:
        for rev in range(20):
            hub.command(
                lambda session, rev=rev: [
                    hub._tell(session, day, 100 * writer + rev, coalesce=True)
                    for day in (("mon", "tue") if writer % 2 else ("tue", "mon"))
                ]
            )

    assert together(*(partial(write, writer) for writer in range(4))) == [None] * 4
    for day in ("mon", "tue"):
        hub.publish(day, 1000, coalesce=True)
    assert [(item.subject, item.rev) for item in hub.page(hub.start()).items] == [("mon", 1000), ("tue", 1000)]


def test_three_deliverers_of_one_outbox_have_each_effect_once_and_in_order(
    deaf_node: ToyNode, hub: ToyHub, clock: FixedClock
) -> None:
    node, chance = deaf_node, random.Random(7)
    carry = node.wire.carry

    def faulty(exchange: Callable[[], object]) -> object:
        step = chance.choices(["passes", "request lost", "answer lost", "crash after"], [55, 20, 20, 5])[0]
        node.wire.plan = type(node.wire.plan)([step])
        return carry(exchange)

    node.wire.carry = faulty
    node.ask(*((subject, number) for number in range(20) for subject in SUBJECTS))
    clock.advance(timedelta(seconds=10))

    def work() -> int:
        rounds = 0
        while any(state == "waiting" for state in node.states()):
            with contextlib.suppress(Crash):
                node.deliver(5)
            clock.advance(timedelta(seconds=7))
            rounds += 1
        return rounds

    assert all(isinstance(rounds, int) for rounds in together(*[work] * 3))
    for subject in SUBJECTS:
        assert [number for about, number in hub.effects() if about == subject] == list(range(20))
        revs = [rev for about, rev in node.told("answer") if about == subject]
        assert revs == sorted(revs)
    assert len(node.told("answer")) == len(set(node.told("answer"))) == 60


def test_two_deliverers_never_send_one_row_at_the_same_time(deaf_node: ToyNode, clock: FixedClock) -> None:
    flying: set[str] = set()
    doubled: list[str] = []
    send = deaf_node.delivery._send

    def watched(row: object, /, *, timeout_seconds: float) -> object:
        if row.message_id in flying:
            doubled.append(row.message_id)
        flying.add(row.message_id)
        try:
            return send(row, timeout_seconds=timeout_seconds)
        finally:
            flying.discard(row.message_id)

    deaf_node.delivery._send = watched
    deaf_node.ask(*((f"s{number}", number) for number in range(30)))
    clock.advance(timedelta(seconds=10))
    assert sum(together(*[deaf_node.deliver] * 4)) == 30
    assert (doubled, len(deaf_node.sent)) == ([], 30)
