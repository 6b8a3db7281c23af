"""Commands about spaces that leave."""

import click
from flask.cli import AppGroup

from federation.db import db, read_only, transactional
from federation.leaving import queries, service
from federation.leaving.schemas import SettledForm
from federation.operators import queries as operators
from shared.clock import current_clock
from shared.schemas import load

group = AppGroup("leaving", help="Spaces that leave the network.")


@group.command("list")
def list_leaving() -> None:
    """List who is about to leave, and what is open with each."""

    def work() -> list[str]:
        session, now = db.session(), current_clock().now()
        found = [(one.slug, queries.open_matters(session, one.slug, now)) for one in queries.leaving(session)]
        return [f"{slug:24}  " + ", ".join(f"{name} {count}" for name, count in matters.items()) for slug, matters in found]

    for line in read_only(work)():
        click.echo(line)


@group.command("complete")
@click.argument("slug")
@click.option("--settled", required=True, help="How what is owed was settled outside.")
@click.option("--as", "actor", required=True, metavar="EMAIL", help="The operator who does this.")
def complete(slug: str, settled: str, actor: str) -> None:
    """Let a space go with which nothing but its position is open, for that was settled outside."""
    told = load(SettledForm, {"settled": settled})["settled"]

    @transactional
    def work() -> None:
        session = db.session()
        by = operators.require(session, actor).email
        service.complete(session, slug=slug, actor=by, settled=told, now=current_clock().now())

    work()
    click.echo(f"{slug} has left.")


commands = (group,)
