"""Runs commands in lanes: one after the other within a lane, the lanes side by side.

Lines of the first lane appear as they are written, those of another when its command has ended, so that they never mix.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Step:
    """A command; `done` is told its exit code, or None when its time was up."""

    name: str
    command: Sequence[str]
    limit_seconds: float
    done: Callable[[int | None], None]


def run_lanes(lanes: Sequence[Sequence[Step]], *, cwd: Path, env: dict[str, str], logs: Path) -> None:
    """Run all of it. Whatever still runs when this is left, by an interrupt too, is ended with all that it started."""
    waiting = [list(lane) for lane in lanes]
    running: dict[int, _Running] = {}
    try:
        while any(waiting) or running:
            for number, lane in enumerate(waiting):
                if lane and number not in running:
                    log = logs / f"{lane[0].name.replace(' ', '-')}.log" if number else None
                    running[number] = _Running(lane.pop(0), cwd=cwd, env=env, log=log)
            time.sleep(LOOK_SECONDS)
            for number in [number for number, one in running.items() if one.has_ended()]:
                running.pop(number).conclude()
    finally:
        for one in running.values():
            one.end()


class _Running:
    """A step under way, in a process group of its own."""

    def __init__(self, step: Step, *, cwd: Path, env: dict[str, str], log: Path | None) -> None:
        self.step, self.log = step, log
        self._deadline = time.monotonic() + step.limit_seconds
        self._late = False
        if log is None:
            print(f"\n── {step.name} ──", flush=True)
        with log.open("wb") if log else nullcontext() as output:
            self._child = subprocess.Popen(
                step.command,
                cwd=cwd,
                env={**os.environ, **env},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if log else None,
                start_new_session=True,
            )

    def has_ended(self) -> bool:
        """Whether it has; it is made to when its time is up."""
        if self._child.poll() is None and time.monotonic() > self._deadline:
            self._late = True
            self.end()
        return self._child.poll() is not None

    def conclude(self) -> None:
        """Show what was kept back, and pass the exit code on."""
        if self.log is not None:
            print(f"\n── {self.step.name} (ran beside) ──\n{self.log.read_text(errors='replace')}", end="", flush=True)
        self.step.done(None if self._late else self._child.returncode)

    def end(self) -> None:
        """End it with all that it started."""
        if self._child.poll() is None:
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()
