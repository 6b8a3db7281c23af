"""The manager's pages to import a calendar in three steps: where it is, what would become of it, done."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from shared.access import audience
from shared.clock import current_clock
from shared.errors import Refusal, within
from shared.marking import N_
from shared.problems import status_of
from shared.schemas import load
from shared.signin import current_session
from shared.ui import FormView
from shared.web import IMPORT_LIMIT_BYTES, body_limit
from space_node.config import present_node
from space_node.db import db, read_only, transactional
from space_node.imports import queries, service
from space_node.imports.errors import CalendarMissing
from space_node.imports.queries import Standing
from space_node.imports.schemas import ChosenForm, SourceForm
from space_node.uplink import queries as uplink
from space_node.uploads import queries as uploads
from space_node.uploads import service as uploads_service

imports_pages = audience(Blueprint("imports", __name__, template_folder="templates"), "manager")
Answer = Response | str | tuple[str, int]
SHOWN_FAULTS = 50
STANDING_LABELS = {
    Standing.NEW: N_("A new draft"),
    Standing.CHANGED: N_("Changed: your draft is written anew"),
    Standing.SAME: N_("As in your draft"),
    Standing.PUBLISHED: N_("Published here"),
    Standing.CANCELLED: N_("Cancelled"),
    Standing.FAULTY: N_("Cannot be taken"),
}


@imports_pages.get("/calendar/import")
def source() -> str:
    """The form to name a calendar."""
    return render_template("imports/source.html", form=FormView())


@imports_pages.post("/calendar/import")
@body_limit(IMPORT_LIMIT_BYTES)
def fetch() -> Answer:
    """Fetch or take a calendar that can be read, and go on to its preview."""

    @read_only
    def look() -> None:
        queries.preview(db.session(), content, now=current_clock().now())

    @transactional
    def keep() -> str:
        now = current_clock().now()
        return uploads_service.keep_draft(db.session(), account_id=_account_id(), file_name=name[-200:], content=content, now=now)

    try:
        field, name, content = _calendar()
        with within(field):
            look()
    except Refusal as refusal:
        form = FormView.refused(refusal, request.form)
        return render_template("imports/source.html", form=form), status_of(type(refusal))
    return redirect(url_for("imports.preview", draft_id=keep()), 303)


@imports_pages.get("/calendar/import/<id:draft_id>")
@read_only
def preview(draft_id: str) -> str:
    """What the calendar would become."""
    return _preview(draft_id)


@imports_pages.post("/calendar/import/<id:draft_id>")
def take(draft_id: str) -> Answer:
    """Make drafts of what was chosen."""

    @transactional
    def work() -> service.Outcome:
        chosen = load(ChosenForm, {"take": request.form.getlist("take")})["take"]
        session, now = db.session(), current_clock().now()
        kept = uploads.draft(session, draft_id, account_id=_account_id(), now=now)
        outcome = service.import_chosen(session, kept.content, chosen=frozenset(chosen), now=now)
        uploads_service.drop_draft(session, draft_id)
        return outcome

    try:
        outcome = work()
    except Refusal as refusal:
        form = FormView.refused(refusal, request.form)
        return read_only(lambda: _preview(draft_id, form))(), status_of(type(refusal))
    flash(_said(outcome), "good")
    return redirect(url_for("organise.index"), 303)


def _calendar() -> tuple[str, str, bytes]:
    """The calendar of the form, by its field and name: a file, or what is at an address."""
    file, address = request.files.get("file"), load(SourceForm, request.form)["address"]
    if file and file.filename:
        return "file", file.filename, file.read()
    if not address:
        raise CalendarMissing
    with within("address"):
        return "address", address, service.fetch(present_node().transport, address)


def _preview(draft_id: str, form: FormView | None = None) -> str:
    session, now = db.session(), current_clock().now()
    kept = uploads.draft(session, draft_id, account_id=_account_id(), now=now)
    found = queries.preview(session, kept.content, now=now)
    first = [row.found.key for row in found.rows if row.standing in queries.CHOSEN_AT_FIRST]
    faults = [(fault.line, fault.summary, fault.reason) for fault in found.calendar.faults]
    faults += [(row.found.line, row.found.title, row.found.fault) for row in found.rows if row.found.fault]
    return render_template(
        "imports/check.html",
        name=found.calendar.name or kept.file_name,
        found=found,
        rows=[row for row in found.rows if row.standing in queries.CHOOSABLE],
        left=[row for row in found.rows if row.standing in {Standing.PUBLISHED, Standing.CANCELLED}],
        faults=[{"line": line, "shown": shown, "faults": [reason]} for line, shown, reason in sorted(faults)[:SHOWN_FAULTS]],
        fault_count=len(faults),
        labels={standing.value: gettext(label) for standing, label in STANDING_LABELS.items()},
        dates_per_event=queries.DATES_PER_EVENT,
        own_zone=uplink.own_zone(session),
        form=form or FormView({"take": first}),
    )


def _account_id() -> str:
    signed_in = current_session()
    return signed_in.account.account_id if signed_in else ""


def _said(outcome: service.Outcome) -> str:
    new = ngettext("%(num)s new draft", "%(num)s new drafts", outcome.new_count)
    changed = ngettext("%(num)s draft written anew", "%(num)s drafts written anew", outcome.changed_count)
    unseen = gettext("Nobody sees them before you publish them.")
    return f"{new}, {changed}. {unseen}"
