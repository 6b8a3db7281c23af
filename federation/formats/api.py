"""What nodes publish and read about formats (DESIGN §6)."""

from typing import Any

from flask import g, request

from federation.db import db, read_only, transactional
from federation.formats import queries, service
from shared.access import audience
from shared.clock import current_clock
from shared.ids import sha256_hex
from shared.problems import ProblemBlueprint
from shared.protocol import formats as bodies
from shared.protocol.spaces import Receipt
from shared.protocol.version import BASE_PATH

formats = audience(ProblemBlueprint("formats", __name__, url_prefix=BASE_PATH), "space")


@formats.route("/formats/<id:format_id>/versions/<int(min=1, max=1000000):version>", methods=["PUT"])
@transactional
@formats.arguments(bodies.FormatVersion)
@formats.response(200, bodies.FormatEntry)
def put_version(body: dict[str, Any], format_id: str, version: int) -> dict[str, Any]:
    """Publish a version; created once, never changed."""
    session, now = db.session(), current_clock().now()
    content = body["content"]
    kept = service.publish_version(session, caller=g.caller, format_id=format_id, version=version, content=content, now=now)
    return queries.entry(session, kept)


@formats.route("/formats/<id:format_id>/versions/<int(min=1, max=1000000):version>")
@read_only
@formats.response(200, bodies.FormatEntry)
def get_version(format_id: str, version: int) -> dict[str, Any]:
    """One version, with where it was replayed."""
    session = db.session()
    return queries.entry(session, queries.require(session, format_id, version))


@formats.route("/formats/<id:format_id>/named-author", methods=["PUT"])
@transactional
@formats.arguments(bodies.NamedAuthor)
@formats.response(200, Receipt)
def put_named_author(body: dict[str, Any], format_id: str) -> dict[str, Any]:
    """Take who is named with a format of the caller's beside the space, or that nobody is any more."""
    sha256, now = sha256_hex(request.get_data(cache=True)), current_clock().now()
    held = service.set_named_author(db.session(), caller=g.caller, format_id=format_id, **body, sha256=sha256, now=now)
    return {"rev": held}
