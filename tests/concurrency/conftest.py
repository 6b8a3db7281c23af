"""A hub that spaces call by themselves, and a founded town, for whatever happens at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.towns import guests, organisers, snapshots
from tests.support.wire_space import WireHub

__all__ = ["guests", "organisers", "snapshots"]


@pytest.fixture
def hub(hub_url: str, tmp_path: Path) -> Iterator[WireHub]:
    made = WireHub(hub_url, tmp_path)
    yield made
    made.close()
