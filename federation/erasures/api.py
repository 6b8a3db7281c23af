"""What nodes ask and confirm about erasures (DESIGN §6, §10)."""

from typing import Any

from flask import Response, g

from federation.db import Answer, db, transactional
from federation.erasures import queries, service
from shared.access import audience
from shared.clock import current_clock
from shared.problems import ProblemBlueprint
from shared.protocol import erasures as bodies
from shared.protocol.version import BASE_PATH
from shared.replay import idempotency_key, respond_once

erasures = audience(ProblemBlueprint("erasures", __name__, url_prefix=BASE_PATH), "space")
ENTRY = bodies.ErasureEntry()


@erasures.route("/erasures", methods=["POST"])
@transactional
@erasures.arguments(bodies.ErasureRequest)
@erasures.alt_response(200, schema=bodies.ErasureEntry, success=True)
def ask(body: dict[str, Any]) -> Response:
    """Forget a pseudonym of the caller's everywhere."""
    now, session = current_clock().now(), db.session()
    about = {"erasure_id": body["id"], "guest": body["guest"], "asked_at": body["asked_at"]}

    def work() -> dict[str, Any]:
        return dict(ENTRY.dump(queries.entry(service.ask(session, home=g.caller, now=now, **about), g.caller)))

    return respond_once(db.session, Answer, caller=g.caller, key=idempotency_key(), now=now, work=work)


@erasures.route("/erasures/<id:erasure_id>/receipt", methods=["POST"])
@transactional
@erasures.arguments(bodies.ErasureReceipt)
@erasures.alt_response(200, schema=bodies.ErasureEntry, success=True)
def confirm(body: dict[str, Any], erasure_id: str) -> Response:
    """Take a host's word that what it held is gone."""
    now, session = current_clock().now(), db.session()

    def work() -> dict[str, Any]:
        erasure = service.confirm(session, erasure_id=erasure_id, caller=g.caller, rev=body["rev"], now=now)
        return dict(ENTRY.dump(queries.entry(erasure, g.caller)))

    return respond_once(db.session, Answer, caller=g.caller, key=idempotency_key(), now=now, work=work)
