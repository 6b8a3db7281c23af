"""A real `federation serve`, and a proxy before it that ends the server's whole process group at the worst moment."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import requests

START_SECONDS = 60
Moment = Literal["before the request", "at the first byte of the answer"]


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class ServedHub:
    """One hub as a process group of its own; it can be started again on the same data."""

    def __init__(self, env: Mapping[str, str], log: Path) -> None:
        self.port = free_port()
        self._env = {**os.environ, **env, "BIND": f"127.0.0.1:{self.port}"}
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "federation", "serve"], env=self._env, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            assert self._process.poll() is None, self._log.read_text()[-2000:]
            try:
                if requests.get(f"http://127.0.0.1:{self.port}/readyz", timeout=2).status_code == 200:
                    return
            except requests.ConnectionError:
                time.sleep(0.1)
        raise TimeoutError(self._log.read_text()[-2000:])

    def kill(self) -> None:
        """SIGKILL for the process and all it started; nothing gets to clean up."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)


class KillingProxy:
    """Passes one request on, and kills the server before it, or as soon as the first byte of the answer is there."""

    def __init__(self, hub: ServedHub, moment: Moment) -> None:
        self._hub, self._moment = hub, moment
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        self._thread = threading.Thread(target=self._pass_one, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Let go."""
        self._door.close()
        self._thread.join(10)

    def _pass_one(self) -> None:
        caller, _ = self._door.accept()
        with caller:
            request = _whole_request(caller)
            if self._moment == "before the request":
                self._hub.kill()
                return
            with socket.create_connection(("127.0.0.1", self._hub.port)) as server:
                server.sendall(request)
                assert server.recv(1)
            self._hub.kill()


def _whole_request(caller: socket.socket) -> bytes:
    """Head and body of one HTTP/1.1 request with a Content-Length."""
    request = b""
    while b"\r\n\r\n" not in request:
        request += caller.recv(65_536)
    head, _, rest = request.partition(b"\r\n\r\n")
    lengths = [line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    wanted = int(lengths[0]) if lengths else 0
    while len(rest) < wanted:
        rest += caller.recv(65_536)
    return head + b"\r\n\r\n" + rest
