"""Apps behind real sockets of this process, on loopback: what a browser visits. Where each listens is known before its app is."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wsgi import ClosingIterator


class _Quiet(WSGIRequestHandler):
    """Says nothing of the requests that it serves."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Leave it to the app's own log."""


class Door:
    """One address with a thread for each request; `app` answers there as soon as it is set."""

    app: WSGIApplication

    def __init__(self) -> None:
        """Take a free port."""
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._under_way, self._change = 0, threading.Condition()
        self.port = self._server.server_port
        self.origin = f"http://127.0.0.1:{self.port}"

    def open(self, app: WSGIApplication) -> None:
        """Let an app answer."""
        self.app = app
        self._thread.start()

    def wait_idle(self, seconds: float = 10.0) -> None:
        """Wait until no request is under way: a browser that left may still have asked for something."""
        with self._change:
            assert self._change.wait_for(lambda: self._under_way == 0, seconds), f"{self.origin} still answers"

    def close(self) -> None:
        """Stop answering, and give the port back."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        self._count(1)
        try:
            # A browser that leaves a page drops its connections: files must not stay open until somebody notices.
            with closing(ClosingIterator(self.app(environ, start_response))) as parts:
                return [b"".join(parts)]
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._change:
            self._under_way += change
            self._change.notify_all()


@contextmanager
def served(app: WSGIApplication) -> Iterator[str]:
    """Serve an app on a free port, and give its address."""
    door = Door()
    door.open(app)
    try:
        yield door.origin
    finally:
        door.close()
