"""Agreements, and what a space tells its twins: the routes stand where twins are known (DESIGN §6)."""

from typing import Any

from flask import g, request

from federation.db import db, read_only, transactional
from federation.spaces import service as spaces_service
from federation.trust import service as trust_service
from federation.twinnings import queries, service
from shared.access import audience
from shared.clock import current_clock
from shared.ids import sha256_hex
from shared.problems import ProblemBlueprint
from shared.protocol import passports, spaces
from shared.protocol import twinnings as bodies
from shared.protocol.version import BASE_PATH

twinnings = audience(ProblemBlueprint("twinnings", __name__, url_prefix=BASE_PATH), "space")


@twinnings.route("/twinnings/<id:twinning_id>/versions/<int(min=1, max=1000000):version>", methods=["PUT"])
@transactional
@twinnings.arguments(bodies.Proposal)
@twinnings.response(200, bodies.TwinningEntry)
def put_version(body: dict[str, Any], twinning_id: str, version: int) -> dict[str, Any]:
    """Propose terms, signed by the caller."""
    now = current_clock().now()
    kept = service.propose(
        db.session(), caller=g.caller, twinning_id=twinning_id, version=version, document=body["terms"], now=now
    )
    return queries.entry(db.session(), kept)


@twinnings.route("/twinnings/<id:twinning_id>/versions/<int(min=1, max=1000000):version>/consent", methods=["POST"])
@transactional
@twinnings.arguments(bodies.Consent)
@twinnings.response(200, bodies.TwinningEntry)
def post_consent(body: dict[str, Any], twinning_id: str, version: int) -> dict[str, Any]:
    """Agree to the other side's terms by signing the same payload."""
    now = current_clock().now()
    kept = service.consent(
        db.session(), caller=g.caller, twinning_id=twinning_id, version=version, document=body["terms"], now=now
    )
    return queries.entry(db.session(), kept)


@twinnings.route("/twinnings/<id:twinning_id>")
@read_only
@twinnings.response(200, bodies.TwinningEntry)
def get_twinning(twinning_id: str) -> dict[str, Any]:
    """One agreement of the caller."""
    found = queries.mine(db.session(), twinning_id=twinning_id, space=g.caller)
    return queries.entry(db.session(), found)


@twinnings.route("/self/profile", methods=["PUT"])
@transactional
@twinnings.arguments(spaces.ProfileUpdate)
@twinnings.response(200, spaces.Receipt)
def put_profile(body: dict[str, Any]) -> dict[str, Any]:
    """Take the caller's own profile, and tell its twins."""
    rev = spaces_service.set_profile(
        db.session(),
        slug=g.caller,
        rev=body["rev"],
        profile=body["profile"],
        sha256=sha256_hex(request.get_data(cache=True)),
        twins=queries.twins_of(db.session(), g.caller),
        now=current_clock().now(),
    )
    return {"rev": rev}


@twinnings.route("/self/status-list", methods=["PUT"])
@transactional
@twinnings.arguments(passports.StatusListUpdate)
@twinnings.response(200, spaces.Receipt)
def put_status_list(body: dict[str, Any]) -> dict[str, Any]:
    """Mirror the caller's status list, and tell its twins."""
    rev = trust_service.set_status_list(
        db.session(),
        space=g.caller,
        rev=body["rev"],
        document=body["status_list"],
        twins=queries.twins_of(db.session(), g.caller),
        now=current_clock().now(),
    )
    return {"rev": rev}
