"""A member's own calendar: its secret address, and single places as files."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from shared.access import audience
from shared.calendar.writer import CONTENT_TYPE, calendar_file
from shared.clock import current_clock
from shared.schemas import load
from shared.ui import FormView
from shared.web import public_url
from space_node.agenda import queries, service
from space_node.agenda.schemas import FeedForm
from space_node.db import db, read_only, transactional
from space_node.members import queries as members
from space_node.rsvps import queries as rsvps

own_calendar_pages = audience(Blueprint("own_calendar", __name__, template_folder="../templates"), "member")


@own_calendar_pages.get("/my-calendar")
@read_only
def index() -> str:
    """Whether there is an address, and what the calendar shows."""
    return _page(None)


@own_calendar_pages.post("/my-calendar")
@transactional
def make() -> str:
    """Make an address and show it, once; the one before stops working."""
    wanted, now = load(FeedForm, request.form), current_clock().now()
    token = service.make_address(db.session(), member_id=_member_id(), **wanted, now=now)
    return _page(public_url(url_for("rsvp_links.feed", token=token)))


@own_calendar_pages.post("/my-calendar/withdraw")
@transactional
def withdraw() -> BaseResponse:
    """Let the address stop working."""
    service.withdraw_address(db.session(), member_id=_member_id())
    flash(gettext("The address no longer works."), "good")
    return redirect(url_for("own_calendar.index"), 303)


@own_calendar_pages.get("/my-events/<id:rsvp_id>.ics")
@read_only
def file(rsvp_id: str) -> Response:
    """One place as a calendar file."""
    rsvp = rsvps.mine(db.session(), rsvp_id=rsvp_id, member_id=_member_id())
    headers = {"Content-Disposition": f'attachment; filename="event-{rsvp.session_id}.ics"'}
    body = calendar_file([queries.entry(db.session(), rsvp)])
    return Response(body, content_type=CONTENT_TYPE, headers=headers)


def _member_id() -> str:
    return members.present(db.session()).id


def _page(address: str | None) -> str:
    feed = queries.calendar_feed(db.session(), _member_id())
    form = FormView({"with_waiting": feed is not None and feed.with_waiting})
    return render_template("agenda/calendar.html", feed=feed, address=address, form=form)
