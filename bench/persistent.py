"""Clients that give credits, take seats and desks for them and give some back; who gets no answer asks the same again."""

import datetime as dt
import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bench import stays
from bench.spaces import JSON, Refused, Space
from shared.ids import new_id
from shared.keys.sealed import seal
from shared.loader import dump_json
from shared.protocol.registry import example
from shared.protocol.version import BASE_PATH

GIFT, PRICE = 100, 10
PAUSE_SECONDS = 0.1
PATIENCE_SECONDS = 120.0
NOT_NOW = (401, 408, 425, 429)
CARD = {"name": "Sample Guest", "email": "guest@sample.example", "note": "Looking forward to it."}


@dataclass
class Asked:
    """One request, as it is sent each time, and what it was answered."""

    method: str
    path: str
    content: bytes
    headers: dict[str, str]
    status: int = 0
    answer: Any = None
    attempts: int = 0


@dataclass
class Client:
    """One space that asks and keeps what it was answered."""

    space: Space
    host: Space
    session_id: str
    terms: dict[str, Any]
    days: list[dt.date]
    seed: str
    asked: list[Asked] = field(default_factory=list)

    def run(self, over: threading.Event) -> None:
        """Ask until it is over: each guest gets credits, a seat and a desk, and gives back each with a chance of a half."""
        dice = Random(self.seed)
        card = seal(CARD, to_jwk=self.host.encryption_key(), context=f"rsvp/{new_id()}")
        usual: dict[str, Any] = {**example("rsvp-request"), "session_id": self.session_id, "card": card, "price_credits": PRICE}
        usual["intent_at"] = self.space.clock.now().isoformat()
        while not over.is_set():
            guest, rsvp_id, stay_id = new_id(), new_id(), new_id()
            today, gift = self.space.clock.now().date(), {**example("grant"), "home": self.space.slug, "guest": guest}
            gift |= {"credits": GIFT, "valid_from": today.isoformat(), "expires_on": "2099-12-31"}
            self.ask("PUT", f"/grants/{new_id()}", gift)
            self.ask("PUT", f"/rsvps/{rsvp_id}", {**usual, "guest": guest})
            on = dice.choice(self.days)
            asked = stays.request(self.terms, host=self.host.slug, guest=guest, stay_id=stay_id, on=on, card=card)
            self.ask("PUT", f"/requests/{new_id()}", asked)
            for path in (f"/rsvps/{rsvp_id}", f"/bookings/{stay_id}"):
                if dice.random() < 0.5:
                    pressed = {"pressed_at": self.space.clock.now().isoformat(), "note": ""}
                    self.ask("POST", f"{path}/cancel", pressed)

    def ask(self, method: str, path: str, content: Any) -> None:
        """Ask until there is an answer, and keep it. Raises Refused where there is none for too long."""
        headers = {**JSON, **({"Idempotency-Key": new_id()} if method == "POST" else {})}
        asked = Asked(method, f"{BASE_PATH}{path}", dump_json(content), headers)
        asked.status, asked.answer = self.answer_to(asked)
        self.asked.append(asked)

    def answer_to(self, asked: Asked) -> tuple[int, Any]:
        """The answer to a request, which may have been sent before. Raises Refused where there is none for too long."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            asked.attempts += 1
            try:
                status, answer = self.space.wire.call(asked.method, asked.path, asked.content, asked.headers)
                if status == 401:
                    self.space.sign_in()
                if status < 500 and status not in NOT_NOW:
                    return status, json.loads(answer)
            except (OSError, http.client.HTTPException, Refused):
                self.space.wire.close()
            time.sleep(PAUSE_SECONDS)
        raise Refused(f"no answer to {asked.method} {asked.path} for {PATIENCE_SECONDS:.0f} s")
