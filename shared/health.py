"""`/healthz` says that the process answers; `/readyz` says whether it can do its work, check by check.

Services add checks: the schema at its newest revision, the reconcilers' last runs, a node's link to the hub. A check
returns facts that anybody may read (ages, counts, revisions) and raises when the service should get no traffic.
"""

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, cast

import sqlalchemy as sa
from flask import Blueprint, Flask, Response, current_app, jsonify

from shared.access import audience
from shared.db import Database, read_only
from shared.logging import log_event

Check = Callable[[], Mapping[str, Any]]
_EXTENSION = "twindesk-health"
_log = logging.getLogger(__name__)
blueprint = audience(Blueprint("health", __name__), "public-api")


class NotReady(Exception):
    """A check's way to say what is amiss, in words that anybody may read."""


def install(app: Flask, db: Database) -> None:
    """Register both addresses and the first check: the database answers."""

    def database() -> Mapping[str, Any]:
        db.session.execute(sa.text("SELECT 1"))
        return {}

    app.extensions[_EXTENSION] = {}
    add_check(app, "database", read_only(db)(database))
    app.register_blueprint(blueprint)


def add_check(app: Flask, name: str, check: Check) -> None:
    """Add a check under its name; a later one of the same name takes its place."""
    _checks(app)[name] = check


@blueprint.get("/healthz")
def healthz() -> Response:
    """Answer as long as there is anybody to answer."""
    return jsonify(status="up")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, HTTPStatus]:
    """Run every check; one that fails makes the whole 503."""
    results = {name: _run(name, check) for name, check in _checks(current_app).items()}
    ready = all(result["ok"] for result in results.values())
    return jsonify(ready=ready, checks=results), HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE


def _run(name: str, check: Check) -> dict[str, Any]:
    try:
        return {**check(), "ok": True}
    except NotReady as reason:
        return {"ok": False, "reason": str(reason)}
    except Exception as error:
        # The reader gets no detail of a failure that nobody foresaw; the log does.
        log_event(_log, "health.check_failed", level=logging.ERROR, kind=name, exc_info=error)
        return {"ok": False, "reason": "failed"}


def _checks(app: Flask) -> dict[str, Check]:
    return cast("dict[str, Check]", app.extensions[_EXTENSION])
