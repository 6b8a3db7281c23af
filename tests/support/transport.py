"""A wire of Flask test clients between the apps of one process, which loses, doubles, delays and cuts what it is told to.

It stands where `shared.http.Outbound` stands in the product (the protocol `Transport`), so everything above it is the real thing.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from typing import Literal
from urllib.parse import urlsplit

from flask import Flask

from shared.clock import SystemClock
from shared.http import Answer, PeerUnreachable

Fault = Literal["drop_request", "lose_answer", "duplicate"]
Tamper = Callable[[str, str, Answer], Answer]


@dataclass(frozen=True)
class Exchange:
    """One request as it was made, and the status of its answer; None for one that got lost on the way."""

    method: str
    url: str
    body: bytes | None
    headers: Mapping[str, str]
    status: int | None

    @property
    def path(self) -> str:
        """The path without its query."""
        return urlsplit(self.url).path


@dataclass
class FaultyTransport:
    """Carries requests to the apps that serve the origins, with the faults that a test has planned."""

    apps: dict[str, Flask] = field(default_factory=dict)
    log: list[Exchange] = field(default_factory=list)
    skew_seconds: int = 0
    tamper: Tamper | None = None
    _cut: bool = False
    _plan: deque[tuple[str, Fault]] = field(default_factory=deque)

    def serve(self, origin: str, app: Flask) -> None:
        """Let an app answer at an origin."""
        self.apps[origin] = app

    def plan(self, fault: Fault, *, at: str = "") -> None:
        """Let the next request whose path ends so (any, for an empty end) meet this fault."""
        self._plan.append((at, fault))

    def cut(self) -> None:
        """Let nothing through until `heal`."""
        self._cut = True

    def heal(self) -> None:
        """Let everything through again."""
        self._cut = False
        self._plan.clear()

    def asked(self, end: str) -> list[Exchange]:
        """The exchanges so far whose path ends so."""
        return [one for one in self.log if one.path.endswith(end)]

    def request(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_seconds: float | None = None,
    ) -> Answer:
        """As `shared.http.Transport` has it."""
        parts = urlsplit(url)
        app = self.apps.get(f"{parts.scheme}://{parts.netloc}")
        fault = self._next_fault(parts.path)
        sent = dict(headers or {})
        if self._cut or app is None or fault == "drop_request":
            self.log.append(Exchange(method, url, body, sent, None))
            raise PeerUnreachable(reason="connection")
        answer = self._exchange(app, method, url, body, sent)
        if fault == "duplicate":
            answer = self._exchange(app, method, url, body, sent)
        if fault == "lose_answer":
            raise PeerUnreachable(reason="timeout")
        return self.tamper(method, parts.path, answer) if self.tamper else answer

    def _exchange(self, app: Flask, method: str, url: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        with app.test_client(use_cookies=False) as client:
            response = client.open(path, method=method, data=body, headers=headers, base_url=f"{parts.scheme}://{parts.netloc}")
            told = dict(response.headers)
            told["Date"] = format_datetime(SystemClock().now() + timedelta(seconds=self.skew_seconds))
            answer = Answer(response.status_code, told, response.get_data())
        self.log.append(Exchange(method, url, body, headers, answer.status))
        return answer

    def _next_fault(self, path: str) -> Fault | None:
        for place, (end, fault) in enumerate(self._plan):
            if path.endswith(end):
                del self._plan[place]
                return fault
        return None
