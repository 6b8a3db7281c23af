"""The command by which a space leaves."""

import json

import click
from flask.cli import with_appcontext

from shared.protocol.leaving import LeavingEntry
from shared.units import show_credits
from space_node.leaving.service import ask_to_leave

WORDS = {
    "stays_away": "stays of our members elsewhere",
    "stays_here": "stays of guests here",
    "seats_away": "seats of our members at events",
    "sessions_here": "sessions that we hold",
    "events_led": "events that we lead",
}


@click.command("leave")
@click.option("--cancel-open", is_flag=True, help="Cancel for nothing all that is to come: stays, seats, our events.")
@click.option("--note", default="", help="A word to those who would have come to our events.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_appcontext
def leave(cancel_open: bool, note: str, yes: bool, as_json: bool) -> None:
    """Leave the network: from now on nothing new. Run again, it says what is still open."""
    if not yes:
        click.confirm("Leave the network? There is no way back but a new invite under another name", abort=True)
    entry = ask_to_leave(cancel_open=cancel_open, note=note)
    if as_json:
        click.echo(json.dumps(LeavingEntry().dump(entry)))
        return
    matters = entry["open"]
    for name, words in WORDS.items():
        if matters[name]:
            click.echo(f"open: {matters[name]} {words}")
    if matters["position_credits"]:
        click.echo(f"open: a position of {show_credits(matters['position_credits'], 'en')} credits, to be settled")
    if not any(matters.values()):
        click.echo("Nothing is open. The hub ends all ties within a minute or two.")


commands = (leave,)
