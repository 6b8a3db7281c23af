"""The manager's pages about the network: partners and terms, the connection to the hub, what is parked."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from shared.access import audience
from shared.clock import current_clock, local_date
from shared.errors import Refusal
from shared.machine_session import SKEW_WARN_SECONDS
from shared.marking import N_
from shared.messaging.outbox import OutboxState
from shared.peer_problems import title_in
from shared.problems import status_of, title_of
from shared.schemas import load
from shared.signin import current_session
from shared.ui import FormView
from space_node.config import present_node
from space_node.db import Outbox, db, read_only, transactional
from space_node.network import queries, rules, service
from space_node.network.errors import PartnerUnknown
from space_node.network.schemas import ParkedForm, ParkedQuery, PartnersQuery, ProposalForm
from space_node.uplink import queries as uplink

network_pages = audience(Blueprint("uplink", __name__, template_folder="templates"), "manager")
SAID = {
    OutboxState.ANSWERED: (N_("Done. The network has it."), "good"),
    OutboxState.WAITING: (N_("Signed. The hub is away; this is sent as soon as it is back."), "wait"),
    OutboxState.PARKED: (N_("The hub has refused this. The reason stands under Parked."), "bad"),
}
USUAL = {
    "our_price": "1",
    "their_price": "1",
    "set_aside": 2,
    "days_a_month": 10,
    "pair_limit": "100",
    "free_until_hours": 24,
    "late_percent": 50,
    "no_show_percent": 100,
}


@network_pages.get("/partners")
@read_only
def partners() -> str:
    """Twins with their terms, proposals, and whom else there is in the network."""
    session, wanted = db.session(), load(PartnersQuery, request.args)
    page = queries.agreements_page(session, search=wanted["q"], sort=wanted["sort"], number=wanted["page"])
    others = queries.strangers_page(session, search=wanted["q"], number=wanted["others"])
    about = {"own": uplink.identity(session), "contact": uplink.hub_contact(session)}
    return render_template("network/partners.html", page=page, others=others, wanted=wanted, **about)


@network_pages.get("/partners/<slug:partner>")
@read_only
def partner(partner: str) -> str:
    """One partner: its profile, the terms in force, and what waits for a signature."""
    session, now = db.session(), current_clock().now()
    about = {
        "space": uplink.space(session, partner),
        "rows": queries.agreements_with(session, partner),
        "thumbprint": uplink.root_thumbprint_of(session, partner),
    }
    # One whose keys alone have come can be proposed terms to already.
    if not any(about.values()):
        raise PartnerUnknown(space=partner)
    list_held = uplink.status_list(session, partner, now)
    return render_template("network/partner.html", slug=partner, own=uplink.own_slug(session), list_held=list_held, **about)


@network_pages.get("/terms/propose")
@read_only
def propose_form() -> str:
    """The form for new terms."""
    today = local_date(current_clock().now(), uplink.own_zone(db.session()))
    typed = {**USUAL, "partner": request.args.get("with", ""), "valid_from": today.isoformat()}
    return _propose_page(FormView(typed))


@network_pages.post("/terms/propose")
def propose() -> Response | tuple[str, int]:
    """Sign terms and send them."""

    @transactional
    def work() -> Outbox:
        form = load(ProposalForm, request.form)
        return service.propose(
            db.session(), present_node(), partner=form["partner"], wanted=_wanted(form), now=current_clock().now()
        )

    try:
        sent = work()
    except Refusal as refusal:
        view = FormView.refused(refusal, request.form)
        return read_only(lambda: _propose_page(view))(), status_of(type(refusal))
    return _said(sent.subject, url_for("uplink.partner", partner=request.form["partner"]))


@network_pages.post("/partners/<slug:partner>/agree")
def agree(partner: str) -> Response:
    """Sign the terms that the partner has proposed."""

    @transactional
    def work() -> Outbox:
        return service.agree(db.session(), present_node(), partner=partner, now=current_clock().now())

    return _said(work().subject, url_for("uplink.partner", partner=partner))


@network_pages.get("/connection")
@read_only
def connection() -> str:
    """How this node stands with the hub."""
    session, now = db.session(), current_clock().now()
    return render_template(
        "network/connection.html",
        own=uplink.identity(session),
        roles=signed_in.account.roles if (signed_in := current_session()) else (),
        contact=uplink.hub_contact(session),
        key_list_age=uplink.key_list_age(session, now),
        now=now,
        skew_warn_seconds=SKEW_WARN_SECONDS,
        title=title_of,
    )


@network_pages.get("/parked")
@read_only
def parked() -> str:
    """What the hub refused, and what could not be taken in."""
    session, wanted = db.session(), load(ParkedQuery, request.args)
    messages, news = queries.messages_page(session, number=wanted["page"]), queries.news_page(session, number=wanted["news"])
    return render_template("network/parked.html", messages=messages, news=news, title=title_of, told=title_in)


@network_pages.post("/parked/retry")
def retry() -> Response:
    """Try something again."""

    @transactional
    def work() -> bool:
        form, session = load(ParkedForm, request.form), db.session()
        if form["kind"] == "news":
            return service.retry_news(session, present_node(), form["id"])
        service.retry_message(session, form["id"], now=current_clock().now())
        return True

    done = work()
    flash(gettext("Tried again.") if done else gettext("It still cannot be taken in."), "info" if done else "bad")
    return redirect(url_for("uplink.parked"), 303)


@network_pages.post("/parked/discard")
@transactional
def discard() -> Response:
    """Give something up."""
    form, session = load(ParkedForm, request.form), db.session()
    if form["kind"] == "news":
        service.discard_news(session, present_node(), form["id"])
    else:
        service.discard_message(session, form["id"])
    flash(gettext("Given up."), "info")
    return redirect(url_for("uplink.parked"), 303)


def _said(subject: str, address: str) -> Response:
    row = read_only(lambda: queries.last_sent(db.session(), subject))()
    text, tone = SAID[OutboxState(row.state) if row else OutboxState.WAITING]
    flash(gettext(text), tone)
    return redirect(address, 303)


def _propose_page(form: FormView) -> str:
    spaces = [(space.slug, f"{space.name} ({space.slug})") for space in uplink.directory(db.session())]
    own = uplink.own_slug(db.session())
    return render_template("network/propose.html", form=form, spaces=[one for one in spaces if one[0] != own])


def _wanted(form: dict[str, Any]) -> service.Wanted:
    half: Callable[[str, str], int] = lambda name, day: form[name] if form[name] is not None else rules.half_of(form[day])  # noqa: E731
    return service.Wanted(
        our_price_credits=form["our_price"],
        their_price_credits=form["their_price"],
        our_half_credits=half("our_half", "our_price"),
        their_half_credits=half("their_half", "their_price"),
        set_aside_seats=form["set_aside"],
        days_a_month=form["days_a_month"],
        pair_limit_credits=form["pair_limit"],
        cancellation=rules.two_steps(form["free_until_hours"], form["late_percent"]),
        no_show_percent=form["no_show_percent"],
        valid_from=form["valid_from"],
        valid_until=form["valid_until"],
    )
