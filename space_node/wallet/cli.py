"""Commands about credits."""

import datetime as dt
import json

import click
from flask.cli import AppGroup

from shared.clock import current_clock, local_date
from shared.ids import new_id
from shared.protocol.states import LotKind
from shared.units import parse_credits
from space_node.db import db, read_only, transactional
from space_node.members import queries as members
from space_node.uplink import queries as uplink
from space_node.wallet import queries, service
from space_node.wallet.rules import Gift

group = AppGroup("credits", help="Credits of this space's members.")
BATCH = 100


@group.command("grant")
@click.option("--member", "email", help="The member's e-mail address.")
@click.option("--all", "everyone", is_flag=True, help="Every active member.")
@click.option("--credits", "written", required=True, help="How many credits each, like 10 or 2.5.")
@click.option("--days", default=90, type=click.IntRange(1, 3650), help="For how many days they are valid.")
@click.option("--kind", default="plan", type=click.Choice([kind.value for kind in LotKind]), help="Where they come from.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def grant(email: str | None, everyone: bool, written: str, days: int, kind: str, as_json: bool) -> None:
    """Grant credits to one member, or to all of them; the hub's answers follow.

    With --all, who has been given just the same today is left out: a command that was cut short can be run again.
    """
    if bool(email) == everyone:
        raise click.UsageError("Say --member EMAIL or --all.")
    chosen = read_only(lambda: _chosen(email))()
    today = read_only(lambda: local_date(current_clock().now(), uplink.own_zone(db.session())))()
    ends = today + dt.timedelta(days=days)
    if (amount := parse_credits(written)) < 1:
        raise click.UsageError("Grant at least a hundredth of a credit.")
    gift = Gift(credits=amount, kind=LotKind(kind), valid_from=today, expires_on=ends)
    batches = [chosen[start : start + BATCH] for start in range(0, len(chosen), BATCH)]
    given = sum(transactional(_grant)(batch, gift, once=everyone) for batch in batches)
    if as_json:
        click.echo(json.dumps({"granted": given, "had_it": len(chosen) - given}))
        return
    click.echo(f"{given} grants are on their way to the hub.")
    if given < len(chosen):
        click.echo(f"{len(chosen) - given} members have been given the same today, and got nothing more.")


def _grant(member_ids: list[str], gift: Gift, *, once: bool) -> int:
    """Grant in one transaction. `once`: only to those who have not got the same, so that it can be run again."""
    session, now = db.session(), current_clock().now()
    chosen = [one for one in member_ids if not (once and queries.has_same(session, one, gift))]
    for member_id in chosen:
        service.grant(session, grant_id=new_id(), member_id=member_id, gift=gift, now=now)
    return len(chosen)


def _chosen(email: str | None) -> list[str]:
    if email is None:
        return members.active_ids(db.session())
    return [members.require_member(db.session(), email).id]


commands = (group,)
