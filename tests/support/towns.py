"""Fixtures of the tests that need a whole network in one process: one of its own for each test, on each engine.

`network` is a hub that nobody has joined; a module that wants one with spaces says `network = founded(strangers)`. `guests` is
a pair of twins and their guest, `sqlite_guests` the same on the quick engine alone.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared.clock import FixedClock
from tests.support.databases import Engine
from tests.support.guests import Guests
from tests.support.node import Network, NodeWorld
from tests.support.organising import Organisers
from tests.support.snapshots import FOUNDED_AT, Found, Snapshot

Snapshots = Callable[[Found, Engine], Snapshot]
NYC, LONDON = "wecreate-nyc", "thecube-london"


def strangers(network: Network) -> None:
    """WeCreate and TheCube, active; both know each other's keys."""
    network.joined(NYC, zone="America/New_York")
    network.joined(LONDON, zone="Europe/London")
    network.sync()


def twins(network: Network) -> None:
    """The two, twinned."""
    strangers(network)
    network.twin(network.nodes[NYC], network.nodes[LONDON])
    network.sync()


@pytest.fixture(scope="session")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Snapshots:
    """What was founded, by how and on which engine; founded when the first test asks for it."""
    founded: dict[tuple[Found, Engine], Snapshot] = {}

    def snapshot(found: Found, engine: Engine) -> Snapshot:
        if (found, engine) not in founded:
            founded[found, engine] = Snapshot(engine, tmp_path_factory.mktemp(f"{found.__name__}-{engine}"), found)
        return founded[found, engine]

    return snapshot


def founded(found: Found) -> Any:
    """A fixture: a copy of the network that `found` makes."""

    @pytest.fixture
    def network(engine_name: Engine, snapshots: Snapshots, tmp_path: Path) -> Network:
        return snapshots(found, engine_name).copied(tmp_path)

    return network


@pytest.fixture
def network(engine_url: Callable[[str], str], tmp_path: Path) -> Network:
    """A hub that nobody has joined yet, on a Tuesday morning in March."""
    return Network(engine_url, tmp_path, FixedClock(FOUNDED_AT))


@pytest.fixture
def clock(network: Network) -> FixedClock:
    """The time in the network."""
    return network.clock


@pytest.fixture
def nyc(network: Network) -> NodeWorld:
    """WeCreate."""
    return network.nodes[NYC]


@pytest.fixture
def london(network: Network) -> NodeWorld:
    """TheCube."""
    return network.nodes[LONDON]


@pytest.fixture
def guests(engine_name: Engine, snapshots: Snapshots, tmp_path: Path) -> Guests:
    """Lambrate and TheCube, twinned, on each engine."""
    return Guests(snapshots(Guests.found, engine_name).copied(tmp_path))


@pytest.fixture
def sqlite_guests(snapshots: Snapshots, tmp_path: Path) -> Guests:
    """The same on SQLite, for what no engine can change: pages, commands, the door's table."""
    return Guests(snapshots(Guests.found, "sqlite").copied(tmp_path))


@pytest.fixture
def organisers(engine_name: Engine, snapshots: Snapshots, tmp_path: Path) -> Organisers:
    """London, Milan and New York, who may organise together, on each engine."""
    return Organisers(snapshots(Organisers.found, engine_name).copied(tmp_path))


@pytest.fixture
def sqlite_organisers(snapshots: Snapshots, tmp_path: Path) -> Organisers:
    """The same on SQLite, for what no engine can change: pages and commands."""
    return Organisers(snapshots(Organisers.found, "sqlite").copied(tmp_path))
