"""Commands about members and accounts: look through the list, let people in."""

import json

import click
from flask.cli import AppGroup

from shared.clock import current_clock
from shared.fields import Email, Text
from shared.schemas import FormSchema, load
from shared.web import public_url
from space_node.accounts import queries as accounts_queries
from space_node.db import db, read_only, transactional
from space_node.members import queries, service
from space_node.members.models import Member

members = AppGroup("members", help="The members of this space.")
accounts = AppGroup("accounts", help="Who may sign in.")
commands = (members, accounts)
as_json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")


class PersonForm(FormSchema):
    """Whom to let in."""

    name = Text(max=120, required=True)
    email = Email(required=True)


@members.command("list")
@click.option("--search", default="", help="Words of the name, address, company or plan.")
@as_json_option
def list_members(search: str, as_json: bool) -> None:
    """List the members by name."""
    rows = read_only(lambda: [_row(member) for member in queries.search(db.session(), search=search)])()
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['email']:40}  {row['state']:6}  {row['name']}")


@members.command("link")
@click.argument("email")
def link(email: str) -> None:
    """Print a one-use link by which a member sets a password; links printed before stop working."""

    @transactional
    def work() -> str:
        member = queries.require_member(db.session(), email)
        return service.member_link(db.session(), member=member, now=current_clock().now())

    click.echo(public_url(f"/welcome/{work()}"))


@accounts.command("add")
@click.option("--role", type=click.Choice([role.value for role in service.Role]), required=True, help="What the person is here.")
@click.option("--email", required=True, help="By which the person signs in.")
@click.option("--name", required=True, help="As others read it.")
def add(role: str, email: str, name: str) -> None:
    """Let somebody in, and print a one-use link to set a password. A member who is not in the list is added to it."""
    person = load(PersonForm, {"email": email, "name": name})

    @transactional
    def work() -> str:
        now = current_clock().now()
        account = service.add_account(db.session(), role=service.Role(role), **person, now=now)
        return service.sign_in_link(db.session(), account=account, now=now)

    click.echo(public_url(f"/welcome/{work()}"))


@accounts.command("list")
@as_json_option
def list_accounts(as_json: bool) -> None:
    """List who may sign in, and as what."""
    found = read_only(lambda: [(one.email, one.name, sorted(one.roles())) for one in accounts_queries.accounts(db.session())])()
    if as_json:
        click.echo(json.dumps([dict(zip(("email", "name", "roles"), one, strict=True)) for one in found], ensure_ascii=False))
        return
    for email, name, roles in found:
        click.echo(f"{email:40}  {','.join(roles):20}  {name}")


def _row(member: Member) -> dict[str, object]:
    days = {name: day.isoformat() if (day := getattr(member, name)) else None for name in ("starts_on", "ends_on")}
    texts = {name: getattr(member, name) for name in ("id", "email", "name", "display_name", "plan", "company", "state")}
    return {**texts, **days, "guest": member.guest, "source_key": member.source_key}
