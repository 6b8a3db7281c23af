"""What is killed when: a plan of a seed, and the hand that carries it out."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from bench.processes import Program
from tools.postgres import Cluster

KINDS = ("a worker of the server", "the server", "the worker", "PostgreSQL")
WEIGHTS = (6, 2, 2, 1)
LEAST_SECONDS, MOST_SECONDS = 1.5, 5.0


@dataclass(frozen=True)
class Blow:
    """So many seconds after the one before, this is killed."""

    after_seconds: float
    kind: str


def plan(seed: int, seconds: float) -> Iterator[Blow]:
    """Each kind once, in any order, then as it comes, until the time is over."""
    dice = Random(f"blows of {seed}")
    first = dice.sample(KINDS, len(KINDS))
    passed = 0.0
    while True:
        after = dice.uniform(LEAST_SECONDS, MOST_SECONDS)
        passed += after
        if passed > seconds:
            return
        yield Blow(after, first.pop() if first else dice.choices(KINDS, WEIGHTS)[0])


class Killer:
    """Carries a plan out beside the load: kill -9, and what does not start by itself is started, as a service manager does."""

    def __init__(self, serve: Program, worker: Program, cluster: Cluster, seed: int) -> None:
        """It has not begun."""
        self._serve, self._worker, self._cluster = serve, worker, cluster
        self._dice, self._seed = Random(f"victims of {seed}"), seed
        self.killed: Counter[str] = Counter()
        self.fault: Exception | None = None
        self._over = threading.Event()

    def run(self, seconds: float) -> None:
        """Kill for so long."""
        try:
            for blow in plan(self._seed, seconds):
                if self._over.wait(blow.after_seconds):
                    return
                self._strike(blow.kind)
        except Exception as fault:
            self.fault = fault

    def end(self) -> None:
        """Kill nothing more."""
        self._over.set()

    def _strike(self, kind: str) -> None:
        if kind == KINDS[0]:
            victims = self._serve.children()
            if not victims:
                return  # the server is just starting
            with suppress(ProcessLookupError):
                os.kill(self._dice.choice(victims), signal.SIGKILL)
        elif kind == KINDS[3]:
            self._cluster.kill()
            time.sleep(self._dice.uniform(0, 1))
            self._cluster.start()
        else:
            program = self._serve if kind == KINDS[1] else self._worker
            program.kill()
            time.sleep(self._dice.uniform(0, 1))
            program.start()
        self.killed[kind] += 1
