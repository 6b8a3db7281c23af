"""Commands about credits: check the ledger, add it up, show a statement."""

import json
import sys
from dataclasses import asdict

import click
from flask.cli import with_appcontext

from federation.credits import queries
from federation.db import db, read_only
from federation.spaces import queries as spaces
from shared.protocol.credits import Statement
from shared.units import show_credits

json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")


@click.command("audit")
@json_option
@with_appcontext
def audit(as_json: bool) -> None:
    """Check the ledger's invariants on the live data; ends with 1 where one does not hold."""
    findings = read_only(lambda: queries.audit(db.session()))()
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings]))
    for finding in () if as_json else findings:
        click.echo(f"{'FAIL' if finding.faults else 'pass'}  {finding.code:4} {finding.title}")
        for fault in finding.faults:
            click.echo(f"      {fault}")
    if any(finding.faults for finding in findings):
        sys.exit(1)


@click.command("balance")
@json_option
@with_appcontext
def balance(as_json: bool) -> None:
    """Add up all accounts, by space: given out, left in lots, position; the total is zero."""
    found = read_only(lambda: queries.trial_balance(db.session()))()
    if as_json:
        click.echo(json.dumps(asdict(found)))
        return
    for row in found.rows:
        amounts = (row.issued_credits, row.lot_credits, row.position_credits)
        click.echo("  ".join([f"{row.space:24}", *(f"{show_credits(amount, 'en'):>12}" for amount in amounts)]))
    click.echo(f"{'all together':24}  {show_credits(found.total, 'en'):>12}")


@click.command("statement")
@click.argument("space")
@click.argument("partner")
@json_option
@with_appcontext
def statement(space: str, partner: str, as_json: bool) -> None:
    """Show every line between two spaces, and the balance as the first one sees it."""

    def work() -> dict[str, object]:
        return queries.statement(db.session(), spaces.require(db.session(), space).slug, partner)

    found = Statement().dump(read_only(work)())
    if as_json:
        click.echo(json.dumps(found))
        return
    for line in found["lines"]:
        words = (f"{line['seq']:>8}", line["on"], f"{line['part']:9}", f"{line['kind']:11}", line["booking_id"])
        click.echo("  ".join([*words, f"{line['issuer']} owes {line['host']} {show_credits(line['credits'], 'en')}"]))
    click.echo(f"balance of {space}: {show_credits(found['balance_credits'], 'en')}  (sha256 {found['sha256']})")


commands = (audit, balance, statement)
