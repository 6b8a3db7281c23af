"""The library of formats on the command line: what there is, make one from an event, name its author."""

import json
from typing import Any

import click
from flask.cli import AppGroup

from shared.clock import current_clock
from shared.json_file import JsonFile
from shared.protocol.formats import FormatContent
from shared.schemas import load
from space_node.db import db, read_only, transactional
from space_node.formats import queries, service
from space_node.formats.schemas import AuthorForm

group = AppGroup("formats", help="The network's formats: recipes of events, to be replayed anywhere.")
commands = (group,)
as_json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")


@group.command("list")
@as_json_option
def list_formats(as_json: bool) -> None:
    """List the formats of the network, those replayed most often first."""
    rows = [
        {
            "format_id": one.newest.id,
            "version": one.newest.version,
            "title": one.newest.title,
            "author": one.newest.author,
            "named_author": one.named or None,
            "replays": one.replays,
            "spaces": one.spaces,
        }
        for one in read_only(lambda: queries.library(db.session(), size=queries.ALL_ROWS).rows)()
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        named = f" ({row['named_author']})" if row["named_author"] else ""
        click.echo(f"{row['format_id']}  v{row['version']:<3} {row['author']:<24} {row['replays']:>3}x  {row['title']}{named}")


@group.command("make")
@click.argument("event_id")
@click.option("--file", type=JsonFile(), help="JSON with what the format says beyond the event: agenda, checklist, roles …")
@as_json_option
def make(event_id: str, file: dict[str, Any] | None, as_json: bool) -> None:
    """Publish a format made from an event of this space."""
    said = file or {}

    def work() -> str:
        session, now = db.session(), current_clock().now()
        content = load(FormatContent, {**queries.of_event(session, event_id), **said})
        return service.from_event(session, event_id=event_id, content=content, now=now).id

    format_id = transactional(work)()
    click.echo(json.dumps({"format_id": format_id, "version": 1}) if as_json else f"Published: {format_id}")


@group.command("name-author")
@click.argument("format_id")
@click.argument("name")
@click.option("--agreed", is_flag=True, help="The author has agreed to be named with this format across the network.")
def name_author(format_id: str, name: str, agreed: bool) -> None:
    """Name the author of a format of this space, beside the space."""

    def work() -> None:
        said = load(AuthorForm, {"author": name, "agreed": agreed})
        about = {"name": said["author"], "agreed": said["agreed"]}
        service.name_author(db.session(), format_id=format_id, **about, now=current_clock().now())

    transactional(work)()
    click.echo("Named, for as long as they agree: space-node formats withdraw-author takes the name off.")


@group.command("withdraw-author")
@click.argument("format_id")
def withdraw_author(format_id: str) -> None:
    """Take the author's name off a format of this space, everywhere."""

    def work() -> bool:
        return service.withdraw_author(db.session(), format_id=format_id, now=current_clock().now())

    click.echo("Taken off. Every node drops the name." if transactional(work)() else "Nobody is named with this format.")
