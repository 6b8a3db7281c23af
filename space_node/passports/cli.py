"""Passports on the command line: one for a member who asks at the front desk, for a phone or to print."""

import json

import click
from flask.cli import AppGroup

from shared.clock import current_clock
from space_node.db import db, transactional
from space_node.members import queries as members
from space_node.passports import queries, service
from space_node.passports.rules import PassportKind

group = AppGroup("passports", help="Passports of our members.")
commands = (group,)


@group.command("issue")
@click.option("--member", "email", required=True, help="The member's e-mail address.")
@click.option("--paper", is_flag=True, help="To print: it is good for longer.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def issue(email: str, paper: bool, as_json: bool) -> None:
    """Issue a passport that any partner can check; asked again within a day, it is the same one."""
    kind = PassportKind.PAPER if paper else PassportKind.PHONE

    def work() -> queries.PassportView:
        member = members.require_member(db.session(), email)
        now = current_clock().now()
        made = service.general(db.session(), member, now, kind=kind)
        # A node that serves does this by itself: no door takes a passport without a fresh list of its home.
        service.publish_status_list(db.session(), now)
        return made

    made = transactional(work)()
    told = {"passport": made.text, "name": made.display_name, "expires_at": made.expires_at.isoformat()}
    click.echo(json.dumps(told) if as_json else made.text)
