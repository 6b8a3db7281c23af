"""The gate over what the tests reached: every line and branch where decisions are made, most of the rest."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from slipcover import merge_coverage

from tests.coverage.probes import SOURCES, probes

STRICT_PACKAGE = "shared"
STRICT_ROOMS = {"rules", "service", "handlers"}
STRICT_FLOOR_PERCENT = 100.0
OVERALL_FLOOR_PERCENT = 95.0


@dataclass(frozen=True)
class FileCover:
    """One file's share: statements and branches counted alike."""

    path: str
    reached: int
    total: int
    missing: str

    @property
    def percent(self) -> float:
        return 100.0 * self.reached / self.total if self.total else 100.0

    @property
    def strict(self) -> bool:
        """Whether nothing of it may be unreached."""
        package, *rest = self.path.removesuffix(".py").split("/")
        # A room that has grown is a folder: federation/bookings/service/seats.py.
        return package == STRICT_PACKAGE or (len(rest) > 1 and rest[1] in STRICT_ROOMS)


def read(reports: Path, sources: list[str] = SOURCES) -> list[FileCover]:
    """What the processes that left a report in the folder reached together, by file; nothing of a source that none loaded."""
    total = probes(sources).get_coverage()
    for report in sorted(reports.glob("*.json")):
        merge_coverage(total, json.loads(report.read_text()))
    return [_cover(path, content) for path, content in sorted(total["files"].items())]


def faults(files: Iterable[FileCover]) -> list[str]:
    """What the gate refuses, one line each; empty when it opens."""
    files = list(files)
    decisions = [f for f in files if f.strict]
    groups = (("where decisions are made", decisions, STRICT_FLOOR_PERCENT), ("all together", files, OVERALL_FLOOR_PERCENT))
    out: list[str] = []
    for name, group, floor in groups:
        percent = overall(group)
        if percent < floor and (group or not files):
            out.append(f"{name}: {percent:.1f} %, must be {floor:.0f}; most is missing in")
            out += [f"    {line}" for line in short_of_all(group)[:12]]
    return out


def short_of_all(files: Iterable[FileCover]) -> list[str]:
    """The files that are not wholly reached, the one that misses most first."""
    worst = sorted((f for f in files if f.reached < f.total), key=lambda f: f.reached - f.total)
    return [f"{f.path}: {f.percent:.1f} %: {f.missing}" for f in worst]


def overall(files: Iterable[FileCover]) -> float:
    """The share of all statements and branches that ran."""
    files = list(files)
    total = sum(f.total for f in files)
    return 100.0 * sum(f.reached for f in files) / total if total else 0.0


def _cover(path: str, content: dict[str, Any]) -> FileCover:
    lines, jumps = set(content["missing_lines"]), content["missing_branches"]
    lone = [(a, b) for a, b in jumps if a not in lines and b not in lines]
    said = [*_ranges(sorted(lines)), *(f"{a}→{b or 'end'}" for a, b in lone)]
    reached = len(content["executed_lines"]) + len(content["executed_branches"])
    return FileCover(
        path=path,
        reached=reached,
        total=reached + len(lines) + len(jumps),
        missing=", ".join(said) if reached else "nothing of it ran",
    )


def _ranges(numbers: list[int]) -> list[str]:
    """[3, 4, 5, 9] → ["3-5", "9"]."""
    runs = [[n for _, n in run] for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])]
    return [f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
