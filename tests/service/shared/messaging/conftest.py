"""A toy hub and a toy node on empty databases, on both engines, and a clock that both go by."""

import contextlib
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from shared.clock import FixedClock
from tests.support.databases import DATABASES, Engine
from tests.support.toy_messaging import ToyHub, ToyNode
from tools.postgres import address

_CLEAR = """DO $$ BEGIN EXECUTE (
    SELECT coalesce('TRUNCATE ' || string_agg(quote_ident(tablename), ', ') || ' RESTART IDENTITY', 'SELECT 1')
    FROM pg_tables WHERE schemaname = 'public'); END $$"""
NewUrl = Callable[[str], str]


@pytest.fixture(scope="session")
def kept_database(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Engine, str], str]:
    """One database by name for the whole session, emptied by each call: making one takes as long as a test."""
    folder = tmp_path_factory.mktemp("toys")
    made: set[str] = set()

    def emptied(engine: Engine, name: str) -> str:
        if engine == "sqlite":
            _empty_file(folder / f"{name}.db")
            return f"sqlite:///{folder / name}.db"
        if name not in made:
            _administer("postgres", f"CREATE DATABASE {name}")
            made.add(name)
        _administer(name, _CLEAR)
        return address(DATABASES.cluster, name)

    return emptied


def _empty_file(file: Path) -> None:
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for table in tables:
            connection.execute(f'DELETE FROM "{table}"')


def _administer(database: str, command: str) -> None:
    with psycopg.connect(f"{DATABASES.cluster} dbname={database}", autocommit=True) as admin:
        admin.execute(command)  # type: ignore[arg-type]


@pytest.fixture
def new_url(engine_name: Engine, kept_database: Callable[[Engine, str], str]) -> NewUrl:
    """The URL of a database without rows."""
    return lambda name: kept_database(engine_name, name)


@pytest.fixture
def clock() -> FixedClock:
    """It is a Tuesday in March."""
    return FixedClock(datetime(2026, 3, 3, 10, 0, tzinfo=UTC))


@pytest.fixture
def hub(new_url: NewUrl, clock: FixedClock) -> ToyHub:
    """A hub with an open feed."""
    return ToyHub(new_url("toy_hub"), clock)


@pytest.fixture
def deaf_node(new_url: NewUrl, clock: FixedClock, hub: ToyHub) -> ToyNode:
    """A node that sends nothing by itself after a commit: only its worker does."""
    return ToyNode(new_url("toy_node"), hub, clock)


@pytest.fixture
def node(deaf_node: ToyNode) -> ToyNode:
    """A node that sends right after each commit."""
    deaf_node.delivery.install(deaf_node.app)
    return deaf_node
