"""Commands that look at the whole of this space."""

import json
from dataclasses import asdict
from typing import Any

import click
from flask.cli import with_appcontext

from shared.protocol.credits import Statement
from shared.protocol.version import BASE_PATH
from shared.schemas import load
from shared.units import show_credits
from space_node.db import db, read_only
from space_node.home import queries, rules
from space_node.uplink import service as uplink_service


@click.command("statement")
@click.option("--with", "partner", required=True, help="The partner's short name.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_appcontext
def statement(partner: str, as_json: bool) -> None:
    """Fetch the hub's statement with a partner, and check it against this side's own records."""
    fetched = uplink_service.hub_session().get(f"{BASE_PATH}/statements/{partner}")
    result = read_only(lambda: queries.compare(db.session(), load(Statement, fetched)))()
    if as_json:
        about = {"agrees": result.agrees, "is_sound": result.is_sound, "differences": [asdict(d) for d in result.differences]}
        click.echo(json.dumps({**fetched, **about}, default=str))
    else:
        _show(fetched, result)
    if not result.agrees:
        raise SystemExit(1)


def _show(fetched: dict[str, Any], result: queries.Comparison) -> None:
    for line in fetched["lines"]:
        amount = line["credits"] if line["host"] == fetched["space"] else -line["credits"]
        click.echo(f"{line['seq']:>6}  {line['on']}  {line['kind']:12} {show_credits(amount, 'en'):>10}  {line['booking_id']}")
    click.echo(f"balance with {fetched['partner']}: {show_credits(fetched['balance_credits'], 'en')} credits")
    if result.agrees:
        click.echo("Both sides agree.")
        return
    if not result.is_sound:
        click.echo("The sums or the digest of the statement are not those of its lines.")
    for one in result.differences:
        click.echo(f"{one.booking_id}: the hub says {_words(one.hub)}, our records say {_words(one.own)}")


def _words(stay: rules.PaidStay | None) -> str:
    if stay is None:
        return "nothing"
    return f"{show_credits(stay.credits, 'en')} for {stay.on} ({stay.part}) of {stay.home} at {stay.host}"


commands = (statement,)
