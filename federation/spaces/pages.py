"""The operator's pages about spaces: who is in, how they are, and the steps of their standing."""

import datetime as dt

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from federation.config import present_hub
from federation.db import FeedCounter, ReconcilerRun, db, read_only, transactional
from federation.operators import queries as operators
from federation.spaces import queries, service
from federation.spaces.rules import Eyes
from federation.spaces.schemas import HomeQuery, InviteForm, NodesQuery, ReasonForm, RepairForm, SpacesQuery
from shared.access import audience
from shared.clock import current_clock
from shared.errors import NotFound, Refusal
from shared.marking import N_
from shared.messaging.numbering import bounds
from shared.messaging.reconcile import last_runs, run_soon
from shared.problems import status_of
from shared.protocol.invite import Invite
from shared.protocol.states import SpaceState
from shared.schemas import load
from shared.signin import current_session
from shared.ui import FormView

spaces_pages = audience(Blueprint("spaces_pages", __name__, template_folder="templates"), "operator")
SILENT_AFTER = dt.timedelta(minutes=10)
SAID = {
    Eyes.ACTIVATES: N_("%(space)s is active now."),
    Eyes.WAITS_FOR_SECOND: N_("Noted. A second operator has to admit %(space)s as well."),
    Eyes.WAITS_A_DAY: N_("Noted. As the only operator, admit %(space)s again in 24 hours."),
}


@spaces_pages.get("/")
@read_only
def home() -> str:
    """What needs attention, and how many spaces stand where."""
    session, now = db.session(), current_clock().now()
    wanted = load(HomeQuery, request.args)
    waiting = queries.page(session, states=(SpaceState.PROBATION,), number=wanted["page"])
    silent = queries.silent(session, since=now - SILENT_AFTER, number=wanted["silent"])
    lone = operators.count(session) == 1
    counts = queries.count_by_state(session)
    return render_template("spaces/home.html", counts=counts, waiting=waiting, silent=silent, lone=lone)


@spaces_pages.get("/health")
@read_only
def health() -> str:
    """How nodes keep up, and how the hub's own repairs go: a failed one first."""
    session, wanted = db.session(), load(NodesQuery, request.args)
    head, runs = bounds(session, FeedCounter).head, last_runs(session, ReconcilerRun)
    about = {"search": wanted["q"], "sort": wanted["sort"], "number": wanted["page"]}
    page = queries.page(session, **about, states=queries.IN_DIRECTORY)
    nodes = page.map(lambda space: (space, max(0, head - space.cursor_seq)))
    failed_first = sorted(runs, key=lambda run: run.ok is not False)
    return render_template("spaces/health.html", nodes=nodes, runs=failed_first, wanted=wanted)


@spaces_pages.post("/health/run")
@transactional
def run_repair() -> Response:
    """Have a repair run at the worker's next turn."""
    if not run_soon(db.session(), ReconcilerRun, load(RepairForm, request.form)["name"]):
        raise NotFound
    flash(gettext("It runs at the worker’s next turn."), "info")
    return redirect(url_for("spaces_pages.health"), 303)


@spaces_pages.get("/spaces")
@read_only
def index() -> str:
    """All spaces, searched and paged."""
    wanted = load(SpacesQuery, request.args)
    page = queries.page(db.session(), search=wanted["q"], sort=wanted["sort"], number=wanted["page"])
    return render_template("spaces/index.html", page=page, wanted=wanted)


@spaces_pages.get("/spaces/<slug:slug>")
@read_only
def detail(slug: str) -> str:
    """One space: profile, standing, health."""
    return _detail(slug, FormView())


@spaces_pages.get("/spaces/invite")
def invite_form() -> str:
    """The form to invite a space."""
    return render_template("spaces/invite.html", form=FormView(), invite=None)


@spaces_pages.post("/spaces/invite")
def invite() -> tuple[str, int] | str:
    """Mint an invite and show it, once."""

    @transactional
    def work() -> Invite:
        wanted = load(InviteForm, request.form)
        now, hub = current_clock().now(), present_hub()
        token = service.invite(db.session(), slug=wanted["slug"], name=wanted["name"], actor=_actor(), now=now)
        return Invite(hub=hub.settings.issuer, thumbprint=hub.root_thumbprint, space=wanted["slug"], token=token)

    try:
        return render_template("spaces/invite.html", form=FormView(), invite=work())
    except Refusal as refusal:
        form = FormView.refused(refusal, request.form)
        return render_template("spaces/invite.html", form=form, invite=None), status_of(type(refusal))


@spaces_pages.post("/spaces/<slug:slug>/admit")
@transactional
def admit(slug: str) -> Response:
    """Say yes to a space."""
    active = present_hub().settings.active_limits
    eyes = service.admit(db.session(), slug=slug, actor=_actor(), active=active, now=current_clock().now())
    flash(gettext(SAID[eyes], space=slug), "good" if eyes is Eyes.ACTIVATES else "info")
    return redirect(url_for("spaces_pages.detail", slug=slug), 303)


@spaces_pages.post("/spaces/<slug:slug>/suspend")
def suspend(slug: str) -> Response | tuple[str, int]:
    """Take a space out of action."""

    @transactional
    def work() -> None:
        reason = load(ReasonForm, request.form)["reason"]
        service.suspend(db.session(), slug=slug, reason=reason, actor=_actor(), now=current_clock().now())

    try:
        work()
    except Refusal as refusal:
        form = FormView.refused(refusal, request.form)
        return read_only(lambda: _detail(slug, form))(), status_of(type(refusal))
    flash(gettext("%(space)s is suspended.", space=slug), "info")
    return redirect(url_for("spaces_pages.detail", slug=slug), 303)


@spaces_pages.post("/spaces/<slug:slug>/reinstate")
@transactional
def reinstate(slug: str) -> Response:
    """Put a suspended space back."""
    service.reinstate(db.session(), slug=slug, actor=_actor(), now=current_clock().now())
    flash(gettext("%(space)s takes part again.", space=slug), "good")
    return redirect(url_for("spaces_pages.detail", slug=slug), 303)


def _detail(slug: str, form: FormView) -> str:
    session, now = db.session(), current_clock().now()
    space = queries.require(session, slug)
    silent = _is_silent(space.last_seen_at, now)
    approvals = queries.approvals(session, slug)
    return render_template("spaces/detail.html", space=space, silent=silent, approvals=approvals, form=form)


def _actor() -> str:
    signed_in = current_session()
    return signed_in.account.email if signed_in else ""


def _is_silent(last_seen_at: dt.datetime | None, now: dt.datetime) -> bool:
    return last_seen_at is None or now - last_seen_at > SILENT_AFTER
