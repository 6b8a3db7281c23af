"""The operator's page about spaces that leave."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from federation.db import db, read_only, transactional
from federation.leaving import queries, service
from federation.leaving.schemas import SettledForm
from shared.access import audience
from shared.clock import current_clock
from shared.errors import Refusal
from shared.problems import status_of
from shared.schemas import load
from shared.signin import current_session
from shared.ui import FormView

leaving_pages = audience(Blueprint("leaving_pages", __name__, template_folder="templates"), "operator")


@leaving_pages.get("/leaving")
@read_only
def index() -> str:
    """Who is about to leave, and what is open with each."""
    return _index(FormView())


@leaving_pages.post("/leaving/<slug:slug>")
def complete(slug: str) -> Response | tuple[str, int]:
    """Let a space go whose position was settled outside."""

    @transactional
    def work() -> None:
        signed_in = current_session()
        actor = signed_in.account.email if signed_in else ""
        settled = load(SettledForm, request.form)["settled"]
        service.complete(db.session(), slug=slug, actor=actor, settled=settled, now=current_clock().now())

    try:
        work()
    except Refusal as refusal:
        form = FormView.refused(refusal, request.form)
        return read_only(lambda: _index(form))(), status_of(type(refusal))
    flash(gettext("%(space)s has left.", space=slug), "good")
    return redirect(url_for("leaving_pages.index"), 303)


def _index(form: FormView) -> str:
    session, now = db.session(), current_clock().now()
    rows = [(space, queries.open_matters(session, space.slug, now)) for space in queries.leaving(session)]
    return render_template("leaving/index.html", rows=rows, form=form)
