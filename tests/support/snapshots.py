"""A town that was founded once and is copied for each test: databases, keys and all, so that a test starts in a moment."""

import itertools
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

import psycopg
import sqlalchemy as sa

from shared.clock import FixedClock
from tests.support.cluster import address
from tests.support.databases import DATABASES, Engine, dispose_engines, fresh_database
from tests.support.guests import HOME, HOST, Guests
from tests.support.hub import HubWorld
from tests.support.node import Network, NodeWorld
from tests.support.transport import FaultyTransport

FOUNDED_AT = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
T = TypeVar("T")
_numbers = itertools.count(1)


class _OpenHub(HubWorld):
    """A hub on a database that has its operators already."""

    def _open(self, session: Any) -> None:
        """There is nothing to do."""


class _CopiedNetwork(Network):
    """A network on copies of databases and folders."""

    def __init__(self, urls: dict[str, str], folder: Path, clock: FixedClock, engine: Engine) -> None:
        self._folder, self._new_url = folder, lambda service: fresh_database(service, engine, folder)
        self.clock, self.transport = clock, FaultyTransport()
        self.hub = _OpenHub(urls["hub"], folder, clock)
        self.transport.serve(self.hub.origin, self.hub.app)
        slugs = [slug for slug in urls if slug != "hub"]
        self.nodes = {slug: NodeWorld(slug, urls[slug], folder, clock, self.transport) for slug in slugs}


class Founded(Generic[T]):
    """A network on one engine, at rest. `made` is what founding it gave."""

    def __init__(self, engine: Engine, folder: Path, nodes: Sequence[str], found: Callable[[Network, FixedClock], T]) -> None:
        """Found it, and remember its databases by whose they are: the nodes join in this order."""
        self.engine, self.folder = engine, folder
        names, self.urls = iter(("hub", *nodes)), dict[str, str]()

        def new_url(service: str) -> str:
            return self.urls.setdefault(next(names), fresh_database(service, engine, folder, keep=True))

        clock = FixedClock(FOUNDED_AT)
        self.made = found(Network(new_url, folder, clock), clock)

    @contextmanager
    def network(self, folder: Path) -> Iterator[tuple[Network, FixedClock]]:
        """A network of its own, gone afterwards."""
        # No engine may be connected to what is copied.
        dispose_engines()
        urls = {name: self._copy(url, folder) for name, url in self.urls.items()}
        for name in self.urls:
            shutil.copytree(self.folder / name, folder / name)
        clock = FixedClock(FOUNDED_AT)
        try:
            yield _CopiedNetwork(urls, folder, clock, self.engine), clock
        finally:
            dispose_engines()
            self._drop(urls)

    def _copy(self, url: str, folder: Path) -> str:
        if self.engine == "sqlite":
            source = Path(_name(url))
            for suffix in ("", "-wal"):
                if (part := Path(f"{source}{suffix}")).exists():
                    shutil.copyfile(part, folder / part.name)
            return f"sqlite:///{folder / source.name}"
        name = f"copy{next(_numbers)}"
        self._administer(f"CREATE DATABASE {name} TEMPLATE {_name(url)} STRATEGY FILE_COPY")
        return address(DATABASES.cluster, name)

    def _drop(self, urls: dict[str, str]) -> None:
        for url in urls.values() if self.engine == "postgresql" else ():
            self._administer(f"DROP DATABASE {_name(url)} WITH (FORCE)")

    def _administer(self, command: str) -> None:
        with psycopg.connect(f"{DATABASES.cluster} dbname=postgres", autocommit=True) as admin:
            admin.execute(command)


class Snapshot(Founded[Guests]):
    """Two twins and a guest."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        """Found their town."""
        super().__init__(engine, folder, (HOME, HOST), Guests.founded)

    @contextmanager
    def copied(self, folder: Path) -> Iterator[Guests]:
        """A town of its own, gone afterwards."""
        with self.network(folder) as (network, clock):
            town = Guests(network, clock)
            town.ada = self.made.ada
            yield town


Towns = Callable[[Engine], Snapshot]


def _name(url: str) -> str:
    return str(sa.make_url(url).database)
