"""What anybody may see without signing in: events whose reach is public, as pages to share and as calendars to subscribe to."""

import datetime as dt
from functools import lru_cache

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from shared.access import audience
from shared.calendar.writer import CONTENT_TYPE, CalendarEntry, calendar_file
from shared.clock import current_clock
from shared.web import public_url
from space_node.calendar import queries
from space_node.calendar.pages import shown
from space_node.calendar.pages.structured import event_data
from space_node.db import db, read_only
from space_node.uplink import queries as uplink

happening_pages = audience(Blueprint("happening", __name__, template_folder="../templates"), "public")
FRESH_SECONDS = 300
CALENDARS_KEPT = 8
ASK_AGAIN = dt.timedelta(hours=1)


@happening_pages.get("/happening")
@read_only
def index() -> tuple[str, int]:
    """What anybody may come to, as a list or as a month."""
    about, status = shown.calendar(public=True)
    own = uplink.identity(db.session())
    return render_template("calendar/happening.html", about=about, own=own.slug if own else None), status


@happening_pages.get("/happening/<id:event_id>")
@read_only
def event(event_id: str) -> str:
    """One event to share, with its facts in a form that search engines read."""
    found = queries.require_public(db.session(), event_id)
    about, address = shown.event_page(found), page_of(event_id)
    return render_template("calendar/shared.html", **about, address=address, data=event_data(**about, address=address))


@happening_pages.get("/happening.ics")
@read_only
def everywhere() -> BaseResponse:
    """All public sessions of the network, to subscribe to."""
    own = uplink.identity(db.session())
    return _feed(own.network if own else "Twindesk")


@happening_pages.get("/happening/<slug:space>.ics")
@read_only
def of_space(space: str) -> BaseResponse:
    """The public sessions that one space holds, to subscribe to."""
    return _feed(uplink.space_names(db.session()).get(space, space), host=space)


@happening_pages.get("/happening/<id:event_id>.ics")
@read_only
def file(event_id: str) -> BaseResponse:
    """The sessions of one public event as a calendar file."""
    found = queries.require_public(db.session(), event_id)
    rows = [(row, found) for row in queries.sessions_of(db.session(), event_id)]
    answer = _calendar(rows, found.title)
    answer.headers["Content-Disposition"] = f'attachment; filename="event-{event_id}.ics"'
    return answer


def page_of(event_id: str) -> str:
    """The address of an event's page as the world knows it."""
    return public_url(f"/happening/{event_id}")


def _feed(name: str, *, host: str = "") -> BaseResponse:
    return _calendar(queries.feed(db.session(), now=current_clock().now(), host=host), name)


def _calendar(rows: list[tuple[queries.MirrorSession, queries.MirrorEvent]], name: str) -> BaseResponse:
    """A calendar with its tag: who holds the same one is told so, and sent nothing."""
    named = uplink.space_names(db.session())
    entries = tuple(queries.calendar_entry(row, found, names=named, url=page_of(found.id)) for row, found in rows)
    answer = Response(_written(entries, name), content_type=CONTENT_TYPE)
    answer.headers["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    answer.add_etag()
    return answer.make_conditional(request)


@lru_cache(maxsize=CALENDARS_KEPT)
def _written(entries: tuple[CalendarEntry, ...], name: str) -> bytes:
    """The bytes of a calendar; strangers may ask for the same one as often as they like."""
    return calendar_file(entries, name=name, refresh=ASK_AGAIN)
