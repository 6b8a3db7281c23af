import gzip
import json
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session

from shared.addresses import system_resolve
from shared.http import AddressRefused, Answer, Outbound, PeerMisbehaved, PeerUnreachable, TransportAdapter
from tests.service.shared.loopback import LoopbackServer, Reply, answer, authority, raw

SPELLINGS_OF_LOOPBACK = ("127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0")


@pytest.fixture
def outbound() -> Outbound:
    return Outbound(allow_loopback=True, timeout_seconds=3, max_bytes=1000)


def reason(call: Callable[[], object]) -> tuple[type[Exception], str]:
    with pytest.raises((PeerUnreachable, PeerMisbehaved)) as refused:
        call()
    return type(refused.value), str(refused.value.params["reason"])


def asked(outbound: Outbound, reply: Reply, **options: Any) -> tuple[type[Exception], str]:
    with LoopbackServer(reply) as server:
        return reason(lambda: outbound.request("GET", server.url + "/", **options))


def test_an_answer_is_taken_whole(outbound: Outbound) -> None:
    with LoopbackServer(answer(b'{"a":1}', "409 Conflict", ETag="x")) as server:
        taken = outbound.request("PUT", server.url + "/fed?x=%20y", body=b'{"b":2}', headers={"Content-Type": "application/json"})
    assert (taken.status, taken.body, taken.json()) == (409, b'{"a":1}', {"a": 1})
    assert taken.headers["etag"] == "x"
    (request,) = server.requests
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.startswith(b"PUT /fed?x=%20y HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{server.port}".encode() in head
    assert b"Content-Type: application/json" in head
    assert b"Accept-Encoding: identity" in head
    assert body == b'{"b":2}'


def test_a_body_may_come_in_chunks(outbound: Outbound) -> None:
    with LoopbackServer(raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")) as server:
        assert outbound.request("GET", server.url).body == b"abcde"


def test_a_body_may_end_with_the_connection(outbound: Outbound) -> None:
    with LoopbackServer(raw(b"HTTP/1.1 200 OK\r\n\r\nabcde")) as server:
        assert outbound.request("GET", server.url).body == b"abcde"


def test_loopback_by_its_newer_address_and_by_its_name_is_loopback(outbound: Outbound) -> None:
    with LoopbackServer(answer(b"six"), address="::1") as server:
        assert outbound.request("GET", server.url).body == b"six"
    with LoopbackServer(answer(b"name")) as server:
        assert outbound.request("GET", f"http://localhost:{server.port}/").body == b"name"


def test_nothing_is_taken_from_the_environment(outbound: Outbound, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password hunter2\n")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    with LoopbackServer(answer(b"direct")) as server:
        assert outbound.request("GET", server.url).body == b"direct"
    assert b"authorization" not in server.requests[0].lower()


@pytest.mark.parametrize("status", ["300 Many", "301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_not_followed(outbound: Outbound, status: str) -> None:
    with LoopbackServer(answer(b"")) as other:
        assert asked(outbound, answer(b"", status, Location=other.url)) == (PeerMisbehaved, "redirect")
    assert other.requests == []


def test_not_modified_is_an_answer(outbound: Outbound) -> None:
    with LoopbackServer(raw(b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n")) as server:
        assert outbound.request("GET", server.url, headers={"If-None-Match": "x"}).status == 304


@pytest.mark.parametrize(
    "reply",
    [
        answer(b"x" * 1001),
        raw(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1001),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3E9\r\n" + b"x" * 1001 + b"\r\n0\r\n\r\n"),
    ],
)
def test_an_answer_that_is_too_large_is_not_read_to_its_end(outbound: Outbound, reply: Reply) -> None:
    assert asked(outbound, reply) == (PeerMisbehaved, "too-large")


def test_an_answer_of_the_largest_size_is_taken(outbound: Outbound) -> None:
    with LoopbackServer(answer(b"x" * 1000)) as server:
        assert len(outbound.request("GET", server.url).body) == 1000


def test_a_stream_without_an_end_is_left_when_it_is_too_large(outbound: Outbound) -> None:
    def reply(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65_536)

    assert asked(outbound, reply) == (PeerMisbehaved, "too-large")


def test_a_packed_answer_is_not_unpacked(outbound: Outbound) -> None:
    bomb = gzip.compress(b"x" * 500_000)
    assert asked(outbound, answer(bomb, Content_Encoding="gzip")) == (PeerMisbehaved, "packed")


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a":1,"a":2}', b'["\\ud800"]', b"[NaN]"])
def test_a_body_that_is_not_strict_json_is_the_peer_s_fault(body: bytes) -> None:
    assert reason(Answer(200, {}, body).json) == (PeerMisbehaved, "not-json")


def drip(start: bytes, piece: bytes) -> Reply:
    def reply(connection: socket.socket) -> None:
        connection.sendall(start)
        while True:
            time.sleep(0.05)
            connection.sendall(piece)

    return reply


@pytest.mark.parametrize(
    "reply",
    [
        drip(b"", b"H"),
        drip(b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n", b"z"),
        drip(b"HTTP/1.1 200 OK\r\n\r\n", b"z"),
        drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nz\r\n"),
    ],
    ids=["status", "header", "body with a length", "body without a length", "chunks"],
)
def test_a_peer_that_drips_is_left_at_the_deadline(outbound: Outbound, reply: Reply) -> None:
    began = time.monotonic()
    assert asked(outbound, reply, timeout_seconds=0.4) == (PeerUnreachable, "timeout")
    assert time.monotonic() - began < 15


def test_a_peer_that_says_nothing_is_left_at_the_deadline(outbound: Outbound) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        assert reason(lambda: outbound.request("GET", url, timeout_seconds=0.3)) == (PeerUnreachable, "timeout")


@pytest.mark.parametrize("reply", [raw(b""), raw(b"nonsense\r\n\r\n"), raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort")])
def test_an_answer_that_breaks_off_is_no_answer(outbound: Outbound, reply: Reply) -> None:
    assert asked(outbound, reply) == (PeerUnreachable, "connection")


def test_a_port_where_nobody_listens_is_unreachable(outbound: Outbound) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert reason(lambda: outbound.request("GET", f"http://127.0.0.1:{port}/")) == (PeerUnreachable, "connection")


def test_the_next_address_is_called_where_the_first_does_not_listen() -> None:
    outbound = Outbound(allow_loopback=True, resolve=lambda _host, _port: ["127.0.0.9", "127.0.0.1"])
    with LoopbackServer(answer(b"second")) as server:
        assert outbound.request("GET", f"http://node.example:{server.port}/").body == b"second"
    assert f"Host: node.example:{server.port}".encode() in server.requests[0]


def failing(error: Exception) -> Outbound:
    def resolve(_host: str, _port: int) -> list[str]:
        raise error

    return Outbound(allow_loopback=False, resolve=resolve)


def test_a_name_that_does_not_resolve_is_unreachable() -> None:
    for outbound in (failing(socket.gaierror()), failing(UnicodeError()), Outbound(allow_loopback=False, resolve=lambda *_: [])):
        assert reason(partial(outbound.request, "GET", "https://a.example/")) == (PeerUnreachable, "name")


def test_a_name_that_resolves_too_slowly_is_left_at_the_deadline() -> None:
    release = threading.Event()

    def resolve(_host: str, _port: int) -> list[str]:
        release.wait(10)
        return []

    outbound = Outbound(allow_loopback=False, resolve=resolve)
    assert reason(lambda: outbound.request("GET", "https://a.example/", timeout_seconds=0.2)) == (PeerUnreachable, "timeout")
    release.set()


def test_every_spelling_of_loopback_is_refused_outside_a_demo() -> None:
    outbound = Outbound(allow_loopback=False)
    with LoopbackServer(answer(b"secret")) as server:
        for host in (*SPELLINGS_OF_LOOPBACK, "[::ffff:127.0.0.1]", "[::1]"):
            for scheme in ("http", "https"):
                url = f"{scheme}://{host}:{server.port}/"
                assert reason(partial(outbound.request, "GET", url))[1] in {"not-https", "not-public", "name"}, url
    assert server.requests == []


def test_a_url_that_may_be_misread_is_refused_before_anything_is_looked_up() -> None:
    looked_up: list[str] = []
    outbound = Outbound(allow_loopback=True, resolve=lambda host, _port: looked_up.append(host) or [])  # type: ignore[func-returns-value]
    for url in (
        "https://a.example%00/",
        "https://u@a.example/",
        "https://a.example\\@b/",
        "file:///etc/passwd",
        "https://a..example/",
    ):
        assert reason(partial(outbound.request, "GET", url)) == (AddressRefused, "url")
    assert looked_up == []


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "100.64.0.1", "169.254.169.254", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"]
)
def test_a_name_of_an_address_that_is_not_public_is_refused(address: str) -> None:
    for allow_loopback in (False, True):
        outbound = Outbound(allow_loopback=allow_loopback, resolve=lambda *_: [address])
        assert reason(partial(outbound.request, "GET", "https://a.example/")) == (AddressRefused, "not-public")


def test_a_name_that_changes_its_meaning_is_looked_up_once_and_judged_by_that() -> None:
    told: list[str] = []

    def rebinding(_host: str, _port: int) -> list[str]:
        told.append("127.0.0.1" if not told else "169.254.169.254")
        return told[-1:]

    outbound = Outbound(allow_loopback=True, resolve=rebinding)
    with LoopbackServer(answer(b"checked")) as server:
        assert outbound.request("GET", f"http://a.example:{server.port}/").body == b"checked"
        assert told == ["127.0.0.1"]
        # Each request is judged anew: no connection outlives its check.
        assert reason(lambda: outbound.request("GET", f"http://a.example:{server.port}/")) == (AddressRefused, "not-https")


def to_loopback(ca_file: Path | None) -> Outbound:
    return Outbound(allow_loopback=True, ca_file=ca_file, resolve=lambda *_: ["127.0.0.1"], timeout_seconds=3)


def test_a_certificate_is_checked_for_the_name_that_was_called(tmp_path: Path) -> None:
    ca_file, tls = authority(tmp_path)
    with LoopbackServer(answer(b"safe"), tls=tls) as server:
        url, other = f"https://node.example:{server.port}/", f"https://other.example:{server.port}/"
        assert to_loopback(ca_file).request("GET", url).body == b"safe"
        assert reason(lambda: to_loopback(ca_file).request("GET", other)) == (PeerUnreachable, "tls")
        assert reason(lambda: to_loopback(None).request("GET", url)) == (PeerUnreachable, "tls")
    assert len(server.requests) == 1


def test_a_drip_inside_tls_is_left_at_the_deadline(tmp_path: Path) -> None:
    ca_file, tls = authority(tmp_path)
    with LoopbackServer(drip(b"HTTP/1.1 200 OK\r\n\r\n", b"z"), tls=tls) as server:
        url = f"https://node.example:{server.port}/"
        assert reason(lambda: to_loopback(ca_file).request("GET", url, timeout_seconds=0.4)) == (PeerUnreachable, "timeout")


def test_a_handshake_that_drips_is_left_at_the_deadline(tmp_path: Path) -> None:
    ca_file, _ = authority(tmp_path)
    with LoopbackServer(drip(b"\x16\x03\x03\x40\x00", b"\x00")) as server:
        url = f"https://node.example:{server.port}/"
        assert reason(lambda: to_loopback(ca_file).request("GET", url, timeout_seconds=0.4)) == (PeerUnreachable, "timeout")


def test_authlib_fetches_its_token_through_any_transport(outbound: Outbound) -> None:
    token = json.dumps({"access_token": "t", "token_type": "Bearer", "expires_in": 600}).encode()
    with LoopbackServer(answer(token, Content_Type="application/json")) as server, OAuth2Session("node", "secret") as session:
        session.trust_env = False
        session.mount("http://", TransportAdapter(outbound))
        assert session.fetch_token(server.url + "/oauth/token", grant_type="client_credentials")["access_token"] == "t"
    assert server.requests[0].endswith(b"grant_type=client_credentials")


def test_a_prepared_request_is_carried_by_the_same_rules(outbound: Outbound) -> None:
    prepared = requests.Request("POST", "http://127.0.0.1:1/", data=b"abc", headers={"X-A": "b"}).prepare()
    with LoopbackServer(answer(b"kept", X_C="d")) as server:
        prepared.url = server.url + "/p"
        response = outbound.send(prepared, timeout_seconds=2)
    assert (response.status_code, response.text, response.headers["x-c"], response.url) == (200, "kept", "d", server.url + "/p")
    assert server.requests[0].endswith(b"\r\n\r\nabc")
    prepared.url = "http://10.0.0.1/"
    assert reason(lambda: outbound.send(prepared)) == (AddressRefused, "not-https")


def test_the_system_s_names_resolve_to_their_addresses_once_each() -> None:
    assert set(system_resolve("localhost", 80)) <= {"127.0.0.1", "::1"}
    assert system_resolve("127.0.0.1", 80) == ["127.0.0.1"]
