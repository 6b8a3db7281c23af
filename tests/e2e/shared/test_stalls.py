"""The machine that stands still: everything of a run stops, also what it has started, and goes on."""

import sys

from tests.stalls import disturbed

# Goes on until it has stood still once, so the test does not ask for a machine that is in time itself.
STANDS_STILL_ONCE = """
import sys, time
last = time.monotonic()
until, longest = last + 30, 0.0
while longest < 0.35 and last < until:
    time.sleep(0.005)
    now = time.monotonic()
    last, longest = now, max(longest, now - last)
sys.exit(longest < 0.35)
"""
TWO_THAT_DO = f"""
import subprocess, sys
children = [subprocess.Popen([sys.executable, "-c", {STANDS_STILL_ONCE!r}]) for _ in range(2)]
sys.exit(3 + sum(child.wait() for child in children))
"""


def test_a_run_stands_still_with_all_that_it_has_started_and_goes_on() -> None:
    assert disturbed([sys.executable, "-c", TWO_THAT_DO], still_seconds=0.4, going_seconds=0.5) == 3
