"""The manager's page about credits: what was given out, and one grant more; the member's own page is home's."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from shared.access import audience
from shared.clock import current_clock, local_date
from shared.errors import Refusal
from shared.problems import status_of
from shared.schemas import CSRF_FIELD, load
from shared.ui import FormView
from space_node.db import db, read_only, transactional
from space_node.members import queries as members
from space_node.uplink import queries as uplink
from space_node.wallet import queries, service
from space_node.wallet.schemas import GrantForm

wallet_pages = audience(Blueprint("wallet", __name__, template_folder="templates"), "manager")


@wallet_pages.get("/credits")
@read_only
def index() -> str:
    """What was given out, and what became of the last grants."""
    return _page()


@wallet_pages.get("/members/<id:member_id>/credits")
@read_only
def member_credits(member_id: str) -> str:
    """One member's lots, and a form to grant more."""
    return _member_page(member_id, FormView())


@wallet_pages.post("/members/<id:member_id>/credits")
def grant(member_id: str) -> Response | tuple[str, int]:
    """Grant one lot."""

    @transactional
    def work() -> None:
        wanted = load(GrantForm, {**_typed(), "member": member_id})
        wanted.pop("member")
        service.grant(db.session(), member_id=member_id, now=current_clock().now(), **wanted)

    try:
        work()
    except Refusal as refusal:
        form = FormView.refused(refusal, request.form)
        return read_only(lambda: _member_page(member_id, form))(), status_of(type(refusal))
    flash(gettext("The credits are on their way; the hub confirms them in a moment."), "good")
    return redirect(url_for("wallet.member_credits", member_id=member_id), 303)


def _page() -> str:
    session = db.session()
    rows = [(grant, members.member(session, grant.member_id)) for grant in queries.lately(session)]
    given, waiting = queries.given_out(session), queries.grants_waiting(session)
    return render_template("wallet/index.html", rows=rows, given=given, waiting=waiting)


def _member_page(member_id: str, form: FormView) -> str:
    session = db.session()
    member = members.require(session, member_id)
    today = local_date(current_clock().now(), uplink.own_zone(session))
    balance = queries.balance(session, member.guest, today)
    return render_template("wallet/member.html", member=member, balance=balance, form=form, today=today)


def _typed() -> dict[str, str]:
    return {name: value for name, value in request.form.items() if name != CSRF_FIELD}
