"""Commands that look at the whole of this space."""

import json
from dataclasses import asdict

import click
from flask.cli import with_appcontext

from shared.units import show_credits
from space_node.db import db, read_only
from space_node.home import queries
from space_node.uplink import service as uplink_service


@click.command("statement")
@click.option("--with", "partner", required=True, help="The partner's short name.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_appcontext
def statement(partner: str, as_json: bool) -> None:
    """Fetch the hub's statement with a partner, and check it against this side's own records."""
    fetched = uplink_service.fetch_statement(partner)
    found = read_only(lambda: queries.differences(db.session(), fetched))()
    if as_json:
        click.echo(json.dumps({**fetched, "agrees": not found, "differences": [asdict(one) for one in found]}))
    else:
        for line in fetched["lines"]:
            amount = line["credits"] if line["host"] == fetched["space"] else -line["credits"]
            click.echo(f"{line['seq']:>6}  {line['on']}  {line['kind']:12} {show_credits(amount, 'en'):>10}  {line['booking_id']}")
        click.echo(f"balance with {partner}: {show_credits(fetched['balance_credits'], 'en')} credits")
        click.echo("Both sides agree." if not found else f"{len(found)} lines differ from our records.")
    if found:
        raise SystemExit(1)


commands = (statement,)
