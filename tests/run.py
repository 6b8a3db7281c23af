"""Runs the tiers and sums them up: `make test`, which CI runs too.

A tier fails with its tests, and also when it has none, skips one, runs too long or lacks a part of the machine.
The last line is the sum, alone on its line, for whoever reads the log.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from tests.coverage import gate, probes
from tests.lanes import Step, run_lanes
from tests.tiers import LANES, ROOT, TIERS, Check, Session, checks

OUT = ROOT / "var" / "test"
COVERAGE = OUT / "coverage"
LINT_SECONDS = 300


@dataclass
class Result:
    """What one tier came to, and how long its tests took, one after the other."""

    passed: int = 0
    failed: int = 0
    seconds: float = 0.0
    reasons: list[str] = field(default_factory=list)

    def fail(self, *reasons: str) -> None:
        """Count each reason as one failure, and say it."""
        self.failed += len(reasons)
        self.reasons += reasons
        print(*reasons, sep="\n", flush=True)


Results = dict[str, Result]


def main() -> int:
    """Run what was asked for, print the table, and tell by the exit code whether all of it passed."""
    options = parse_options()
    shutil.rmtree(OUT, ignore_errors=True)
    COVERAGE.mkdir(parents=True)
    started = time.monotonic()
    results = {name: Result() for name in chosen_names(options.tier, fast=options.fast)}
    everything = not options.tier and not options.fast
    lanes = planned(results, measured=everything)
    run_lanes(lanes, cwd=ROOT, env={probes.FOLDER: str(COVERAGE)}, logs=OUT)
    if everything:
        # Only a run of everything says something about coverage, so only that measures it.
        results["coverage"] = run_coverage_gate()
    print_summary(results, time.monotonic() - started)
    return 1 if any(result.failed for result in results.values()) else 0


def parse_options() -> argparse.Namespace:
    """The command line: everything, unless a choice is made."""
    parser = argparse.ArgumentParser(prog="python -m tests.run", description=__doc__)
    names = ["lint", *(tier.name for tier in TIERS)]
    parser.add_argument("--tier", action="append", choices=names, help="only this one (may be given again)")
    parser.add_argument("--fast", action="store_true", help="no coverage, and no tier that starts processes")
    return parser.parse_args()


def chosen_names(chosen: Sequence[str] | None, *, fast: bool) -> list[str]:
    """What is run, in the order of the table."""
    quick = [tier.name for tier in TIERS if not (fast and tier.starts_processes)]
    return [name for name in ("lint", *quick) if not chosen or name in chosen]


def planned(results: Results, *, measured: bool) -> list[list[Step]]:
    """The steps that fill these results, by lane; the checks that only read the code open the last."""
    lanes = [[step for session in lane for step in pytest_steps(session, results, measured=measured)] for lane in LANES]
    if "lint" in results:
        lanes[-1][:0] = lint_steps(results["lint"])
    return [lane for lane in lanes if lane]


def lint_steps(result: Result) -> list[Step]:
    """One step for each check."""

    def done(check: Check, code: int | None) -> None:
        if code == 0:
            result.passed += 1
        else:
            result.fail(f"{check.name}: failed")

    found = checks(Path(sys.executable).parent)
    return [Step(check.name, check.command, LINT_SECONDS, partial(done, check)) for check in found]


def pytest_steps(session: Session, results: Results, *, measured: bool) -> Iterator[Step]:
    """The run of what was chosen of a session, if anything was; a tier whose machine lacks something fails here."""
    chosen = [tier for tier in session.tiers if tier.name in results]
    for tier in chosen:
        if lack := tier.missing():
            results[tier.name].fail(f"the tier {tier.name} cannot run: {lack}")
    able = replace(session, tiers=tuple(tier for tier in chosen if not results[tier.name].failed))
    if able.tiers:
        report = OUT / f"{able.name.replace(' ', '-')}.xml"
        done = partial(conclude, able, report, results)
        yield Step(able.name, pytest_command(able, report, measured=measured and session.measured), able.limit_seconds, done)


def pytest_command(session: Session, report: Path, *, measured: bool) -> list[str]:
    """How pytest is called for it."""
    probed = ["-p", "tests.coverage.plugin"] if measured else []
    folders = [f"tests/{tier.name}" for tier in session.tiers]
    # Hypothesis chooses the same examples each time, and is not hurried by a busy machine.
    quiet = ["-q", "--no-header", "--hypothesis-profile=ci", f"--junitxml={report}"]
    spread = ["-n", str(session.processes), "--dist", "worksteal"] if session.processes else []
    return [sys.executable, "-m", "pytest", *probed, *folders, *quiet, *spread]


def conclude(session: Session, report: Path, results: Results, code: int | None) -> None:
    """Count what it came to; what went wrong without a failing test is told by the session's first tier."""
    count(report, results)
    mine = {tier.name: results[tier.name] for tier in session.tiers}
    first = next(iter(mine.values()))
    if code is None:
        first.fail(f"{session.name}: stopped after {session.limit_seconds} s")
        return
    for name, result in mine.items():
        if not result.passed + result.failed:
            result.fail(f"the tier {name} ran no test (pytest ended with {code})")
    if code and not any(result.failed for result in mine.values()):
        first.fail(f"pytest ended with {code} though no test failed")


def count(report: Path, results: Results) -> None:
    """Take the numbers from pytest's report. A skipped test proves nothing, so it counts as failed."""
    if not report.exists():
        return
    for case in ET.parse(report).iter("testcase"):
        place = case.get("classname") or case.get("name") or ""
        result = results[place.split(".")[1]]
        result.seconds += float(case.get("time") or 0)
        if (skipped := case.find("skipped")) is not None:
            result.fail(f"skipped: {place}::{case.get('name')}: {skipped.get('message')}")
        elif case.find("failure") is not None or case.find("error") is not None:
            result.failed += 1
        else:
            result.passed += 1


def run_coverage_gate() -> Result:
    """Put together what all tiers reached."""
    result = Result()
    files = gate.read(COVERAGE)
    if faults := gate.faults(files):
        result.fail("\n".join(faults))
    else:
        result.passed = 1
    decisions = [file for file in files if file.strict]
    print(*(f"not yet: {line}" for line in gate.short_of_all(decisions)), sep="\n")
    shares = f"{gate.overall(decisions):.1f} % where decisions are made, {gate.overall(files):.1f} % overall"
    print(f"statements and branches reached: {shares}", flush=True)
    return result


def print_summary(results: Results, wall_seconds: float) -> None:
    """Every reason once more, a row per tier, how long it took, and the sum."""
    print("", *(reason for result in results.values() for reason in result.reasons), sep="\n")
    print(f"{'tier':<14}{'passed':>8}{'failed':>8}{'seconds of its tests':>24}")
    for name, result in results.items():
        print(f"{name:<14}{result.passed:>8}{result.failed:>8}{result.seconds:>24.0f}")
    minutes, seconds = divmod(round(wall_seconds), 60)
    passed, failed = (sum(getattr(result, kind) for result in results.values()) for kind in ("passed", "failed"))
    print(f"\nin {minutes} min {seconds} s, several at a time\n\n{passed} passed, {failed} failed", flush=True)


if __name__ == "__main__":
    sys.exit(main())
