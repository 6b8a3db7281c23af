"""The toy service in a process of its own: started, and ended whatever the test came to."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
Service = tuple["subprocess.Popen[str]", str]


@contextmanager
def running(folder: Path, url: str, mode: str = "both", says: str = "toy is ready on http://127.0.0.1:") -> Iterator[Service]:
    """The process and the address it told."""
    command = [sys.executable, "-m", "tests.support.toy_server", str(folder), url, mode]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            assert line.startswith(says), line or process.communicate()[1]
            yield process, line.split()[-1]
        finally:
            process.terminate()
            try:
                process.wait(20)
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
