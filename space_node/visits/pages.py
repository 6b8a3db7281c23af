"""The front desk's pages: today's guests, scan or paste a passport, check in, receive a walk-in. None waits for the hub."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from shared.access import audience
from shared.clock import current_clock
from shared.errors import Invalid, NotFound, Refusal
from shared.problems import status_of
from shared.protocol.states import DoorReason, Part
from shared.scanning import ScanForm
from shared.schemas import load
from shared.spoken import translated
from shared.ui import FormView
from space_node.db import db, read_only, transactional
from space_node.uplink import queries as uplink
from space_node.visits import queries, rules, service
from space_node.visits.schemas import ArrivalsQuery, CheckInForm, WalkInForm

visits_pages = audience(Blueprint("visits", __name__, template_folder="templates"), "desk")


@visits_pages.get("/arrivals")
@read_only
def arrivals() -> str:
    """Today's guests."""
    session, now = db.session(), current_clock().now()
    wanted, today = load(ArrivalsQuery, request.args), queries.today(session, now)
    on = wanted["on"] or today
    page = queries.arrivals_page(session, on, search=wanted["q"], number=wanted["page"])
    about = {"counts": queries.counts(session, now) if on == today else None, "on": on, "wanted": wanted}
    return render_template("visits/arrivals.html", page=page, **about, **_connection())


@visits_pages.get("/arrivals/scan")
@read_only
def scan() -> str:
    """Scan or paste a passport."""
    return _scan(FormView())


@visits_pages.post("/arrivals/scan")
@read_only
def verdict() -> str | tuple[str, int]:
    """What to do about a passport; nothing is kept of it."""
    session, now = db.session(), current_clock().now()
    try:
        text = load(ScanForm, request.form)["passport"]
    except Invalid as refusal:
        return _scan(FormView.refused(refusal, request.form)), status_of(Invalid)
    found = service.scan(session, text, now)
    home = found.check.home
    known = uplink.space(session, home) if home else None
    prices = {part: service.walk_in_price(session, home, part) for part in Part} if home else {}
    home_name, walk_in = (known.name if known else "") or home, FormView({"part": Part.DAY})
    # What could not be read can be mended; anything else is done with, and the field is free for the next guest's.
    form = FormView(request.form if found.reason is DoorReason.MALFORMED else None)
    return _scan(form, scan=found, text=text, home_name=home_name, prices=prices, walk_in=walk_in)


@visits_pages.post("/arrivals/check-in")
def check_in() -> Response:
    """A guest has come."""
    wanted = load(CheckInForm, request.form)

    def work() -> str:
        text, now = wanted["passport"] or None, current_clock().now()
        return service.check_in(db.session(), booking_id=wanted["booking_id"], passport_text=text, now=now).guest_name

    return _done(work)


@visits_pages.post("/arrivals/walk-in")
def walk_in() -> Response:
    """A guest has come whom nobody has booked."""
    wanted = load(WalkInForm, request.form)

    def work() -> str:
        now = current_clock().now()
        return service.walk_in(db.session(), passport_text=wanted["passport"], part=wanted["part"], now=now).guest_name

    return _done(work)


@visits_pages.get("/arrivals/<id:booking_id>")
@read_only
def detail(booking_id: str) -> str:
    """One guest's visit."""
    session, now = db.session(), current_clock().now()
    visit = queries.require(session, booking_id)
    one = queries.arrival(session, visit)
    asked = visit.cancel_asked_at is not None
    return render_template(
        "visits/detail.html",
        visit=visit,
        one=one,
        records=queries.records_of(session, booking_id),
        same_as=queries.visit(session, visit.same_as) if visit.same_as else None,
        is_today=visit.on == queries.today(session, now),
        may_cancel=rules.may_cancel(state=one.state, closes_at=visit.closes_at, asked=asked, now=now),
        **_connection(),
    )


@visits_pages.post("/arrivals/<id:booking_id>/cancel")
@transactional
def cancel(booking_id: str) -> Response:
    """Cancel a guest's visit; it costs the guest nothing."""
    service.cancel(db.session(), booking_id=booking_id, now=current_clock().now())
    flash(gettext("We have asked the hub to cancel this visit."), "info")
    return redirect(url_for("visits.detail", booking_id=booking_id), 303)


def _done(work: Callable[[], str]) -> Response:
    """Do it, and greet who has come; whatever the answer, the desk is back at its list, where the next guest waits."""
    try:
        name = transactional(work)()
    except NotFound:
        raise
    except Refusal as refusal:
        flash(translated(refusal.detail), "bad")
        return redirect(url_for("visits.arrivals"), 303)
    flash(gettext("Welcome, %(name)s!", name=name) if name else gettext("The guest is checked in."), "good")
    return redirect(url_for("visits.arrivals"), 303)


def _scan(form: FormView, **found: Any) -> str:
    return render_template("visits/scan.html", form=form, **found, **_connection())


def _connection() -> dict[str, Any]:
    contact, now = uplink.hub_contact(db.session()), current_clock().now()
    return {"contact": contact, "offline": rules.is_offline(contact.last_ok_at, now)}
