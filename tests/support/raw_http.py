"""Bytes over a plain connection to a service, as no client library would send them, and what comes back."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

SECONDS = 10.0
"""Who is not answered by then hangs."""
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")


@contextmanager
def connection(origin: str) -> Iterator[socket.socket]:
    """A connection to where a service is."""
    where = urlsplit(origin)
    with socket.create_connection((where.hostname, where.port), timeout=SECONDS) as made:
        yield made


def rest_of(made: socket.socket) -> bytes:
    """All that still comes, until the other side closes. Raises TimeoutError if it never does."""
    answer = b""
    with suppress(ConnectionResetError):
        while part := made.recv(65536):
            answer += part
    return answer


def exchange(origin: str, sent: bytes) -> bytes:
    """Send this, and say that no more comes. Raises TimeoutError for who hangs."""
    with connection(origin) as made:
        with suppress(BrokenPipeError, ConnectionResetError):  # refused before all of it was sent
            made.sendall(sent)
        with suppress(OSError):  # closed already
            made.shutdown(socket.SHUT_WR)
        return rest_of(made)


def statuses(answer: bytes) -> list[int]:
    """The status of each answer in what came; none if the connection was just closed."""
    return [int(found) for found in _STATUS.findall(answer)]
