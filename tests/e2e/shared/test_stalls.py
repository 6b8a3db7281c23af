"""The machine that stands still: everything of a run stops, also what it has started, and goes on."""

import sys
from pathlib import Path

from tests.stalls import disturbed

GAPS = """
import os, sys, time
last = time.monotonic()
until, longest = last + 1.2, 0.0
while last < until:
    time.sleep(0.005)
    now = time.monotonic()
    last, longest = now, max(longest, now - last)
open(sys.argv[1], "w").write(str(longest))
"""
BOTH = f"""
import subprocess, sys
children = [subprocess.Popen([sys.executable, "-c", {GAPS!r}, name]) for name in sys.argv[1:]]
sys.exit(3 + sum(child.wait() for child in children))
"""


def test_a_run_stands_still_with_all_that_it_has_started_and_goes_on(tmp_path: Path) -> None:
    gaps = [tmp_path / "one", tmp_path / "other"]
    command = [sys.executable, "-c", BOTH, *map(str, gaps)]
    assert disturbed(command, still_seconds=0.4, going_seconds=0.5) == 3
    assert min(float(gap.read_text()) for gap in gaps) >= 0.35
