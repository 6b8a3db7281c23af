"""The door of an event on the command line: who comes, and who has come."""

import json

import click
from flask.cli import AppGroup

from shared.clock import current_clock
from space_node.db import db, read_only, transactional
from space_node.door import service
from space_node.hosting import queries as hosting

group = AppGroup("door", help="Our own sessions on the day.")
commands = (group,)
as_json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")


@group.command("list")
@click.argument("session_id")
@as_json_option
def list_people(session_id: str, as_json: bool) -> None:
    """List who comes to a session of ours."""
    _tell(session_id, None, as_json)


@group.command("check-in")
@click.argument("session_id")
@click.argument("rsvp_ids", metavar="RSVP_ID...", nargs=-1, required=True)
@as_json_option
def check_in(session_id: str, rsvp_ids: tuple[str, ...], as_json: bool) -> None:
    """Note that these people have come."""

    @transactional
    def work() -> None:
        for rsvp_id in rsvp_ids:
            service.check_in(db.session(), session_id=session_id, rsvp_id=rsvp_id, now=current_clock().now())

    work()
    _tell(session_id, rsvp_ids, as_json)


def _tell(session_id: str, rsvp_ids: tuple[str, ...] | None, as_json: bool) -> None:
    """Show people as they stand after the hub has had its chance to answer."""

    def look() -> list[hosting.Person]:
        session = db.session()
        session.expire_all()
        return hosting.people(session, hosting.held(session, session_id).session.id)

    shown = [one for one in read_only(look)() if rsvp_ids is None or one.id in rsvp_ids]
    if as_json:
        click.echo(json.dumps([{"rsvp_id": one.id, "name": one.name, "home": one.home, "group": one.group} for one in shown]))
        return
    for one in shown:
        click.echo(f"{one.id}  {one.group:<10} {one.name or '-'} ({one.home_name})")
