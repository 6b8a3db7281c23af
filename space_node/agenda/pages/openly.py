"""Pages that a secret in their address opens, without signing in: "I can't come", and a member's own calendar."""

import datetime as dt

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from shared.access import audience
from shared.calendar.writer import CONTENT_TYPE, calendar_file
from shared.clock import current_clock
from space_node.agenda import queries
from space_node.db import db, read_only, transactional
from space_node.rsvps import queries as rsvps
from space_node.rsvps import service
from space_node.rsvps.errors import NothingToAnswer, RsvpUnknown
from space_node.rsvps.queries import Pressed
from space_node.uplink import queries as uplink

rsvp_link_pages = audience(Blueprint("rsvp_links", __name__, template_folder="../templates"), "public")
ASK_AGAIN = dt.timedelta(hours=1)


@rsvp_link_pages.get("/cannot-come/<token>")
@read_only
def cannot_come(token: str) -> BaseResponse:
    """Ask whether the place is to be given back: looking at the page does nothing, for programs that read mail look too."""
    session, rsvp, now = db.session(), _of_link(token), current_clock().now()
    page = render_template(
        "agenda/cannot_come.html",
        rsvp=rsvp,
        host_name=uplink.space_names(session).get(rsvp.host, rsvp.host),
        may_cancel=rsvps.may_give_back(session, rsvp, now),
        giving_back=rsvps.giving_back(session, rsvp, now),
        waits=rsvp.pressed is not None,
    )
    return _secret(Response(page))


@rsvp_link_pages.post("/cannot-come/<token>")
def give_back(token: str) -> BaseResponse:
    """Give the place back; a second time, nothing more happens."""

    @transactional
    def work() -> None:
        rsvp = _of_link(token)
        try:
            service.press(db.session(), Pressed.CANCEL, member_id=str(rsvp.member_id), rsvp_id=rsvp.id, now=current_clock().now())
        except NothingToAnswer:
            # It has been settled otherwise; the page says how.
            return

    work()
    return _secret(redirect(url_for("rsvp_links.cannot_come", token=token), 303))


@rsvp_link_pages.get("/events/feed/<token>.ics")
@read_only
def feed(token: str) -> BaseResponse:
    """A member's own calendar, to subscribe to. Who holds the same one is told so, and sent nothing."""
    session, now = db.session(), current_clock().now()
    found = queries.feed_of_token(session, token)
    entries = queries.in_feed(session, found, now)
    answer = Response(calendar_file(entries, name=gettext("My events"), refresh=ASK_AGAIN), content_type=CONTENT_TYPE)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.add_etag()
    return _secret(answer.make_conditional(request))


def _of_link(token: str) -> rsvps.Rsvp:
    found = queries.place_of_link(db.session(), token)
    if found is None or found.member_id is None:
        raise RsvpUnknown
    return found


def _secret(answer: BaseResponse) -> BaseResponse:
    """What has a secret in its address tells nobody where one came from, and is found by no search engine."""
    answer.headers["Referrer-Policy"], answer.headers["X-Robots-Tag"] = "no-referrer", "noindex"
    return answer
