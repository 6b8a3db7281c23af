"""How many RSVPs a second a hub answers, with tokens checked, requests stored and seats counted; and what it answers at all.

Each client is a space with a token of its own that asks for somebody new each time. Three sessions are asked for: one after
the other one that all want, a session for each client, and one that is full, where everybody joins a growing queue. Each is
asked for as often as there are answers, and then steadily, so many times a second.
"""

import json
from collections.abc import Callable
from typing import Any

from bench.hub import Hub
from bench.load import Call, Measured, drive
from bench.processes import cpu_seconds
from bench.spaces import Space
from bench.wire import Wire
from federation.db import db, read_only
from federation.rsvps import queries
from shared.ids import new_id
from shared.keys.sealed import seal
from shared.loader import dump_json
from shared.protocol.registry import example
from shared.protocol.version import BASE_PATH

ROOMY, FULL = 100_000, 10
CARD = {"name": "Sample Guest", "email": "guest@sample.example", "note": "Looking forward to it."}


class Miscounted(Exception):
    """A counter of seats is not the sum of what it counts."""


def measure(hub: Hub, *, seconds: float, steadily: float) -> dict[str, Any]:
    """Every load in turn, between two of the empty endpoint; then each again `steadily` times a second. Raises Miscounted."""
    host, *clients = hub.spaces

    def load(calls: list[Call], per_second: float | None = None) -> Measured:
        return drive(calls, seconds, lambda: cpu_seconds(hub.groups), per_second=per_second)

    popular, full = host.open_session(ROOMY), host.open_session(FULL)
    own = [host.open_session(ROOMY) for _ in clients]
    asked = {
        "one_session": [_asks(host, space, popular) for space in clients],
        "a_session_each": [_asks(host, space, mine) for space, mine in zip(clients, own, strict=True)],
        "a_growing_queue": [_asks(host, space, full, "confirmed", "waitlisted") for space in clients],
    }
    empty = load([_empty(hub.origin) for _ in clients])
    loads = {name: load(calls) for name, calls in asked.items()}
    again = load([_empty(hub.origin) for _ in clients])
    steady = {name: load(calls, steadily) for name, calls in asked.items()}
    _check(hub)
    idle = (empty.per_second + again.per_second) / 2
    told = {name: {**each.plain(), "of_empty": round(each.per_second / idle, 3)} for name, each in loads.items()}
    at_a_pace = {name: {**each.plain(), "asked_per_second": steadily} for name, each in steady.items()}
    return {"empty": [empty.plain(), again.plain()], "rsvps": told, "steadily": at_a_pace}


def _empty(origin: str) -> Call:
    wire = Wire(origin)
    return lambda: wire.call("GET", "/healthz")[0] == 200


def _asks(host: Space, space: Space, session_id: str, *due: str) -> Call:
    """Somebody new asks for a seat; the answer must be one of those that are due, else confirmed."""
    card = seal(CARD, to_jwk=host.encryption_key(), context=f"rsvp/{new_id()}")
    usual = {**example("rsvp-request"), "session_id": session_id, "card": card, "intent_at": space.clock.now().isoformat()}
    return _asking(space, usual, frozenset(due or ("confirmed",)))


def _asking(space: Space, usual: dict[str, Any], due: frozenset[str]) -> Call:
    call: Callable[..., tuple[int, bytes]] = space.wire.call

    def ask() -> bool:
        status, answer = call("PUT", f"{BASE_PATH}/rsvps/{new_id()}", dump_json({**usual, "guest": new_id()}))
        return status in (200, 201) and json.loads(answer)["state"] in due

    return ask


def _check(hub: Hub) -> None:
    with hub.app.app_context():
        wrong = read_only(lambda: queries.miscounted(db.session()))()
    if wrong:
        raise Miscounted(str(wrong))
