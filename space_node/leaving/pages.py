"""The page by which an owner takes this space out of the network, and reads what is still open."""

from typing import Any

from flask import Blueprint, render_template, request

from shared.access import audience
from shared.clock import current_clock
from shared.errors import Refusal
from shared.problems import status_of
from shared.schemas import load
from shared.ui import FormView
from space_node.db import db, read_only
from space_node.leaving import queries, service
from space_node.leaving.errors import LeavingNotConfirmed
from space_node.leaving.schemas import LeaveForm
from space_node.uplink import queries as uplink

leaving_pages = audience(Blueprint("leaving", __name__, template_folder="templates"), "owner")


@leaving_pages.route("/leave", methods=["GET", "POST"])
def leave() -> str | tuple[str, int]:
    """Leave the network; asked again, say what is still open."""
    if request.method == "GET":
        return _shown(FormView(), None)
    try:
        wanted = load(LeaveForm, request.form)
        if not wanted["sure"]:
            raise LeavingNotConfirmed
        entry = service.ask_to_leave(cancel_open=wanted["cancel_open"], note=wanted["note"])
    except Refusal as refusal:
        return _shown(FormView.refused(refusal, request.form), None), status_of(type(refusal))
    return _shown(FormView(), entry)


@read_only
def _shown(form: FormView, entry: dict[str, Any] | None) -> str:
    session, now = db.session(), current_clock().now()
    own = uplink.identity(session)
    held_count = len(queries.led_ahead(session, now) + queries.held_ahead(session, now)) if own else 0
    return render_template("leaving/leave.html", own=own, held_count=held_count, entry=entry, form=form)
