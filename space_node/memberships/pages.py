"""The page on which a member says that they are a member elsewhere too, and undoes it."""

import datetime as dt

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from shared.access import audience
from shared.clock import current_clock
from shared.errors import Refusal
from shared.problems import status_of
from shared.schemas import load
from shared.ui import FormView
from space_node.db import db, read_only, transactional
from space_node.members import queries as members
from space_node.memberships import queries, service
from space_node.memberships.schemas import CodeForm
from space_node.uplink import queries as uplink

own_memberships_pages = audience(Blueprint("own_memberships", __name__, template_folder="templates"), "member")
Answer = Response | str | tuple[str, int]


@own_memberships_pages.get("/my-memberships")
def index() -> str:
    """Where else the member is one, and the two ways to say so."""
    return _page()


@own_memberships_pages.post("/my-memberships/code")
def make_code() -> Answer:
    """Make a code and show it, once."""
    try:
        return _page(code=service.give_code(_present().guest))
    except Refusal as refusal:
        return _page(FormView.refused(refusal, {})), status_of(type(refusal))


@own_memberships_pages.post("/my-memberships/link")
def link() -> Answer:
    """Enter a code that was made at another space."""
    member, secret = _present(), current_app.secret_key
    assert secret, "make_app sets the secret key"
    try:
        service.enter_code(member.id, member.guest, load(CodeForm, request.form)["code"], secret=secret)
    except Refusal as refusal:
        return _page(FormView.refused(refusal, request.form)), status_of(type(refusal))
    flash(gettext("The two memberships are linked."), "good")
    return redirect(url_for("own_memberships.index"), 303)


@own_memberships_pages.post("/my-memberships/undo")
@transactional
def undo() -> Response:
    """Let this membership stand by itself again."""
    service.undo(db.session(), members.present(db.session()), now=current_clock().now())
    return redirect(url_for("own_memberships.index"), 303)


@read_only
def _present() -> members.Member:
    return members.present(db.session())


@read_only
def _page(form: FormView | None = None, *, code: tuple[str, dt.datetime] | None = None) -> str:
    session = db.session()
    elsewhere = queries.elsewhere(session, members.present(session).guest)
    own, about = uplink.identity(session), {"elsewhere": elsewhere, "form": form or FormView(), "code": code}
    return render_template("memberships/index.html", joined=own is not None and own.joined_at is not None, **about)
