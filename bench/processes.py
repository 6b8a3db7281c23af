"""The services as processes, started as their operators start them and ended with the benchmark."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bench.wire import Wire

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = Path("/proc")
READY_SECONDS = 90.0
STOP_SECONDS = 20.0
LOOK_SECONDS = 0.1


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(module: str, environment: Mapping[str, str], *words: str) -> None:
    """One command of a service, to its end. Raises CalledProcessError."""
    command = [sys.executable, "-m", module, *words]
    subprocess.run(command, cwd=ROOT, env=_whole(environment), check=True, capture_output=True)


@contextlib.contextmanager
def running(module: str, environment: Mapping[str, str], *words: str, log: Path) -> Iterator[int]:
    """A command that goes on until the benchmark is done with it, with all that it says in a file; its group of processes."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *words],
            cwd=ROOT,
            env=_whole(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def cpu_seconds(groups: Iterable[int]) -> float | None:
    """How much computing groups of processes have had so far; None where the system does not tell."""
    wanted, ticks = set(groups), 0
    if not PROCESSES.exists():
        return None
    for entry in PROCESSES.glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # Behind the name in brackets: state, parent, group, …; user and system time are the 12th and 13th of these.
            fields = entry.read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:13])) if int(fields[2]) in wanted else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def wait_ready(origin: str, log: Path, path: str = "/readyz") -> None:
    """Wait until a service answers well. Raises TimeoutError with the end of its log."""
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            if Wire(origin).call("GET", path)[0] == 200:
                return
        time.sleep(LOOK_SECONDS)
    raise TimeoutError(f"{origin} is not ready:\n{log.read_text('utf-8', 'replace')[-2000:]}")


def _whole(environment: Mapping[str, str]) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "SPACE_", "FLASK_", "GUNICORN_"))}
    return {**plain, **environment}
