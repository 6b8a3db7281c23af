"""The command that takes a list of members in."""

import json
import sys
from typing import BinaryIO

import click
from flask.cli import with_appcontext

from shared.clock import current_clock
from shared.sheets.dates import DateOrder
from shared.sheets.encoding import MAX_BYTES
from shared.sheets.errors import DatesAmbiguous, RowFault
from shared.sheets.table import Table, read_table
from space_node.db import db, read_only, transactional
from space_node.member_lists import service
from space_node.member_lists.errors import MappingRefused, RowsRefused
from space_node.member_lists.rules.columns import NO_FIELD, Columns, known_headings, understand
from space_node.member_lists.rules.fields import Field
from space_node.member_lists.rules.presets import PRESETS
from space_node.member_lists.rules.rows import Reading, read_rows

HINT = "Say what a column is with --map 'Column=field' (or '-' to leave it out), and the order of dates with --dates dmy or mdy."


@click.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--map", "told", multiple=True, metavar="COLUMN=FIELD", help=f"Field: {', '.join(Field)}, or {NO_FIELD} for none.")
@click.option("--dates", type=click.Choice([order.value for order in DateOrder]), help="Which is first in 01/02/2026.")
@click.option("--preset", type=click.Choice(list(PRESETS)), help="The software that the file comes from.")
@click.option("--preview", is_flag=True, help="Only say what would happen.")
@click.option("--progress", is_flag=True, help="Say how far it is, also where nobody watches.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_appcontext
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
