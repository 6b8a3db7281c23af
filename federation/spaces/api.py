"""The hub's own description, and the self-test of a space that joins."""

from typing import Any

from flask import g

from federation.config import present_hub
from federation.db import FeedCounter, db, read_only, transactional
from federation.spaces import service
from shared.access import audience
from shared.clock import current_clock
from shared.messaging.feed import bounds
from shared.problems import ProblemBlueprint
from shared.protocol import spaces as bodies
from shared.protocol.version import BASE_PATH, CAPABILITIES, MAJOR

discovery = audience(ProblemBlueprint("discovery", __name__), "public-api")
spaces = audience(ProblemBlueprint("spaces", __name__, url_prefix=BASE_PATH), "space")


@discovery.route(BASE_PATH)
@read_only
@discovery.response(200, bodies.Service)
def get_service() -> dict[str, Any]:
    """Who this hub is, what it speaks, and the charter in force."""
    hub = present_hub()
    return {
        "issuer": hub.settings.issuer,
        "network": hub.settings.network_name,
        "versions": [MAJOR],
        "capabilities": list(CAPABILITIES),
        "root_thumbprint": hub.root_thumbprint,
        "key_set": hub.key_set(),
        "charter_version": hub.charter.version,
        "charter_sha256": hub.charter.sha256,
        "charter_text": hub.charter.text,
        "epoch": bounds(db.session(), FeedCounter).epoch,
    }


@spaces.route("/self/test", methods=["POST"])
@transactional
@spaces.arguments(bodies.SelfTest)
@spaces.response(200, bodies.Standing)
def post_self_test(body: dict[str, Any]) -> dict[str, Any]:
    """Note what the joining node found when it tested itself."""
    now = current_clock().now()
    return service.standing(service.record_self_test(db.session(), slug=g.caller, steps=body["steps"], now=now))
