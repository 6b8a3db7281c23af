"""The founded town, and the stories told so far: what a seed comes to without any bug is asked for more than once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.simulation.bugs import Bug
from tests.support.simulation.founding import founded
from tests.support.simulation.story import Told, tell
from tests.support.snapshots import Snapshot

Story = Callable[[int], Told]


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """What every story begins with."""
    return founded(tmp_path_factory.mktemp("founded"))


@pytest.fixture
def tell_anew(town: Snapshot, tmp_path: Path) -> Callable[..., Told]:
    """The story of a seed, with a bug or without."""

    def told(seed: int, bug: Bug | None = None) -> Told:
        return tell(seed, town, tmp_path, bug)

    return told
