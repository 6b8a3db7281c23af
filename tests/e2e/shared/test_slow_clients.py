"""Clients that say nothing, too little or never go: with four threads, dozens of them hold up nobody else, and all are let go."""

import os
import selectors
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from gunicorn.config import Config

from shared import slow_clients
from shared.serving import gunicorn_settings
from shared.slow_clients import LEAVE_AT_MOST, Connection, Timely, Worker
from tests.support.databases import empty_database
from tests.support.raw_http import connection, exchange, rest_of, statuses
from tests.support.toy_process import running

GOOD = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
BEGUN = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
FORM = b"Host: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\ncsrf_token="
READ, UNREAD = b"POST /sign-in HTTP/1.1\r\n" + FORM, b"POST /fed/echo HTTP/1.1\r\n" + FORM
REFUSED = b"GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
UNDERSTOOD_BY_NOBODY = b"\x16\x03\x01\x02\r\n\r\n"
MANY = 12
PROMPT_SECONDS = 4.0
"""Less than the five seconds that one silent client, or the two that one that stays, held up a thread or the loop before."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service of four threads that waits a second for what was begun."""
    folder = tmp_path_factory.mktemp("hasty")
    with running(folder, empty_database("sqlite", folder), "hasty") as (_, told):
        yield told


@pytest.mark.parametrize(
    ("begun", "ends"),
    [
        (b"", []),
        (BEGUN, []),
        (READ, [400]),
        (UNREAD, [200]),
        (REFUSED, [400]),
        (UNDERSTOOD_BY_NOBODY, [400]),
        (GOOD, [200]),
    ],
    ids=[
        "says nothing",
        "begins a request",
        "begins a form",
        "begins a body that nobody reads",
        "is refused",
        "speaks something else",
        "is answered",
    ],
)
def test_who_stays_holds_up_nobody_and_is_let_go(address: str, begun: bytes, ends: list[int]) -> None:
    with ExitStack() as open_ones:
        staying = [open_ones.enter_context(connection(address)) for _ in range(MANY)]
        for one in staying:
            one.sendall(begun)
        since = time.monotonic()
        assert statuses(exchange(address, GOOD)) == [200]
        waited = time.monotonic() - since
        assert waited < PROMPT_SECONDS or begun in (BEGUN, READ), waited
        assert [statuses(rest_of(one)) for one in staying] == [ends] * MANY


def drip(made: socket.socket, what: bytes, *, times: int, pause_seconds: float) -> None:
    for _ in range(times):
        made.sendall(what)
        time.sleep(pause_seconds)


def test_a_byte_now_and_then_is_not_enough(address: str) -> None:
    with connection(address) as dripping:
        dripping.sendall(BEGUN)
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            drip(dripping, b"X", times=60, pause_seconds=0.1)
    assert statuses(exchange(address, GOOD)) == [200]


def test_a_client_that_goes_on_talking_after_its_answer_is_cut_off(address: str) -> None:
    with connection(address) as talking:
        talking.sendall(REFUSED)
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            drip(talking, b"x" * 1024, times=1000, pause_seconds=0.001)


def test_who_does_not_read_is_waited_for_no_longer_than_who_does_not_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_clients, "WRITE_SECONDS", 0.1)
    monkeypatch.setattr(slow_clients, "BYTES_A_SECOND", 10**9)
    ours, theirs = socket.socketpair()
    with Timely.over(ours) as timely, theirs:
        timely.sendall(b"read at once")
        assert theirs.recv(100) == b"read at once"
        with pytest.raises(ConnectionResetError):
            timely.sendall(bytes(10**7))
        timely.setblocking(False)
        with pytest.raises(BlockingIOError):
            timely.sendall(bytes(10**7))


def test_what_is_long_may_take_longer_at_a_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_clients, "BYTES_A_SECOND", 10)
    ours, theirs = socket.socketpair()
    with Timely.over(ours) as timely, theirs:
        timely.expect(0.1)
        theirs.sendall(b"ten bytes.")
        assert timely.recv(100) == b"ten bytes."
        time.sleep(0.2)
        theirs.sendall(b"more")
        assert timely.recv(100) == b"more", "ten bytes gave it a second more"
        timely.expect(0.05)
        with pytest.raises(ConnectionResetError):
            timely.recv(100)
        with pytest.raises(ConnectionResetError):
            timely.recv(100)


@contextmanager
def not_begun() -> Iterator[Worker]:
    made = Worker(1, os.getpid(), [], None, 30, Config(), None)
    made.poller = selectors.DefaultSelector()
    yield made
    Worker.has_ended(None, made)
    for taken in made.pending_conns:
        taken.sock.close()
    made.poller.close()
    made.tmp.close()


@pytest.fixture
def worker() -> Iterator[Worker]:
    """One that has not begun."""
    with not_begun() as made:
        yield made


@pytest.fixture
def other() -> Iterator[Worker]:
    """Another process of the same service."""
    with not_begun() as made:
        yield made


@pytest.fixture
def door() -> Iterator[socket.socket]:
    """Where two newcomers wait."""
    with socket.create_server(("127.0.0.1", 0)) as listener, ExitStack() as newcomers:
        listener.setblocking(False)
        for _ in range(2):
            newcomers.enter_context(socket.create_connection(listener.getsockname()))
        yield listener


def test_a_newcomer_is_left_to_the_process_with_fewer_connections(worker: Worker, other: Worker, door: socket.socket) -> None:
    worker.nr_conns = 1
    worker.accept(door)
    assert (worker.nr_conns, other.nr_conns) == (1, 0)
    other.accept(door)
    assert other.nr_conns == 1
    worker.accept(door)
    assert worker.nr_conns == 2, "both had as many"


def test_a_newcomer_is_not_left_for_ever_to_a_process_that_stands_still(
    worker: Worker, other: Worker, door: socket.socket
) -> None:
    worker.nr_conns = 1
    for _ in range(LEAVE_AT_MOST + 1):
        worker.accept(door)
    assert (worker.nr_conns, other.nr_conns) == (2, 0)


def test_nobody_is_left_to_a_process_that_has_ended(worker: Worker, other: Worker, door: socket.socket) -> None:
    worker.nr_conns = 1
    gunicorn_settings("127.0.0.1:8000", 2)["child_exit"](None, other)
    worker.accept(door)
    assert worker.nr_conns == 2
    assert other.open_connections.take_place() == other.place


def test_where_another_process_was_quicker_nobody_is_at_the_door(worker: Worker) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        worker.accept(listener)
    assert (worker.nr_conns, len(worker.pending_conns)) == (0, 0)


def test_who_has_gone_is_not_lingered_for(worker: Worker) -> None:
    ours, theirs = socket.socketpair()
    gone = Connection(worker, Timely.over(ours), None, None)
    theirs.close()
    gone.sock.close()
    gone.close(graceful=True)
    assert (worker.nr_conns, len(worker.lingering)) == (0, 0)
