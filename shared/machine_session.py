"""A machine's session with its authorization server: one access token, kept while it is good, and the two clocks compared.

Whatever the server answers says by its `Date` how far the clocks are apart. Beyond what the caller tolerates nothing is
signed: an assertion would be refused or, worse, be believed at a wrong time.
"""

import threading
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from joserfc.jwk import ECKey

from shared import request_ids
from shared.clock import SystemClock
from shared.errors import Unauthenticated, Unavailable
from shared.http import Answer, PeerMisbehaved, Transport
from shared.loader import dump_json
from shared.marking import N_
from shared.oauth import token_request
from shared.problems import read

TOKEN_PATH = "/oauth/token"  # noqa: S105 - an address
SKEW_WARN_SECONDS = 30
SKEW_STOP_SECONDS = 300
# Renewed this long before its end, so that it does not run out on the way.
_EARLY_SECONDS = 60.0
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


class ClockWrong(Unavailable):
    """This machine's clock differs from the hub's by more than what may be signed with."""

    slug = "clock-wrong"
    title = N_("This machine’s clock is wrong")
    sentence = N_("The clock of this machine is %(skew_seconds)s seconds off the hub’s. Nothing is signed until it is right.")


class MachineSession:
    """Asks one server as one client, from any thread."""

    def __init__(self, transport: Transport, *, issuer: str, client_id: str, key: Callable[[], ECKey], look_at: str) -> None:
        """`key` gives the private key in use now; `look_at` is a path that needs no token, to measure the clock by."""
        self._transport, self._issuer, self._client_id = transport, issuer, client_id
        self._key, self._look_at = key, look_at
        self._guard = threading.Lock()
        self._token, self._good_until = "", 0.0
        self.skew_seconds: int | None = None

    def request(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_seconds: float | None = None,
    ) -> Answer:
        """Ask with the client's token; one that the server no longer takes is renewed once.

        Raises PeerUnreachable, PeerMisbehaved, ClockWrong, Unauthenticated, or what the token endpoint refuses.
        """
        answer = self._with_token(False, method, path, body, headers, timeout_seconds)
        return self._with_token(True, method, path, body, headers, timeout_seconds) if answer.status == 401 else answer

    def get(self, path: str) -> dict[str, Any]:
        """The JSON object at an address. Raises what the server refuses, or as `request` does."""
        return read_object(self.request("GET", path))

    def put(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Put a state and take the receipt. Raises as `get` does."""
        return read_object(self.request("PUT", path, body=dump_json(dict(body))))

    def post(self, path: str, body: Mapping[str, Any], *, key: str | None = None) -> dict[str, Any]:
        """Call an action, under an idempotency key where it needs one. Raises as `get` does."""
        headers = {} if key is None else {request_ids.IDEMPOTENCY_KEY: key}
        return read_object(self.request("POST", path, body=dump_json(dict(body)), headers=headers))

    def token(self, fresh: bool = False, timeout_seconds: float | None = None) -> str:
        """An access token that is good for a while. Raises as `request` does."""
        with self._guard:
            if not fresh and self._token and time.monotonic() < self._good_until:
                return self._token
        self.check_clock()
        form = urlencode(token_request(key=self._key(), client_id=self._client_id, issuer=self._issuer)).encode()
        token, seconds = _read_token(self._ask("POST", TOKEN_PATH, form, _FORM, timeout_seconds))
        with self._guard:
            self._token, self._good_until = token, time.monotonic() + seconds - _EARLY_SECONDS
        return token

    def check_clock(self) -> None:
        """Look again when the clocks were far apart last time. Raises ClockWrong if they still are."""
        if not may_sign(self.skew_seconds):
            self._ask("GET", self._look_at, None, {}, None)
        if not may_sign(self.skew_seconds):
            raise ClockWrong(skew_seconds=self.skew_seconds)

    def _with_token(
        self,
        fresh: bool,
        method: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str] | None,
        timeout_seconds: float | None,
    ) -> Answer:
        told = {"Accept": "application/json"} | ({} if body is None else {"Content-Type": "application/json"})
        shown = {"Authorization": f"Bearer {self.token(fresh, timeout_seconds)}"}
        return self._ask(method, path, body, {**told, **(headers or {}), **shown}, timeout_seconds)

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], timeout_seconds: float | None
    ) -> Answer:
        url, request_id = self._issuer + path, request_ids.current()
        sent = headers if request_id is None else {**headers, request_ids.HEADER: request_id}
        answer = self._transport.request(method, url, body=body, headers=sent, timeout_seconds=timeout_seconds)
        skew_seconds = skew_of(answer)
        if skew_seconds is not None:
            self.skew_seconds = skew_seconds
        return answer


def may_sign(skew_seconds: int | None) -> bool:
    """Whether this machine's clock is near enough to the server's to sign anything; one never measured counts as right."""
    return skew_seconds is None or abs(skew_seconds) <= SKEW_STOP_SECONDS


def skew_of(answer: Answer) -> int | None:
    """How many seconds the server's machine is ahead of ours, where its answer tells."""
    said = {name.lower(): value for name, value in answer.headers.items()}.get("date", "")
    try:
        return round((parsedate_to_datetime(said) - SystemClock().now()).total_seconds())
    except (TypeError, ValueError):
        return None


def read_object(answer: Answer) -> dict[str, Any]:
    """The JSON object in a good answer. Raises the refusal in any other, PeerMisbehaved for what is no object."""
    if not 200 <= answer.status < 300:
        raise read(answer.status, answer.headers, answer.body)
    body = answer.json()
    if not isinstance(body, dict):
        raise PeerMisbehaved(reason="not-an-object")
    return body


def _read_token(answer: Answer) -> tuple[str, int]:
    """The token and its seconds. The endpoint refuses in the words of RFC 6749, not in ours."""
    if answer.status in (400, 401):
        raise Unauthenticated("The server does not know this machine's key.")
    match read_object(answer):
        case {"access_token": str(token), "expires_in": int(seconds)}:
            return token, seconds
    raise PeerMisbehaved(reason="no-token")
