"""A toy hub and a toy node on empty databases, on both engines, and a clock that both go by."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from shared.clock import FixedClock
from tests.support.cluster import address
from tests.support.databases import DATABASES, Engine, empty_database
from tests.support.toy_messaging import ToyHub, ToyNode

_CLEAR = """DO $$ BEGIN EXECUTE (
    SELECT coalesce('TRUNCATE ' || string_agg(quote_ident(tablename), ', ') || ' RESTART IDENTITY', 'SELECT 1')
    FROM pg_tables WHERE schemaname = 'public'); END $$"""


@pytest.fixture(scope="session")
def kept_database() -> Callable[[str], str]:
    """One PostgreSQL database by name for the whole session, emptied by each call: making one takes as long as a test."""
    made: set[str] = set()

    def emptied(name: str) -> str:
        if name not in made:
            with psycopg.connect(f"{DATABASES.cluster} dbname=postgres", autocommit=True) as admin:
                admin.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
            made.add(name)
        with psycopg.connect(f"{DATABASES.cluster} dbname={name}", autocommit=True) as admin:
            admin.execute(_CLEAR)
        return address(DATABASES.cluster, name)

    return emptied


@pytest.fixture
def new_url(engine_name: Engine, tmp_path: Path, kept_database: Callable[[str], str]) -> Callable[[str], str]:
    """The URL of a database without rows."""
    return lambda name: kept_database(name) if engine_name == "postgresql" else empty_database(engine_name, tmp_path)


@pytest.fixture
def clock() -> FixedClock:
    """It is a Tuesday in March."""
    return FixedClock(datetime(2026, 3, 3, 10, 0, tzinfo=UTC))


@pytest.fixture
def hub(new_url: Callable[[str], str], clock: FixedClock) -> ToyHub:
    """A hub with an open feed."""
    return ToyHub(new_url("toy_hub"), clock)


@pytest.fixture
def deaf_node(new_url: Callable[[str], str], clock: FixedClock, hub: ToyHub) -> ToyNode:
    """A node that sends nothing by itself after a commit: only its worker does."""
    return ToyNode(new_url("toy_node"), hub, clock)


@pytest.fixture
def node(deaf_node: ToyNode) -> ToyNode:
    """A node that sends right after each commit."""
    deaf_node.delivery.install(deaf_node.app)
    return deaf_node
