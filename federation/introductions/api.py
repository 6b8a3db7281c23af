"""How nodes pass on asks, and letters about introductions (DESIGN §6, §10)."""

from typing import Any

from flask import g, request

from federation.db import db, transactional
from federation.introductions import service
from shared.access import audience
from shared.clock import current_clock
from shared.ids import sha256_hex
from shared.problems import ProblemBlueprint
from shared.protocol import introductions as bodies
from shared.protocol.people_states import IntroductionSide
from shared.protocol.spaces import Receipt
from shared.protocol.version import BASE_PATH

introductions = audience(ProblemBlueprint("introductions", __name__, url_prefix=BASE_PATH), "space")


@introductions.route("/asks/<id:ask_id>", methods=["PUT"])
@transactional
@introductions.arguments(bodies.AskUpdate)
@introductions.response(200, Receipt)
def put_ask(body: dict[str, Any], ask_id: str) -> dict[str, Any]:
    """Take what somebody of the caller's asks, who stays unnamed."""
    now, rev = current_clock().now(), body.pop("rev")
    held = service.set_ask(db.session(), ask_id=ask_id, caller=g.caller, rev=rev, said=body, sha256=_sha256(), now=now)
    return {"rev": held}


@introductions.route("/asks/<id:ask_id>/introductions/<id:introduction_id>/<any(asker, helper):writer>", methods=["PUT"])
@transactional
@introductions.arguments(bodies.LetterUpdate)
@introductions.response(200, Receipt)
def put_letter(body: dict[str, Any], ask_id: str, introduction_id: str, writer: str) -> dict[str, Any]:
    """Take a sealed letter of one side for the other."""
    about = {"ask_id": ask_id, "introduction_id": introduction_id, "writer": IntroductionSide(writer), "caller": g.caller}
    return {"rev": service.set_letter(db.session(), **about, **body, sha256=_sha256(), now=current_clock().now())}


def _sha256() -> str:
    return sha256_hex(request.get_data(cache=True))
