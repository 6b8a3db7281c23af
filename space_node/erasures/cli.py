"""Commands about erasures: forget a member everywhere, and see who has."""

import json

import click
from flask.cli import with_appcontext

from shared.clock import current_clock
from shared.web import public_url
from space_node.db import db, read_only, transactional
from space_node.erasures import queries, service
from space_node.members import queries as members


@click.command("forget")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def forget(email: str, yes: bool) -> None:
    """Forget a member here, at the hub and at every space they have been to. This cannot be undone."""
    name = read_only(lambda: members.require_member(db.session(), email).name)()
    if not yes:
        click.confirm(f"Forget {name} ({email}) everywhere? Coming trips and places are cancelled, credits lapse", abort=True)

    @transactional
    def work() -> str:
        session = db.session()
        return service.forget(session, member_id=members.require_member(session, email).id, now=current_clock().now()).id

    click.echo(public_url(f"/erasures/{work()}"))


@click.command("forgotten")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_appcontext
def forgotten(as_json: bool) -> None:
    """List who was forgotten, without names: whether the hub is done, who has confirmed, who has not yet."""
    found = read_only(lambda: queries.everyone(db.session()))()
    if as_json:
        click.echo(json.dumps([_row(one) for one in found]))
        return
    for one in found:
        state = "done" if one.is_done else "waits"
        hub = "the hub is done" if one.hub_at else f"the hub refused: {one.problem}" if one.problem else "the hub is at it"
        missing = f"; not yet: {', '.join(one.waiting)}" if one.waiting else ""
        click.echo(f"{one.id}  {one.asked_at.date()}  {state:5}  {hub}{missing}")


def _row(one: queries.Progress) -> dict[str, object]:
    hosts = [{"space": name, "confirmed_at": at.isoformat() if at else None} for name, at in one.hosts]
    instants = {"asked_at": one.asked_at.isoformat(), "hub_at": one.hub_at.isoformat() if one.hub_at else None}
    return {"id": one.id, **instants, "hosts": hosts, "problem": one.problem, "is_done": one.is_done}


commands = (forget, forgotten)
