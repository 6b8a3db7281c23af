"""docs/reference/planted-bugs.md: the bugs by which the simulator is tried, and how many seeds each takes to be found."""

from __future__ import annotations

from pathlib import Path

from tests.support.simulation import kept
from tests.support.simulation.bugs import BUGS
from tools.docs import MADE_BY, cell

PAGE = Path("docs/reference/planted-bugs.md")
HEAD = """
A simulator that finds nothing may be a bad one. So each of these bugs is planted into the product, one at a time, for the length
of a story, and the simulator must find it: `make simulate-bugs` tries seeds from 1 on, at most {most}, and keeps the first that
finds it in `tests/simulator/planted.txt`. `make test` replays that seed with the bug, which must be found, and without, where all
must be well. [How we break it](../explanation/how-we-break-it.md) tells what a story is.
"""


def generate() -> dict[Path, str]:
    """The page, by its path."""
    found = kept.planted()
    out = ["# Planted bugs", "", MADE_BY, HEAD.format(most=kept.SEEDS_MOST).rstrip(), ""]
    out += ["| bug | what is wrong | found by seed |", "|---|---|---|"]
    out += [f"| `{name}` | {cell(bug.what)} | {found.get(name, 'none yet')} |" for name, bug in BUGS.items()]
    return {PAGE: "\n".join(out) + "\n"}
