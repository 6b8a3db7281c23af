"""Commands about credits."""

import datetime as dt
import json
from functools import partial

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
    asked, refusals = 0, list[str]()
    for batch in batches:
        grant_ids = transactional(_grant)(batch, gift, once=everyone)
        asked += len(grant_ids)
        refusals += read_only(partial(queries.refusals, db.session(), grant_ids))()
    _tell(granted=asked - len(refusals), had_it=len(chosen) - asked, refusals=refusals, as_json=as_json)


def _tell(*, granted: int, had_it: int, refusals: list[str], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"granted": granted, "had_it": had_it, "refused": len(refusals)}))
    else:
        click.echo(f"{granted} grants are on their way to the hub.")
        if had_it:
            click.echo(f"{had_it} members have been given the same today, and got nothing more.")
    if refusals:
        raise click.ClickException(f"The hub has refused {len(refusals)} grants: {refusals[0]}")


def _grant(member_ids: list[str], gift: Gift, *, once: bool) -> list[str]:
    """Grant in one transaction. `once`: only to those who have not got the same, so that it can be run again."""
    session, now = db.session(), current_clock().now()
    chosen = [one for one in member_ids if not (once and queries.has_same(session, one, gift))]
    return [service.grant(session, grant_id=new_id(), member_id=one, gift=gift, now=now).id for one in chosen]


def _chosen(email: str | None) -> list[str]:
    if email is None:
        return members.active_ids(db.session())
    return [members.require_member(db.session(), email).id]


commands = (group,)
