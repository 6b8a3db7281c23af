"""Kills the hub at every statement of every path on which money moves, on both engines: `make crash-points`.

After each death it is started again and asked the same again; then it must have come to what it comes to without dying, and its
ledger's audit must find nothing. `make test` does so at the commits, and at a few statements of each path.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.support.crash_points import KillingGround
from tests.support.databases import DATABASES, ENGINES, Engine, dispose_engines
from tests.support.till import PATHS
from tools.scratch import scratch_base


def main() -> int:
    """Go through all of them; the exit code says whether each came to the same end."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash_points", description=__doc__)
    parser.add_argument("--engine", action="append", choices=ENGINES, help="only this one")
    wrong = 0
    for engine in parser.parse_args().engine or ENGINES:
        with tempfile.TemporaryDirectory(prefix="twindesk-crash-points-", dir=scratch_base()) as folder:
            wrong += go_through(engine, Path(folder))
            dispose_engines()
    DATABASES.close()
    return 1 if wrong else 0


def go_through(engine: Engine, folder: Path) -> int:
    """Every point of every path on an engine. Returns at how many the end was another."""
    hub, count, wrong, began = KillingGround(engine, folder), 0, 0, time.monotonic()
    for path in PATHS:
        points, end = hub.points(path)
        bad = [number for number in range(len(points)) if hub.killed_at(path, number) != (end, [])]
        count, wrong = count + len(points), wrong + len(bad)
        said = f"another end at {bad}" if bad else "all well"
        print(f"{engine:12}{path.name:48}{len(points):5} points   {said}", flush=True)
    print(f"{engine:12}{count} points in {time.monotonic() - began:.0f} s, {wrong} with another end")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
