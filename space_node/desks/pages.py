"""The manager's page about guest desks: the usual week, and days that differ."""

import datetime as dt
from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from shared import meanwhile
from shared.access import audience
from shared.clock import current_clock, local_date
from shared.errors import Refusal
from shared.problems import status_of
from shared.schemas import load
from shared.ui import FormView
from space_node.db import db, read_only, transactional
from space_node.desks import queries, service
from space_node.desks.schemas import DayForm, WeekForm
from space_node.uplink import queries as uplink

desks_pages = audience(Blueprint("desks", __name__, template_folder="templates"), "manager")
Outcome = Response | tuple[str, int]


@desks_pages.get("/guest-desks")
@read_only
def index() -> str:
    """What guests may have."""
    return _page(_week(), FormView())


@desks_pages.post("/guest-desks/week")
def set_week() -> Outcome:
    """Keep the usual week."""

    @transactional
    def work() -> None:
        typed = load(WeekForm, request.form)
        shown = typed.pop(meanwhile.SHOWN_FIELD)
        service.change_week(db.session(), typed=typed, shown=shown, now=current_clock().now())

    return _done(work, gettext("Guests see the new numbers as soon as the hub has them."), week=True)


@desks_pages.post("/guest-desks/days")
def set_day() -> Outcome:
    """Make one day differ."""

    @transactional
    def work() -> None:
        form = load(DayForm, request.form)
        service.set_day(
            db.session(),
            on=form["on"],
            open_to_guests=form["open"],
            morning=form["morning"],
            afternoon=form["afternoon"],
            reason=form["reason"],
            now=current_clock().now(),
        )

    return _done(work, gettext("The day is kept. Nobody who is booked loses the desk."), week=False)


@desks_pages.post("/guest-desks/days/<day:on>/clear")
@transactional
def clear_day(on: str) -> Response:
    """Let a day be like its weekday again."""
    service.clear_day(db.session(), on=load(DayForm, {"on": on})["on"], now=current_clock().now())
    flash(gettext("The day is like its weekday again."), "good")
    return redirect(url_for("desks.index"), 303)


def _done(work: Callable[[], None], said: str, *, week: bool) -> Outcome:
    try:
        work()
    except Refusal as refusal:
        return _refused(refusal, week=week), status_of(type(refusal))
    flash(said, "good")
    return redirect(url_for("desks.index"), 303)


@read_only
def _refused(refusal: Refusal, *, week: bool) -> str:
    """The page with one of its forms as it was typed."""
    if week:
        sent = meanwhile.again(refusal, request.form, queries.week_form(db.session()))
        return _page(FormView.refused(refusal, sent), FormView())
    return _page(_week(), FormView.refused(refusal, request.form))


def _week() -> FormView:
    return FormView(meanwhile.filled(queries.week_form(db.session())))


def _page(week: FormView, day: FormView) -> str:
    session = db.session()
    today = local_date(current_clock().now(), uplink.own_zone(session))
    monday = today - dt.timedelta(days=today.weekday())
    weekdays = [monday + dt.timedelta(days=n) for n in range(7)]
    exceptions = queries.exceptions(session, today)
    return render_template("desks/index.html", week=week, day=day, today=today, weekdays=weekdays, exceptions=exceptions)
