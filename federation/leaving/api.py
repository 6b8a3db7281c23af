"""What a node says that wants to leave (DESIGN §6)."""

from typing import Any

from flask import Response, g

from federation.db import Answer, db, transactional
from federation.leaving import service
from shared.access import audience
from shared.clock import current_clock
from shared.problems import ProblemBlueprint
from shared.protocol import leaving as bodies
from shared.protocol.version import BASE_PATH
from shared.replay import idempotency_key, respond_once

leaving = audience(ProblemBlueprint("leaving", __name__, url_prefix=BASE_PATH), "space")
ENTRY = bodies.LeavingEntry()


@leaving.route("/self/leave", methods=["POST"])
@transactional
@leaving.arguments(bodies.LeaveRequest)
@leaving.alt_response(200, schema=bodies.LeavingEntry, success=True)
def ask(body: dict[str, Any]) -> Response:
    """Let the caller leave, and say what is open."""
    now, session = current_clock().now(), db.session()

    def work() -> dict[str, Any]:
        return dict(ENTRY.dump(service.ask(session, slug=g.caller, cancel_open=body["cancel_open"], now=now)))

    return respond_once(db.session, Answer, caller=g.caller, key=idempotency_key(), now=now, work=work)
