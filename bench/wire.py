"""A client with one connection, so lean that it measures the server and not itself."""

import http.client
from collections.abc import Mapping
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 30


class Wire:
    """One kept-alive connection to a service; for one thread."""

    def __init__(self, origin: str, headers: Mapping[str, str] | None = None) -> None:
        """`headers` go with every call."""
        self._host = urlsplit(origin).netloc
        self._headers = dict(headers or {})
        self._connection = http.client.HTTPConnection(self._host, timeout=TIMEOUT_SECONDS)

    def call(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Status and body of the answer. A connection that the server has closed meanwhile is opened anew, once."""
        sent = {**self._headers, **(headers or {})}
        try:
            return self._attempt(method, path, body, sent)
        except (http.client.RemoteDisconnected, ConnectionError):
            self._connection.close()
            return self._attempt(method, path, body, sent)

    def close(self) -> None:
        """Let the connection go."""
        self._connection.close()

    def _attempt(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()
