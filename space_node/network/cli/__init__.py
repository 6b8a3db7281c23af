"""Commands about the network: join, status, sync, twinnings, parked, profile."""

import json
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext

from shared.clock import current_clock
from shared.errors import Refusal
from shared.json_file import JsonFile
from shared.protocol.invite import Invite
from shared.protocol.spaces import Profile
from shared.schemas import load
from space_node.db import db, read_only, transactional
from space_node.network import queries, service
from space_node.network.cli.joining import Joining
from space_node.network.cli.joining import join as run_join
from space_node.network.cli.parked import parked
from space_node.network.cli.steps import Steps
from space_node.network.cli.twinnings import twinnings
from space_node.uplink import queries as uplink
from space_node.uplink.service import exchange

as_json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")
profile = AppGroup("profile", help="What this space shows its twins.")


@click.command("join")
@with_appcontext
@click.argument("invite")
@click.option("--profile", required=True, type=JsonFile(), metavar="FILE", help="What this space shows its twins, in JSON.")
@click.option("--contact", required=True, metavar="EMAIL", help="Whom the network's operator can write to.")
@click.option("--accepted-by", required=True, metavar="NAME", help="Who accepts the charter for this space.")
@click.option("--accept-charter", is_flag=True, help="Say that the charter has been read and is accepted.")
@as_json_option
def join(invite: str, profile: dict[str, Any], contact: str, accepted_by: str, accept_charter: bool, as_json: bool) -> None:
    """Join a network with the invite of its operator. May be run again after any failure."""
    steps = Steps(say=(lambda _line: None) if as_json else click.echo)
    wanted = Joining(
        invite=Invite.decode(invite),
        profile=load(Profile, profile),
        contact_email=contact,
        accepted_by=accepted_by,
        accept_charter=accept_charter,
    )
    try:
        standing = run_join(wanted, steps)
    except Refusal as refusal:
        if as_json:
            problem = {"slug": refusal.slug, "detail": refusal.detail}
            click.echo(json.dumps({"joined": False, "problem": problem, **steps.as_json()}))
            raise SystemExit(1) from None
        raise
    if as_json:
        click.echo(json.dumps({"joined": True, **standing, **steps.as_json()}))
        return
    click.echo(f"{standing['space']} has joined {standing['network']} and is on {standing['state']}.")


@click.command("status")
@with_appcontext
@as_json_option
def status(as_json: bool) -> None:
    """Say how this node stands with its network."""
    found = read_only(lambda: queries.status(db.session(), current_clock().now()))()
    _show(found, as_json)


@click.command("sync")
@click.option("--news-only", is_flag=True, help="Leave the lists of keys and of passports as they are.")
@with_appcontext
@as_json_option
def sync(news_only: bool, as_json: bool) -> None:
    """Read the hub's news, deliver what waits and fetch the lists, now."""
    settled = exchange.deliver()
    items = exchange.poll()
    lists = 0 if news_only else exchange.fetch_lists(everything=True)
    # What the news made this node send, and what the hub says to that.
    settled += exchange.deliver()
    items += exchange.poll()
    _show({"news_count": items, "settled_count": settled, "lists_count": lists}, as_json)


@profile.command("set")
@click.argument("file", type=JsonFile())
@as_json_option
def put_profile(file: dict[str, Any], as_json: bool) -> None:
    """Replace this space's profile and tell its twins."""
    read = load(Profile, file)

    @transactional
    def work() -> int:
        return service.set_profile(db.session(), read, now=current_clock().now())

    _show({"rev": work()}, as_json)


@profile.command("show")
def show_profile() -> None:
    """Print this space's profile as JSON."""
    click.echo(json.dumps(read_only(lambda: uplink.own_profile(db.session()))(), indent=2, ensure_ascii=False))


def _show(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found))
        return
    for name, value in found.items():
        shown = ", ".join(value) if isinstance(value, list) else value
        click.echo(f"{name.replace('_', ' '):24}  {'-' if shown in (None, '') else shown}")


commands: list[click.Command] = [join, status, sync, profile, twinnings, parked]
