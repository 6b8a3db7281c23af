"""The manager's pages of a replay: choose its day, see what is to be done for it; and what other pages say of replays here."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from shared.access import audience
from shared.clock import current_clock, local_date
from shared.errors import Conflict, Invalid
from shared.ids import new_id
from shared.schemas import load
from shared.ui import FormView
from shared.ui.clocks import fold_options
from space_node.db import db, read_only, transactional
from space_node.events import queries as organised
from space_node.formats import queries as library
from space_node.replays import queries, rules, service
from space_node.replays.errors import ReplayedLately
from space_node.replays.schemas import ReplayForm, TaskForm
from space_node.uplink import queries as uplink

replays_pages = audience(Blueprint("replays", __name__, template_folder="templates"), "manager")
Answer = str | tuple[str, int] | Response


@replays_pages.get("/formats/<id:format_id>/<int:version>/replay")
@read_only
def replay_form(format_id: str, version: int) -> str:
    """Choose the day of a replay at this space."""
    return _replay_form(format_id, version, FormView({"event_id": new_id()}))


@replays_pages.post("/formats/<id:format_id>/<int:version>/replay")
def replay(format_id: str, version: int) -> Answer:
    """Make the draft, and show what is to be done for it."""

    def work() -> str:
        form = load(ReplayForm, request.form)
        event_id = form.pop("event_id")
        wanted = service.Replay(format_id=format_id, version=version, **form)
        return service.replay_here(db.session(), wanted, event_id=event_id, now=current_clock().now()).event_id

    try:
        event_id = transactional(work)()
    except (Invalid, Conflict) as refusal:
        late = isinstance(refusal, ReplayedLately)
        # Of two equal times the earlier one is proposed; a start is typed here as a day and a time.
        form = FormView.refused(refusal, {"fold": "0", **request.form.to_dict()}, at={"/starts_local": "/at"})
        status = 422 if isinstance(refusal, Invalid) else 409
        return read_only(lambda: _replay_form(format_id, version, form, again=late))(), status
    flash(gettext("The draft is made. Nobody sees it before you publish it."), "good")
    return redirect(url_for("replays.plan", event_id=event_id), 303)


@replays_pages.get("/formats/plans/<id:event_id>")
@read_only
def plan(event_id: str) -> str:
    """What is to be done for an event made from a format: tasks with their days, roles, the agenda on our clocks."""
    session = db.session()
    made = queries.plan(session, event_id)
    held = library.require(session, made.format_id, made.version)
    own, first = organised.find(session, event_id), next(iter(organised.sessions(session, event_id)), None)
    return render_template(
        "replays/plan.html",
        made=made,
        held=held,
        content=held.content,
        naming=library.author(session, held.id),
        title=own.title if own else held.title,
        on=queries.planned_for(session, made),
        todo=queries.todo(session, made, held),
        today=local_date(current_clock().now(), uplink.own_zone(session)),
        moments=rules.schedule(held.content["agenda"], first.starts_at) if first else [],
        zone=first.zone if first else uplink.own_zone(session),
        exists=own is not None,
    )


@replays_pages.post("/formats/plans/<id:event_id>/tasks")
@transactional
def tick(event_id: str) -> Response:
    """A task is done, or is not after all."""
    wanted = load(TaskForm, request.form)
    service.set_done(db.session(), event_id=event_id, place=wanted["place"], done=wanted["done"], now=current_clock().now())
    return redirect(url_for("replays.plan", event_id=event_id), 303)


def format_actions(event_id: str) -> Markup:
    """What the page of an event of ours offers: its checklist where it follows a format, and to make a format of it."""
    found = queries.plan_of(db.session(), event_id)
    return Markup(render_template("replays/actions.html", event_id=event_id, plan=found))  # noqa: S704 - a template of ours


def plans_here(number: int) -> Markup:
    """What stands over the library: the events that were made from a format here, each with the way to its plan."""
    found = queries.plans(db.session(), number=number)
    return Markup(render_template("replays/plans.html", plans=found))  # noqa: S704 - a template of ours


def _replay_form(format_id: str, version: int, form: FormView, *, again: bool = False) -> str:
    session = db.session()
    held, today = library.require(session, format_id, version), local_date(current_clock().now(), uplink.own_zone(session))
    longest = max((one["days_before"] for one in held.content["checklist"]), default=0)
    zone = uplink.own_zone(session)
    folds = fold_options(f"{form.value('on')}T{form.value('at')}", zone)
    about = {"held": held, "form": form, "today": today, "zone": zone, "folds": folds, "longest": longest}
    naming, credit = library.author(session, held.id), library.credit(held.content)
    return render_template("replays/replay.html", **about, again=again, credit=credit, naming=naming)
