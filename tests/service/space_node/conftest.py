"""A network in one process, on each engine: a hub, and nodes that join it over a wire that does what a test tells it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.clock import FixedClock
from tests.support.node import Network
from tests.support.towns import guests, organisers, sqlite_guests, sqlite_organisers, towns, unions

__all__ = ["clock", "guests", "network", "organisers", "sqlite_guests", "sqlite_organisers", "towns", "unions"]


@pytest.fixture
def clock() -> FixedClock:
    """A Tuesday morning in March."""
    return FixedClock(datetime(2026, 3, 3, 8, 0, tzinfo=UTC))


@pytest.fixture
def network(engine_url: Callable[[str], str], tmp_path: Path, clock: FixedClock) -> Network:
    """A hub that nobody has joined yet."""
    return Network(engine_url, tmp_path, clock)
