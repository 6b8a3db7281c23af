"""The command that replays a format here."""

import json
from datetime import date
from typing import Any

import click
from flask.cli import with_appcontext

from shared.clock import current_clock
from space_node.db import db, transactional
from space_node.formats import queries as library
from space_node.replays import service
from space_node.replays.service import Replay


@click.command("replay")
@click.argument("format_id")
@click.option("--version", type=int, help="The newest, unless said otherwise.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The local day, as in 2026-11-26.")
@click.option("--at", default="18:00", show_default=True, help="The time of day on the clocks of this space.")
@click.option("--fold", type=click.IntRange(0, 1), help="Of a time that the clocks show twice: 0 the first, 1 the second.")
@click.option("--again", is_flag=True, help="Also if one was made from it within a day.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_appcontext
def replay_format(format_id: str, version: int | None, on: Any, as_json: bool, **said: Any) -> None:
    """Make a draft event from a format, with the checklist's days."""
    day: date = on.date()

    def work() -> str:
        session, now = db.session(), current_clock().now()
        number = library.require(session, format_id, version).version
        wanted = Replay(format_id=format_id, version=number, on=day, **said)
        return service.replay_here(session, wanted, now=now).event_id

    event_id = transactional(work)()
    click.echo(json.dumps({"event_id": event_id}) if as_json else f"A draft was made: {event_id}")
