"""Commands about the people who run the network."""

import click
from flask.cli import AppGroup

from federation.db import db, transactional
from federation.operators import queries, service
from federation.operators.rules import Role
from shared.clock import current_clock
from shared.web import public_url

group = AppGroup("operators", help="The people who run the network.")


@group.command("add")
@click.argument("email")
@click.option("--name", required=True, help="As others read it.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default="operator", help="An auditor only reads.")
@click.option("--as", "actor", default="command line", help="Who adds the operator, for the audit log.")
def add(email: str, name: str, role: str, actor: str) -> None:
    """Add an operator or auditor and print a one-use link to set a password."""

    @transactional
    def work() -> str:
        now = current_clock().now()
        operator = service.add_operator(db.session(), email=email, name=name, role=Role(role), actor=actor, now=now)
        return service.sign_in_link(db.session(), operator=operator, now=now)

    click.echo(public_url(f"/welcome/{work()}"))


@group.command("link")
@click.argument("email")
def link(email: str) -> None:
    """Print a new one-use link for an operator; links printed before stop working."""

    @transactional
    def work() -> str:
        operator = queries.require(db.session(), email)
        return service.sign_in_link(db.session(), operator=operator, now=current_clock().now())

    click.echo(public_url(f"/welcome/{work()}"))
