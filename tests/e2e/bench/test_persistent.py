"""Who gets no answer asks the same again, byte for byte, until there is one."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from bench.persistent import Asked, Client
from bench.spaces import Space

ASKED: list[bytes] = []


class Moody(BaseHTTPRequestHandler):
    """It hangs up, then has no time, then answers."""

    def do_PUT(self) -> None:
        ASKED.append(self.rfile.read(int(self.headers["Content-Length"])))
        if len(ASKED) <= 2:  # the lean client itself tries a broken connection once more
            self.close_connection = True
            return
        self.send_response(503 if len(ASKED) == 3 else 200)
        body = b'{"state": "confirmed"}'
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def origin() -> Iterator[str]:
    ASKED.clear()
    with HTTPServer(("127.0.0.1", 0), Moody) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_request_is_sent_until_it_is_answered(origin: str, tmp_path: Path) -> None:
    space = Space("space-01", origin, tmp_path)
    asked = Asked("PUT", "/fed/v1/grants/1", b"{}", {})
    assert Client(space, space, "", {}, [], "1").answer_to(asked) == (200, {"state": "confirmed"})
    assert ASKED == [b"{}"] * 4
    assert asked.attempts == 3
    space.wire.close()
