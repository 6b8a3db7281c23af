"""The wire between nodes and hub as a seed has it: it drops, doubles, delays, cuts one way, and lets others act meanwhile."""

import datetime as dt
from collections.abc import Callable, Mapping
from contextvars import Context
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlsplit

from shared.http import Answer, PeerUnreachable
from shared.request_ids import IDEMPOTENCY_KEY
from tests.support.dying import Died, Mortal
from tests.support.simulation.trace import Trace
from tests.support.snapshots import WrongClock
from tests.support.transport import FaultyTransport

FATES = ("drop", "lose", "duplicate", "delay", "slow")
TOKEN_PATH = "/oauth/token"
SERVER_FAULT = 500


@dataclass(frozen=True)
class Call:
    """One request as it left its sender."""

    sender: str
    method: str
    url: str
    body: bytes | None
    headers: Mapping[str, str]

    @property
    def path(self) -> str:
        """Where it goes, without its query."""
        return urlsplit(self.url).path


@dataclass
class Wire:
    """All links to one hub. `fates` says how often each fate strikes; `meanwhile` is what others do while an answer travels."""

    carrier: FaultyTransport
    hub: Mortal
    hub_clock: Any
    dice: Random
    trace: Trace
    fates: Mapping[str, float] = field(default_factory=dict)
    meanwhile: Callable[[], object] = lambda: None
    late: list[Call] = field(default_factory=list)
    heard: list[tuple[dt.datetime, Call]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _answers: dict[tuple[str, ...], bytes] = field(default_factory=dict)

    def carry(self, call: Call, *, clock: WrongClock) -> Answer:
        """Bring a request to the hub and its answer back. Raises PeerUnreachable if the hub is not there, or dies of it."""
        if self.hub.is_dead:
            raise PeerUnreachable(reason="connection")
        self.carrier.skew_seconds = -round(clock.off.total_seconds())
        try:
            answer = self.carrier.request(call.method, call.url, body=call.body, headers=call.headers)
        except Died:
            self.trace.note("the hub died of", call.sender, call.method, call.path)
            raise PeerUnreachable(reason="connection") from None
        self.trace.note(call.sender, call.method, call.path, answer.status)
        self._look_at(call, answer)
        return answer

    def arrive_late(self) -> None:
        """One of the requests that were under way all the time arrives, when nobody waits for its answer any more."""
        if self.late:
            call = self.late.pop(self.dice.randrange(len(self.late)))
            self.trace.note("late:", call.sender, call.path)
            try:
                self.carry(call, clock=WrongClock(self.hub_clock))
            except PeerUnreachable:
                self.trace.note("and is lost")

    def forget_answers(self) -> None:
        """The hub was restored, which takes longer than a signed word is good for; and it may answer otherwise than it did."""
        self._answers.clear()
        self.heard.clear()

    def fate(self) -> str | None:
        """What becomes of the next request."""
        drawn = self.dice.random()
        for name in FATES:
            drawn -= self.fates.get(name, 0.0)
            if drawn < 0:
                return name
        return None

    def let_others_act(self) -> None:
        """What happens while a request is under way belongs to other threads and machines."""
        Context().run(self.meanwhile)

    def _look_at(self, call: Call, answer: Answer) -> None:
        if answer.status == SERVER_FAULT:
            self.faults.append(f"the hub fails at {call.method} {call.path} of {call.sender}: {answer.body[:200]!r}")
        if call.path == TOKEN_PATH and answer.status < 300:
            self.heard.append((self.hub_clock.now(), call))
        once = call.method == "POST" or call.path.split("/")[3:4] in (["requests"], ["visits"], ["rsvps"], ["grants"])
        if not once or call.path == TOKEN_PATH or not 200 <= answer.status < 300 or b'"kept"' in answer.body[:12]:
            return
        key = (call.sender, call.method, call.path, call.headers.get(IDEMPOTENCY_KEY, ""), str(call.body))
        if self._answers.setdefault(key, answer.body) != answer.body:
            self.faults.append(f"{call.sender} was answered twice, and otherwise: {call.method} {call.path}")


@dataclass
class Link:
    """One node's way to the hub: `shared.http.Transport`, with the faults of a seed."""

    wire: Wire
    process: Mortal
    clock: WrongClock
    is_cut_there: bool = False
    is_cut_back: bool = False

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
        life, wire = self.process.lives, self.wire
        call, fate = Call(self.process.name, method, url, body, dict(headers or {})), wire.fate()
        if self.is_cut_there or fate == "drop":
            raise PeerUnreachable(reason="connection")
        if fate == "delay":
            wire.late.append(call)
            raise PeerUnreachable(reason="timeout")
        answer = wire.carry(call, clock=self.clock)
        if fate == "duplicate":
            answer = wire.carry(call, clock=self.clock)
        if fate == "slow":
            wire.let_others_act()
        if self.process.is_dead or self.process.lives != life:
            raise Died(self.process.name)
        if self.is_cut_back or fate == "lose":
            raise PeerUnreachable(reason="timeout")
        return answer
