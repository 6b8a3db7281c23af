"""The operator's first page and the audit log. What other slices add to the overview stands on their own pages."""

from flask import Blueprint, render_template, request

from federation.db import db, read_only
from federation.operators import queries
from shared.access import audience
from shared.schemas import FormSchema, Text, Whole, load

operators_pages = audience(Blueprint("operators", __name__, template_folder="templates"), "operator")
PAGE_ROWS = 50


class LogQuery(FormSchema):
    """Which part of the audit log to show."""

    subject = Text(max=120, min=0, load_default="")
    before = Whole(written=True, load_default=None, allow_none=True)


@operators_pages.get("/audit-log")
@read_only
def audit_log() -> str:
    """What was done, by whom, newest first; and whether the chain holds."""
    wanted = load(LogQuery, request.args)
    rows = queries.audit_page(db.session(), subject=wanted["subject"], before_seq=wanted["before"], limit=PAGE_ROWS)
    older = rows[-1].seq if len(rows) == PAGE_ROWS else None
    broken = queries.broken_link(db.session()) if wanted["before"] is None else None
    return render_template("operators/audit_log.html", rows=rows, older=older, broken=broken, wanted=wanted)
