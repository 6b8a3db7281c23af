"""Commands about members and accounts: import a list, look through it, let people in."""

import json
import sys
from typing import BinaryIO

import click
from flask.cli import AppGroup

from shared.clock import current_clock
from shared.fields import Email, Text
from shared.schemas import FormSchema, load
from shared.sheets.dates import DateOrder
from shared.sheets.encoding import MAX_BYTES
from shared.sheets.errors import DatesAmbiguous, RowFault
from shared.sheets.table import Table, read_table
from shared.web import public_url
from space_node.accounts import queries as accounts_queries
from space_node.db import db, read_only, transactional
from space_node.members import queries, service
from space_node.members.errors import MappingRefused, RowsRefused
from space_node.members.models import Member
from space_node.members.rules.columns import NO_FIELD, Columns, known_headings, understand
from space_node.members.rules.fields import Field
from space_node.members.rules.presets import PRESETS
from space_node.members.rules.rows import Reading, read_rows

members = AppGroup("members", help="The members of this space.")
accounts = AppGroup("accounts", help="Who may sign in.")
commands = (members, accounts)
as_json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")
HINT = "Say what a column is with --map 'Column=field' (or '-' to leave it out), and the order of dates with --dates dmy or mdy."


class PersonForm(FormSchema):
    """Whom to let in."""

    name = Text(max=120, required=True)
    email = Email(required=True)


@members.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--map", "told", multiple=True, metavar="COLUMN=FIELD", help=f"Field: {', '.join(Field)}, or {NO_FIELD} for none.")
@click.option("--dates", type=click.Choice([order.value for order in DateOrder]), help="Which is first in 01/02/2026.")
@click.option("--preset", type=click.Choice(list(PRESETS)), help="The software that the file comes from.")
@click.option("--preview", is_flag=True, help="Only say what would happen.")
@click.option("--progress", is_flag=True, help="Say how far it is, also where nobody watches.")
@as_json_option
def import_members(
    file: BinaryIO, *, told: tuple[str, ...], dates: str | None, preset: str | None, preview: bool, progress: bool, as_json: bool
) -> None:
    """Import members from a CSV file: all of it, or nothing and every fault by line, column and reason."""
    table = read_table(file.read(MAX_BYTES + 1), known_headings)
    columns: Columns = ()
    try:
        columns = understand(table.headings, table.samples(), preset=preset, told=dict(map(_told, told)))
        reading = read_rows(table, columns, DateOrder(dates) if dates else None)
        counts = _preview(reading) if preview else _import(reading, told=progress or sys.stderr.isatty())
    except (MappingRefused, DatesAmbiguous):
        click.echo(f"The columns are: {_shown(table, columns)}.\n{HINT}", err=True)
        raise
    except RowsRefused as refused:
        _say(table, columns, {}, refused.faults, as_json=as_json)
        sys.exit(1)
    _say(table, columns, counts, [], as_json=as_json)


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


def _preview(reading: Reading) -> dict[str, int]:
    found = read_only(lambda: service.compare(db.session(), reading, current_clock().now()))()
    if found.faults:
        raise RowsRefused(found.faults)
    return {"new": len(found.new), "changed": len(found.changed), "unchanged": found.unchanged_count}


def _import(reading: Reading, *, told: bool) -> dict[str, int]:
    def tell(done: int, total: int) -> None:
        click.echo(f"{done} of {total} written", err=True)

    @transactional
    def work() -> service.Outcome:
        now = current_clock().now()
        return service.import_rows(db.session(), reading, now=now, on_progress=tell if told else None)

    return {name.removesuffix("_count"): count for name, count in work()._asdict().items()}


def _say(table: Table, columns: Columns, counts: dict[str, int], faults: list[RowFault], *, as_json: bool) -> None:
    if as_json:
        mapped = [{"column": heading, "field": field} for heading, field in zip(table.headings, columns, strict=True)]
        wrong = [{"line": one.line, "column": one.column, "reason": one.reason} for one in faults]
        told = {"encoding": table.encoding, "delimiter": table.delimiter, "columns": mapped, **counts, "faults": wrong}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for fault in faults:
        click.echo(f"line {fault.line}, {fault.column or 'row'}: {fault.reason}", err=True)
    if faults:
        click.echo(f"Nothing was imported: {len(faults)} faults.", err=True)
    else:
        click.echo(f"{_shown(table, columns)} ({table.encoding})", err=True)
        click.echo(", ".join(f"{count} {name}" for name, count in counts.items()))


def _shown(table: Table, columns: Columns) -> str:
    fields = columns or (None,) * len(table.headings)
    return ", ".join(f"{heading} → {field or NO_FIELD}" for heading, field in zip(table.headings, fields, strict=True))


def _told(text: str) -> tuple[str, Field | None]:
    heading, equals, word = text.rpartition("=")
    if not equals or word not in {*Field, NO_FIELD}:
        raise click.BadParameter(f"{text}: write COLUMN=FIELD, with one of {', '.join(Field)}, {NO_FIELD}.")
    return heading, None if word == NO_FIELD else Field(word)


def _row(member: Member) -> dict[str, object]:
    days = {name: day.isoformat() if (day := getattr(member, name)) else None for name in ("starts_on", "ends_on")}
    texts = {name: getattr(member, name) for name in ("id", "email", "name", "display_name", "plan", "company", "state")}
    return {**texts, **days, "guest": member.guest, "source_key": member.source_key}
