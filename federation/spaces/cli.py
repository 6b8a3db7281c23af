"""Commands about spaces: invite, look, admit, suspend, reinstate."""

import json
from typing import Any

import click
from flask.cli import AppGroup

from federation.config import present_hub
from federation.db import db, read_only, transactional
from federation.operators import queries as operators
from federation.spaces import queries, service
from federation.spaces.models import Space
from federation.spaces.rules import Eyes
from federation.spaces.schemas import InviteForm, ReasonForm
from shared.clock import current_clock
from shared.protocol.invite import Invite
from shared.schemas import load
from shared.units import show_credits

group = AppGroup("spaces", help="The spaces of the network.")
json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")
actor_option = click.option("--as", "actor", required=True, metavar="EMAIL", help="The operator who does this.")

SAID = {
    Eyes.ACTIVATES: "{slug} is active.",
    Eyes.WAITS_FOR_SECOND: "Noted. A second operator has to admit {slug} as well.",
    Eyes.WAITS_A_DAY: "Noted. As the only operator, admit {slug} again in 24 hours.",
}


@group.command("invite")
@click.argument("slug")
@click.option("--name", required=True, help="The space's name.")
@actor_option
@json_option
def invite(slug: str, name: str, actor: str, as_json: bool) -> None:
    """Print a one-use invite for a new space; it lasts 72 hours."""
    wanted = load(InviteForm, {"slug": slug, "name": name})

    @transactional
    def work() -> str:
        who, now = _operator(actor), current_clock().now()
        return service.invite(db.session(), actor=who, now=now, **wanted)

    hub = present_hub()
    made = Invite(hub=hub.settings.issuer, thumbprint=hub.root_thumbprint, space=wanted["slug"], token=work()).encode()
    click.echo(json.dumps({"space": wanted["slug"], "invite": made}) if as_json else made)


@group.command("list")
@json_option
def list_spaces(as_json: bool) -> None:
    """List all spaces with their standing."""
    rows = read_only(lambda: [_row(space) for space in queries.everyone(db.session())])()
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(f"{row['space']:24}  {row['state']:10}  {row['name']}")


@group.command("show")
@click.argument("slug")
@json_option
def show(slug: str, as_json: bool) -> None:
    """Show one space: standing, limits, health."""
    row = read_only(lambda: _details(queries.require(db.session(), slug)))()
    if as_json:
        click.echo(json.dumps(row))
        return
    for name, value in row.items():
        shown = show_credits(value, "en") if name.endswith("_credits") else value
        click.echo(f"{name:24}  {shown}")


@group.command("admit")
@click.argument("slug")
@actor_option
def admit(slug: str, actor: str) -> None:
    """Say yes to a space on probation; the second operator's yes activates it."""

    @transactional
    def work() -> Eyes:
        who, active = _operator(actor), present_hub().settings.active_limits
        return service.admit(db.session(), slug=slug, actor=who, active=active, now=current_clock().now())

    click.echo(SAID[work()].format(slug=slug))


@group.command("suspend")
@click.argument("slug")
@click.option("--reason", required=True, help="What the space will read.")
@actor_option
def suspend(slug: str, reason: str, actor: str) -> None:
    """Take a space out of action; its confirmed stays are honoured."""

    @transactional
    def work() -> None:
        now = current_clock().now()
        service.suspend(db.session(), slug=slug, actor=_operator(actor), now=now, **load(ReasonForm, {"reason": reason}))

    work()
    click.echo(f"{slug} is suspended.")


@group.command("reinstate")
@click.argument("slug")
@actor_option
def reinstate(slug: str, actor: str) -> None:
    """Put a suspended space back where it stood before."""

    @transactional
    def work() -> str:
        return str(service.reinstate(db.session(), slug=slug, actor=_operator(actor), now=current_clock().now()).state)

    click.echo(f"{slug} is {work()}.")


def _operator(email: str) -> str:
    """The operator's address as the hub has it, so that one person never counts as two. Raises OperatorUnknown."""
    return operators.require(db.session(), email).email


def _row(space: Space) -> dict[str, object]:
    return {
        "space": space.slug,
        "name": space.name,
        "city": space.city,
        "state": str(space.state),
        "last_seen_at": space.last_seen_at.isoformat() if space.last_seen_at else None,
        "outbox_oldest_at": space.outbox_oldest_at.isoformat() if space.outbox_oldest_at else None,
    }


def _details(space: Space) -> dict[str, Any]:
    names = (
        "country",
        "zone",
        "state_reason",
        "profile_rev",
        "root_thumbprint",
        "contact_email",
        "charter_version",
        "cursor_seq",
    )
    limits = service.standing(space)["limits"]
    return {**_row(space), **{name: getattr(space, name) for name in names}, **limits}
