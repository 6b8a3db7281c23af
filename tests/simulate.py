"""Tells stories of the simulator for as long as one likes: `make simulate SEEDS=2000`.

Each seed is one life of a small network (docs/explanation/how-we-break-it.md). A seed whose story ends badly is kept in
tests/simulator/seeds.txt, which `make test` replays for ever. `--bugs` looks for each planted bug instead, and `--trace` shows
one story.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.simulation import kept
from tests.support.simulation.bugs import BUGS, Bug
from tests.support.simulation.founding import founded
from tests.support.simulation.story import Told, tell
from tests.support.snapshots import Snapshot
from tools.scratch import scratch_base


def main() -> int:
    """Do what was asked for; the exit code says whether all went as it should."""
    options = parse_options()
    with town() as (snapshot, folder):
        if options.trace is not None:
            return show(tell(options.trace, snapshot, folder, *(BUGS[name] for name in options.bug[:1])))
        if options.bugs:
            return look_for_bugs(options.bug or list(BUGS), snapshot, folder, options.seeds or kept.SEEDS_MOST)
        return go_through(range(options.first, options.first + (options.seeds or 100)), snapshot, folder)


def parse_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, help="how many")
    parser.add_argument("--first", type=int, default=1, help="the first of them")
    parser.add_argument("--bugs", action="store_true", help="look for every planted bug, each in at most so many seeds")
    parser.add_argument("--trace", type=int, metavar="SEED", help="show the story of one seed, line by line")
    parser.add_argument("--bug", nargs="+", choices=sorted(BUGS), default=[], help="with this bug planted; only these bugs")
    return parser.parse_args()


@contextmanager
def town() -> Iterator[tuple[Snapshot, Path]]:
    """What was founded, and a folder for what each story adds."""
    with tempfile.TemporaryDirectory(prefix="twindesk-simulate-", dir=scratch_base()) as name:
        folder = Path(name)
        (folder / "founded").mkdir()
        (folder / "story").mkdir()
        yield founded(folder / "founded"), folder / "story"


def show(told: Told) -> int:
    """One story."""
    print(*told.lines, *told.faults, told.sha256, sep="\n")
    return 0 if told.ended_well else 1


def go_through(seeds: range, snapshot: Snapshot, folder: Path) -> int:
    """Tell every story; keep the seeds of those that end badly."""
    bad, began = 0, time.monotonic()
    for seed in seeds:
        told = tell(seed, snapshot, folder)
        if not told.ended_well:
            bad += 1
            kept.remember(seed, told.faults[0])
            print(f"seed {seed}:", *told.faults, sep="\n  ", flush=True)
    seconds = time.monotonic() - began
    print(f"{len(seeds)} seeds in {seconds:.0f} s: {len(seeds) - bad} ended well, {bad} badly")
    return 1 if bad else 0


def look_for_bugs(names: list[str], snapshot: Snapshot, folder: Path, most: int) -> int:
    """The first seed that finds each bug; kept, for `make test` to replay."""
    all_found = True
    for name in names:
        began = time.monotonic()
        seed = next((seed for seed in range(1, most + 1) if finds(seed, BUGS[name], snapshot, folder)), None)
        said = f"not found in {most} seeds" if seed is None else f"seed {seed}"
        print(f"{name:30} {said:24} {time.monotonic() - began:6.1f} s", flush=True)
        kept.remember_planted(name, seed, names=list(BUGS))
        all_found = all_found and seed is not None
    return 0 if all_found else 1


def finds(seed: int, bug: Bug, snapshot: Snapshot, folder: Path) -> bool:
    """Whether a story ends badly with the bug, and well without."""
    return not tell(seed, snapshot, folder, bug).ended_well and tell(seed, snapshot, folder).ended_well


if __name__ == "__main__":
    sys.exit(main())
