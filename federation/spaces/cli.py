"""Commands about spaces: invite, look, admit, suspend, reinstate."""

import json

import click
from flask.cli import AppGroup

from federation.config import present_hub
from federation.db import db, read_only, transactional
from federation.operators import queries as operators
from federation.spaces import queries, service
from federation.spaces.models import Space
from federation.spaces.rules import Eyes
from shared.clock import current_clock
from shared.ids import parse_slug
from shared.protocol.invite import Invite

group = AppGroup("spaces", help="The spaces of the network.")
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
def invite(slug: str, name: str, actor: str) -> None:
    """Print a one-use invite for a new space; it lasts 72 hours."""

    @transactional
    def work() -> str:
        operators.require(db.session(), actor)
        now = current_clock().now()
        return service.invite(db.session(), slug=parse_slug(slug), name=name, actor=actor, now=now)

    hub = present_hub()
    click.echo(Invite(hub=hub.settings.issuer, thumbprint=hub.root_thumbprint, space=slug, token=work()).encode())


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_spaces(as_json: bool) -> None:
    """List all spaces with their standing."""
    rows = read_only(lambda: [_row(space) for space in queries.page(db.session(), limit=10_000)[0]])()
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(f"{row['space']:24}  {row['state']:10}  {row['name']}")


@group.command("admit")
@click.argument("slug")
@actor_option
def admit(slug: str, actor: str) -> None:
    """Say yes to a space on probation; the second operator's yes activates it."""

    @transactional
    def work() -> Eyes:
        operators.require(db.session(), actor)
        active = present_hub().settings.active_limits
        return service.admit(db.session(), slug=slug, actor=actor, active=active, now=current_clock().now())

    click.echo(SAID[work()].format(slug=slug))


@group.command("suspend")
@click.argument("slug")
@click.option("--reason", required=True, help="What the space will read.")
@actor_option
def suspend(slug: str, reason: str, actor: str) -> None:
    """Take a space out of action; its confirmed stays are honoured."""

    @transactional
    def work() -> None:
        operators.require(db.session(), actor)
        service.suspend(db.session(), slug=slug, reason=reason, actor=actor, now=current_clock().now())

    work()
    click.echo(f"{slug} is suspended.")


@group.command("reinstate")
@click.argument("slug")
@actor_option
def reinstate(slug: str, actor: str) -> None:
    """Put a suspended space back where it stood before."""

    @transactional
    def work() -> str:
        operators.require(db.session(), actor)
        return str(service.reinstate(db.session(), slug=slug, actor=actor, now=current_clock().now()).state)

    click.echo(f"{slug} is {work()}.")


def _row(space: Space) -> dict[str, object]:
    return {
        "space": space.slug,
        "name": space.name,
        "city": space.city,
        "state": str(space.state),
        "last_seen_at": space.last_seen_at.isoformat() if space.last_seen_at else None,
        "outbox_oldest_at": space.outbox_oldest_at.isoformat() if space.outbox_oldest_at else None,
    }
