"""The manager's pages about members: the list, and one member."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from shared import meanwhile
from shared.access import audience
from shared.clock import current_clock
from shared.errors import Refusal
from shared.mail import is_on
from shared.problems import status_of
from shared.schemas import load
from shared.ui import FormView
from shared.ui.locale import choose_language
from shared.web import public_url
from space_node.accounts import queries as accounts
from space_node.db import db, read_only, transactional
from space_node.members import queries, service
from space_node.members.schemas import ChangeForm, MemberForm, MembersQuery

members_pages = audience(Blueprint("members", __name__, template_folder="templates"), "manager")
Answer = Response | str | tuple[str, int]


@members_pages.get("/members")
@read_only
def index() -> str:
    """All members, searched and paged."""
    wanted = load(MembersQuery, request.args)
    about = {"search": wanted["q"], "state": wanted["state"], "sort": wanted["sort"]}
    page = queries.page(db.session(), **about, number=wanted["page"])
    return render_template("members/index.html", page=page, wanted=wanted)


@members_pages.get("/members/<id:member_id>")
@read_only
def detail(member_id: str) -> str:
    """One member: who they are, and whether they can sign in."""
    return _detail(member_id)


@members_pages.post("/members/<id:member_id>/link")
@transactional
def link(member_id: str) -> str:
    """Make a one-use sign-in link and show it, once."""
    token = service.member_link(db.session(), member=queries.require(db.session(), member_id), now=current_clock().now())
    return _detail(member_id, link=public_url(f"/welcome/{token}"))


@members_pages.post("/members/<id:member_id>/invite")
@transactional
def invite(member_id: str) -> Response:
    """Send a member a one-use sign-in link by mail."""
    member = queries.require(db.session(), member_id)
    invited = service.invite_member(db.session(), member=member, language=choose_language(), now=current_clock().now())
    flash(gettext("An invitation to %(email)s is on its way.", email=invited.email), "good")
    return redirect(url_for("members.detail", member_id=member_id), 303)


@members_pages.route("/members/add", methods=["GET", "POST"])
def add() -> Answer:
    """Add one member by hand."""

    @transactional
    def work() -> str:
        return service.add_member(db.session(), **load(MemberForm, request.form), now=current_clock().now()).id

    if request.method == "GET":
        return render_template("members/edit.html", form=FormView())
    try:
        member_id = work()
    except Refusal as refusal:
        return render_template("members/edit.html", form=FormView.refused(refusal, request.form)), status_of(type(refusal))
    return redirect(url_for("members.detail", member_id=member_id), 303)


@members_pages.route("/members/<id:member_id>/change", methods=["GET", "POST"])
def change(member_id: str) -> Answer:
    """Change what is kept of a member, the last day of the membership with it."""

    @transactional
    def work() -> None:
        typed = load(ChangeForm, request.form)
        shown = typed.pop(meanwhile.SHOWN_FIELD)
        member = queries.require(db.session(), member_id, lock=True)
        changed = meanwhile.changes(typed, stored=queries.written(member), shown=shown)
        service.change_member(db.session(), member, changed, now=current_clock().now())

    if request.method == "GET":
        member = _member(member_id)
        return render_template("members/edit.html", member=member, form=FormView(meanwhile.filled(queries.written(member))))
    try:
        work()
    except Refusal as refusal:
        member = _member(member_id)
        form = FormView.refused(refusal, meanwhile.again(refusal, request.form, queries.written(member)))
        return render_template("members/edit.html", member=member, form=form), status_of(type(refusal))
    flash(gettext("The change is kept."), "good")
    return redirect(url_for("members.detail", member_id=member_id), 303)


def _detail(member_id: str, link: str | None = None) -> str:
    member = queries.require(db.session(), member_id)
    account = accounts.account_of_member(db.session(), member_id)
    holder = account or accounts.account_by_email(db.session(), member.email)
    about = {"shows_link": holder is None or accounts.is_in_reach(holder), "mail_is_on": is_on()}
    return render_template("members/detail.html", member=member, account=account, link=link, **about)


def _member(member_id: str) -> queries.Member:
    return read_only(lambda: queries.require(db.session(), member_id))()
