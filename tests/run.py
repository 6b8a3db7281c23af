"""Runs the tiers one after the other and sums them up: `make test`, which CI runs too.

A tier fails with its tests, and also when it has none, skips one, runs too long or lacks a part of the machine.
The last line is the sum, alone on its line, for whoever reads the log.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.coverage import gate, probes
from tests.tiers import ROOT, TIERS, Check, Tier, checks

OUT = ROOT / "var" / "test"
COVERAGE = OUT / "coverage"


@dataclass
class Result:
    """What one step came to."""

    passed: int = 0
    failed: int = 0
    reasons: list[str] = field(default_factory=list)

    def fail(self, *reasons: str) -> None:
        """Count each reason as one failure."""
        self.failed += len(reasons)
        self.reasons += reasons


Step = tuple[str, Callable[[], Result]]
Row = tuple[str, Result, float]


def main() -> int:
    """Run what was asked for, print the table, and tell by the exit code whether all of it passed."""
    options = parse_options()
    shutil.rmtree(OUT, ignore_errors=True)
    COVERAGE.mkdir(parents=True)
    rows: list[Row] = []
    for name, step in planned(options.tier, fast=options.fast):
        print(f"\n── {name} ──", flush=True)
        started = time.monotonic()
        result = step()
        print(*result.reasons, sep="\n", flush=True)
        rows.append((name, result, time.monotonic() - started))
    print_summary(rows)
    return 1 if any(result.failed for _, result, _ in rows) else 0


def parse_options() -> argparse.Namespace:
    """The command line: everything, unless a choice is made."""
    parser = argparse.ArgumentParser(prog="python -m tests.run", description=__doc__)
    names = ["lint", *(tier.name for tier in TIERS)]
    parser.add_argument("--tier", action="append", choices=names, help="only this one (may be given again)")
    parser.add_argument("--fast", action="store_true", help="no coverage, and no tier that starts processes")
    return parser.parse_args()


def planned(chosen: list[str] | None, *, fast: bool) -> Iterator[Step]:
    """The steps in their order. Only a run of everything says something about coverage, so only that measures it."""
    everything = not chosen and not fast
    if not chosen or "lint" in chosen:
        yield "lint", run_lint
    for tier in TIERS:
        if tier.name in chosen if chosen else not (fast and tier.starts_processes):
            yield tier.name, partial(run_tier, tier, measured=everything)
    if everything:
        yield "coverage", run_coverage_gate


def run_lint() -> Result:
    """The checks that only read the code, side by side."""
    result = Result()
    with ThreadPoolExecutor() as pool:
        for check, fault in pool.map(run_check, checks(Path(sys.executable).parent)):
            if fault:
                result.fail(f"{fault}\n{check.name}: failed")
            else:
                result.passed += 1
                print(f"{check.name}: passed", flush=True)
    return result


def run_check(check: Check) -> tuple[Check, str]:
    """One of them, and what it has to say when it fails."""
    done = subprocess.run(check.command, cwd=ROOT, capture_output=True, text=True, check=False)
    return check, (done.stdout + done.stderr).strip() or f"exit code {done.returncode}" if done.returncode else ""


def run_tier(tier: Tier, *, measured: bool) -> Result:
    """One folder of tests, in a process of its own."""
    result = Result()
    if lack := tier.missing():
        result.fail(f"the tier {tier.name} cannot run: {lack}")
        return result
    report = OUT / f"{tier.name}.xml"
    probed = ["-p", "tests.coverage.plugin"] if measured else []
    # Hypothesis chooses the same examples each time, and is not hurried by a busy machine.
    quiet = ["-q", "--no-header", "--hypothesis-profile=ci", f"--junitxml={report}"]
    command = [sys.executable, "-m", "pytest", *probed, f"tests/{tier.name}", *quiet]
    if tier.workers:
        command += ["-n", str(tier.workers), "--dist", "worksteal"]
    code = run_bounded(command, tier.limit_seconds)
    count(report, result)
    if code is None:
        result.fail(f"the tier {tier.name} was stopped after {tier.limit_seconds} s")
    elif not result.passed + result.failed:
        result.fail(f"the tier {tier.name} ran no test (pytest ended with {code})")
    elif code and not result.failed:
        result.fail(f"pytest ended with {code} though no test failed")
    return result


def run_bounded(command: list[str], limit_seconds: int) -> int | None:
    """Run it in a process group of its own; None when the time was up and the group was ended."""
    env = {**os.environ, probes.FOLDER: str(COVERAGE)}
    child = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, start_new_session=True)
    code = None
    try:
        code = child.wait(limit_seconds)
    except subprocess.TimeoutExpired:
        pass
    finally:
        if code is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    return code


def count(report: Path, result: Result) -> None:
    """Take the numbers from pytest's report. A skipped test proves nothing, so it counts as failed."""
    if not report.exists():
        return
    for case in ET.parse(report).iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        if (skipped := case.find("skipped")) is not None:
            result.fail(f"skipped: {name}: {skipped.get('message')}")
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


def print_summary(rows: list[Row]) -> None:
    """A row per step, then the sum."""
    print(f"\n{'tier':<14}{'passed':>8}{'failed':>8}{'seconds':>9}")
    for name, result, seconds in rows:
        print(f"{name:<14}{result.passed:>8}{result.failed:>8}{seconds:>9.0f}")
    passed, failed = (sum(getattr(result, kind) for _, result, _ in rows) for kind in ("passed", "failed"))
    print(f"\n{passed} passed, {failed} failed", flush=True)


if __name__ == "__main__":
    sys.exit(main())
