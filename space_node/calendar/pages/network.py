"""What the network does, for members, the desk and the manager: the calendar, one event, and its file for a calendar."""

from collections.abc import Callable
from typing import cast

from flask import Blueprint, Response, current_app, render_template
from markupsafe import Markup

from shared.access import audience
from shared.calendar.writer import CONTENT_TYPE, calendar_file
from shared.signin import current_session
from space_node.calendar import queries
from space_node.calendar.pages import shown
from space_node.db import db, read_only
from space_node.uplink import queries as uplink

calendar_pages = audience(Blueprint("calendar", __name__, template_folder="../templates"), "signed-in")
# What slices above add to the page of an event: (event, session or None for the head of the page) -> what stands there.
Action = Callable[[str, str | None], Markup | str]
# What slices above know of an event: (event) -> what stands under its text.
Note = Callable[[str], Markup | str]


@calendar_pages.get("/events")
@read_only
def index() -> tuple[str, int]:
    """What the network does, as a list or as a month."""
    about, status = shown.calendar(public=False)
    return render_template("calendar/index.html", about=about), status


@calendar_pages.get("/events/<id:event_id>")
@read_only
def event(event_id: str) -> str:
    """One event with all its sessions, and what one can do about each."""
    about = shown.event_page(_visible(event_id))
    return render_template("calendar/event.html", **about, actions_of=_actions_of, notes_of=_notes_of)


@calendar_pages.get("/events/<id:event_id>.ics")
@read_only
def file(event_id: str) -> Response:
    """The sessions of an event as a calendar file, without any link to join by."""
    found, named = _visible(event_id), uplink.space_names(db.session())
    rows = queries.sessions_of(db.session(), found.id)
    body = calendar_file((queries.calendar_entry(row, found, names=named) for row in rows), name=found.title)
    headers = {"Content-Disposition": f'attachment; filename="event-{event_id}.ics"'}
    return Response(body, content_type=CONTENT_TYPE, headers=headers)


def _visible(event_id: str) -> queries.MirrorEvent:
    signed_in = current_session()
    staff = signed_in is not None and bool(signed_in.account.roles & {"desk", "manager"})
    return queries.require_event(db.session(), event_id, everything=staff)


def _actions_of(event_id: str, session_id: str | None = None) -> Markup:
    actions = cast("list[Action]", current_app.extensions.get("calendar_actions", []))
    return Markup().join(action(event_id, session_id) for action in actions)


def _notes_of(event_id: str) -> Markup:
    notes = cast("list[Note]", current_app.extensions.get("calendar_notes", []))
    return Markup().join(note(event_id) for note in notes)
