"""Around every command of a space: its answer is sealed, and a restored hub keeps what is told again and decides nothing new."""

import threading

from flask import Flask, Response, current_app, g, jsonify, request

from federation.db import db, read_only, transactional
from federation.recovery import queries, rules, service
from federation.recovery.errors import HubRecovering
from shared import answer_seal
from shared.clock import current_clock
from shared.protocol.version import BASE_PATH, SEAL_HEADER
from shared.replay import retold
from shared.request_ids import IDEMPOTENCY_KEY

_EXTENSION = "twindesk-recovery"


class Recovery:
    """What a process knows of it by heart: the last place given to an answer, and whether there is nothing to recover.

    A hub is restored while it does not run, so what is over stays over for as long as a process lives.
    """

    def __init__(self) -> None:
        self._guard, self._last = threading.Lock(), 0
        self.is_over = False

    def next_order(self) -> int:
        """A place behind all that this process has given."""
        with self._guard:
            self._last = answer_seal.order_at(current_clock().now(), self._last)
            return self._last


def install(app: Flask) -> None:
    """Stand around every call; after the gates, so that the caller is known."""
    app.extensions[_EXTENSION] = Recovery()
    app.before_request(_before)
    app.after_request(_seal)


def _before() -> Response | None:
    if not _is_command() or retold() is not None:
        return None
    text = request.headers.get(SEAL_HEADER)
    sealed = answer_seal.unseal(_secret(), _call(), text) if text else None
    if sealed is not None and text is not None and _keep(sealed, text):
        return jsonify(kept=True)
    if request.endpoint not in rules.OPEN_MEANWHILE and _must_wait():
        raise HubRecovering
    return None


def _seal(response: Response) -> Response:
    if _is_command() and retold() is None and 200 <= response.status_code < 300 and not g.get("kept"):
        order, answer = current_app.extensions[_EXTENSION].next_order(), response.get_json(silent=True)
        outcome = answer_seal.outcome_of(answer) if isinstance(answer, dict) else ""
        response.headers[SEAL_HEADER] = answer_seal.seal(_secret(), _call(), order=order, outcome=outcome)
    return response


def _keep(sealed: answer_seal.Sealed, text: str) -> bool:
    """Keep what was told again; False for what this hub cannot have forgotten, which is then answered as ever."""
    if not read_only(lambda: queries.may_have_forgotten(db.session(), sealed.answered_at))():
        return False
    transactional(lambda: service.keep(db.session(), _call(), sealed, text, request.content_type or ""))()
    g.kept = True
    return True


def _must_wait() -> bool:
    known: Recovery = current_app.extensions[_EXTENSION]
    if not known.is_over:
        known.is_over = read_only(lambda: queries.is_over(db.session()))()
    return not known.is_over and read_only(lambda: queries.must_wait(db.session(), g.caller))()


def _is_command() -> bool:
    return bool(g.get("caller")) and request.path.startswith(f"{BASE_PATH}/") and request.method in ("PUT", "POST")


def _call() -> answer_seal.Call:
    key, body = request.headers.get(IDEMPOTENCY_KEY, ""), request.get_data(cache=True)
    return answer_seal.Call(g.caller, request.method, request.path, key, body)


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])
