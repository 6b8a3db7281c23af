"""Steps of a longer command: each said with what took how long, and kept for who wants JSON."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import click

from shared.errors import Refusal


@dataclass
class Step:
    """One step and its outcome."""

    name: str
    passed: bool = True
    detail: str = ""
    seconds: float = 0.0

    def wire(self) -> dict[str, Any]:
        """The step as the hub's self-test takes it."""
        return {"name": self.name, "passed": self.passed, "detail": self.detail[:200]}


@dataclass
class Steps:
    """The steps so far; `say` prints a line for a person."""

    say: Callable[[str], object] = click.echo
    done: list[Step] = field(default_factory=list)
    began_at: float = field(default_factory=time.monotonic)

    @contextmanager
    def step(self, name: str, about: str) -> Iterator[Step]:
        """Time one step. A refusal in it fails the step, and is raised on."""
        step, began_at = Step(name), time.monotonic()
        try:
            yield step
        except Refusal as refusal:
            step.passed, step.detail = False, f"{refusal.detail} [{refusal.slug}]"
            raise
        finally:
            step.seconds = round(time.monotonic() - began_at, 3)
            self.done.append(step)
            mark = "ok" if step.passed else "FAILED"
            self.say(f"{mark:6}  {about:44}  {step.seconds:6.2f} s{'  ' + step.detail if step.detail else ''}")

    def check(self, step: Step, holds: bool, detail: str = "") -> None:
        """Fail a step without ending the command."""
        step.passed, step.detail = step.passed and holds, detail or step.detail

    def as_json(self) -> dict[str, Any]:
        """What took how long."""
        steps = [{**step.wire(), "seconds": step.seconds} for step in self.done]
        return {"steps": steps, "took_seconds": round(time.monotonic() - self.began_at, 3)}
