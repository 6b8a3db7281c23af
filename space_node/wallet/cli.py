"""Commands about credits."""

import datetime as dt
import json

import click
from flask.cli import AppGroup

from shared.clock import current_clock, local_date
from shared.protocol.states import LotKind
from shared.units import parse_credits
from space_node.db import db, transactional
from space_node.members import queries as members
from space_node.uplink import queries as uplink
from space_node.wallet import service

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
    """Grant credits to one member, or to all of them; the hub's answers follow."""
    if bool(email) == everyone:
        raise click.UsageError("Say --member EMAIL or --all.")
    amount = parse_credits(written)

    def work(batch: list[str]) -> None:
        now = current_clock().now()
        today = local_date(now, uplink.own_zone(db.session()))
        for member_id in batch:
            service.grant(
                db.session(),
                member_id=member_id,
                credits=amount,
                kind=LotKind(kind),
                valid_from=today,
                expires_on=today + dt.timedelta(days=days),
                now=now,
            )

    chosen = transactional(lambda: _chosen(email))()
    for start in range(0, len(chosen), BATCH):
        transactional(work)(chosen[start : start + BATCH])
    click.echo(json.dumps({"granted": len(chosen)}) if as_json else f"{len(chosen)} grants are on their way to the hub.")


def _chosen(email: str | None) -> list[str]:
    if email is None:
        return members.active_ids(db.session())
    return [members.require_member(db.session(), email).id]


commands = (group,)
