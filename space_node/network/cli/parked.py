"""Commands about what is parked: commands that the hub refused, and news that could not be taken in."""

import json
from typing import Any

import click
from flask.cli import AppGroup

from shared.clock import current_clock
from space_node.config import present_node
from space_node.db import Outbox, db, read_only, transactional
from space_node.network import queries, service

parked = AppGroup("parked", help="Commands that were refused, and news that could not be taken in.")
KINDS = click.Choice(("message", "news"))
NUMBERS = click.IntRange(1, 2**63 - 1)


@parked.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_parked(as_json: bool) -> None:
    """List what is parked, with the reason."""
    rows = read_only(_rows)()
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(f"{row['what']:8} {row['id']:6}  {row['kind']:20} {row['subject']:44}  {row['detail']} [{row['slug']}]")


@parked.command("retry")
@click.argument("what", type=KINDS)
@click.argument("number", type=NUMBERS)
def retry(what: str, number: int) -> None:
    """Send a command again, or take news in again."""
    if what == "news":
        if not transactional(lambda: service.retry_news(db.session(), present_node(), number))():
            raise click.ClickException("It still cannot be taken in; the reason is in the list.")
    else:
        transactional(lambda: service.retry_message(db.session(), number, now=current_clock().now()))()
        row = read_only(lambda: queries.parked_message(db.session(), number))()
        if row is not None:
            raise refusal_of(row)
    click.echo("Tried again.")


@parked.command("discard")
@click.argument("what", type=KINDS)
@click.argument("number", type=NUMBERS)
def discard(what: str, number: int) -> None:
    """Give something up."""

    @transactional
    def work() -> None:
        if what == "news":
            service.discard_news(db.session(), present_node(), number)
        else:
            service.discard_message(db.session(), number)

    work()
    click.echo("Given up.")


def refusal_of(row: Outbox) -> click.ClickException:
    """What a command fails with that the hub has refused."""
    return click.ClickException(f"{row.problem_detail} [{row.problem_slug}]")


def _rows() -> list[dict[str, Any]]:
    session = db.session()
    messages = [
        {"what": "message", "kind": row.kind, "at": row.created_at.isoformat(), **_common(row)}
        for row in queries.parked_messages(session)
    ]
    news = [
        {"what": "news", "kind": row.type, "at": row.parked_at.isoformat(), **_common(row)}
        for row in queries.parked_news(session)
    ]
    return messages + news


def _common(row: Any) -> dict[str, Any]:
    return {"id": row.id, "subject": row.subject, "slug": row.problem_slug, "detail": row.problem_detail}
