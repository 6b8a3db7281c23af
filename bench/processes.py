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


def outcome(module: str, environment: Mapping[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    """One command of a service, to its end, whatever that is."""
    command = [sys.executable, "-m", module, *words]
    return subprocess.run(command, cwd=ROOT, env=_whole(environment), capture_output=True, text=True, check=False)


class Program:
    """A command that goes on until it is ended, with all that it says in a file; it may be killed and started again."""

    def __init__(self, module: str, environment: Mapping[str, str], *words: str, log: Path) -> None:
        """Start it."""
        self._command, self._environment, self._log = [sys.executable, "-m", module, *words], _whole(environment), log
        self.start()

    def start(self) -> None:
        """Start it, once more."""
        with self._log.open("ab") as out:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    @property
    def group(self) -> int:
        """Its group of processes."""
        return self._process.pid

    def children(self) -> list[int]:
        """The processes that its first one has started."""
        found = []
        for entry in PROCESSES.glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                state, parent = entry.read_text().rpartition(")")[2].split()[:2]
                if int(parent) == self.group and state != "Z":
                    found.append(int(entry.parent.name))
        return sorted(found)

    def kill(self) -> None:
        """End it and all that it has started, with no time for anything."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.group, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """Ask it to end, and see that it does."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()


@contextlib.contextmanager
def running(module: str, environment: Mapping[str, str], *words: str, log: Path) -> Iterator[Program]:
    """A command that goes on until the benchmark is done with it."""
    program = Program(module, environment, *words, log=log)
    try:
        yield program
    finally:
        program.stop()


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
