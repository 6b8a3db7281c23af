"""The manager's pages by which a list of members comes in: file, check, done."""

from typing import NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from shared.access import audience
from shared.clock import current_clock
from shared.errors import Invalid, Refusal, within
from shared.ids import sha256_hex
from shared.loader import dump_json
from shared.marking import N_
from shared.problems import status_of
from shared.schemas import load
from shared.sheets.dates import DateOrder
from shared.sheets.errors import RowFault
from shared.sheets.table import Table, read_table
from shared.signin import current_session
from shared.ui import FormView
from shared.web import IMPORT_LIMIT_BYTES, body_limit
from space_node.db import db, read_only, transactional
from space_node.member_lists import service
from space_node.member_lists.errors import SHOWN_FAULTS, NotChecked
from space_node.member_lists.rules.columns import Columns, guess, known_headings, understand
from space_node.member_lists.rules.fields import Field
from space_node.member_lists.rules.presets import PRESETS
from space_node.member_lists.rules.rows import read_rows
from space_node.member_lists.schemas import COLUMN, UploadForm, mapping_form
from space_node.uploads import queries as uploads
from space_node.uploads import service as uploads_service

member_lists_pages = audience(Blueprint("member_lists", __name__, template_folder="templates"), "manager")
FIELD_LABELS = {
    Field.NAME: N_("Name"),
    Field.FIRST_NAME: N_("First name"),
    Field.LAST_NAME: N_("Last name"),
    Field.EMAIL: N_("E-mail address"),
    Field.PLAN: N_("Plan"),
    Field.COMPANY: N_("Company"),
    Field.STARTS_ON: N_("Start"),
    Field.ENDS_ON: N_("End"),
    Field.STATUS: N_("Active or ended"),
    Field.SOURCE_KEY: N_("Member number"),
}
DELIMITER_LABELS = {",": N_("comma"), ";": N_("semicolon"), "\t": N_("tab")}
SOFTWARE = [(word, preset.product) for word, preset in PRESETS.items()]
Answer = Response | str | tuple[str, int]


class Chosen(NamedTuple):
    """How an uploaded file is to be understood, and what is wrong with that, if anything."""

    table: Table
    columns: Columns
    dates: DateOrder | None
    refusal: Refusal | None = None

    def digest(self) -> str:
        """What tells one understanding of the file from another."""
        return sha256_hex(dump_json([self.columns, self.dates]))


@member_lists_pages.get("/members/import")
def upload_form() -> str:
    """The form to upload a file."""
    return render_template("member_lists/file.html", form=FormView(), presets=SOFTWARE)


@member_lists_pages.post("/members/import")
@body_limit(IMPORT_LIMIT_BYTES)
def upload() -> Answer:
    """Keep a file that can be read, and go on to its preview."""
    file = request.files.get("file")
    try:
        preset = load(UploadForm, request.form)["preset"]
        content = file.read() if file else b""
        with within("file"):
            read_table(content, known_headings)
    except Invalid as refusal:
        form = FormView.refused(refusal, request.form)
        return render_template("member_lists/file.html", form=form, presets=SOFTWARE), status_of(type(refusal))

    @transactional
    def work() -> str:
        name = (file.filename if file else None) or "members.csv"
        now = current_clock().now()
        return uploads_service.keep_draft(db.session(), account_id=_account_id(), file_name=name[-200:], content=content, now=now)

    return redirect(url_for("member_lists.preview", draft_id=work(), preset=preset), 303)


@member_lists_pages.get("/members/import/<id:draft_id>")
def preview(draft_id: str) -> Answer:
    """What the file would change, with the columns as their names or the preset say."""
    draft = _draft(draft_id)
    table = read_table(draft.content, known_headings)
    preset = load(UploadForm, request.args)["preset"]
    try:
        chosen = Chosen(table, understand(table.headings, table.samples(), preset=preset), None)
    except Invalid as refusal:
        chosen = Chosen(table, guess(table.headings, table.samples()), None, refusal)
    return _preview(draft, chosen)[0]


@member_lists_pages.post("/members/import/<id:draft_id>")
def preview_again(draft_id: str) -> Answer:
    """The same with the columns as the form says; or the import."""
    draft = _draft(draft_id)
    table = read_table(draft.content, known_headings)
    told = load(mapping_form(len(table.headings)), request.form)
    chosen = Chosen(table, tuple(told[f"{COLUMN}{place}"] for place in range(len(table.headings))), told["dates"])
    if told["step"] == "check":
        return _preview(draft, chosen)[0]

    @transactional
    def work() -> service.Outcome:
        now = current_clock().now()
        uploads.draft(db.session(), draft_id, account_id=_account_id(), now=now)
        outcome = service.import_rows(db.session(), reading, now=now)
        uploads_service.drop_draft(db.session(), draft_id)
        return outcome

    try:
        reading = read_rows(chosen.table, chosen.columns, chosen.dates)
        if told["checked"] != chosen.digest():
            raise NotChecked
        outcome = work()
    except Invalid as refusal:
        return _preview(draft, chosen._replace(refusal=refusal))
    flash(_said(outcome), "good")
    return redirect(url_for("members.index"), 303)


def _preview(draft: uploads.ImportDraft, chosen: Chosen) -> tuple[str, int]:
    """The preview, and the status for who asked to import."""
    found, refusal = None, chosen.refusal
    try:
        reading = read_rows(chosen.table, chosen.columns, chosen.dates)
        found = read_only(lambda: service.compare(db.session(), reading, current_clock().now()))()
    except Invalid as wrong:
        refusal = refusal or wrong
    values = {f"{COLUMN}{place}": field for place, field in enumerate(chosen.columns)}
    view = FormView({**values, "dates": chosen.dates, "checked": chosen.digest()}, message=refusal.detail if refusal else None)
    samples = chosen.table.samples()
    columns = [
        {
            "name": f"{COLUMN}{place}",
            "heading": heading or gettext("Column %(number)s", number=place + 1),
            "samples": samples[place],
        }
        for place, heading in enumerate(chosen.table.headings)
    ]
    page = render_template(
        "member_lists/check.html",
        draft=draft,
        table=chosen.table,
        delimiter=gettext(DELIMITER_LABELS[chosen.table.delimiter]),
        form=view,
        columns=columns,
        targets=[(field, gettext(label)) for field, label in FIELD_LABELS.items()],
        found=found,
        faults=[_fault_shown(fault) for fault in found.faults[:SHOWN_FAULTS]] if found else [],
        ready=found is not None and not found.faults and (refusal is None or isinstance(refusal, NotChecked)),
    )
    return page, status_of(Invalid)


def _fault_shown(fault: RowFault) -> dict[str, object]:
    return {"line": fault.line, "shown": fault.column, "faults": [fault.reason]}


def _draft(draft_id: str) -> uploads.ImportDraft:
    return read_only(lambda: uploads.draft(db.session(), draft_id, account_id=_account_id(), now=current_clock().now()))()


def _account_id() -> str:
    signed_in = current_session()
    return signed_in.account.account_id if signed_in else ""


def _said(outcome: service.Outcome) -> str:
    new = ngettext("%(num)s new member", "%(num)s new members", outcome.new_count)
    others = gettext("%(changed)s changed, %(same)s as they were", changed=outcome.changed_count, same=outcome.unchanged_count)
    return f"{new}, {others}."
