"""Whatever the wire, the clock and the process do: once it heals, each command and each item has had its effect once."""

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shared.clock import FixedClock
from shared.errors import Unavailable
from tests.support.toy_messaging import Crash, ToyHub, ToyNode, hub_db, node_db, plan

SUBJECTS = st.sampled_from(["desk", "room"])
FAULTS = st.lists(
    st.sampled_from(["passes", "request lost", "answer lost", "crash before", "crash after", "doubled"]), max_size=3
)
STEPS = st.one_of(
    st.tuples(st.just("ask"), st.lists(SUBJECTS, min_size=1, max_size=3), FAULTS),
    st.tuples(st.just("deliver"), FAULTS),
    st.tuples(st.just("read"), FAULTS),
    st.tuples(st.just("publish"), SUBJECTS),
    st.tuples(st.just("wait"), st.sampled_from([1, 5, 40, 4000, -4000])),
    st.tuples(st.just("poison"), SUBJECTS),
    st.tuples(st.just("cure")),
)


class World:
    """A hub and a node, and what was asked of each."""

    def __init__(self, new_url: Callable[[str], str]) -> None:
        self.clock = FixedClock(datetime(2026, 3, 3, 10, 0, tzinfo=UTC))
        self.hub = ToyHub(new_url("toy_hub"), self.clock)
        self.node = ToyNode(new_url("toy_node"), self.hub, self.clock)
        self.node.delivery.install(self.node.app)
        self.asked: list[tuple[str, int]] = []
        self.published = 0

    def ask(self, subjects: list[str], faults: list[str]) -> None:
        commands = [(subject, len(self.asked) + place) for place, subject in enumerate(subjects)]
        self.asked += commands
        plan(self.node, faults)
        with contextlib.suppress(Crash):
            self.node.ask(*commands)

    def deliver(self, faults: list[str]) -> None:
        plan(self.node, faults)
        with contextlib.suppress(Crash):
            self.node.deliver()

    def read(self, faults: list[str]) -> None:
        plan(self.node, faults)
        with contextlib.suppress(Crash, Unavailable):
            self.node.read()

    def publish(self, subject: str) -> None:
        self.published += 1
        self.hub.publish(f"news of {subject}", self.published)

    def wait(self, seconds: int) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    def poison(self, subject: str) -> None:
        self.node.poison |= {subject: KeyError("bug"), f"news of {subject}": KeyError("bug")}

    def cure(self) -> None:
        self.node.poison.clear()

    def heal(self) -> None:
        """No fault any more, a manager who retries what is parked, and time."""
        self.cure()
        self.node.wire.plan.clear()
        while self.node.read() or not self.node.last_read_at():
            pass
        while "waiting" in self.node.states():
            self.clock.advance(timedelta(seconds=31))
            self.node.read()
            self.node.deliver()
        for row in self.node.rows():
            if row.state == "parked":
                self.node.command(lambda session, row=row: self.node.retry(session, row.id))
        for item in self.node.parked():
            self.node.command(lambda session, item=item: self.node.reader.retry(session, item.id))
        self.node.read()

    def close(self) -> None:
        """Let the databases' connections go: each example has new ones."""
        for app, db in ((self.hub.app, hub_db), (self.node.app, node_db)):
            with app.app_context():
                db.engine.dispose()


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEPS, max_size=12))
@example(steps=[("ask", ["desk", "desk"], ["crash after"]), ("wait", 40), ("deliver", ["answer lost"]), ("read", [])])
@example(
    steps=[
        *[("ask", ["desk"], [])] * 4,
        ("poison", "desk"),
        ("read", ["passes"]),
        ("ask", ["desk"] * 3, []),
        ("read", ["passes", "passes", "crash before"]),
    ]
)
@example(steps=[("read", []), ("poison", "desk"), ("ask", ["desk", "desk", "room"], []), ("publish", "desk"), ("read", [])])
def test_once_all_is_well_again_everything_has_had_its_effect_once(
    new_url: Callable[[str], str], steps: list[tuple[object, ...]]
) -> None:
    world = World(new_url)
    for name, *arguments in steps:
        world.node.wire.plan.clear()
        getattr(world, str(name))(*arguments)
    world.heal()
    node, hub = world.node, world.hub
    assert set(node.states()) <= {"answered"}
    assert node.parked() == []
    assert sorted(hub.effects()) == sorted(world.asked)
    for subject in ("desk", "room"):
        assert [number for about, number in hub.effects() if about == subject] == [
            number for about, number in world.asked if about == subject
        ]
    assert sorted(node.told("answer")) == sorted((subject, rev) for rev, (subject, _) in enumerate(hub.effects(), 1))
    items = hub.page(hub.start(), limit=500).items
    assert len(items) == len(world.asked) + world.published
    told = node.told("news")
    assert len(told) == len(set(told))
    # What was parked while newer news of the same subject was taken in is worth nothing any more.
    overtaken = {(item.subject, item.rev) for item in items} - set(told)
    newest = {subject: max(rev for about, rev in told if about == subject) for subject, _ in told}
    assert all(rev < newest[subject] for subject, rev in overtaken)
    assert overtaken == set() or any(step[0] == "poison" for step in steps)
    world.close()
