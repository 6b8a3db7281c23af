"""Fixtures of the tests about guests: `guests` is a town of its own on each engine, `sqlite_guests` on the quick one alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import Engine
from tests.support.guests import Guests
from tests.support.snapshots import Snapshot, Towns


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
