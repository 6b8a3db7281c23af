"""Processes that run the commands of all nodes, each those of some (`space-node many`): Python is started a few times only."""

import json
import select
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from demo.processes import LOG_TAIL, ROOT, STOP_SECONDS, CommandFailed, Keeper, Site, clean_environment

T = TypeVar("T")
ATTEMPTS, HUB_SILENT = 4, "peer-unreachable"
PATIENCE_SECONDS = 300.0
"""No command takes that long, however busy the machine is."""
SIZE = 3
"""The hub has one core to itself; a process that waits for it leaves the other to the next."""


class Hand:
    """One process: runs one command at a time."""

    def __init__(self, keeper: Keeper, environment: dict[str, str]) -> None:
        """Start it."""
        command = [sys.executable, "-m", "space_node", "many"]
        self.lock = threading.Lock()
        self.process = subprocess.Popen(
            command, env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        keeper.tell("add", self.process.pid)

    def run(self, site: Site, words: tuple[str, ...]) -> dict[str, Any]:
        """Run a command of a node. Raises CommandFailed when the process has ended, or does not answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with self.lock:
            self.process.stdin.write(json.dumps({"environment": site.environment, "words": words}) + "\n")
            self.process.stdin.flush()
            answers, _, _ = select.select([self.process.stdout], [], [], PATIENCE_SECONDS)
            if not answers:
                self.process.kill()
                raise CommandFailed(f"{site.key}: `space-node {' '.join(words)}` has not ended in {PATIENCE_SECONDS:.0f} s")
            line = self.process.stdout.readline()
        if not line:
            raise CommandFailed(f"{site.key}: the process for {' '.join(words)} has ended")
        return dict(json.loads(line))

    def end(self) -> None:
        """Let it end, or end it."""
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Crew:
    """All of them; each node has its own one."""

    def __init__(self, hands: list[Hand], sites: list[Site]) -> None:
        """Give each of them a share of the nodes."""
        self._hands = hands
        self._of = {site.key: hands[number % len(hands)] for number, site in enumerate(sites)}

    def attempt(self, site: Site, *words: str) -> dict[str, Any]:
        """Run a command of a node, whatever comes of it."""
        return self._of[site.key].run(site, words)

    def run(self, site: Site, *words: str) -> str:
        """Run a command of a node; what it printed. Raises CommandFailed.

        On a busy machine the hub may be too slow to answer: then, and only then, the command is given again.
        """
        for left in reversed(range(ATTEMPTS)):
            outcome = self.attempt(site, *words)
            said = (outcome["err"] + outcome["out"]).strip()[-LOG_TAIL:]
            if outcome["code"] == 0:
                break
            if not left or HUB_SILENT not in said:
                raise CommandFailed(f"{site.key}: `space-node {' '.join(words)}` ended with {outcome['code']}:\n{said}")
        return str(outcome["out"])

    def each(self, sites: Iterable[Site], work: Callable[[Site], T]) -> dict[str, T]:
        """Do something at each of these nodes, side by side. The first failure is raised when all have ended."""
        shares: dict[int, list[Site]] = {}
        for site in sites:
            shares.setdefault(self._hands.index(self._of[site.key]), []).append(site)

        def share(mine: list[Site]) -> dict[str, T]:
            return {site.key: work(site) for site in mine}

        with ThreadPoolExecutor(len(self._hands)) as pool:
            done = [pool.submit(share, mine) for mine in shares.values()]
            return {key: value for one in done for key, value in one.result().items()}


@contextmanager
def crew(keeper: Keeper, sites: list[Site]) -> Iterator[Crew]:
    """So many processes until the work is done."""
    hands = [Hand(keeper, clean_environment(sites[0].environment)) for _ in range(min(SIZE, len(sites)))]
    try:
        yield Crew(hands, sites)
    finally:
        for hand in hands:
            hand.end()
            keeper.tell("drop", hand.process.pid)
