"""The operator's page about agreements."""

from math import ceil

from flask import Blueprint, render_template, request

from federation.db import db, read_only
from federation.twinnings import queries
from shared.access import audience
from shared.schemas import FormSchema, Whole, load

twinnings_pages = audience(Blueprint("twinnings_pages", __name__, template_folder="templates"), "operator")
PAGE_ROWS = 50


class PageQuery(FormSchema):
    """Which page of the list."""

    page = Whole(min=1, max=10_000, written=True, load_default=1)


@twinnings_pages.get("/twinnings")
@read_only
def index() -> str:
    """All agreements with what each side gives."""
    number = load(PageQuery, request.args)["page"]
    found, total = queries.page(db.session(), offset=(number - 1) * PAGE_ROWS, limit=PAGE_ROWS)
    rows = [(one, queries.terms_of(db.session(), one.id, one.active_version or one.latest_version)) for one in found]
    count = max(1, ceil(total / PAGE_ROWS))
    return render_template("twinnings/index.html", rows=rows, number=number, count=count, total=total)
