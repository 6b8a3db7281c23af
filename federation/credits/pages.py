"""The ledger for the network's operator."""

from flask import Blueprint, render_template

from federation.credits import queries
from federation.db import db, read_only
from shared.access import audience

credits_pages = audience(Blueprint("credits_pages", __name__, url_prefix="/credits", template_folder="templates"), "operator")


@credits_pages.get("/")
@read_only
def trial_balance() -> str:
    """Every space's accounts, which all together come to zero."""
    session = db.session()
    balance, head_seq = queries.trial_balance(session), queries.head_seq(session)
    return render_template("credits/trial_balance.html", balance=balance, head_seq=head_seq)
