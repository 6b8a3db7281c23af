"""Spaces that speak to a running hub as nodes do: keys of their own, a signed application, tokens, the wire's bodies."""

import json
from pathlib import Path
from typing import Any, cast

from bench.wire import Wire
from shared.clock import SystemClock
from shared.ids import new_id
from shared.keys import jwk, jws
from shared.keys.key_set import build_key_set
from shared.keys.ring import KeyRing
from shared.loader import dump_json
from shared.oauth import token_request
from shared.protocol.registry import example
from shared.protocol.version import BASE_PATH

USES = ("root", "client", "passport", "encryption", "signing")
PROFILE = cast("dict[str, Any]", example("profile.updated")["profile"])
JSON = {"Content-Type": "application/json"}


class Refused(Exception):
    """The hub answered something else than what was due."""


class Space:
    """One space at a hub."""

    def __init__(self, slug: str, origin: str, folder: Path) -> None:
        """Its keys are made in the folder."""
        self.slug, self.origin = slug, origin
        self.clock, self.ring = SystemClock(), KeyRing(folder / slug)
        for use in USES:
            self.ring.ensure(use, self.clock.now())
        self.wire = Wire(origin)

    def join(self, invite: str) -> None:
        """Apply with an invite, and pass the self-test. Raises Refused."""
        self._sent("POST", f"{BASE_PATH}/applications", {"invite": invite, "application": self._application()})
        self.sign_in()
        self.put("POST", "/self/test", example("self-test"))

    def sign_in(self) -> None:
        """Get a token, as a node does every ten minutes, and carry it from here on."""
        form = token_request(key=self.key("client"), client_id=self.slug, issuer=self.origin)
        body = "&".join(f"{name}={value}" for name, value in form.items()).encode()
        status, answer = self.wire.call("POST", "/oauth/token", body, {"Content-Type": "application/x-www-form-urlencoded"})
        if status != 200:
            raise Refused(answer.decode())
        token = json.loads(answer)["access_token"]
        self.wire.close()
        self.wire = Wire(self.origin, {**JSON, "Authorization": f"Bearer {token}"})

    def put(self, method: str, path: str, content: Any) -> dict[str, Any]:
        """A call that must go well. Raises Refused."""
        return self._sent(method, f"{BASE_PATH}{path}", content)

    def open_session(self, seats: int, *, price_credits: int = 0) -> str:
        """The id of a new session, of a new event of the space's own, for the whole network: so many seats, and a queue."""
        event_id, session_id = new_id(), new_id()
        self.put("PUT", f"/events/{event_id}", {**example("event-update"), "rev": 1, "format": None})
        content = {
            **example("session-update"),
            "rev": 1,
            "starts_local": "2099-11-19T12:30",
            "closes_at": "2099-11-19T17:30:00Z",
            "mode": "in_person",
            "seats_in_person": seats,
            "price_credits": price_credits,
            "door_seats": 0,
        }
        self.put("PUT", f"/events/{event_id}/sessions/{session_id}", content)
        return session_id

    def encryption_key(self) -> dict[str, Any]:
        """The public key that cards for this space are sealed to."""
        return dict(jwk.public_jwk(self.key("encryption")))

    def key(self, use: str) -> Any:
        """The private key that it uses for this now."""
        return self.ring.active(use, self.clock.now())

    def sign(self, payload: dict[str, Any], typ: str) -> str:
        """Sign a document as its own."""
        return jws.sign(payload, key=self.key("signing"), typ=typ)

    def _sent(self, method: str, path: str, content: Any) -> dict[str, Any]:
        headers = {**JSON, **({"Idempotency-Key": new_id()} if method == "POST" else {})}
        status, answer = self.wire.call(method, path, dump_json(content), headers)
        if status not in (200, 201):
            raise Refused(f"{self.slug}: {method} {path}: {status} {answer.decode()}")
        return dict(json.loads(answer))

    def _application(self) -> str:
        status, answer = self.wire.call("GET", BASE_PATH)
        service, root = json.loads(answer), self.key("root")
        if status != 200:
            raise Refused(answer.decode())
        payload: dict[str, Any] = {
            "hub": self.origin,
            "root_key": jwk.public_jwk(root),
            "key_set": build_key_set(self.ring, self.slug, 1, self.clock.now()),
            "profile": {**PROFILE, "name": self.slug},
            "contact_email": "desk@sample.example",
            "charter_version": service["charter_version"],
            "charter_sha256": service["charter_sha256"],
            "accepted_by": "Sample Manager",
        }
        return jws.sign(payload, key=root, typ="application+jwt")
