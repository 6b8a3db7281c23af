"""The desk's pages on the day of an event: who comes, check in, scan, receive, take back. None waits for the hub."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from shared.access import audience
from shared.clock import current_clock
from shared.errors import Conflict, Invalid
from shared.paging import SearchQuery, search_sorted
from shared.problems import status_of
from shared.protocol.states import DoorReason, RsvpReason, RsvpState
from shared.scanning import ScanForm
from shared.schemas import load
from shared.signin import current_session
from shared.spoken import translated
from shared.ui import FormView, state_label
from space_node.db import db, read_only, transactional
from space_node.door import queries, service
from space_node.door.schemas import GuestForm, ReceiveForm
from space_node.hosting import queries as hosting
from space_node.hosting.queries import Group, GuestRsvp, Held
from space_node.uplink import queries as uplink

door_pages = audience(Blueprint("door", __name__, template_folder="templates"), "desk")


@door_pages.get("/door")
@read_only
def index() -> str:
    """Our sessions of these days."""
    session, now, wanted = db.session(), current_clock().now(), load(SearchQuery, request.args)
    page = queries.sessions_now(session, now, search=wanted["q"], number=wanted["page"])
    rows = page.rows
    counts = hosting.counts_of(session, [one.session for one in rows])
    over = [one for one in rows if one.session.ends_at <= now]
    open_now = [one for one in rows if one not in over and queries.is_open(Held(one.session, one.event), now)]
    ahead = [one for one in rows if one not in over and one not in open_now]
    shown = {"open": open_now, "ahead": ahead, "over": over, "counts": counts}
    return render_template("door/index.html", page=page, search=wanted["q"], now=now, **shown)


@door_pages.get("/door/<id:session_id>")
@read_only
def session(session_id: str) -> str:
    """Who comes to a session; of whom somebody looks for by name, also whoever has no seat, since they may stand at the door."""
    held, wanted = _held(session_id), load(search_sorted("name", "home"), request.args)
    groups = list(Group) if wanted["q"] else [one for one in Group if one not in (Group.WAITING, Group.OFF)]
    about = {"groups": groups, "search": wanted["q"], "sort": wanted["sort"], "number": wanted["page"]}
    people = hosting.page(db.session(), session_id, **about)
    return render_template("door/session.html", people=people, wanted=wanted, **_about(held))


@door_pages.post("/door/<id:session_id>/check-in")
def check_in(session_id: str) -> Response:
    """Somebody on the list has come."""
    rsvp_id = load(GuestForm, request.form)["rsvp_id"]

    def work() -> str:
        now = current_clock().now()
        return service.check_in(db.session(), session_id=session_id, rsvp_id=rsvp_id, now=now).name

    def greet(name: str) -> None:
        flash(gettext("Welcome, %(name)s!", name=name) if name else gettext("Checked in. Welcome!"), "good")

    return _done(session_id, work, greet)


@door_pages.post("/door/<id:session_id>/undo")
def undo(session_id: str) -> Response:
    """A check-in was a mistake."""
    rsvp_id = load(GuestForm, request.form)["rsvp_id"]

    def work() -> str:
        now = current_clock().now()
        return service.undo(db.session(), session_id=session_id, rsvp_id=rsvp_id, now=now).name

    return _done(session_id, work, lambda _name: flash(gettext("The check-in was taken back."), "info"))


@door_pages.get("/door/<id:session_id>/scan")
@read_only
def scan(session_id: str) -> str:
    """Scan or paste a passport."""
    return _scan(session_id, FormView())


@door_pages.post("/door/<id:session_id>/scan")
@read_only
def verdict(session_id: str) -> str | tuple[str, int]:
    """What to do about a passport; nothing is kept of it."""
    try:
        text = load(ScanForm, request.form)["passport"]
    except Invalid as refusal:
        return _scan(session_id, FormView.refused(refusal, request.form)), status_of(Invalid)
    found = service.scan(db.session(), session_id=session_id, text=text, now=current_clock().now())
    home = uplink.space_names(db.session()).get(found.check.home or "", found.check.home or "")
    form = FormView(request.form if found.reason is DoorReason.MALFORMED else None)
    return _scan(session_id, form, scan=found, text=text, home_name=home, receive=FormView({"party": 1}))


@door_pages.post("/door/<id:session_id>/receive")
def receive(session_id: str) -> Response:
    """Somebody without a seat has come: the hub is asked for one; where it has none, or is silent, the door gives one."""
    wanted = load(ReceiveForm, request.form)

    def work() -> str:
        now = current_clock().now()
        about = {"passport_text": wanted["passport"], "name": wanted["name"], "party": wanted["party"]}
        return service.receive(db.session(), session_id=session_id, **about, now=now).id

    def tell(rsvp_id: str) -> None:
        guest = transactional(lambda: service.settle(db.session(), rsvp_id=rsvp_id))()
        flash(*_outcome(guest))

    return _done(session_id, work, tell)


def _outcome(guest: GuestRsvp) -> tuple[str, str]:
    """What the desk is told of somebody it has received."""
    if guest.arrived_at is not None:
        welcome = gettext("Welcome, %(name)s!", name=guest.name) if guest.name else gettext("Received. Welcome!")
        kept = gettext("It is one of the seats kept for the door.")
        return (f"{welcome} {kept}" if guest.door_seat else welcome), "good"
    if guest.state == RsvpState.ASKED:
        return gettext(
            "The hub does not answer, and no seat is kept for the door. As soon as it answers, the list says so."
        ), "wait"
    if guest.reason == RsvpReason.DUPLICATE:
        return gettext(
            "This person has a seat or waits for one: look for the name on the list, or write it down to receive them."
        ), "wait"
    if guest.reason == RsvpReason.FULL:
        return gettext("Every seat is taken, also those kept for the door."), "bad"
    return state_label(guest.reason or guest.problem or guest.state, "RsvpReason").text, "bad"


def _done(session_id: str, work: Callable[[], str], after: Callable[[str], object]) -> Response:
    """Do it, say so, and be back at the list, where the next person waits; a "not so" is said there too."""
    try:
        after(transactional(work)())
    except Conflict as refusal:
        flash(translated(refusal.detail), "bad")
    return redirect(url_for("door.session", session_id=session_id), 303)


def _scan(session_id: str, form: FormView, **found: Any) -> str:
    return render_template("door/scan.html", form=form, **found, **_about(_held(session_id)))


def _held(session_id: str) -> Held:
    return hosting.held(db.session(), session_id)


def _about(held: Held) -> dict[str, Any]:
    session, now, signed_in = db.session(), current_clock().now(), current_session()
    return {
        "held": held,
        "is_manager": signed_in is not None and "manager" in signed_in.account.roles,
        "counts": hosting.counts(session, held.session),
        "is_open": queries.is_open(held, now),
        "is_over": held.is_over(now),
        "contact": uplink.hub_contact(session),
        "offline": queries.is_offline(session, now),
    }
