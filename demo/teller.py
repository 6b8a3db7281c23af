"""Tells the story: one readable line a step, with what came of it and how long it took."""

import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from demo.facts import Facts

WIDTH = 116
HANG = " " * 10
CLEAR_LINE = "\r\033[K"


@dataclass
class Step:
    """A step that is under way; `result` is what changed."""

    result: str = ""


@dataclass
class Teller:
    """Writes to the terminal, and notes what took how long."""

    facts: Facts

    @contextmanager
    def step(self, what: str) -> Iterator[Step]:
        """Tell one step when it is done; on a terminal, also that it is under way."""
        step, began = Step(), time.monotonic()
        if sys.stdout.isatty():
            sys.stdout.write(f"   …      {what}"[:WIDTH])
            sys.stdout.flush()
        try:
            yield step
        finally:
            if sys.stdout.isatty():
                sys.stdout.write(CLEAR_LINE)
        seconds = time.monotonic() - began
        self.facts.steps.append({"step": what, "result": step.result, "seconds": round(seconds, 2)})
        told = f"{what} → {step.result}" if step.result else what
        self.say(textwrap.fill(told, WIDTH, initial_indent=f"{seconds:6.1f} s  ", subsequent_indent=HANG))

    def say(self, text: str = "") -> None:
        """Write a line."""
        print(text, flush=True)
