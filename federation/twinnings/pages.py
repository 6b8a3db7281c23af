"""The operator's page about agreements."""

from flask import Blueprint, render_template, request

from federation.db import db, read_only
from federation.twinnings import queries
from shared.access import audience
from shared.paging import search_sorted
from shared.schemas import load

twinnings_pages = audience(Blueprint("twinnings_pages", __name__, template_folder="templates"), "operator")


@twinnings_pages.get("/twinnings")
@read_only
def index() -> str:
    """All agreements with what each side gives."""
    session, wanted = db.session(), load(search_sorted(*queries.ORDERS), request.args)
    page = queries.page(session, search=wanted["q"], sort=wanted["sort"], number=wanted["page"])
    named = queries.shown_terms(session, page.rows)
    return render_template("twinnings/index.html", page=page.map(lambda one: (one, named[one.id])), wanted=wanted)
