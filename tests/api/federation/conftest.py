"""A hub on each engine, and spaces that have joined it; founded once and put back for each test."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.databases import DATABASES, Engine, dispose_engines, fresh_database
from tests.support.wire_space import MORNING, WireHub, WireSpace

SPACES = {"nyc": "wecreate-nyc", "london": "thecube-london", "milan": "cowo-milano"}


class RestingHub:
    """A hub with its spaces at rest, and the one app that comes to life on a copy of it."""

    def __init__(self, engine: Engine, folder: Path, slugs: tuple[str, ...]) -> None:
        rest, living = folder / "rest", folder / "living"
        rest.mkdir()
        living.mkdir()
        url = fresh_database("federation", engine, rest, keep=True)
        founded = WireHub(url, rest)
        for slug in slugs:
            founded.join(slug)
        founded.close()
        self._rest, self._living, self._copy = rest, living, DATABASES.copy_of(url, engine, living)
        self._hub: WireHub | None = None

    def wake(self) -> WireHub:
        """The hub as it was founded."""
        dispose_engines()
        self._copy.put_back()
        for folder in (path for path in self._rest.iterdir() if path.is_dir()):
            shutil.rmtree(self._living / folder.name, ignore_errors=True)
            shutil.copytree(folder, self._living / folder.name)
        if self._hub is None:
            self._hub = WireHub(self._copy.url, self._living, people=0)
        self._hub.clock.set(MORNING)
        self._hub.forget()
        return self._hub


@pytest.fixture(scope="session")
def resting(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Engine, tuple[str, ...]], RestingHub]:
    """The founded hubs of this process."""
    founded: dict[tuple[Engine, tuple[str, ...]], RestingHub] = {}

    def hub_with(engine: Engine, slugs: tuple[str, ...]) -> RestingHub:
        if (engine, slugs) not in founded:
            founded[engine, slugs] = RestingHub(engine, tmp_path_factory.mktemp("hub"), slugs)
        return founded[engine, slugs]

    return hub_with


@pytest.fixture
def hub(request: pytest.FixtureRequest, engine_name: Engine, resting: Callable[[Engine, tuple[str, ...]], RestingHub]) -> WireHub:
    """A hub with those spaces that the test asks for."""
    return resting(engine_name, tuple(slug for name, slug in SPACES.items() if name in request.fixturenames)).wake()


@pytest.fixture
def nyc(hub: WireHub) -> WireSpace:
    """WeCreate, admitted."""
    return hub.space(SPACES["nyc"])


@pytest.fixture
def london(hub: WireHub) -> WireSpace:
    """TheCube, admitted."""
    return hub.space(SPACES["london"])


@pytest.fixture
def milan(hub: WireHub) -> WireSpace:
    """Cowo, admitted."""
    return hub.space(SPACES["milan"])
