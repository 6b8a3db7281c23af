"""The member's pages about working elsewhere: find a desk, book it in one step, trips, the arrival card."""

import datetime as dt
from math import ceil

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from icalendar import Calendar, Event
from werkzeug.wrappers import Response as BaseResponse

from shared.access import audience
from shared.clock import current_clock, local_date
from shared.errors import Refusal
from shared.ids import new_id
from shared.problems import status_of
from shared.protocol.states import BookingState, Part
from shared.schemas import load
from shared.signin import current_session
from shared.ui import FormView
from space_node.config import present_node
from space_node.db import db, read_only, transactional
from space_node.members import queries as members
from space_node.passports import queries as passports
from space_node.trips import queries, rules, service
from space_node.trips.models import Trip
from space_node.trips.schemas import BookForm, FindQuery, TripsQuery
from space_node.uplink import queries as uplink

trips_pages = audience(Blueprint("trips", __name__, template_folder="templates"), "member")
PAGE_ROWS = 20
SHOWN_DAYS = 14


@trips_pages.get("/find-a-desk")
@read_only
def find() -> str:
    """Every twin's desks on one day: free, price, days left."""
    present_node().note_use()
    wanted = load(FindQuery, request.args)
    return _find(wanted["on"], wanted["part"], FormView())


@trips_pages.post("/trips")
def book() -> BaseResponse | tuple[str, int]:
    """Book one desk; the hub's answer is on the next page."""

    @transactional
    def work() -> str:
        wanted = load(BookForm, request.form)
        member = this_member()
        return service.request(db.session(), member_id=member.id, now=current_clock().now(), **wanted).booking_id

    try:
        booking_id = work()
    except Refusal as refusal:
        form = FormView.refused(refusal, request.form)
        shown = load(FindQuery, {name: request.form[name] for name in ("on", "part") if _is_day_or_part(name)})
        return read_only(lambda: _find(shown["on"], shown["part"], form))(), status_of(type(refusal))
    return redirect(url_for("trips.detail", booking_id=booking_id), 303)


@trips_pages.get("/trips")
@read_only
def index() -> str:
    """The member's trips."""
    number = load(TripsQuery, request.args)["page"]
    session, member = db.session(), this_member()
    rows, total = queries.page(session, member_id=member.id, offset=(number - 1) * PAGE_ROWS, limit=PAGE_ROWS)
    spaces = {trip.host: uplink.space(session, trip.host) for trip in rows}
    return render_template("trips/index.html", rows=rows, spaces=spaces, number=number, count=max(1, ceil(total / PAGE_ROWS)))


@trips_pages.get("/trips/<id:booking_id>")
@read_only
def detail(booking_id: str) -> str:
    """One trip: what became of it, and the arrival card."""
    present_node().note_use()
    trip = queries.mine(db.session(), booking_id=booking_id, member_id=this_member().id)
    return render_template("trips/detail.html", **_about(trip))


@trips_pages.post("/trips/<id:booking_id>/cancel")
@transactional
def cancel(booking_id: str) -> BaseResponse:
    """Cancel a trip."""
    service.cancel(db.session(), member_id=this_member().id, booking_id=booking_id, now=current_clock().now())
    flash(gettext("We have asked to cancel. The seat is free again as soon as the hub answers."), "info")
    return redirect(url_for("trips.detail", booking_id=booking_id), 303)


@trips_pages.get("/trips/<id:booking_id>.ics")
@read_only
def calendar(booking_id: str) -> Response:
    """The trip as a calendar file."""
    session = db.session()
    trip = queries.mine(session, booking_id=booking_id, member_id=this_member().id)
    space = uplink.space(session, trip.host)
    text = _calendar(trip, space.name if space else trip.host, space.profile["address"] if space and space.profile else "")
    headers = {"Content-Disposition": f'attachment; filename="trip-{trip.on.isoformat()}.ics"'}
    return Response(text, content_type="text/calendar; charset=utf-8", headers=headers)


def this_member() -> members.Member:
    """The signed-in member."""
    signed_in = current_session()
    member = members.of_account(db.session(), signed_in.account.account_id) if signed_in else None
    if member is None:
        abort(404)
    return member


def _find(on: dt.date | None, part: Part, form: FormView) -> str:
    session, now = db.session(), current_clock().now()
    today = local_date(now, uplink.own_zone(session))
    day = on or today
    offers = queries.offers(session, member=this_member(), on=day, part=part, now=now)
    days = [today + dt.timedelta(days=n) for n in range(SHOWN_DAYS)]
    ids = [(new_id(), new_id()) for _ in offers]
    contact = uplink.hub_contact(session)
    return render_template(
        "trips/find.html", offers=list(zip(offers, ids, strict=True)), on=day, part=part, days=days, form=form, contact=contact
    )


def _calendar(trip: Trip, name: str, address: str) -> bytes:
    """Instants in UTC need no zone of their own, so every calendar shows the right minute."""
    entry = Event()
    entry.add("uid", f"{trip.booking_id}@twindesk")
    entry.add("sequence", trip.rev)
    entry.add("dtstamp", trip.answered_at or trip.asked_at)
    entry.add("dtstart", trip.opens_at or dt.datetime.combine(trip.on, dt.time(), dt.UTC))
    entry.add("dtend", trip.closes_at or dt.datetime.combine(trip.on, dt.time(23), dt.UTC))
    entry.add("summary", gettext("Desk at %(space)s", space=name))
    entry.add("location", address)
    entry.add("status", "CONFIRMED" if trip.state == BookingState.CONFIRMED else "CANCELLED")
    calendar = Calendar()
    calendar.add("prodid", "-//Twindesk//Trips//EN")
    calendar.add("version", "2.0")
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _about(trip: Trip) -> dict[str, object]:
    session, now = db.session(), current_clock().now()
    asked = trip.cancel_asked_at is not None
    return {
        "trip": trip,
        "space": uplink.space(session, trip.host),
        "visit_pass": passports.visit_pass_of(session, trip.booking_id, now),
        "may_cancel": rules.may_cancel(state=trip.state, closes_at=trip.closes_at, asked=asked, now=now),
        "cancel_credits": rules.cost_of_cancelling(
            price=trip.price_credits, steps=trip.cancellation, opens_at=trip.opens_at, now=now
        ),
        "today": local_date(now, trip.zone) == trip.on,
    }


def _is_day_or_part(name: str) -> bool:
    if name == "part":
        return request.form.get(name) in set(Part)
    try:
        dt.date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        return False
    return True
