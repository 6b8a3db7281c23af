"""Pages about erasures: for the manager, for a member who wants to go, and for whoever has the link of an erasure."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from shared.access import audience
from shared.clock import current_clock, local_date
from shared.paging import PageQuery
from shared.problems import status_of
from shared.schemas import load
from shared.signin import drop_session
from shared.ui import FormView
from space_node.db import db, read_only, transactional
from space_node.erasures import queries, service
from space_node.erasures.errors import NotConfirmed
from space_node.erasures.schemas import ConfirmForm
from space_node.members import queries as members
from space_node.uplink import queries as uplink

erasures_pages = audience(Blueprint("erasures", __name__, template_folder="templates"), "manager")
own_erasure_pages = audience(Blueprint("own_erasure", __name__), "member")
erasure_link_pages = audience(Blueprint("erasure_link", __name__), "public")
Answer = Response | str | tuple[str, int]


@erasures_pages.get("/members/erasures")
@read_only
def index() -> str:
    """Who was forgotten, without names, and who has confirmed."""
    page = queries.page(db.session(), number=load(PageQuery, request.args)["page"])
    return render_template("erasures/index.html", page=page)


@erasures_pages.route("/members/<id:member_id>/forget", methods=["GET", "POST"])
def forget(member_id: str) -> Answer:
    """Forget a member, after a look at what goes with them."""
    return _forget(member_id, own=False)


@own_erasure_pages.route("/my-account/forget", methods=["GET", "POST"])
def forget_me() -> Answer:
    """Forget oneself."""

    @read_only
    def look() -> str:
        return members.present(db.session()).id

    return _forget(look(), own=True)


@erasure_link_pages.get("/erasures/<id:erasure_id>")
@read_only
def show(erasure_id: str) -> str:
    """How far it is: for whoever was forgotten and kept the link."""
    return render_template("erasures/progress.html", one=queries.progress(db.session(), erasure_id))


def _forget(member_id: str, *, own: bool) -> Answer:
    @transactional
    def work() -> str:
        if not load(ConfirmForm, request.form)["sure"]:
            raise NotConfirmed
        return service.forget(db.session(), member_id=member_id, now=current_clock().now()).id

    if request.method == "GET":
        return _ask(member_id, FormView(), own=own)
    try:
        erasure_id = work()
    except NotConfirmed as refusal:
        return _ask(member_id, FormView.refused(refusal, request.form), own=own), status_of(type(refusal))
    answer = redirect(url_for("erasure_link.show", erasure_id=erasure_id), 303)
    if own:
        drop_session(answer)
    return answer


@read_only
def _ask(member_id: str, form: FormView, *, own: bool) -> str:
    session, now = db.session(), current_clock().now()
    member = members.require(session, member_id)
    held = queries.belongings(session, member, on=local_date(now, uplink.own_zone(session)), now=now)
    return render_template("erasures/forget.html", member=member, held=held, own=own, form=form)
