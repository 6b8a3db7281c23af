"""The simulator does what it says: who dies leaves what was committed, and a request has the fate that was drawn for it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa
from flask import Flask, request

from shared.clock import FixedClock
from shared.db import open_engine
from shared.http import PeerUnreachable
from tests.support.dying import Died, Moment, Mortal, looked_at
from tests.support.simulation import kept
from tests.support.simulation.trace import Trace
from tests.support.simulation.wire import FATES, Link, Wire
from tests.support.snapshots import WrongClock
from tests.support.transport import FaultyTransport

HUB = "https://hub.test"


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Mortal]:
    engine = open_engine(f"sqlite:///{tmp_path / 'one.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE sums (n INTEGER)")
    mortal = Mortal("hub", engine)
    yield mortal
    mortal.let_go()


def add(process: Mortal, number: int) -> None:
    with process.engine.begin() as connection, connection.begin_nested():
        connection.execute(sa.text("INSERT INTO sums VALUES (:n)"), {"n": number})


def sums(process: Mortal) -> list[int]:
    with looked_at(process), process.engine.connect() as connection:
        return list(connection.scalars(sa.text("SELECT n FROM sums ORDER BY n")))


@pytest.mark.parametrize(("moment", "left"), [("before", [1]), ("after", [1, 2])])
def test_who_dies_at_a_commit_leaves_what_was_committed(process: Mortal, moment: Moment, left: list[int]) -> None:
    process.doom_at_write(2, moment)
    add(process, 1)
    with pytest.raises(Died):
        add(process, 2)
    assert sums(process) == left
    with pytest.raises(Died):
        add(process, 3)
    assert sums(process) == left
    process.start()
    add(process, 4)
    assert sums(process) == [*left, 4]


def test_who_dies_between_two_statements_leaves_nothing_of_them(process: Mortal) -> None:
    process.doom(lambda step, moment: step.statement.startswith("INSERT") and moment == "after")
    with pytest.raises(Died):
        add(process, 1)
    process.start()
    assert sums(process) == []


class Peer:
    """A hub that counts, and one link to it."""

    def __init__(self, process: Mortal) -> None:
        self.asked: list[str] = []
        app = Flask("hub")

        @app.put("/things/<name>")
        @app.put("/fed/v1/grants/<name>")
        def put(name: str) -> dict[str, int]:
            self.asked.append(f"{name} {request.get_data(as_text=True)}")
            return {"count": len(self.asked)}

        carrier, clock = FaultyTransport(), FixedClock(datetime(2026, 3, 3, tzinfo=UTC))
        carrier.serve(HUB, app)
        self.wire = Wire(carrier, process, clock, Random(1), Trace())
        self.link = Link(self.wire, Mortal("nyc", process.engine), WrongClock(clock))

    def ask(self, fate: str = "") -> int | None:
        """How the request with this fate was answered, if it was."""
        self.wire.fates = {fate: 1.0}
        try:
            return int(self.link.request("PUT", f"{HUB}/things/1", body=b"{}").json()["count"])
        except PeerUnreachable:
            return None


@pytest.mark.parametrize(
    ("fate", "answer", "arrived"),
    [("", 1, 1), ("drop", None, 0), ("lose", None, 1), ("duplicate", 2, 2), ("delay", None, 0), ("slow", 1, 1)],
)
def test_a_request_has_the_fate_that_was_drawn_for_it(process: Mortal, fate: str, answer: int | None, arrived: int) -> None:
    peer = Peer(process)
    assert (peer.ask(fate), len(peer.asked)) == (answer, arrived)
    assert fate in {"", *FATES}


def test_what_was_delayed_arrives_behind_what_was_sent_later(process: Mortal) -> None:
    peer = Peer(process)
    assert peer.ask("delay") is None
    assert peer.ask() == 1
    peer.wire.arrive_late()
    assert len(peer.asked) == 2
    assert peer.wire.late == []


def test_others_act_while_an_answer_travels_and_may_kill_who_waits_for_it(process: Mortal) -> None:
    peer = Peer(process)
    peer.wire.meanwhile = peer.link.process.die
    with pytest.raises(Died):
        peer.ask("slow")
    assert len(peer.asked) == 1


@pytest.mark.parametrize(("there", "back", "arrived"), [(True, False, 0), (False, True, 1)])
def test_a_link_is_cut_one_way(process: Mortal, there: bool, back: bool, arrived: int) -> None:
    peer = Peer(process)
    peer.link.is_cut_there, peer.link.is_cut_back = there, back
    assert (peer.ask(), len(peer.asked)) == (None, arrived)


def test_two_answers_to_one_request_that_differ_are_a_fault(process: Mortal) -> None:
    peer = Peer(process)
    peer.ask("duplicate")
    assert peer.wire.faults == []
    peer.wire.fates = {}
    for _ in range(2):
        peer.link.request("PUT", f"{HUB}/fed/v1/grants/1", body=b"{}")
    assert peer.wire.faults == ["nyc was answered twice, and otherwise: PUT /fed/v1/grants/1"]


def test_a_dead_hub_answers_nobody(process: Mortal) -> None:
    peer = Peer(process)
    process.die()
    assert (peer.ask(), peer.asked) == (None, [])


def test_what_finds_a_bug_is_kept_beside_what_finds_the_others(tmp_path: Path) -> None:
    file, names = tmp_path / "planted.txt", ("one-leg", "epoch-kept")
    file.write_text("# The first seed.\nepoch-kept 4\n")
    kept.remember_planted("one-leg", 2, names=names, file=file)
    assert file.read_text() == "# The first seed.\none-leg 2\nepoch-kept 4\n"
    kept.remember_planted("epoch-kept", None, names=names, file=file)
    assert kept.planted(file) == {"one-leg": 2}
