"""The team: who stands at the desk, manages and owns this space, and their invitations. And one's own wishes for mail.

Who may let in whom is said by the audiences of the blueprints: a manager lets people in at the desk, an owner names managers
and owners.
"""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from shared.access import audience
from shared.clock import current_clock
from shared.errors import Refusal
from shared.mail import is_on
from shared.marking import N_
from shared.problems import status_of
from shared.schemas import load
from shared.signin import current_session
from shared.ui import FormView
from shared.ui.locale import choose_language
from shared.web import public_url
from space_node.accounts import queries, service
from space_node.accounts.rules import Role, highest
from space_node.accounts.schemas import MailForm, NamingForm, PersonForm
from space_node.db import db, read_only, transactional

team_pages = audience(Blueprint("team", __name__, template_folder="templates"), "manager")
naming_pages = audience(Blueprint("naming", __name__), "owner")
mail_pages = audience(Blueprint("own_mail", __name__), "signed-in")
ROLE_LABELS = {Role.DESK: N_("Front desk"), Role.MANAGER: N_("Manager"), Role.OWNER: N_("Owner")}
Answer = Response | str | tuple[str, int]


@team_pages.get("/team")
def index() -> str:
    """Who works here."""
    return read_only(_team)()


@team_pages.route("/team/add", methods=["GET", "POST"])
def add() -> Answer:
    """Let somebody in at the desk."""
    return _add(lambda: (Role.DESK, load(PersonForm, request.form)), naming=False)


@team_pages.post("/team/<id:account_id>/invite")
@transactional
def invite(account_id: str) -> str | Response:
    """Invite somebody who works here once more, or make a link for a forgotten password."""
    account = queries.worker(db.session(), account_id)
    link = _invited(account)
    return _team(link, account.name) if link else redirect(url_for("team.index"), 303)


@team_pages.post("/team/<id:account_id>/take-from-desk")
@transactional
def take_from_desk(account_id: str) -> Response:
    """Let somebody stand at the desk no more."""
    return _taken(account_id, Role.DESK)


@naming_pages.route("/team/name", methods=["GET", "POST"])
def name() -> Answer:
    """Name a manager or an owner."""

    def read() -> tuple[Role, dict[str, str]]:
        wanted = load(NamingForm, request.form)
        return Role(wanted.pop("role")), wanted

    return _add(read, naming=True)


@naming_pages.post("/team/<id:account_id>/take/<any(manager, owner):role>")
@transactional
def take(account_id: str, role: str) -> Response:
    """Let somebody manage, or own, no more."""
    return _taken(account_id, Role(role))


@mail_pages.post("/my-account/mail")
@transactional
def keep_wishes() -> Response:
    """Keep what somebody wants to hear by mail."""
    signed_in = current_session()
    if signed_in is not None:
        service.set_values(db.session(), signed_in.account.account_id, **load(MailForm, request.form))
        flash(gettext("Noted."), "good")
    return redirect(url_for("account.index"), 303)


def own_wishes() -> dict[str, object]:
    """What the page of one's own account shows about mail."""

    @read_only
    def look() -> dict[str, object]:
        signed_in = current_session()
        account = queries.account(db.session(), signed_in.account.account_id) if signed_in else None
        return {"mail_form": FormView({"wants_news": "yes" if account and account.wants_news else ""})}

    return look()


def _add(read: Callable[[], tuple[Role, dict[str, str]]], *, naming: bool) -> Answer:
    @transactional
    def work() -> Answer:
        role, person = read()
        account = service.add_staff(db.session(), role=role, **person, now=current_clock().now())
        link = _invited(account) if account.password_hash is None else None
        return _team(link, account.name) if link else redirect(url_for("team.index"), 303)

    form, status = FormView({"role": Role.MANAGER}), 200
    if request.method == "POST":
        try:
            return work()
        except Refusal as refusal:
            form, status = FormView.refused(refusal, request.form), status_of(type(refusal))
    return render_template("accounts/add.html", form=form, naming=naming, roles=ROLE_LABELS), status


def _invited(account: queries.Account) -> str | None:
    """Post an invitation; or, where no mail is sent, the link to show, once."""
    session, now = db.session(), current_clock().now()
    if not is_on():
        return public_url(f"/welcome/{service.sign_in_link(session, account=account, now=now)}")
    service.invite(session, account=account, language=choose_language(), now=now)
    flash(gettext("An invitation to %(email)s is on its way.", email=account.email), "good")
    return None


def _taken(account_id: str, role: Role) -> Response:
    account = service.take_role(db.session(), account_id=account_id, role=role)
    flash(gettext("%(name)s: %(role)s no more.", name=account.name, role=gettext(ROLE_LABELS[role])), "info")
    return redirect(url_for("team.index"), 303)


def _team(link: str | None = None, name: str = "") -> str:
    signed_in = current_session()
    rows = [(account, highest(account.roles())) for account in queries.staff(db.session())]
    names = signed_in is not None and Role.OWNER in signed_in.account.roles
    shown = {"rows": rows, "roles": ROLE_LABELS, "names": names, "link": link, "name": name, "mail_is_on": is_on()}
    shown["is_in_reach"] = queries.is_in_reach
    return render_template("accounts/team.html", **shown)
