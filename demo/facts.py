"""What the demo asserts, each under a key, and the summary that `--check` leaves behind."""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class Untrue(Exception):
    """A fact that does not hold; nothing after it is worth looking at."""

    def __init__(self, key: str, detail: object) -> None:
        """Say which."""
        super().__init__(f"{key}: {detail}")
        self.key = key


@dataclass
class Facts:
    """The facts and steps so far."""

    began: float = field(default_factory=time.monotonic)
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)

    def hold(self, key: str, holds: bool, detail: object = "") -> None:
        """Note a fact. Raises Untrue when it does not hold."""
        self.facts[key] = {"true": bool(holds), "at_seconds": self.seconds(), "detail": _plain(detail)}
        if not holds:
            raise Untrue(key, detail or "it does not hold")

    def seconds(self) -> float:
        """How long all has taken so far."""
        return round(time.monotonic() - self.began, 2)

    def write(self, path: Path, problem: str | None) -> None:
        """Leave the summary: whether all is true, what took how long, and a key for each fact."""
        passed = problem is None and all(fact["true"] for fact in self.facts.values())
        summary = {
            "passed": passed,
            "problem": problem,
            "took_seconds": self.seconds(),
            "facts_count": len(self.facts),
            "steps": self.steps,
            "facts": self.facts,
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _plain(detail: object) -> object:
    return detail if isinstance(detail, str | int | float | bool | list | dict) or detail is None else str(detail)
