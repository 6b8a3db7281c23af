"""Pages about credits: the manager's, what was given out and one grant more; and the member's own."""

import datetime as dt

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from shared.access import audience
from shared.clock import current_clock, local_date
from shared.errors import Refusal
from shared.ids import new_id
from shared.problems import status_of
from shared.schemas import load
from shared.signin import current_session
from shared.spoken import day, translated
from shared.ui import FormView
from shared.ui.filters import credits_text
from space_node.db import db, read_only, transactional
from space_node.members import queries as members
from space_node.uplink import queries as uplink
from space_node.wallet import queries, service
from space_node.wallet.errors import GrantMadeBefore, GrantRefusedBefore
from space_node.wallet.rules import Gift
from space_node.wallet.schemas import GrantForm, GrantsQuery, MemberGrantsQuery

wallet_pages = audience(Blueprint("wallet", __name__, template_folder="templates"), "manager")
own_wallet_pages = audience(Blueprint("own_wallet", __name__, template_folder="templates"), "member")
USUAL_DAYS = 90


@own_wallet_pages.get("/my-credits")
@read_only
def index() -> str:
    """What the member can spend."""
    signed_in = current_session()
    member = members.of_account(db.session(), signed_in.account.account_id) if signed_in else None
    if member is None:
        abort(404)
    session = db.session()
    balance = queries.balance(session, member.guest, _today())
    issuers, contact = queries.issuer_names(session, balance.lots), uplink.hub_contact(session)
    return render_template("wallet/own.html", balance=balance, issuers=issuers, contact=contact)


@wallet_pages.get("/credits", endpoint="index")
@read_only
def given() -> str:
    """What was given out, and what became of the last grants."""
    session, wanted = db.session(), load(GrantsQuery, request.args)
    page = queries.grants(session, search=wanted["q"], sort=wanted["sort"], number=wanted["page"])
    given, waiting = queries.given_out(session), queries.grants_waiting(session)
    return render_template("wallet/index.html", page=page, wanted=wanted, given=given, waiting=waiting)


@wallet_pages.get("/members/<id:member_id>/credits")
@read_only
def member_credits(member_id: str) -> str:
    """One member's lots, and a form to grant more."""
    usual = {"valid_from": _today().isoformat(), "expires_on": (_today() + dt.timedelta(days=USUAL_DAYS)).isoformat()}
    return _member_page(member_id, FormView({"grant_id": new_id(), **usual}))


@wallet_pages.post("/members/<id:member_id>/credits")
def grant(member_id: str) -> Response | tuple[str, int]:
    """Grant one lot."""

    @transactional
    def work() -> None:
        wanted = load(GrantForm, request.form)
        grant_id = wanted.pop("grant_id")
        service.grant(db.session(), grant_id=grant_id, member_id=member_id, gift=Gift(**wanted), now=current_clock().now())

    try:
        work()
    except Refusal as refusal:
        form = _refused(refusal)
        return read_only(lambda: _member_page(member_id, form))(), status_of(type(refusal))
    flash(gettext("The credits are on their way; the hub confirms them in a moment."), "good")
    return redirect(url_for("wallet.member_credits", member_id=member_id), 303)


def _refused(refusal: Refusal) -> FormView:
    """The form as it was typed. Where its id has been used before, with a new one."""
    match refusal:
        case GrantMadeBefore():
            said = {**refusal.params, "credits": credits_text(refusal.amount), "until": day(refusal.until)}
        case GrantRefusedBefore():
            said = {"reason": translated(refusal.params["reason"])}
        case _:
            return FormView.refused(refusal, request.form)
    return FormView({**request.form.to_dict(), "grant_id": new_id()}, message=gettext(refusal.sentence, **said))


def _member_page(member_id: str, form: FormView) -> str:
    session = db.session()
    member = members.require(session, member_id)
    number = load(MemberGrantsQuery, request.args)["page"]
    balance, grants = queries.balance(session, member.guest, _today()), queries.grants_of(session, member_id, number=number)
    about = {"balance": balance, "issuers": queries.issuer_names(session, balance.lots), "contact": uplink.hub_contact(session)}
    return render_template("wallet/member.html", member=member, grants=grants, form=form, today=_today(), **about)


def _today() -> dt.date:
    return local_date(current_clock().now(), uplink.own_zone(db.session()))
