"""The first page of each kind of user."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from shared.access import audience
from shared.clock import current_clock
from shared.signin import current_session
from space_node.config import present_node
from space_node.db import db, read_only
from space_node.home import queries
from space_node.members import queries as members
from space_node.uplink import queries as uplink

home_pages = audience(Blueprint("home", __name__, template_folder="templates"), "public")


@home_pages.get("/")
@read_only
def index() -> str | Response:
    """What this person came for: a member's desk elsewhere, the desk's arrivals, the manager's overview; a stranger's welcome."""
    signed_in = current_session()
    if signed_in is None:
        return _public()
    # The gate of public pages lets everybody in, so it does not count as use.
    present_node().note_use()
    roles = signed_in.account.roles
    if "manager" in roles:
        return render_template("home/manager.html", **queries.for_manager(db.session(), current_clock().now()))
    if "desk" in roles:
        return redirect(url_for("visits.arrivals"), 303)
    member = members.of_account(db.session(), signed_in.account.account_id)
    if member is None:
        return _public()
    return render_template("home/member.html", **queries.for_member(db.session(), member, current_clock().now()))


def _public() -> str:
    own = uplink.identity(db.session())
    return render_template("home/public.html", profile=own.profile if own else None)
