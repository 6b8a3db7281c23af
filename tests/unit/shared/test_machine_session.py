"""A machine's session: one token while it is good, renewed once when it is not, and nothing signed by a wrong clock."""

import json
from collections.abc import Mapping
from datetime import timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs

import pytest

from shared.clock import SystemClock
from shared.errors import Conflict, Unauthenticated
from shared.http import Answer, PeerMisbehaved
from shared.keys import jwk
from shared.machine_session import ClockWrong, MachineSession, may_sign, skew_of

ISSUER = "https://hub.test"
KEY = jwk.generate()


def answer(status: int = 200, body: Any = None, *, skew: float | None = 0.0) -> Answer:
    told = {} if skew is None else {"Date": format_datetime(SystemClock().now() + timedelta(seconds=skew))}
    return Answer(status, told, json.dumps({} if body is None else body).encode())


class Server:
    """Gives tokens, and answers as planned."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, bytes | None, dict[str, str]]] = []
        self.tokens = 0
        self.token_answer: Answer | None = None
        self.good: set[str] = set()
        self.answers: list[Answer] = []
        self.skew = 0.0
        self.expires_in = 600

    def request(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_seconds: float | None = None,
    ) -> Answer:
        self.asked.append((method, url, body, dict(headers or {})))
        if url.endswith("/oauth/token"):
            return self.token_answer or self._token()
        shown = (headers or {}).get("Authorization", "").removeprefix("Bearer ")
        if shown not in self.good and not url.endswith("/look"):
            return answer(401, skew=self.skew)
        return self.answers.pop(0) if self.answers else answer(skew=self.skew)

    def _token(self) -> Answer:
        self.tokens += 1
        self.good = {f"token-{self.tokens}"}
        return answer(200, {"access_token": f"token-{self.tokens}", "expires_in": self.expires_in}, skew=self.skew)


@pytest.fixture
def server() -> Server:
    """A server with its clock right."""
    return Server()


@pytest.fixture
def session(server: Server) -> MachineSession:
    """A session that has asked nothing yet."""
    return MachineSession(server, issuer=ISSUER, client_id="cowo-milano", key=lambda: KEY, look_at="/look")


def test_one_token_serves_many_requests(server: Server, session: MachineSession) -> None:
    session.get("/a")
    session.put("/b", {"x": 1})
    session.post("/c", {})
    assert server.tokens == 1
    assert [(method, url) for method, url, *_ in server.asked[1:]] == [
        ("GET", f"{ISSUER}/a"),
        ("PUT", f"{ISSUER}/b"),
        ("POST", f"{ISSUER}/c"),
    ]
    _, _, body, headers = server.asked[2]
    assert (body, headers["Content-Type"]) == (b'{"x":1}', "application/json")


def test_the_token_is_asked_for_with_a_signed_assertion(server: Server, session: MachineSession) -> None:
    session.get("/a")
    _, _, body, headers = server.asked[0]
    form = parse_qs((body or b"").decode())
    assert form["grant_type"] == ["client_credentials"]
    assert form["client_assertion"][0].count(".") == 2
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_a_token_near_its_end_is_renewed_before_it_is_shown(server: Server, session: MachineSession) -> None:
    server.expires_in = 30
    session.get("/a")
    session.get("/a")
    assert server.tokens == 2


def test_a_token_that_is_refused_is_renewed_once(server: Server, session: MachineSession) -> None:
    session.get("/a")
    server.good = set()
    session.get("/a")
    assert server.tokens == 2
    server.answers = [answer(401), answer(401)]
    with pytest.raises(Unauthenticated):
        session.get("/a")
    assert server.tokens == 3


def test_what_the_server_refuses_is_raised(server: Server, session: MachineSession) -> None:
    server.answers = [answer(409, {"type": "https://twindesk.example/problems/rev-conflict", "rev": 3})]
    with pytest.raises(Conflict) as refused:
        session.get("/a")
    assert refused.value.slug == "rev-conflict"


@pytest.mark.parametrize("body", [[], "text", 7])
def test_an_answer_that_is_no_object_is_strange(server: Server, session: MachineSession, body: Any) -> None:
    server.answers = [answer(200, body)]
    with pytest.raises(PeerMisbehaved):
        session.get("/a")


@pytest.mark.parametrize("body", [{}, {"access_token": 7, "expires_in": 600}, {"access_token": "x", "expires_in": "soon"}])
def test_a_token_endpoint_that_gives_no_token_is_strange(server: Server, session: MachineSession, body: Any) -> None:
    server.token_answer = answer(200, body)
    with pytest.raises(PeerMisbehaved):
        session.get("/a")


@pytest.mark.parametrize("status", [400, 401])
def test_an_unknown_key_gets_no_token(server: Server, session: MachineSession, status: int) -> None:
    server.token_answer = answer(status, {"error": "invalid_client"})
    with pytest.raises(Unauthenticated):
        session.get("/a")


def test_nothing_is_signed_while_the_clocks_are_five_minutes_apart(server: Server, session: MachineSession) -> None:
    server.skew = 400
    session.get("/a")
    assert session.skew_seconds is not None
    assert 395 <= session.skew_seconds <= 405
    with pytest.raises(ClockWrong):
        session.token(fresh=True)
    assert server.tokens == 1
    server.skew = 0
    session.token(fresh=True)
    assert server.tokens == 2


@pytest.mark.parametrize(("skew", "signs"), [(None, True), (0, True), (300, True), (-300, True), (301, False), (-301, False)])
def test_five_minutes_are_the_limit(skew: int | None, signs: bool) -> None:
    assert may_sign(skew) is signs


@pytest.mark.parametrize("date", ["yesterday", "", "Tue, 99 Mar 2026 08:00:00 GMT"])
def test_a_date_that_cannot_be_read_measures_nothing(date: str) -> None:
    assert skew_of(Answer(200, {"Date": date}, b"")) is None


def test_no_date_leaves_the_last_measure(server: Server, session: MachineSession) -> None:
    server.skew = 40
    session.get("/a")
    before = session.skew_seconds
    server.answers = [answer(skew=None)]
    session.get("/a")
    assert session.skew_seconds == before
