"""Whatever comes over the line, at any address, a hub and a node go on: no fault, no waiting, then the same answer as before."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from federation.app import create_app as create_hub
from federation.config import HubSettings
from shared.config import ServiceSettings, load
from space_node.app import create_app as create_node
from space_node.config import NodeSettings
from tests.support.crashing import free_port
from tests.support.databases import fresh_database
from tests.support.endpoints import Endpoint, endpoints
from tests.support.hostile_http import KINDS, REFUSED, plain
from tests.support.raw_http import exchange, statuses

# How many of the kinds each address meets; they take turns. All of them: `make hostile`.
EACH = int(os.environ.get("TWINDESK_HOSTILE", "1"))
ROOT = Path(__file__).resolve().parents[2]
SERVICES: dict[str, tuple[type[ServiceSettings], Any]] = {
    "federation": (HubSettings, create_hub),
    "space_node": (NodeSettings, create_node),
}
NOT_IMPLEMENTED = 501
TOO_MANY = 429


class Served:
    """A service in processes of its own, and the addresses that it has."""

    def __init__(self, name: str, folder: Path) -> None:
        port = free_port()
        own = {"DATA_DIR": str(folder / "data"), "DATABASE_URL": fresh_database(name, "sqlite", folder, keep=True)}
        where = {"BIND": f"127.0.0.1:{port}", "PUBLIC_URL": f"http://127.0.0.1:{port}"}
        self.name, self.log, self.env = name, folder / "log", {**own, **where}
        self.origin, self.host = where["PUBLIC_URL"], f"127.0.0.1:{port}".encode()
        settings, create = SERVICES[name]
        app: Flask = create(load(settings, {**self.env, "DATA_DIR": str(folder / "aside")}))
        self.endpoints = list(endpoints(app))

    @contextmanager
    def running(self) -> Iterator["Served"]:
        """It serves until the end."""
        with self.log.open("wb") as log:
            command = [sys.executable, "-m", self.name, "serve"]
            env = {**os.environ, **self.env, **({"HUB_REQUESTS_A_MINUTE": "1000000"} if self.name == "federation" else {})}
            pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": log, "text": True, "start_new_session": True}
            with subprocess.Popen(command, cwd=ROOT, env=env, **pipes) as process:
                try:
                    assert "is ready" in process.stdout.readline(), self.log.read_text()
                    yield self
                finally:
                    os.killpg(process.pid, signal.SIGKILL)

    def plainly(self, where: Endpoint) -> list[int]:
        """What somebody is answered who asks as it should be done."""
        return statuses(exchange(self.origin, plain(where.method, where.path, self.host)))

    def fault_of(self, where: Endpoint, kind: str, usual: list[int]) -> str | None:
        """What is wrong after this kind of request."""
        try:
            found = statuses(exchange(self.origin, KINDS[kind](where.method, where.path, self.host)))
            after = self.plainly(where)
        except TimeoutError:
            return "hangs"
        if any(status >= 500 and status != NOT_IMPLEMENTED for status in (*found, *after)):
            return f"a fault of ours: {found}, {after}"
        if kind in REFUSED and any(not 400 <= status < 600 for status in found):
            return f"not refused: {found}"
        if after not in (usual, [TOO_MANY]):
            return f"another answer after it: {after} for {usual}"
        return None


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Served]]:
    """A hub and a node."""
    with ExitStack() as running:
        yield [running.enter_context(Served(name, tmp_path_factory.mktemp(name)).running()) for name in SERVICES]


def test_no_request_at_any_address_is_a_fault_or_keeps_anybody_waiting(services: list[Served]) -> None:
    kinds, found, tried = cycle(KINDS), [], set()
    for service in services:
        for where in service.endpoints:
            usual = service.plainly(where)
            assert len(usual) == 1, where
            assert usual[0] < 500, where
            for kind in islice(kinds, min(EACH, len(KINDS))):
                tried.add(kind)
                if fault := service.fault_of(where, kind, usual):
                    found.append((fault, kind, service.name, where))
    assert found == []
    assert tried == set(KINDS)


def test_nothing_of_it_was_a_surprise_to_them(services: list[Served]) -> None:
    for service in services:
        told = service.log.read_text()
        assert "request.answered" in told
        assert [line for line in told.splitlines() if '"level": "error"' in line or "Traceback" in line] == []
