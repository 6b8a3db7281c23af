"""The organiser's pages about those who come: the seats of an event, requests, messages, recap, feedback, a table of people."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from shared import meanwhile
from shared.access import audience
from shared.clock import current_clock
from shared.errors import Conflict, Invalid, Refusal
from shared.ids import new_id
from shared.paging import search_sorted
from shared.protocol.boxes import NOTICE_MAX, RECAP_MAX
from shared.protocol.states import RsvpState
from shared.schemas import load
from shared.sheets.writer import CONTENT_TYPE, csv_file
from shared.spoken import translated
from shared.ui import FormView, state_label
from space_node.calendar import queries as calendar
from space_node.db import db, read_only, transactional
from space_node.hosting import queries, service
from space_node.hosting.rules import Group
from space_node.hosting.schemas import DecisionForm, NoticeForm, OffForm, RecapForm, RequestsQuery
from space_node.uplink import queries as uplink

host_pages = audience(Blueprint("host", __name__, template_folder="templates"), "manager")


@host_pages.get("/organise/<id:event_id>/seats")
@read_only
def board(event_id: str) -> str:
    """How the seats of an event stand, space by space, and whose members come."""
    session, own = db.session(), uplink.own_slug(db.session())
    found = queries.board(session, event_id)
    ours = queries.counts_of(session, [one for one in found.sessions if one.host == own])
    recaps = queries.shared_recaps(session, event_id)
    return render_template("hosting/board.html", board=found, own=own, ours=ours, recaps=recaps)


@host_pages.get("/door/<id:session_id>/requests")
@read_only
def requests(session_id: str) -> str:
    """Who asks for a seat and waits for an answer, and who waits for one to become free."""
    wanted, session, held = load(RequestsQuery, request.args), db.session(), queries.held(db.session(), session_id)
    about = {"search": wanted["q"], "sort": wanted["sort"]}
    asking = queries.page(session, session_id, groups=(Group.TO_DECIDE,), **about, number=wanted["asking"])
    listed = queries.page(session, session_id, groups=(Group.WAITING, Group.EXPECTED), **about, number=wanted["page"])
    return render_template("hosting/requests.html", held=held, asking=asking, listed=listed, wanted=wanted)


@host_pages.post("/door/<id:session_id>/requests")
def decide(session_id: str) -> AnyResponse:
    """Approve a request or say no; where the session is full, an approved one waits in the place in which it was asked."""
    wanted = load(DecisionForm, request.form)
    approve = wanted["decision"] == "approve"

    def work() -> None:
        about = {"session_id": session_id, "rsvp_id": wanted["rsvp_id"]}
        service.decide(db.session(), **about, approve=approve, now=current_clock().now())

    def tell() -> None:
        state = read_only(lambda: _fresh(wanted["rsvp_id"]))()
        told = {
            RsvpState.CONFIRMED: (gettext("Approved: this person has a seat now."), "good"),
            RsvpState.WAITLISTED: (gettext("Approved. Every seat is taken, so this person is on the waiting list."), "info"),
            RsvpState.REFUSED: (gettext("The answer was no; the person’s own space says so kindly."), "info"),
        }
        flash(*told.get(state, (gettext("Noted. The hub hears of it as soon as it answers."), "info")))

    return _back("host.requests", session_id, work, tell)


@host_pages.post("/door/<id:session_id>/cancel")
def cancel(session_id: str) -> AnyResponse:
    """Take somebody off the list."""
    rsvp_id = load(OffForm, request.form)["rsvp_id"]

    def work() -> None:
        service.cancel(db.session(), session_id=session_id, rsvp_id=rsvp_id, now=current_clock().now())

    return _back("host.requests", session_id, work, lambda: flash(gettext("This person was taken off the list."), "info"))


@host_pages.get("/door/<id:session_id>/messages")
@read_only
def messages(session_id: str) -> str:
    """What those who come were told, and the form for more."""
    return _messages(session_id, _no_message(), _recap_form(session_id))


@host_pages.post("/door/<id:session_id>/messages")
def post_message(session_id: str) -> str | tuple[str, int] | AnyResponse:
    """Write to those who come."""

    def work() -> None:
        wanted, now = load(NoticeForm, request.form), current_clock().now()
        service.post_notice(db.session(), session_id=session_id, **wanted, now=now)

    said = gettext("Sent. The spaces of those who come show it to them.")
    return _written(session_id, work, said, lambda form: _messages(session_id, form, _recap_form(session_id)))


@host_pages.post("/door/<id:session_id>/recap")
def post_recap(session_id: str) -> str | tuple[str, int] | AnyResponse:
    """Tell those who came how it was."""

    def work() -> None:
        typed, now = load(RecapForm, request.form), current_clock().now()
        service.write_recap(db.session(), session_id=session_id, text=typed["recap"], shown=typed["shown"], now=now)

    said = gettext("The recap is on its way to everybody who came, and to the spaces that hold the event with you.")
    return _written(session_id, work, said, lambda form: _messages(session_id, _no_message(), form))


@host_pages.get("/door/<id:session_id>/feedback")
@read_only
def feedback(session_id: str) -> str:
    """What those who came said."""
    session, wanted = db.session(), load(search_sorted("newest", "best", "worst"), request.args)
    held, (count, mean) = queries.held(session, session_id), queries.stars(session, session_id)
    page = queries.feedback(session, session_id, search=wanted["q"], sort=wanted["sort"], number=wanted["page"])
    about = {"page": page, "wanted": wanted, "count": count, "mean": mean, "names": uplink.space_names(session)}
    return render_template("hosting/feedback.html", held=held, **about)


@host_pages.get("/door/<id:session_id>/people.csv")
@read_only
def export(session_id: str) -> Response:
    """Who has a seat, as a table: the names of those who share them, the homes of all."""
    held = queries.held(db.session(), session_id)
    people = queries.people(db.session(), session_id, groups=(Group.EXPECTED, Group.HERE))
    headings = [
        gettext("Name"),
        gettext("Home space"),
        gettext("How"),
        gettext("People"),
        gettext("State"),
        gettext("Checked in"),
    ]
    groups = {Group.EXPECTED: gettext("Expected"), Group.HERE: gettext("Here")}
    rows = [
        (
            one.name if one.shares else "",
            one.home_name,
            state_label(one.kind).text,
            one.party,
            groups[one.group],
            one.arrived_at.isoformat() if one.arrived_at else "",
        )
        for one in people
    ]
    name = f"people-{held.session.starts_local[:10]}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(csv_file(headings, rows), content_type=CONTENT_TYPE, headers=headers)


def seats_action(event_id: str) -> Markup:
    """What the page of an event of ours leads to: its seats, and those who come."""
    if calendar.event(db.session(), event_id) is None:
        return Markup()
    return Markup(render_template("hosting/actions.html", event_id=event_id))  # noqa: S704 - a template of ours


def _fresh(rsvp_id: str) -> RsvpState:
    db.session().expire_all()
    return queries.require(db.session(), rsvp_id).state


def _recap(session_id: str) -> dict[str, str]:
    found = queries.hosted(db.session(), session_id)
    return {"recap": found.recap if found else ""}


def _recap_form(session_id: str) -> FormView:
    return FormView(meanwhile.filled(_recap(session_id)))


def _no_message() -> FormView:
    return FormView({"notice_id": new_id(current_clock().now())})


def _messages(session_id: str, notice: FormView, recap: FormView) -> str:
    session, now = db.session(), current_clock().now()
    held = queries.held(session, session_id)
    about = {
        "held": held,
        "notices": queries.notices(session, session_id)[::-1],
        "counts": queries.counts(session, held.session),
        "is_over": held.is_over(now),
        "message_form": notice,
        "recap_form": recap,
        "notice_max": NOTICE_MAX,
        "recap_max": RECAP_MAX,
    }
    return render_template("hosting/messages.html", **about)


def _written(
    session_id: str, work: Callable[[], None], said: str, again: Callable[[FormView], str]
) -> tuple[str, int] | AnyResponse:
    """Send what was written; a form that cannot be sent so is shown again with its words."""
    try:
        transactional(work)()
    except (Invalid, Conflict) as refusal:
        stored = read_only(lambda: _recap(session_id))()
        form = FormView.refused(refusal, meanwhile.again(refusal, request.form, stored))
        return read_only(lambda: again(form))(), 422 if isinstance(refusal, Invalid) else 409
    flash(said, "good")
    return redirect(url_for("host.messages", session_id=session_id), 303)


def _back(endpoint: str, session_id: str, work: Callable[[], None], tell: Callable[[], None]) -> AnyResponse:
    try:
        transactional(work)()
        tell()
    except Conflict as refusal:
        flash(_sentence(refusal), "bad")
    return redirect(url_for(endpoint, session_id=session_id), 303)


def _sentence(refusal: Refusal) -> str:
    return translated(refusal.detail)
