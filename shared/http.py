"""The only outbound client: https to public addresses, or loopback in a demo; no redirects; little time and little room.

The address that was checked is the one connected to, so that a name cannot change its meaning between the two. Nothing is
taken from the environment. A request has one deadline over everything, from the look-up to the last byte, and a connection
of its own.
"""

import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from shared.addresses import (
    AddressRefused,
    Deadline,
    PeerUnreachable,
    Resolve,
    allowed_addresses,
    connect_first,
    parse_target,
    resolve_in_time,
    system_resolve,
)
from shared.errors import Malformed, Unavailable
from shared.loader import strict_loads
from shared.marking import N_

__all__ = ["AddressRefused", "Answer", "Outbound", "PeerMisbehaved", "PeerUnreachable", "Transport", "TransportAdapter"]

USER_AGENT = "twindesk"
_CHUNK_BYTES = 65_536
_NOT_MODIFIED = 304

Dial = Callable[[str, int], socket.socket]


class PeerMisbehaved(Unavailable):
    """An answer came that cannot be taken: too large, a redirect, packed, or not what it says it is."""

    slug = "peer-misbehaved"
    title = N_("The other side gave a strange answer")
    sentence = N_("The other side gave an answer that cannot be taken. This will be tried again.")


@dataclass(frozen=True)
class Answer:
    """What a peer answered; the names of headers are found in any case of letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as strict JSON. Raises PeerMisbehaved."""
        try:
            return strict_loads(self.body, max_bytes=len(self.body))
        except Malformed:
            raise PeerMisbehaved(reason="not-json") from None


class Transport(Protocol):
    """What carries a request to a peer: the client below, or a test's faulty wire."""

    def request(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_seconds: float | None = None,
    ) -> Answer:
        """Ask and wait for the answer. Raises PeerUnreachable or PeerMisbehaved."""
        ...


class Outbound:
    """The transport that goes out on the network."""

    def __init__(
        self,
        *,
        allow_loopback: bool,
        timeout_seconds: float = 5.0,
        max_bytes: int = 1_000_000,
        ca_file: Path | None = None,
        resolve: Resolve = system_resolve,
    ) -> None:
        """`ca_file` holds the authorities of a private network; without it those of the web are believed."""
        self._allow_loopback = allow_loopback
        self._timeout_seconds = timeout_seconds
        self._max_bytes = max_bytes
        self._resolve = resolve
        self._tls = ssl.create_default_context(cafile=str(ca_file or DEFAULT_CA_BUNDLE_PATH))

    def request(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_seconds: float | None = None,
    ) -> Answer:
        """Ask and wait for the answer. Raises PeerUnreachable (AddressRefused among them) or PeerMisbehaved."""
        # Packed answers are not asked for: what unpacks to a thousand times its size passes any cap.
        sent = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", "Connection": "close", **(headers or {})}
        with Deadline(timeout_seconds or self._timeout_seconds) as deadline, self._session(url, deadline) as session:
            request = session.prepare_request(requests.Request(method, url, headers=sent, data=body))
            try:
                with session.send(request, stream=True, allow_redirects=False, timeout=deadline.remaining()) as response:
                    return self._take(response, deadline)
            except (requests.RequestException, HTTPError, OSError) as error:
                raise PeerUnreachable(reason=_reason(error, deadline)) from error

    def send(self, request: requests.PreparedRequest, *, timeout_seconds: float | None = None) -> requests.Response:
        """Carry a request that another library has prepared, such as Authlib's for a token; the same rules hold."""
        return _sent_by(self, request, timeout_seconds)

    def _session(self, url: str, deadline: Deadline) -> requests.Session:
        target = parse_target(url)

        def dial(host: str, port: int) -> socket.socket:
            resolved = resolve_in_time(self._resolve, host, port, deadline)
            allowed = allowed_addresses(target, resolved, allow_loopback=self._allow_loopback)
            return connect_first(allowed, port, deadline)

        session = requests.Session()
        session.trust_env = False
        session.headers.clear()
        session.adapters.clear()
        session.mount(f"{target.scheme}://", _DiallingAdapter(dial, self._tls))
        return session

    def _take(self, response: requests.Response, deadline: Deadline) -> Answer:
        if response.status_code < 200 or (300 <= response.status_code < 400 and response.status_code != _NOT_MODIFIED):
            raise PeerMisbehaved(reason="redirect")
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise PeerMisbehaved(reason="packed")
        body = bytearray()
        for chunk in response.raw.stream(_CHUNK_BYTES, decode_content=False):
            body += chunk
            if len(body) > self._max_bytes:
                raise PeerMisbehaved(reason="too-large")
        # A body without a length ends where the connection does, and the deadline ends the connection.
        if deadline.passed:
            raise PeerUnreachable(reason="timeout")
        return Answer(response.status_code, CaseInsensitiveDict(response.headers), bytes(body))


class TransportAdapter(BaseAdapter):
    """Puts a transport under a session of requests, so that Authlib's clients go out through it too."""

    def __init__(self, transport: Transport) -> None:
        """Mount it for https:// and http://, on a session whose `trust_env` is off."""
        super().__init__()
        self._transport = transport

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Carry the request; its time is the transport's. Raises PeerUnreachable or PeerMisbehaved."""
        return _sent_by(self._transport, request, None)

    def close(self) -> None:
        """Nothing is kept open."""


def _sent_by(transport: Transport, request: requests.PreparedRequest, timeout_seconds: float | None) -> requests.Response:
    body = request.body.encode() if isinstance(request.body, str) else request.body
    headers = {str(name): str(value) for name, value in request.headers.items() if name.lower() != "content-length"}
    answer = transport.request(str(request.method), str(request.url), body=body, headers=headers, timeout_seconds=timeout_seconds)
    response = requests.Response()
    response.status_code = answer.status
    response.headers = CaseInsensitiveDict(answer.headers)
    response.raw = BytesIO(answer.body)
    response.url = str(request.url)
    response.request = request
    return response


def _reason(error: Exception, deadline: Deadline) -> str:
    if deadline.passed or isinstance(error, requests.Timeout):
        return "timeout"
    return "tls" if isinstance(error, requests.exceptions.SSLError) else "connection"


class _DiallingAdapter(HTTPAdapter):
    """requests' adapter over connections that our own function dials, with one TLS context for all of them."""

    def __init__(self, dial: Dial, tls: ssl.SSLContext) -> None:
        """`dial` gets the host and port that the connection is for."""
        self._tls = tls
        self._pools = {"http": _plain_pool(dial), "https": _tls_pool(dial)}
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make pools of our connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        """Take the shared context, which checks chain and name, in place of files read for each request."""
        place, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        return place, {"ssl_context": self._tls} if place["scheme"] == "https" else {}

    def cert_verify(self, *_: Any) -> None:
        """Leave the connection as it is: the context has the authorities."""


def _plain_pool(dial: Dial) -> type[HTTPConnectionPool]:
    class Connection(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return dial(self.host, self.port)

    class Pool(HTTPConnectionPool):
        ConnectionCls = Connection

    return Pool


def _tls_pool(dial: Dial) -> type[HTTPSConnectionPool]:
    class Connection(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return dial(self.host, self.port)

    class Pool(HTTPSConnectionPool):
        ConnectionCls = Connection

    return Pool
