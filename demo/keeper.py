"""Ends the demo's services when the demo itself has died in a way that left it no time to do so.

Runs as a process of its own, `python keeper.py`, with a pipe from the demo. It is told which groups of processes there are
("add 123", "drop 123"); the pipe's end means that the demo is no more, however that came about.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable

GRACE_SECONDS = 5.0


def groups_left(lines: Iterable[str]) -> list[int]:
    """The groups that were named and not taken back."""
    left: list[int] = []
    for line in lines:
        word, _, number = line.strip().partition(" ")
        group = int(number)
        if word == "add":
            left.append(group)
        elif group in left:
            left.remove(group)
    return left


def is_alive(group: int) -> bool:
    """Whether a process of the group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def send(group: int, number: signal.Signals) -> None:
    """Signal all processes of a group, if there are any."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return


def end_all(groups: list[int], grace_seconds: float = GRACE_SECONDS) -> None:
    """Ask the groups to end, and end those that do not in time."""
    for group in groups:
        send(group, signal.SIGTERM)
    deadline = time.monotonic() + grace_seconds
    while time.monotonic() < deadline and any(is_alive(group) for group in groups):
        time.sleep(0.05)
    for group in groups:
        if is_alive(group):
            send(group, signal.SIGKILL)


if __name__ == "__main__":
    # What is meant for the demo's terminal does not concern the keeper.
    for ignored in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)
    end_all(groups_left(sys.stdin))
