"""The network that every story begins with, founded once, alike in every process."""

from pathlib import Path

from tests.support.databases import Engine
from tests.support.simulation.chance import seeded
from tests.support.simulation.town import found
from tests.support.snapshots import Snapshot


def founded(folder: Path, engine: Engine = "sqlite") -> Snapshot:
    """The founded network, to be copied for each seed."""
    with seeded("founding"):
        return Snapshot(engine, folder, found)
