"""Fixtures of all tiers: a fresh, migrated database of a service on each of the two engines, and its removal."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.databases import DATABASES, ENGINES, Engine, dispose_engines, fresh_database

NewDatabase = Callable[[str], str]


def pytest_sessionfinish() -> None:
    """Stop the PostgreSQL of this process, if any test asked for it."""
    dispose_engines()
    DATABASES.close()


@pytest.fixture(autouse=True)
def _swept() -> Iterator[None]:
    """Whatever a test opened and made is closed and dropped after it, also where it forgot."""
    yield
    dispose_engines()
    DATABASES.sweep()


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> Engine:
    """The test runs once on each engine."""
    engine: Engine = request.param
    return engine


@pytest.fixture
def engine_url(engine_name: Engine, tmp_path: Path) -> NewDatabase:
    """`engine_url("federation")` is the URL of a fresh, migrated database; each call makes another. Runs on both engines."""
    return lambda service: fresh_database(service, engine_name, tmp_path)


@pytest.fixture
def hub_url(engine_url: NewDatabase) -> str:
    """A fresh database of the hub, on both engines."""
    return engine_url("federation")


@pytest.fixture
def node_url(engine_url: NewDatabase) -> str:
    """A fresh database of a space's node, on both engines."""
    return engine_url("space_node")
