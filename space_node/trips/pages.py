"""The member's pages about working elsewhere: find a desk, book it in one step, trips, the arrival card."""

import datetime as dt
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from shared.access import audience
from shared.calendar.writer import CONTENT_TYPE
from shared.clock import current_clock, local_date
from shared.errors import Invalid, Refusal
from shared.ids import new_id
from shared.problems import status_of
from shared.protocol.states import BookingState, NoReason, Part
from shared.schemas import load
from shared.signin import current_session
from shared.ui import FormView, state_label
from space_node.db import db, read_only, transactional
from space_node.members import queries as members
from space_node.passports import queries as passports
from space_node.trips import queries, rules, service
from space_node.trips.models import Trip
from space_node.trips.schemas import BookForm, FindQuery, TripsQuery
from space_node.uplink import queries as uplink

trips_pages = audience(Blueprint("trips", __name__, template_folder="templates"), "member")


@trips_pages.get("/find-a-desk")
@read_only
def find() -> str:
    """Every twin's desks on one day: free, price, days left."""
    return _find(**load(FindQuery, request.args), form=FormView())


@trips_pages.post("/trips")
def book() -> BaseResponse | tuple[str, int]:
    """Book one desk; the hub's answer is on the next page."""

    @transactional
    def work() -> str:
        wanted = service.Wanted(**load(BookForm, request.form))
        return service.request(db.session(), member_id=this_member().id, wanted=wanted, now=current_clock().now()).booking_id

    try:
        booking_id = work()
    except Refusal as refusal:
        form = FormView.refused(refusal, request.form)
        return read_only(lambda: _find(**_same_search(), form=form))(), status_of(type(refusal))
    return redirect(url_for("trips.detail", booking_id=booking_id), 303)


@trips_pages.get("/trips")
@read_only
def index() -> str:
    """The member's trips."""
    session, member, wanted = db.session(), this_member(), load(TripsQuery, request.args)
    about = {"search": wanted["q"], "sort": wanted["sort"], "number": wanted["page"]}
    page = queries.page(session, member_id=member.id, **about)
    spaces = {trip.host: uplink.space(session, trip.host) for trip in page.rows}
    return render_template("trips/index.html", page=page, spaces=spaces, wanted=wanted)


@trips_pages.get("/trips/<id:booking_id>")
@read_only
def detail(booking_id: str) -> str:
    """One trip: what became of it, and the arrival card."""
    trip = queries.mine(db.session(), booking_id=booking_id, member_id=this_member().id)
    return render_template("trips/detail.html", **_about(trip))


@trips_pages.post("/trips/<id:booking_id>/cancel")
@transactional
def cancel(booking_id: str) -> BaseResponse:
    """Cancel a trip; the hub's answer is on the next page."""
    service.cancel(db.session(), member_id=this_member().id, booking_id=booking_id, now=current_clock().now())
    return redirect(url_for("trips.detail", booking_id=booking_id), 303)


@trips_pages.get("/trips/<id:booking_id>.ics")
@read_only
def calendar(booking_id: str) -> Response:
    """The trip as a calendar file."""
    trip = queries.mine(db.session(), booking_id=booking_id, member_id=this_member().id)
    headers = {"Content-Disposition": f'attachment; filename="trip-{trip.on.isoformat()}.ics"'}
    return Response(service.calendar_of(db.session(), trip), content_type=CONTENT_TYPE, headers=headers)


def this_member() -> members.Member:
    """The signed-in member."""
    signed_in = current_session()
    member = members.of_account(db.session(), signed_in.account.account_id) if signed_in else None
    return member or abort(404)


def _find(on: dt.date | None, part: Part, form: FormView) -> str:
    session, now, member = db.session(), current_clock().now(), this_member()
    first, day = queries.first_day(session, now), on or local_date(now, uplink.own_zone(session))
    offers = queries.offers(session, member=member, on=day, part=part, now=now)
    return render_template(
        "trips/find.html",
        # The ids are minted with the form, so that a form sent twice is one booking.
        offers=[(offer, new_id(), new_id()) for offer in offers],
        on=day,
        part=part,
        first=first,
        last=first + dt.timedelta(days=rules.DAYS_AHEAD_MAX),
        form=form,
        contact=uplink.hub_contact(session),
    )


def _same_search() -> dict[str, Any]:
    """The day and part of a form that came back, as far as they can be read."""
    try:
        return load(FindQuery, {name: request.form[name] for name in ("on", "part") if name in request.form})
    except Invalid:
        return load(FindQuery, {})


def _about(trip: Trip) -> dict[str, object]:
    session, now = db.session(), current_clock().now()
    asked = trip.cancel_asked_at is not None
    return {
        "trip": trip,
        "space": uplink.space(session, trip.host),
        "visit_pass": passports.visit_pass_of(session, trip.booking_id, now) if trip.state in rules.AWAY_STATES else None,
        "waits": asked or trip.state == BookingState.REQUESTED,
        "no": state_label(trip.reason, NoReason.__name__).text if trip.reason in set(NoReason) else "",
        "may_cancel": rules.may_cancel(state=trip.state, closes_at=trip.closes_at, asked=asked, now=now),
        "cancel_credits": rules.cost_of_cancelling(
            price=trip.price_credits, steps=trip.cancellation, opens_at=trip.opens_at, now=now
        ),
    }
