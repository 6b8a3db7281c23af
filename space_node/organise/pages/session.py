"""The manager's pages about a session: its form with wall time and zone, postponing and cancelling with a note."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from shared import meanwhile
from shared.access import audience
from shared.clock import current_clock, zone_names
from shared.errors import Refusal
from shared.ids import new_id
from shared.problems import status_of
from shared.protocol.states import SessionMode
from shared.schemas import load
from shared.ui import FormView
from shared.ui.clocks import fold_options
from shared.ui.filters import instant
from space_node.db import db, read_only, transactional
from space_node.events import queries as events
from space_node.events import service
from space_node.organise import queries
from space_node.organise.pages import forms, shown
from space_node.organise.pages.event import or_shown
from space_node.organise.schemas import NoteForm, SessionForm
from space_node.uplink import queries as uplink

session_pages = audience(Blueprint("organise_sessions", __name__, template_folder="../templates"), "manager")
Outcome = Response | tuple[str, int]
USUAL: dict[str, Any] = {
    "duration_minutes": 90,
    "mode": SessionMode.IN_PERSON,
    "seats_in_person": 20,
    "door_seats": 0,
    "waiting_list": True,
    "party_max": 1,
    "price_credits": "0",
}


@session_pages.get("/organise/<id:event_id>/sessions/new")
@read_only
def new(event_id: str) -> str:
    """The form for another session of this space."""
    session = db.session()
    found = queries.organised(session, event_id, current_clock().now())
    own = uplink.identity(session)
    profile = own.profile if own else {}
    venue = {f"venue_{name}": profile.get(name, "") for name in ("name", "address", "city")}
    usual = {**USUAL, **venue, "zone": uplink.own_zone(session), "language": found.text.language}
    return _form(event_id, new_id(current_clock().now()), FormView(usual))


@session_pages.get("/organise/<id:event_id>/sessions/<id:session_id>")
@read_only
def edit(event_id: str, session_id: str) -> str:
    """The form of a session of ours."""
    own = events.own_session(db.session(), session_id)
    return _form(event_id, session_id, FormView(meanwhile.filled(forms.session_fields(own))))


@session_pages.post("/organise/<id:event_id>/sessions/<id:session_id>")
def save(event_id: str, session_id: str) -> Outcome:
    """Keep a session, or first look at its local times."""
    looks = request.form.get("step") == "look"

    def work() -> None:
        typed, session, now = load(SessionForm, request.form), db.session(), current_clock().now()
        if looks:
            events.times_of(session, forms.plan(typed), event_id=event_id, session_id=session_id)
        else:
            plan = forms.plan(_to_keep(event_id, session_id, typed))
            service.save_session(session, event_id=event_id, session_id=session_id, plan=plan, now=now)

    try:
        (read_only(work) if looks else transactional(work))()
    except Refusal as refusal:
        return read_only(_refused)(event_id, session_id, refusal), status_of(type(refusal))
    if looks:
        return read_only(lambda: _form(event_id, session_id, FormView(request.form), looks=True))(), 200
    return _done(event_id)


@session_pages.post("/organise/<id:event_id>/sessions/<id:session_id>/postpone")
def postpone(event_id: str, session_id: str) -> Outcome:
    """Take the time away for now, with a note."""
    return _end(event_id, session_id, service.postpone_session)


@session_pages.post("/organise/<id:event_id>/sessions/<id:session_id>/cancel")
def cancel(event_id: str, session_id: str) -> Outcome:
    """Call a session off, with a note."""
    return _end(event_id, session_id, service.cancel_session)


@session_pages.post("/organise/<id:event_id>/sessions/<id:session_id>/delete")
def delete(event_id: str, session_id: str) -> Outcome:
    """Take a session out of a draft."""
    return or_shown(event_id, lambda: service.delete_session(db.session(), session_id=session_id))


def _end(event_id: str, session_id: str, act: Callable[..., object]) -> Outcome:
    def work() -> None:
        note = load(NoteForm, request.form)["note"]
        act(db.session(), session_id=session_id, note=note, now=current_clock().now())

    return or_shown(event_id, work)


def _done(event_id: str) -> Response:
    shown.say(event_id)
    return redirect(url_for("organise.detail", event_id=event_id), 303)


def _to_keep(event_id: str, session_id: str, typed: dict[str, Any]) -> dict[str, Any]:
    session = db.session()
    # Whoever writes a session locks its event first.
    events.require_holding(session, event_id)
    held = events.find_session(session, session_id, lock=True)
    return forms.session_to_keep(held, typed) if held is not None and held.event_id == event_id else typed


def _refused(event_id: str, session_id: str, refusal: Refusal) -> str:
    stored = forms.session_fields(events.find_session(db.session(), session_id))
    sent = meanwhile.again(refusal, request.form, stored)
    # Of two equal times the earlier one is proposed.
    sent.setdefault("fold", "0")
    return _form(event_id, session_id, FormView.refused(refusal, sent))


def _form(event_id: str, session_id: str, form: FormView, *, looks: bool = False) -> str:
    session, now = db.session(), current_clock().now()
    times = _times(event_id, session_id, form)
    return render_template(
        "organise/session.html",
        found=queries.organised(session, event_id, now),
        session_id=session_id,
        form=form,
        folds=fold_options(str(form.value("starts_local")), str(form.value("zone"))),
        sources=_sources(event_id, session_id),
        languages=shown.language_options(str(form.value("language"))),
        zones=sorted(zone_names()),
        times=times,
        elsewhere=queries.local_times(session, event_id, times.starts_at, but=queries.own_slug(session)) if times else [],
        looks=looks,
    )


def _times(event_id: str, session_id: str, form: FormView) -> Any:
    """The times of what is in the form, as far as they can be told."""
    values = {
        name: form.value(name) for name in ("starts_local", "zone", "duration_minutes", "relay_of", "fold", "mode", "language")
    }
    try:
        wanted = load(SessionForm, {name: value for name, value in values.items() if value not in ("", None)})
        return events.times_of(db.session(), forms.plan(wanted), event_id=event_id, session_id=session_id)
    except Refusal:
        return None


def _sources(event_id: str, session_id: str) -> list[tuple[str, str]]:
    found = queries.relayable(db.session(), event_id, but=session_id)
    return [(one.row.id, f"{one.host_name}: {instant(one.row.starts_at, one.row.zone)}") for one in found]
