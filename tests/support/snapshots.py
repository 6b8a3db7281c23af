"""A network that was founded once and is copied for each test: databases, keys and all, so that a test starts in a moment."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from shared.clock import Clock, FixedClock
from tests.support.databases import DATABASES, Engine, dispose_engines, fresh_database
from tests.support.hub import HubWorld
from tests.support.node import Network, NodeWorld
from tests.support.transport import FaultyTransport

Found = Callable[[Network], object]
FOUNDED_AT = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)


class WrongClock:
    """The clock of one machine, which may be off; it is not, until somebody says so."""

    def __init__(self, right: Clock) -> None:
        """As that one, until it is off."""
        self._right, self.off = right, timedelta()

    def now(self) -> datetime:
        """What this machine takes for the present instant."""
        return self._right.now() + self.off


class _OpenHub(HubWorld):
    """A hub on a database that has its operators already."""

    def _open(self, session: Any) -> None:
        """There is nothing to do."""


class CopiedNetwork(Network):
    """A network on copies of databases and folders."""

    def __init__(self, urls: dict[str, str], folder: Path, clock: FixedClock, engine: Engine) -> None:
        self._engine, self.clock, self.transport = engine, clock, FaultyTransport()
        self.hub = _OpenHub(urls["hub"], folder, clock)
        self.clocks = {slug: WrongClock(clock) for slug in urls if slug != "hub"}
        self.founders = {slug: NodeWorld(slug, urls[slug], folder, own, self.transport) for slug, own in self.clocks.items()}

    def begin(self, folder: Path) -> None:
        """As if its processes had just started: what they know by heart is forgotten, and new nodes go into the folder."""
        self._folder, self._new_url = folder, lambda service: fresh_database(service, self._engine, folder)
        self.transport = FaultyTransport()
        self.transport.serve(self.hub.origin, self.hub.app)
        self.hub.forget()
        self.nodes = dict(self.founders)
        for slug, world in self.nodes.items():
            world.carry(self.transport)
            self.clocks[slug].off = timedelta()


class Snapshot:
    """A founded network on one engine, at rest; and the one network whose apps come to life on a copy of it for each test.

    An app knows its statements by heart after a while, so it is kept, and what is under it is put back to the founding.
    """

    def __init__(self, engine: Engine, folder: Path, found: Found) -> None:
        """Found it, and remember its databases by whose they are."""
        self.engine, self.folder = engine, folder
        self._living = folder / "living"
        self._living.mkdir()
        self._clock = FixedClock(FOUNDED_AT)
        founded = Network(lambda service: fresh_database(service, engine, folder, keep=True), folder, self._clock)
        found(founded)
        worlds: dict[str, HubWorld | NodeWorld] = {"hub": founded.hub, **founded.nodes}
        self._copies = {
            name: DATABASES.copy_of(world.settings.database_url, engine, self._living) for name, world in worlds.items()
        }
        self._network: CopiedNetwork | None = None

    def copied(self, folder: Path) -> CopiedNetwork:
        """The network as it was founded; `folder` is for what the test adds to it."""
        # No engine may be connected to what is copied.
        dispose_engines()
        for name, one in self._copies.items():
            one.put_back()
            shutil.rmtree(self._living / name, ignore_errors=True)
            shutil.copytree(self.folder / name, self._living / name)
        self._clock.set(FOUNDED_AT)
        if self._network is None:
            self._network = CopiedNetwork(
                {name: one.url for name, one in self._copies.items()}, self._living, self._clock, self.engine
            )
        self._network.begin(folder)
        return self._network
