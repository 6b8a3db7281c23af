"""Fixtures of all tiers: a fresh, migrated database of a service on each of the two engines, and its removal."""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from zlib import crc32

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from shared import lines
from shared.messaging.outbox import BUDGET_SECONDS, Budget
from tests.support.databases import DATABASES, ENGINES, Engine, dispose_engines, fresh_database
from tests.support.stopwatch import Stopwatch
from tools.scratch import scratch_base

NewDatabase = Callable[[str], str]
TESTS = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Temporary folders in memory, unless told otherwise; and a collector that seldom looks through all the libraries."""
    gc.set_threshold(50_000, 20, 100)
    # The threads of a test stand for processes, which share no line: what they may do to each other is to be seen.
    lines.ABREAST = 1000
    if config.option.basetemp is None:
        config.option.basetemp = passing_folder(config, "tests")
    # Every test has an app of its own; what its templates come to is the same for all.
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(passing_folder(config, "templates"))}


def passing_folder(config: pytest.Config, purpose: str) -> str:
    """A folder for as long as this process lives."""
    folder = tempfile.mkdtemp(prefix=f"twindesk-{purpose}-", dir=scratch_base())
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    return folder


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


@pytest.fixture(autouse=True)
def stopwatch(monkeypatch: pytest.MonkeyPatch) -> Stopwatch:
    """By which immediate attempts in this process are timed: what is sent at once must not hang on a machine's bad moment."""
    watch = Stopwatch()
    monkeypatch.setattr(Budget.__init__, "__defaults__", (BUDGET_SECONDS, watch))
    return watch


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test that asks for an engine runs on both; where they take turns, its name decides on which.

    Engines differ in locks, order, types and plans. What is about seats, credits, the feed and transactions meets both where
    they are kept and raced for: in the services of the hub, in properties, races and crashes. What a call of the hub answers is
    asked on the one or the other; a node, which seldom runs on PostgreSQL, mostly on SQLite. A module elsewhere may say
    `engines_in_turn`. `TWINDESK_ENGINES=both` leaves no test out.
    """
    marked = {name for mark in metafunc.definition.iter_markers("parametrize") for name in str(mark.args[0]).split(",")}
    if "engine_name" not in metafunc.fixturenames or "engine_name" in marked:
        return
    turns = _turns(metafunc.definition)
    if turns and os.environ.get("TWINDESK_ENGINES") != "both":
        metafunc.parametrize("engine_name", [turns[crc32(metafunc.function.__name__.encode()) % len(turns)]], indirect=True)
    else:
        metafunc.parametrize("engine_name", ENGINES, indirect=True)


def _turns(test: pytest.Function) -> Sequence[Engine]:
    """The engines that take turns with tests like this one; none where each test meets both."""
    folders = test.path.relative_to(TESTS).parts
    if "space_node" in folders:
        return ("sqlite", "sqlite", "sqlite", "postgresql")
    return ENGINES if "api" in folders or test.get_closest_marker("engines_in_turn") else ()


@pytest.fixture
def engine_name(request: pytest.FixtureRequest) -> Engine:
    """The engine that the test runs on."""
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
