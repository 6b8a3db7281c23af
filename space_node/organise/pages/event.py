"""The manager's pages about events: the list, one event with its co-hosts and sessions, its text."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from shared import meanwhile
from shared.access import audience
from shared.clock import current_clock
from shared.errors import Refusal
from shared.ids import new_id
from shared.problems import status_of, title_of
from shared.protocol.states import AttendeeList, EventState, Reach
from shared.schemas import load
from shared.ui import FormView
from space_node.db import db, read_only, transactional
from space_node.events import queries as events
from space_node.events import service
from space_node.organise import queries
from space_node.organise.pages import forms, shown
from space_node.organise.schemas import AnswerForm, BoardQuery, EventForm, InviteForm, NoteForm
from space_node.uplink import queries as uplink

organise_pages = audience(Blueprint("organise", __name__, template_folder="../templates"), "manager")
Outcome = Response | tuple[str, int]


@organise_pages.get("/organise")
@read_only
def index() -> str:
    """All that this space organises."""
    wanted, session = load(BoardQuery, request.args), db.session()
    numbers = {"coming": wanted["page"], **{name: wanted[name] for name in ("invitations", "drafts", "past")}}
    found = queries.board(session, current_clock().now(), search=wanted["q"], sort=wanted["sort"], **numbers)
    return render_template("organise/index.html", board=found, wanted=wanted, own_zone=uplink.own_zone(session))


@organise_pages.get("/organise/new")
@read_only
def new() -> str:
    """The form for a new event."""
    language = next(iter(shown.own_languages()), "en")
    usual = {"language": language, "reach": Reach.NETWORK, "attendee_list": AttendeeList.HIDDEN}
    return _form(new_id(current_clock().now()), FormView(usual))


@organise_pages.get("/organise/<id:event_id>")
@read_only
def detail(event_id: str) -> str:
    """One event."""
    return _detail(event_id)


@organise_pages.get("/organise/<id:event_id>/text")
@read_only
def edit(event_id: str) -> str:
    """The form with what the event says."""
    event = events.require(db.session(), event_id)
    return _form(event_id, FormView(meanwhile.filled(forms.text_fields(event))))


@organise_pages.post("/organise/<id:event_id>/text")
def save(event_id: str) -> Outcome:
    """Keep what the event says: a draft stays here, a change of what is published goes out."""

    @transactional
    def work() -> None:
        said, session, now = load(EventForm, request.form), db.session(), current_clock().now()
        held = events.find(session, event_id, lock=True)
        if held is not None:
            said = forms.text_to_keep(held, said)
        said.pop(meanwhile.SHOWN_FIELD, None)
        note, topics, recipe = said.pop("note"), tuple(said.pop("topics")), held.format if held else None
        text = service.EventText(**said, topics=topics, format=recipe)
        if held is None or held.state == EventState.DRAFT:
            service.save_draft(session, event_id=event_id, text=text, now=now)
        else:
            service.change(session, event_id=event_id, text=text, note=note, now=now)

    try:
        work()
    except Refusal as refusal:
        return read_only(_refused)(event_id, refusal), status_of(type(refusal))
    return _done(event_id)


@organise_pages.post("/organise/<id:event_id>/publish")
def publish(event_id: str) -> Outcome:
    """Let others see it."""
    return or_shown(event_id, lambda: service.publish(db.session(), event_id=event_id, now=current_clock().now()))


@organise_pages.post("/organise/<id:event_id>/resend")
def resend(event_id: str) -> Outcome:
    """Send again what was refused."""
    return or_shown(event_id, lambda: service.resend(db.session(), event_id=event_id, now=current_clock().now()))


@organise_pages.post("/organise/<id:event_id>/cancel")
def cancel(event_id: str) -> Outcome:
    """Call the event off, with a note."""

    def work() -> None:
        note = load(NoteForm, request.form)["note"]
        service.cancel(db.session(), event_id=event_id, note=note, now=current_clock().now())

    return or_shown(event_id, work)


@organise_pages.post("/organise/<id:event_id>/delete")
@transactional
def delete(event_id: str) -> Response:
    """Throw a draft away."""
    service.delete_draft(db.session(), event_id=event_id)
    flash(gettext("The draft is gone."), "info")
    return redirect(url_for("organise.index"), 303)


@organise_pages.post("/organise/<id:event_id>/cohosts")
def invite(event_id: str) -> Outcome:
    """Ask a space to hold the event too."""

    def work() -> None:
        space = load(InviteForm, request.form)["space"]
        service.invite(db.session(), event_id=event_id, space=space, now=current_clock().now())

    return or_shown(event_id, work)


@organise_pages.post("/organise/<id:event_id>/cohosts/<slug:space>/remove")
def uninvite(event_id: str, space: str) -> Outcome:
    """Take an invitation back."""
    return or_shown(event_id, lambda: service.uninvite(db.session(), event_id=event_id, space=space, now=current_clock().now()))


@organise_pages.post("/organise/<id:event_id>/answer")
def answer(event_id: str) -> Outcome:
    """Answer an invitation, or withdraw."""

    def work() -> None:
        said = load(AnswerForm, request.form)
        service.answer_invitation(db.session(), event_id=event_id, **said, now=current_clock().now())

    return or_shown(event_id, work)


def or_shown(event_id: str, work: Callable[[], object]) -> Outcome:
    """Do it, or show the event's page with what was typed and why it was refused."""
    try:
        transactional(work)()
        return _done(event_id)
    except Refusal as refusal:
        typed = FormView.refused(refusal, request.form)
        return read_only(lambda: _detail(event_id, typed))(), status_of(type(refusal))


def _done(event_id: str) -> Response:
    shown.say(event_id)
    return redirect(url_for("organise.detail", event_id=event_id), 303)


def _refused(event_id: str, refusal: Refusal) -> str:
    stored = forms.text_fields(events.find(db.session(), event_id))
    return _form(event_id, FormView.refused(refusal, meanwhile.again(refusal, request.form, stored)))


def _form(event_id: str, form: FormView) -> str:
    event = events.find(db.session(), event_id)
    languages = shown.language_options(str(form.value("language")))
    return render_template("organise/text.html", event=event, event_id=event_id, form=form, languages=languages)


def _detail(event_id: str, form: FormView | None = None) -> str:
    session = db.session()
    found = queries.organised(session, event_id, current_clock().now())
    asked = {found.lead, *(one.slug for one in found.cohosts if one.state in queries.HOLDING)}
    return render_template(
        "organise/event.html",
        found=found,
        form=form or FormView(),
        others=[(space.slug, f"{space.name} ({space.city})") for space in uplink.directory(session) if space.slug not in asked],
        added=shown.added(event_id),
        own_zone=uplink.own_zone(session),
        title=title_of,
    )
