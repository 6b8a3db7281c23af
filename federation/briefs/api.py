"""How a host hands over what it tells those who come, and learns which homes have not read the latest (DESIGN §9)."""

from typing import Any

from flask import g, request

from federation.briefs import queries, service
from federation.db import db, read_only, transactional
from shared.access import audience
from shared.clock import current_clock
from shared.ids import sha256_hex
from shared.problems import ProblemBlueprint
from shared.protocol import rsvps as bodies
from shared.protocol.spaces import Receipt
from shared.protocol.version import BASE_PATH

briefs = audience(ProblemBlueprint("briefs", __name__, url_prefix=BASE_PATH), "space")


@briefs.route("/sessions/<id:session_id>/briefs/<slug:home>", methods=["PUT"])
@transactional
@briefs.arguments(bodies.BriefUpdate)
@briefs.response(200, Receipt)
def put_brief(body: dict[str, Any], session_id: str, home: str) -> dict[str, Any]:
    """Take what a host tells those of one home who come."""
    session, now = db.session(), current_clock().now()
    about = {"session_id": session_id, "home": home, "caller": g.caller, "sha256": sha256_hex(request.get_data(cache=True))}
    rev = service.set_brief(session, now=now, **about, **body)
    return {"rev": rev}


@briefs.route("/sessions/<id:session_id>/unheard")
@read_only
@briefs.response(200, bodies.Unheard)
def get_unheard(session_id: str) -> dict[str, Any]:
    """Say which homes of those who come have not read the last news of a session."""
    found = queries.unheard(db.session(), session_id=session_id, host=g.caller, now=current_clock().now())
    return {"session_id": session_id, "homes": found}
