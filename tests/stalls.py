"""All tests again on a machine that stands still now and then: `make stalls`. What fails then has asked a machine to be quick.

Again and again all processes of the run are stopped together, and go on some seconds later, as on a host that gives its processor
to somebody else. Servers that rename themselves, as PostgreSQL does, go on meanwhile. Needs Linux: it looks for them in /proc.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

MARK = "TWINDESK_STANDS_STILL"


def main() -> int:
    """Run the tests so, and tell by the exit code whether all of them passed."""
    parser = argparse.ArgumentParser(prog="python -m tests.stalls", description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.6, help="how long it stands still")
    parser.add_argument("--every", type=float, default=12.0, help="how long it goes on in between")
    options, rest = parser.parse_known_args()
    return disturbed([sys.executable, "-m", "tests.run", *rest], still_seconds=options.seconds, going_seconds=options.every)


def disturbed(command: Sequence[str], *, still_seconds: float, going_seconds: float) -> int:
    """The exit code of a command that stands still again and again, with all that it has started."""
    mark = f"{MARK}={os.getpid()}"
    with subprocess.Popen(command, env={**os.environ, MARK: str(os.getpid())}) as run:
        while True:
            with suppress(subprocess.TimeoutExpired):
                return run.wait(going_seconds)
            stand_still(marked(mark), still_seconds)


def marked(mark: str) -> list[int]:
    """The processes that were started with this in their environment."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):  # it has ended meanwhile, or is none of ours
            if entry.name.isdigit() and mark.encode() in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found


def stand_still(processes: Sequence[int], seconds: float) -> None:
    """Stop them all, and let them go on after so long."""
    try:
        _tell(processes, signal.SIGSTOP)
        time.sleep(seconds)
    finally:
        _tell(processes, signal.SIGCONT)


def _tell(processes: Sequence[int], what: signal.Signals) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, what)


if __name__ == "__main__":
    sys.exit(main())
