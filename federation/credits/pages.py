"""The ledger for the network's operator."""

from flask import Blueprint, render_template, request

from federation.credits import queries
from federation.db import db, read_only
from shared.access import audience
from shared.paging import search_sorted
from shared.schemas import load

credits_pages = audience(Blueprint("credits_pages", __name__, url_prefix="/credits", template_folder="templates"), "operator")


@credits_pages.get("/")
@read_only
def trial_balance() -> str:
    """Every space's accounts, which all together come to zero."""
    session, wanted = db.session(), load(search_sorted("space", "owed", "owes"), request.args)
    page = queries.balance_page(session, search=wanted["q"], sort=wanted["sort"], number=wanted["page"])
    total, head_seq = queries.ledger_sum(session), queries.head_seq(session)
    return render_template("credits/trial_balance.html", page=page, wanted=wanted, total=total, head_seq=head_seq)
