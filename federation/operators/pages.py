"""The people who run the network or look on, and the audit log."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from federation.db import db, read_only, transactional
from federation.operators import queries, service
from federation.operators.models import Operator
from federation.operators.rules import Role
from federation.operators.schemas import OperatorForm
from shared.access import audience
from shared.clock import current_clock
from shared.errors import Refusal
from shared.mail import is_on
from shared.paging import SearchQuery
from shared.problems import status_of
from shared.schemas import load
from shared.signin import current_session
from shared.ui import FormView
from shared.ui.locale import choose_language
from shared.web import public_url

operators_pages = audience(Blueprint("operators", __name__, template_folder="templates"), "operator")


@operators_pages.get("/audit-log")
@read_only
def audit_log() -> str:
    """What was done, by whom, newest first; and whether the chain holds."""
    session, wanted = db.session(), load(SearchQuery, request.args)
    page = queries.audit_page(session, search=wanted["q"], number=wanted["page"])
    broken = queries.broken_link(session) if wanted["page"] == 1 else None
    return render_template("operators/audit_log.html", page=page, broken=broken, wanted=wanted)


@operators_pages.get("/people")
@read_only
def people() -> str:
    """Who runs the network, and who looks on."""
    return _people()


@operators_pages.route("/people/add", methods=["GET", "POST"])
def add() -> Response | str | tuple[str, int]:
    """Invite an operator or an auditor."""

    @transactional
    def work() -> Response | str:
        wanted, now = load(OperatorForm, request.form), current_clock().now()
        return _invited(service.add_operator(db.session(), **wanted, actor=_actor(), now=now))

    form, status = FormView({"role": Role.AUDITOR}), 200
    if request.method == "POST":
        try:
            return work()
        except Refusal as refusal:
            form, status = FormView.refused(refusal, request.form), status_of(type(refusal))
    return render_template("operators/add.html", form=form), status


@operators_pages.post("/people/<id:operator_id>/invite")
@transactional
def invite(operator_id: str) -> Response | str:
    """Invite somebody once more."""
    return _invited(queries.require_id(db.session(), operator_id))


@operators_pages.post("/people/<id:operator_id>/remove")
@transactional
def remove(operator_id: str) -> Response:
    """Take somebody's access away."""
    service.remove_operator(db.session(), operator_id=operator_id, actor=_actor(), now=current_clock().now())
    flash(gettext("The access is taken away."), "info")
    return redirect(url_for("operators.people"), 303)


def _invited(operator: Operator) -> Response | str:
    """Post an invitation; or, where no mail is sent, show the link, once."""
    session, now = db.session(), current_clock().now()
    if not is_on():
        link = public_url(f"/welcome/{service.sign_in_link(session, operator=operator, now=now)}")
        return _people(link, operator.name)
    service.invite(session, operator=operator, language=choose_language(), now=now)
    flash(gettext("An invitation to %(email)s is on its way.", email=operator.email), "good")
    return redirect(url_for("operators.people"), 303)


def _people(link: str | None = None, name: str = "") -> str:
    rows = queries.everybody(db.session())
    return render_template("operators/people.html", rows=rows, link=link, name=name, mail_is_on=is_on())


def _actor() -> str:
    signed_in = current_session()
    return signed_in.account.email if signed_in else ""
