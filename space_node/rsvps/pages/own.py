"""The member's own pages: ask for a place in one step, see how it stands, answer an offer, change one's mind, say how it was."""

import datetime as dt
from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from shared.access import audience
from shared.clock import current_clock
from shared.errors import Refusal
from shared.ids import new_id
from shared.problems import status_of
from shared.schemas import load
from shared.ui import FormView, state_label
from space_node.db import db, read_only, transactional
from space_node.members import queries as members
from space_node.rsvps import queries, service
from space_node.rsvps.pages.shown import place
from space_node.rsvps.rules import Pressed
from space_node.rsvps.schemas import AskForm, ContactForm, FeedbackForm, PlacesQuery, PressForm, ShareForm
from space_node.uplink import queries as uplink

rsvps_pages = audience(Blueprint("rsvps", __name__, template_folder="../templates"), "member")
Answer = Response | tuple[str, int]


@rsvps_pages.get("/my-events")
@read_only
def index() -> str:
    """What the member takes part in: offers that wait, what is ahead, what is behind."""
    wanted, session = load(PlacesQuery, request.args), db.session()
    member_id, now = members.present(db.session()).id, _now()
    return render_template(
        "rsvps/index.html",
        offers=queries.offers(session, member_id=member_id, now=now),
        ahead=queries.ahead_page(session, member_id=member_id, now=now, number=wanted["ahead"]),
        behind=queries.behind(session, member_id=member_id, now=now, number=wanted["page"]),
        names=uplink.space_names(session),
        contact=uplink.hub_contact(session),
    )


@rsvps_pages.get("/my-events/new/<id:session_id>")
@read_only
def ask_form(session_id: str) -> str:
    """How one can take part in a session, and what it costs."""
    return _form(session_id, FormView())


@rsvps_pages.post("/my-events")
def ask() -> Answer:
    """Ask for a place; the hub's answer is on the next page."""

    @transactional
    def work() -> str:
        wanted = service.Wanted(**load(AskForm, request.form))
        return service.ask(db.session(), member_id=members.present(db.session()).id, wanted=wanted, now=current_clock().now()).id

    try:
        rsvp_id = work()
    except Refusal as refusal:
        form, session_id = FormView.refused(refusal, request.form), request.form.get("session_id", "")
        return read_only(lambda: _form(session_id, form))(), status_of(type(refusal))
    return redirect(url_for("rsvps.detail", rsvp_id=rsvp_id), 303)


@rsvps_pages.get("/my-events/<id:rsvp_id>")
@read_only
def detail(rsvp_id: str) -> str:
    """One place: how it stands, what the host tells, and what can be done."""
    return render_template("rsvps/detail.html", **place(_own(rsvp_id)))


@rsvps_pages.post("/my-events/<id:rsvp_id>/<any(cancel, accept, decline, switch):pressed>")
def press(rsvp_id: str, pressed: str) -> Answer:
    """Give the place back, take or leave the seat that is offered, or take part in the other way."""

    def work(member_id: str) -> object:
        form = load(PressForm, request.form)
        return service.press(db.session(), Pressed(pressed), member_id=member_id, rsvp_id=rsvp_id, **form, now=_now())

    return _press(rsvp_id, work)


@rsvps_pages.post("/my-events/<id:rsvp_id>/sharing")
def sharing(rsvp_id: str) -> Answer:
    """Let others who share see one's name, or no longer."""

    def work(member_id: str) -> object:
        form = load(ShareForm, request.form)
        return service.set_sharing(db.session(), member_id=member_id, rsvp_id=rsvp_id, **form, now=_now())

    return _press(rsvp_id, work)


@rsvps_pages.post("/my-events/<id:rsvp_id>/writing")
def writing(rsvp_id: str) -> Answer:
    """Let the host write to one itself should one's own space be silent, or no longer."""

    def work(member_id: str) -> object:
        form = load(ContactForm, request.form)
        return service.set_writing(db.session(), member_id=member_id, rsvp_id=rsvp_id, **form, now=_now())

    return _press(rsvp_id, work)


@rsvps_pages.post("/my-events/<id:rsvp_id>/feedback")
def feedback(rsvp_id: str) -> Answer:
    """Tell the host how it was."""

    def work(member_id: str) -> object:
        return service.tell(db.session(), member_id=member_id, rsvp_id=rsvp_id, **load(FeedbackForm, request.form), now=_now())

    return _press(rsvp_id, work)


def _press(rsvp_id: str, work: Callable[[str], object]) -> Answer:
    """Do what was pressed and show how the place stands then; what is refused is said on the same page."""
    try:
        transactional(lambda: work(members.present(db.session()).id))()
    except Refusal as refusal:
        form = FormView.refused(refusal, request.form)
        page = read_only(lambda: render_template("rsvps/detail.html", **place(_own(rsvp_id), form=form)))()
        return page, status_of(type(refusal))
    return redirect(url_for("rsvps.detail", rsvp_id=rsvp_id), 303)


def _own(rsvp_id: str) -> queries.Rsvp:
    return queries.mine(db.session(), rsvp_id=rsvp_id, member_id=members.present(db.session()).id)


def _form(session_id: str, form: FormView) -> str:
    """The form of a session; the id is minted with it, so that a form sent twice is one place."""
    session = db.session()
    opening = queries.opening(session, session_id=session_id, member=members.present(db.session()), now=_now())
    return render_template(
        "rsvps/ask.html",
        opening=opening,
        names=uplink.space_names(session),
        own_zone=uplink.own_zone(session),
        contact=uplink.hub_contact(session),
        choices=[(kind, state_label(kind).text) for kind in opening.kinds],
        rsvp_id=form.value("rsvp_id") or new_id(),
        form=form if form.failed else FormView({"kind": (opening.free_kinds or opening.kinds)[0], "party": 1}),
    )


def _now() -> dt.datetime:
    return current_clock().now()
