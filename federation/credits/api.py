"""Credits on the wire: grants, the caller's position, statements between two spaces (DESIGN §6)."""

from typing import Any

from flask import g, request

from federation.credits import queries, service
from federation.credits.schemas import StatementQuery
from federation.db import Answer, db, read_only, transactional
from shared.access import audience
from shared.clock import current_clock
from shared.idempotency import IdConflict, answered_once
from shared.problems import ProblemBlueprint
from shared.protocol import credits as bodies
from shared.protocol.version import BASE_PATH
from shared.schemas import load

credits_ = audience(ProblemBlueprint("credits", __name__, url_prefix=BASE_PATH), "space")


@credits_.route("/grants/<id:grant_id>", methods=["PUT"])
@transactional
@credits_.arguments(bodies.Grant)
@credits_.response(200, bodies.GrantAnswer)
def put_grant(body: Any, grant_id: str) -> dict[str, Any]:
    """Give a member one lot that the caller issues."""
    session, now, raw_body = db.session(), current_clock().now(), request.get_data(cache=True)

    def work() -> tuple[int, dict[str, Any]]:
        lot = service.grant(session, grant_id=grant_id, issuer=g.caller, now=now, **body)
        return 200, bodies.GrantAnswer().dump(queries.grant_answer(session, lot))

    scope = f"grants/{g.caller}"
    answer = answered_once(session, Answer, scope=scope, key=grant_id, raw_body=raw_body, now=now, work=work, conflict=IdConflict)
    return load(bodies.GrantAnswer, answer.body)


@credits_.route("/accounts/position")
@read_only
@credits_.response(200, bodies.Position)
def get_position() -> dict[str, Any]:
    """What the caller is owed by the network, and what it gave out and is still unspent."""
    return queries.position(db.session(), g.caller)


@credits_.route("/statements/<slug:partner>")
@read_only
@credits_.arguments(StatementQuery, location="query")
@credits_.response(200, bodies.Statement)
def get_statement(query: dict[str, Any], partner: str) -> dict[str, Any]:
    """Every line between the caller and a partner."""
    return queries.statement(db.session(), g.caller, partner, as_of_seq=query["as_of_seq"])
