"""How a service takes its connections: its processes share them, and whoever is slow, or says nothing at all, holds up nobody.

gunicorn's threaded worker lends a thread to a connection that has not said anything yet, waits for ever for the rest of a request
that was begun, and closes connections in the one loop that accepts them all, where it gives each client two seconds to close
too. So a handful of clients of bad will, or of phones in a tunnel, would stop a service. Here a connection holds a thread only
while its request comes or is answered, both at a pace, and the loop waits for nobody; but for a moment, when another process has
fewer connections and should take a new one.
"""

import errno
import math
import socket
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

from shared.open_connections import OpenConnections

READ_SECONDS = 10.0
WRITE_SECONDS = 30.0
UNREAD_SECONDS = 0.5
"""For the rest of a request that was answered before all of it had come."""
BYTES_A_SECOND = 16_384
"""What is longer may take longer, at this pace."""
LINGER_SECONDS = 2.0
LINGER_BYTES = 65_536
LEAVE_SECONDS, LEAVE_AT_MOST = 0.001, 20
"""How long a new connection is left to a process that has fewer, and how often: that one may stand still."""
_CHUNK_BYTES = 4096


class Timely(socket.socket):
    """A connection over which requests have to come, and answers to go, in time. Who is too slow has hung up."""

    _until = math.inf

    @classmethod
    def over(cls, accepted: socket.socket) -> "Timely":
        """The same connection, minding the time."""
        return cls(fileno=accepted.detach())

    def expect(self, seconds: float) -> None:
        """From now on, so long is waited for the first bytes and a little longer for each that comes."""
        self._until = time.monotonic() + seconds

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Raises ConnectionResetError for who is too slow."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise _too_slow()
        with self._within(left):
            data = super().recv(size, flags)
        self._until += len(data) / BYTES_A_SECOND
        return data

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        """Raises ConnectionResetError for who takes too long to read."""
        with self._within(WRITE_SECONDS + len(memoryview(data)) / BYTES_A_SECOND):
            super().sendall(data, flags)

    @contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        usual = self.gettimeout()
        try:
            if usual != 0:  # else it waits for nothing
                self.settimeout(seconds)
            yield
        except TimeoutError:
            raise _too_slow() from None
        finally:
            self.settimeout(usual)


class Connection(TConn):  # type: ignore[misc]
    """What the worker keeps of a connection."""

    sock: Timely
    drained = 0

    def __init__(self, worker: "Worker", sock: Timely, client: Any, server: Any) -> None:
        """Nothing was read yet."""
        super().__init__(worker.cfg, sock, client, server)
        self._worker = worker

    def close(self, graceful: bool = False) -> None:
        """End it; gracefully, the client may read to the end before."""
        if graceful:
            self._worker.linger(self)
        else:
            super().close()


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threaded worker, whose loop and threads wait for nobody."""

    open_connections = OpenConnections()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """No connection is open. gunicorn makes a worker before it forks the process that this is for."""
        self.place = self.open_connections.take_place()
        super().__init__(*args, **kwargs)
        self.lingering: deque[Connection] = deque()
        self._left, self._beside = 0, list[int]()

    @property
    def nr_conns(self) -> int:
        """How many connections are open, for gunicorn and for the other processes."""
        return self.open_connections[self.place]

    @nr_conns.setter
    def nr_conns(self, count: int) -> None:
        self.open_connections[self.place] = count

    @classmethod
    def has_ended(cls, _arbiter: Any, worker: "Worker") -> None:
        """gunicorn's `child_exit`: forget a process, whatever ended it."""
        cls.open_connections.leave_place(worker.place)

    def accept(self, listener: socket.socket) -> None:
        """Take a connection, and wait for its first bytes without a thread."""
        if self._leaves_it():
            time.sleep(LEAVE_SECONDS)
            return
        try:
            accepted, client = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):  # another process was quicker, or the client has gone
            return
        self.nr_conns += 1
        conn = Connection(self, Timely.over(accepted), client, listener.getsockname())
        conn.set_timeout()
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def _leaves_it(self) -> bool:
        """Whether a process with fewer connections may take it yet."""
        beside = self.open_connections.beside(self.place)
        self._left = self._left + 1 if beside == self._beside else 0
        self._beside = beside
        return self._left < LEAVE_AT_MOST and min(beside, default=self.nr_conns) < self.nr_conns

    def handle(self, conn: Connection) -> Any:
        """Read a request and answer it, in a thread."""
        conn.sock.expect(READ_SECONDS)
        return super().handle(conn)

    def _keepalive_after(self, conn: Connection, keepalive: bool) -> bool:
        conn.sock.expect(UNREAD_SECONDS)
        return bool(super()._keepalive_after(conn, keepalive))

    def linger(self, conn: Connection) -> None:
        """Say that no more comes, and wait for the client to close: who is closed while still sending may lose the answer."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            conn.close()
            return
        conn.sock.expect(2 * LINGER_SECONDS)
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + LINGER_SECONDS
        self.nr_conns += 1
        self.lingering.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self._drain, conn))

    def murder_pending(self) -> None:
        """End what has waited long enough."""
        super().murder_pending()
        while self.lingering and self.lingering[0].timeout <= time.monotonic():
            self._let_go(self.lingering[0])

    def _drain(self, conn: Connection, _sock: Timely) -> None:
        more = b""
        with suppress(OSError):
            more = conn.sock.recv(_CHUNK_BYTES)
        conn.drained += len(more)
        if not more or conn.drained > LINGER_BYTES:
            self._let_go(conn)

    def _let_go(self, conn: Connection) -> None:
        self.poller.unregister(conn.sock)
        self.lingering.remove(conn)
        self.nr_conns -= 1
        conn.close()


def _too_slow() -> ConnectionResetError:
    return ConnectionResetError(errno.ECONNRESET, "too slow")
