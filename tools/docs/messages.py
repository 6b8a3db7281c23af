"""docs/reference/messages.md: every body and feed type of the wire with its fields, and where its example lies."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import marshmallow as ma

from shared.protocol.registry import BODIES, FEED_TYPES
from shared.schemas import privacy_of
from tools.docs import MADE_BY, cell

PAGE = Path("docs/reference/messages.md")
EXAMPLES = "../../shared/protocol/examples"
AnyField = ma.fields.Field[Any]
Row = tuple[str, AnyField, str]


def generate() -> dict[Path, str]:
    """The page, by its path."""
    head = ["# Messages", "", MADE_BY, "", "Receivers ignore fields that they do not know.", ""]
    text = [*head, *_part("What the feed brings", FEED_TYPES), *_part("Bodies of calls and answers", BODIES)]
    return {PAGE: "\n".join(text).rstrip("\n") + "\n"}


def rows(schema: type[ma.Schema], before: str = "") -> list[Row]:
    """Every field of a schema, nested ones by their path, with its privacy class."""
    out: list[Row] = []
    ready = schema()
    privacy = privacy_of(ready)
    for name, field in ready.fields.items():
        key = field.data_key or name
        path = f"{before}{key}"
        out.append((path, field, privacy[key]))
        if inner := _nested(field):
            out += rows(inner, f"{path}[]." if isinstance(field, ma.fields.List) else f"{path}.")
    return out


def kind(field: AnyField) -> str:
    """What a field holds, in a word."""
    if isinstance(field, ma.fields.List):
        return f"list of {kind(field.inner)}"
    if isinstance(field, ma.fields.Nested):
        return "object"
    return type(field).__name__.removesuffix("Field").lower()


def _nested(field: AnyField) -> type[ma.Schema] | None:
    if isinstance(field, ma.fields.List):
        return _nested(field.inner)
    return type(field.schema) if isinstance(field, ma.fields.Nested) else None


def _part(title: str, schemas: Mapping[str, type[ma.Schema]]) -> list[str]:
    out = [f"## {title}", ""]
    for name, schema in schemas.items():
        said = " ".join((inspect.getdoc(schema) or "").split("\n\n")[0].split())
        out += [f"### `{name}`", "", *([said, ""] if said else []), f"[Example]({EXAMPLES}/{name}.json)", ""]
        out += ["| field | holds | needed | privacy |", "|---|---|---|---|"]
        out += [f"| `{cell(path)}` | {kind(f)} | {'yes' if f.required else ''} | {p} |" for path, f, p in rows(schema)]
        out.append("")
    return out
