"""Fixtures of towns that were founded once: `guests` and `organisers` on each engine, `sqlite_…` on the quick one alone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.databases import Engine
from tests.support.guests import Guests
from tests.support.organising import SPACES, Organisers
from tests.support.snapshots import Founded, Snapshot, Towns


@pytest.fixture(scope="session")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Towns:
    """The founded town of each engine, founded when the first test asks for it."""
    founded: dict[Engine, Snapshot] = {}

    def town(engine: Engine) -> Snapshot:
        if engine not in founded:
            founded[engine] = Snapshot(engine, tmp_path_factory.mktemp(f"town-{engine}"))
        return founded[engine]

    return town


@pytest.fixture
def guests(engine_name: Engine, towns: Towns, tmp_path: Path) -> Iterator[Guests]:
    """Lambrate and TheCube, twinned, on each engine."""
    with towns(engine_name).copied(tmp_path) as town:
        yield town


@pytest.fixture
def sqlite_guests(towns: Towns, tmp_path: Path) -> Iterator[Guests]:
    """The same on SQLite, for what no engine can change: pages, commands, the door's table."""
    with towns("sqlite").copied(tmp_path) as town:
        yield town


@pytest.fixture(scope="session")
def unions(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Engine], Founded[Organisers]]:
    """The founded spaces of each engine that organise together, founded when the first test asks for them."""
    founded: dict[Engine, Founded[Organisers]] = {}

    def union(engine: Engine) -> Founded[Organisers]:
        if engine not in founded:
            folder = tmp_path_factory.mktemp(f"union-{engine}")
            founded[engine] = Founded(engine, folder, SPACES, Organisers.founded)
        return founded[engine]

    return union


@pytest.fixture
def organisers(engine_name: Engine, unions: Callable[[Engine], Founded[Organisers]], tmp_path: Path) -> Iterator[Organisers]:
    """London, Milan and New York, on each engine."""
    with unions(engine_name).network(tmp_path) as (network, clock):
        yield Organisers(network, clock)


@pytest.fixture
def sqlite_organisers(unions: Callable[[Engine], Founded[Organisers]], tmp_path: Path) -> Iterator[Organisers]:
    """The same on SQLite, for what no engine can change: pages and commands."""
    with unions("sqlite").network(tmp_path) as (network, clock):
        yield Organisers(network, clock)
