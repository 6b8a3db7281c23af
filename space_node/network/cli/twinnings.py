"""Commands about agreements with other spaces: list, propose, agree."""

import datetime as dt
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import click
from flask.cli import AppGroup

from shared.clock import current_clock, local_date
from shared.errors import Unavailable
from shared.messaging.outbox import OutboxState
from shared.units import parse_credits
from space_node.config import present_node
from space_node.db import Outbox, db, read_only, transactional
from space_node.network import queries, service
from space_node.network.cli.parked import refusal_of
from space_node.network.rules import half_of, read_step
from space_node.uplink import queries as uplink
from space_node.uplink.service import exchange

twinnings = AppGroup("twinnings", help="Agreements with other spaces.")
as_json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")
partner_option = click.option("--with", "partner", required=True, metavar="SLUG", help="The other space.")


@twinnings.command("list")
@as_json_option
def list_twinnings(as_json: bool) -> None:
    """List all agreements, proposed ones too."""
    rows = read_only(lambda: [_row(one) for one in queries.agreements(db.session())])()
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        note = "waits for you" if row["waits_for_us"] else "waits for them" if row["waits_for_them"] else row["fault"] or ""
        click.echo(f"{row['partner']:24}  {row['state']:10}  version {row['version']:3}  {note}")


@twinnings.command("propose")
@partner_option
@click.option("--our-price", required=True, help="Credits for a day of their members here.")
@click.option("--their-price", required=True, help="Credits for a day of our members there.")
@click.option("--our-half", help="Credits for half a day here; half of a day unless given.")
@click.option("--their-half", help="Credits for half a day there; half of a day unless given.")
@click.option("--set-aside", default=0, show_default=True, help="Seats that each keeps for the other.")
@click.option("--days-a-month", default=10, show_default=True, help="Days a month for one guest.")
@click.option("--pair-limit", default="100", show_default=True, help="How many credits one may owe the other.")
@click.option("--cancel", multiple=True, default=("24:0", "0:50"), show_default=True, metavar="HOURS:PERCENT")
@click.option("--no-show", default=100, show_default=True, help="Percent of the price when a guest does not come.")
@click.option("--from", "valid_from", type=click.DateTime(["%Y-%m-%d"]), help="First day; today unless given.")
@click.option("--until", "valid_until", type=click.DateTime(["%Y-%m-%d"]), help="Last day; open unless given.")
@as_json_option
def propose(partner: str, as_json: bool, **options: Any) -> None:
    """Sign terms and send them to the other space."""
    _catch_up()

    @transactional
    def work() -> Outbox:
        session, now = db.session(), current_clock().now()
        wanted = _wanted(options, today=local_date(now, uplink.own_zone(session)))
        return service.propose(session, present_node(), partner=partner, wanted=wanted, now=now)

    _tell(work, as_json, f"Proposed. {partner} can agree now.")


@twinnings.command("agree")
@partner_option
@as_json_option
def agree(partner: str, as_json: bool) -> None:
    """Sign the terms that the other space has proposed."""
    _catch_up()

    @transactional
    def work() -> Outbox:
        return service.agree(db.session(), present_node(), partner=partner, now=current_clock().now())

    _tell(work, as_json, f"Agreed. You and {partner} are twins.")


def _catch_up() -> None:
    """Look for news first; without the hub, what is known here has to do."""
    with suppress(Unavailable):
        exchange.poll()
        exchange.fetch_lists()


def _tell(work: Callable[[], Outbox], as_json: bool, done: str) -> None:
    subject = work().subject
    row = read_only(lambda: queries.last_sent(db.session(), subject))()
    if row is None or row.state == OutboxState.PARKED:
        raise refusal_of(row) if row else click.ClickException("Nothing was sent.")
    answered = row.state == OutboxState.ANSWERED
    if answered:
        _catch_up()
    if as_json:
        twinning_id = subject.removeprefix("twinning/")
        found = read_only(lambda: [_row(one) for one in queries.agreements(db.session()) if one.twinning_id == twinning_id])()
        click.echo(json.dumps({"answered": answered, **found[0]}))
        return
    click.echo(done if answered else "Signed. The hub is away; this is sent as soon as it is back.")


def _wanted(options: dict[str, Any], *, today: dt.date) -> service.Wanted:
    ours, theirs = parse_credits(options["our_price"]), parse_credits(options["their_price"])
    valid_from, valid_until = options["valid_from"], options["valid_until"]
    return service.Wanted(
        our_price_credits=ours,
        their_price_credits=theirs,
        our_half_credits=parse_credits(options["our_half"]) if options["our_half"] else half_of(ours),
        their_half_credits=parse_credits(options["their_half"]) if options["their_half"] else half_of(theirs),
        set_aside_seats=options["set_aside"],
        days_a_month=options["days_a_month"],
        pair_limit_credits=parse_credits(options["pair_limit"]),
        cancellation=tuple(read_step(text) for text in options["cancel"]),
        no_show_percent=options["no_show"],
        valid_from=valid_from.date() if valid_from else today,
        valid_until=valid_until.date() if valid_until else None,
    )


def _row(one: queries.Agreement) -> dict[str, Any]:
    names = ("twinning_id", "partner", "name", "state", "version", "active_version", "fault")
    flags = ("waits_for_us", "waits_for_them", "on_its_way")
    return {name: getattr(one, name) for name in (*names, *flags)} | {
        "believed": one.terms is not None,
        "as_of": one.as_of.isoformat(),
    }
