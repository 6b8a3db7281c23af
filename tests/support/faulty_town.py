"""A state machine of two spaces and their hub whose wire loses, doubles, cuts and kills: what every story over it shares."""

import datetime as dt
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from shared.errors import Refusal
from shared.http import Answer
from space_node.uplink.service import exchange
from tests.support.guests import HOME, HOST, Guests
from tests.support.node import NodeWorld
from tests.support.snapshots import Snapshot

DAY, SOON = dt.timedelta(days=1), dt.timedelta(minutes=2)
FAULTS = st.sampled_from((None, None, "drop_request", "lose_answer", "duplicate", "kill"))
PLACES = st.integers(0, 99)
SIDES = st.sampled_from((HOME, HOST))


class Killed(BaseException):
    """The process that waits for an answer ends at this point."""


class FaultyTown(RuleBasedStateMachine):
    """What machines do on both sides, in any order and with any fault on the way."""

    def __init__(self, snapshot: Snapshot, folder: Path) -> None:
        """A copy of the town, in a folder of its own."""
        super().__init__()
        self.town = Guests(snapshot.copied(folder))
        self.network, self.clock = self.town.network, self.town.clock
        self.is_cut = False

    def heal(self) -> None:
        """Everything gets through again and everybody works, for a few minutes."""
        self.network.transport.heal()
        self.network.transport.tamper, self.is_cut = None, False
        for _ in range(4):
            self.clock.advance(SOON)
            self.everybody_works()

    def everybody_works(self) -> None:
        """What every worker does, once."""
        self.network.hub.work()
        for node in self.network.nodes.values():
            for work in (exchange.deliver, exchange.poll):
                node.do(work)
            self.look_after(node)

    def look_after(self, node: NodeWorld) -> None:
        """What a node's worker does now and then."""
        node.do(exchange.fetch_lists)
        node.repair()

    def attempt(self, work: Callable[[], Any], fault: str | None = None) -> None:
        """Do it with a fault on the way. A refusal is a good answer; the killed process leaves all as it was at that moment."""
        wire = self.network.transport
        if fault == "kill":
            wire.tamper = self.kill
        elif fault is not None:
            wire.plan(fault)  # type: ignore[arg-type]
        try:
            work()
        except (Refusal, Killed):
            pass
        finally:
            wire.tamper = None
            wire.heal()
            if self.is_cut:
                wire.cut()

    @staticmethod
    def kill(_method: str, _path: str, _answer: Answer) -> Answer:
        """End the process."""
        raise Killed

    @rule(side=SIDES, fault=FAULTS)
    def deliver(self, side: str, fault: str | None) -> None:
        """A node sends what waits."""
        self.attempt(lambda: self.network.nodes[side].do(exchange.deliver), fault)

    @rule(side=SIDES, fault=FAULTS)
    def read_the_news(self, side: str, fault: str | None) -> None:
        """A node asks for news."""
        self.attempt(lambda: self.network.nodes[side].do(exchange.poll), fault)

    @rule(side=SIDES)
    def repair(self, side: str) -> None:
        """A node's repairs run."""
        self.attempt(lambda: self.look_after(self.network.nodes[side]))

    @rule()
    def the_hub_works(self) -> None:
        """The hub's worker does what is due."""
        self.network.hub.work()

    @rule(minutes=st.sampled_from((1, 20, 240, 1440)))
    def time_passes(self, minutes: int) -> None:
        """Nobody does anything for a while."""
        self.clock.advance(dt.timedelta(minutes=minutes))

    @rule()
    def the_wire_is_cut_or_mended(self) -> None:
        """Nothing gets through, or everything again."""
        self.is_cut = not self.is_cut
        (self.network.transport.cut if self.is_cut else self.network.transport.heal)()


def play(machine: type[FaultyTown], snapshot: Snapshot, folder: Path, *, examples: int, steps: int) -> None:
    """Play so many stories of so many steps, each on a copy of its own."""
    numbers = count()

    def made() -> FaultyTown:
        place = folder / str(next(numbers))
        place.mkdir()
        return machine(snapshot, place)

    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    # An example takes seconds: to look for a shorter one would take an hour.
    checks = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=slow,
    )
    run_state_machine_as_test(made, settings=checks)  # type: ignore[arg-type]  # a callable will do
