"""A member's passport: on the phone, on paper, and what to do when it is lost. Showing it changes nothing."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from shared.access import audience
from shared.clock import current_clock
from shared.marking import N_
from shared.schemas import load
from shared.signin import current_session
from space_node.db import db, read_only, transactional
from space_node.members import queries as members
from space_node.passports import queries, service
from space_node.passports.rules import PassportKind
from space_node.passports.schemas import IssueForm
from space_node.uplink import queries as uplink

passports_pages = audience(Blueprint("passports", __name__, template_folder="templates"), "member")
TIERS = (N_("Trial"), N_("Flex"), N_("Resident"), N_("Staff"))
# By whether the hub knows it already.
WITHDRAWN = {
    True: (N_("Your old passports are withdrawn. Doors know it within minutes; one that is offline, within a day."), "good"),
    False: (N_("Your old passports are withdrawn here. Until the hub hears of it, doors elsewhere still take them."), "wait"),
}


@passports_pages.get("/passport")
@read_only
def index() -> str:
    """The passport on the phone."""
    return render_template("passports/index.html", **_about(PassportKind.PHONE))


@passports_pages.get("/passport/paper")
@read_only
def paper() -> str:
    """The passport to print."""
    return render_template("passports/paper.html", **_about(PassportKind.PAPER))


@passports_pages.post("/passport")
@transactional
def issue() -> Response:
    """Get a passport, or the next one before the present one ends."""
    kind = load(IssueForm, request.form)["kind"]
    if kind is PassportKind.VISIT:
        abort(404)
    service.general(db.session(), _member(), current_clock().now(), kind=kind)
    return redirect(url_for("passports.paper" if kind is PassportKind.PAPER else "passports.index"), 303)


@passports_pages.post("/passport/lost")
def replace() -> Response:
    """Withdraw what was lost, and get another; doors hear of it through the hub."""
    transactional(lambda: service.replace(db.session(), _member(), current_clock().now()))()
    text, tone = WITHDRAWN[read_only(lambda: queries.is_list_held(db.session()))()]
    flash(gettext(text), tone)
    return redirect(url_for("passports.index"), 303)


def _about(kind: PassportKind) -> dict[str, Any]:
    session, now = db.session(), current_clock().now()
    member, own = _member(), uplink.identity(session)
    found = queries.general_of(session, member.id, now, kind=kind)
    return {
        "passport": found,
        "has_any": bool(queries.live_general(session, member.id, now)),
        # Nobody is on trial for want of a better word: 0 is what every member has until a tier is known.
        "tier": gettext(TIERS[found.tier]) if found and 0 < found.tier < len(TIERS) else "",
        "space": own.profile["name"] if own else "",
        "slug": own.slug if own else "",
        "joined": own is not None and own.joined_at is not None,
        "contact": uplink.hub_contact(session),
    }


def _member() -> members.Member:
    signed_in = current_session()
    found = members.of_account(db.session(), signed_in.account.account_id) if signed_in else None
    if found is None:
        abort(404)
    return found
