"""A service as a process: it says when it is ready, answers, works beside that, and stops cleanly."""

from __future__ import annotations

import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from shared.serving import address_of, gunicorn_settings
from tests.support.databases import Engine, empty_database
from tests.support.raw_http import exchange, statuses
from tests.support.toy_process import Service, running
from tests.support.waiting import wait_until

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def service(engine_name: Engine, tmp_path) -> Iterator[Service]:
    with running(tmp_path, empty_database(engine_name, tmp_path)) as started:
        yield started


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """One service without a worker, for all that only talks to it."""
    folder = tmp_path_factory.mktemp("alone")
    with running(folder, empty_database("sqlite", folder), "serve") as (_, told):
        yield told


def stopped(process: subprocess.Popen[str], how: Callable[[], None]) -> tuple[int, str, str]:
    how()
    out, err = process.communicate(timeout=20)
    return process.returncode, out, err


def test_it_answers_works_beside_that_and_stops_when_told(service, tmp_path):
    process, address = service
    assert requests.get(f"{address}/healthz", timeout=5).json() == {"status": "up"}
    assert requests.get(f"{address}/readyz", timeout=5).json()["ready"] is True
    assert (tmp_path / "beats").exists()
    code, out, err = stopped(process, process.terminate)
    assert (code, out) == (0, "")
    assert (tmp_path / "stopped").read_text() == "False"
    lines = [json.loads(line) for line in err.splitlines()]
    assert {line["event"] for line in lines} == {"request.answered"}


def test_two_processes_share_one_address_and_stop_together(tmp_path):
    with running(tmp_path, empty_database("postgresql", tmp_path), "pair") as (process, address):
        # The first to be ready says so while the other is still being made.
        beside = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        wait_until(lambda: len(beside.read_text().split()) == 2)
        children = beside.read_text().split()
        assert {requests.get(f"{address}/healthz", timeout=5).status_code for _ in range(8)} == {200}
        code, _, _ = stopped(process, process.terminate)
    assert code == 0
    assert [child for child in children if Path(f"/proc/{child}").exists()] == []


def test_an_address_that_somebody_else_has_is_told_of_once_as_a_fault_of_its_setting(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        bind = address_of(other.getsockname())
        command = [
            sys.executable,
            "-m",
            "tests.support.toy_server",
            str(tmp_path),
            empty_database("sqlite", tmp_path),
            "both",
            bind,
        ]
        ended = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60)
    told = f"BIND: nobody can listen on {bind}: Address already in use. Name another host or port."
    assert (ended.returncode, ended.stdout, ended.stderr.count(bind)) == (1, "", 1)
    assert ended.stderr.splitlines()[-1] == f"shared.config.ConfigError: {told}"
    assert not (tmp_path / "beats").exists()


def test_ctrl_c_on_the_whole_group_ends_it_as_cleanly(service, tmp_path):
    process, _ = service
    code, _, err = stopped(process, lambda: os.killpg(process.pid, signal.SIGINT))
    assert (code, err) == (0, "")
    assert (tmp_path / "stopped").read_text() == "False"


def test_a_process_that_dies_is_replaced_without_a_word(service, tmp_path):
    process, address = service
    child = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0]
    os.kill(int(child), signal.SIGKILL)
    assert requests.get(f"{address}/healthz", timeout=10).status_code == 200
    code, out, _ = stopped(process, process.terminate)
    assert (code, out) == (0, "")
    assert (tmp_path / "stopped").read_text() == "False"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_in_a_process_of_its_own_ends_its_task_and_stops(tmp_path, number):
    with running(tmp_path, empty_database("sqlite", tmp_path), "worker", "toy works") as (process, _):
        while not (tmp_path / "beats").exists():
            time.sleep(0.02)
        code, _, err = stopped(process, lambda: process.send_signal(number))
    assert (code, err) == (0, "")
    assert (tmp_path / "stopped").exists()


def test_a_request_that_is_under_way_is_answered_before_it_stops(service, tmp_path):
    process, address = service
    answers: list[str] = []
    asking = threading.Thread(target=lambda: answers.append(requests.get(f"{address}/address", timeout=10).text))
    asking.start()
    while not (tmp_path / "begun").exists():
        time.sleep(0.02)
    code, _, _ = stopped(process, process.terminate)
    asking.join()
    assert (code, answers) == (0, ["slow"])


def test_nobody_on_the_same_machine_forges_scheme_path_or_address(address):
    forged = {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Protocol": "ssl",
        "X-Forwarded-Ssl": "on",
        "SCRIPT_NAME": "/evil",
        "SCRIPT-NAME": "/evil",
        "PATH-INFO": "/evil",
        "X-HTTP-Method-Override": "DELETE",
    }
    response = requests.get(f"{address}/staff", headers=forged, allow_redirects=False, timeout=5)
    assert (response.status_code, response.headers["Location"]) == (303, "/sign-in?next=%2Fstaff")


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", 400),
        (b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", 400),
        (b"GET / HTTP/1.0\r\n\r\n", 200),
        (b"POST /fed/echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", 411),
        (
            b"POST /fed/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
        ),
    ],
)
def test_what_is_not_plain_http_for_this_host_is_refused(address, request_bytes, status):
    assert statuses(exchange(address, request_bytes)) == [status]


def test_an_address_that_is_taken_is_told_and_ends_it(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code = (
            "from pathlib import Path; from shared.clock import SystemClock; from shared.serving import serve;"
            "from tests.support.toy_site import toy_settings, toy_site;"
            f"s = toy_settings(Path({str(tmp_path)!r}), 'sqlite:///{tmp_path}/x.db', bind='127.0.0.1:{taken.getsockname()[1]}');"
            "serve(toy_site(s, SystemClock()), s)"
        )
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "ready" not in done.stdout
    assert done.stderr


@pytest.mark.parametrize(
    ("name", "address"),
    [(("127.0.0.1", 80), "127.0.0.1:80"), (("::1", 80, 0, 0), "[::1]:80"), ("/run/hub.sock", "/run/hub.sock")],
)
def test_every_kind_of_socket_has_a_name(name, address):
    assert address_of(name) == address


def test_gunicorns_own_file_says_the_same(monkeypatch):
    monkeypatch.setenv("BIND", "127.0.0.1:8001")
    monkeypatch.setenv("THREADS", "3")
    said = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    wanted = gunicorn_settings("127.0.0.1:8001", 3)
    assert {name: said[name] for name in wanted} == wanted
    assert said["workers"] == 1
    assert said["control_socket_disable"]
