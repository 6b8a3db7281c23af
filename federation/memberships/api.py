"""What homes say of their members' other memberships, for the members themselves (DESIGN §6, §9)."""

from typing import Any

from flask import Response, g

from federation.db import Answer, db, transactional
from federation.memberships import queries, service
from shared.access import audience
from shared.clock import current_clock
from shared.problems import ProblemBlueprint
from shared.protocol import memberships as bodies
from shared.protocol.version import BASE_PATH
from shared.replay import idempotency_key, respond_once

memberships = audience(ProblemBlueprint("memberships", __name__, url_prefix=f"{BASE_PATH}/self/memberships"), "space")
ENTRY, RECEIPT = bodies.MembershipEntry(), bodies.CodeReceipt()


@memberships.route("/code", methods=["POST"])
@transactional
@memberships.arguments(bodies.MembershipCode)
@memberships.alt_response(200, schema=bodies.CodeReceipt, success=True)
def make_code(body: dict[str, Any]) -> Response:
    """Take the digest of a code that a member of the caller's has made."""
    now = current_clock().now()

    def work() -> dict[str, Any]:
        return dict(RECEIPT.dump({"expires_at": service.make_code(db.session(), home=g.caller, now=now, **body)}))

    return respond_once(db.session, Answer, caller=g.caller, key=idempotency_key(), now=now, work=work)


@memberships.route("/link", methods=["POST"])
@transactional
@memberships.arguments(bodies.MembershipCode)
@memberships.alt_response(200, schema=bodies.MembershipEntry, success=True)
def link(body: dict[str, Any]) -> Response:
    """Link a member of the caller's with who made the code that was entered."""
    return _step(service.link, body)


@memberships.route("/unlink", methods=["POST"])
@transactional
@memberships.arguments(bodies.MembershipEnd)
@memberships.alt_response(200, schema=bodies.MembershipEntry, success=True)
def unlink(body: dict[str, Any]) -> Response:
    """Undo the link of a member of the caller's."""
    return _step(service.unlink, body)


def _step(step: Any, body: dict[str, Any]) -> Response:
    session, now = db.session(), current_clock().now()

    def work() -> dict[str, Any]:
        return dict(ENTRY.dump(queries.entry(session, step(session, home=g.caller, now=now, **body))))

    return respond_once(db.session, Answer, caller=g.caller, key=idempotency_key(), now=now, work=work)
