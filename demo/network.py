"""The network on this machine: one folder, made anew; a hub and two nodes; nothing is left behind when it ends."""

import contextlib
import fcntl
import os
import shutil
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

from demo import ports, samples
from demo.clock import DemoClock
from demo.processes import Keeper, Site

T = TypeVar("T")
MARK = ".made-by-the-demo"
# The demo is in a hurry: a node asks for news every second.
QUICK = {"SPACE_POLL_ACTIVE_SECONDS": "1", "SPACE_POLL_IDLE_SECONDS": "1"}


class Occupied(Exception):
    """Another demo runs in the folder, or somebody else's files are there."""


@dataclass
class Network:
    """A hub, two spaces, and the clock that they go by."""

    folder: Path
    clock: DemoClock
    hub: Site
    nyc: Site
    london: Site

    @property
    def sites(self) -> tuple[Site, Site, Site]:
        """All three."""
        return (self.hub, self.nyc, self.london)

    @property
    def files(self) -> Path:
        """Where the sample files are."""
        return self.folder / "files"

    def stop(self) -> None:
        """End all processes."""
        stop(self.sites)


@contextmanager
def network(folder: Path, first_port: int) -> Iterator[Network]:
    """A network in a fresh folder; whatever happens inside, its processes end with it. Raises Occupied, NoFreePort."""
    with fresh(folder) as keeper:
        samples.write_all(folder / "files")
        clock = DemoClock(folder / "clock")
        hub_port, nyc_port, london_port = ports.free_ports(3, first_port)
        common = {"CLOCK_FILE": str(clock.path)}

        def site(key: str, module: str, name: str, port: int, settings: dict[str, str]) -> Site:
            return Site(key, module, name, folder / key, port, keeper, {**common, **settings})

        made = Network(
            folder=folder,
            clock=clock,
            hub=site("hub", "federation", "the hub", hub_port, {}),
            nyc=site(samples.NYC, "space_node", "WeCreate NYC", nyc_port, QUICK),
            london=site(samples.LONDON, "space_node", "TheCube London", london_port, QUICK),
        )
        try:
            yield made
        finally:
            made.stop()


@contextmanager
def fresh(folder: Path) -> Iterator[Keeper]:
    """A folder made anew that is this demo's alone, and the keeper of its processes. Raises Occupied."""
    with _only_one(folder), _kept() as keeper:
        _make_anew(folder)
        yield keeper


def stop(sites: Iterable[Site]) -> None:
    """End processes: all are asked first, so that they end side by side. A second Ctrl-C changes nothing."""
    ending = list(sites)
    with _undisturbed():
        for site in ending:
            site.ask_to_stop()
        for site in ending:
            site.stop()


def together(*work: Callable[[], T]) -> list[T]:
    """Do several things side by side; their results in the same order. The first failure is raised when all have ended."""
    with ThreadPoolExecutor(len(work)) as pool:
        return [future.result() for future in [pool.submit(one) for one in work]]


@contextmanager
def _undisturbed() -> Iterator[None]:
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("a+") as lock:
        _take(lock, folder)
        yield


def _take(lock: IO[str], folder: Path) -> None:
    """The kernel gives the lock back when its holder ends, in whatever way."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        raise Occupied(f"Another demo runs in {folder} (process {lock.read().strip() or 'unknown'}). Stop it first.") from None
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()


@contextmanager
def _kept() -> Iterator[Keeper]:
    keeper = Keeper()
    try:
        yield keeper
    finally:
        keeper.close()


def _make_anew(folder: Path) -> None:
    if folder.exists() and not (folder / MARK).exists() and any(folder.iterdir()):
        raise Occupied(f"{folder} has files that the demo did not make. Move them away, or name another folder.")
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
