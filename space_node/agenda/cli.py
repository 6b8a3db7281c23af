"""Places at events on the command line: what the front desk does for members who call."""

import json
from typing import Any

import click
from flask.cli import AppGroup

from shared.clock import current_clock
from shared.ids import new_id
from shared.protocol.states import SeatKind
from space_node.calendar import queries as calendar
from space_node.db import db, read_only, transactional
from space_node.members import queries as members
from space_node.rsvps import queries, service

group = AppGroup("places", help="Places of our members at events.")
commands = (group,)


@group.command("ask")
@click.argument("session_id")
@click.option("--member", "emails", required=True, multiple=True, help="A member's e-mail address; as often as need be.")
@click.option("--kind", default=SeatKind.IN_PERSON.value, type=click.Choice([kind.value for kind in SeatKind]), help="How.")
@click.option("--shares", is_flag=True, help="Others who share their names may see it.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def ask(session_id: str, emails: tuple[str, ...], kind: str, shares: bool, as_json: bool) -> None:
    """Ask for a place at a session for each of these members; the hub's answers are told."""

    @transactional
    def work() -> list[str]:
        session, now = db.session(), current_clock().now()
        at = calendar.session(session, session_id)
        about: dict[str, Any] = {"session_id": session_id, "kind": SeatKind(kind), "shares": shares}
        about["price_credits"] = at.price_credits if at else 0
        ids = [members.require_member(session, email).id for email in emails]
        wanted = [(one, service.Wanted(rsvp_id=new_id(), **about)) for one in ids]
        return [service.ask(session, member_id=one, wanted=place, now=now).id for one, place in wanted]

    ids = work()

    def look() -> list[dict[str, str | None]]:
        db.session().expire_all()
        rows = [queries.by_id(db.session(), one) for one in ids]
        return [{"rsvp_id": row.id, "state": row.state, "reason": row.reason} for row in rows if row is not None]

    rows = read_only(look)()
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(f"{row['rsvp_id']}  {row['state']:<12} {row['reason'] or ''}".rstrip())
