"""docs/reference/personal-data.md: every field that tells something about a person, from the schemas' privacy classes."""

from __future__ import annotations

from pathlib import Path

import marshmallow as ma

from shared.protocol import boxes
from shared.protocol.registry import BODIES, FEED_TYPES
from tools.docs import MADE_BY, cell, import_product
from tools.docs.messages import rows

PAGE = Path("docs/reference/personal-data.md")
QUIET = {"none"}
CLASSES = {
    "space": "about a space and those who act for it",
    "pseudonym": "a random name of a person, which only the home space can resolve",
    "personal": "about a person, and readable where it arrives",
    "sealed": "about a person, encrypted so that only the receiving node can read it",
}


def generate() -> dict[Path, str]:
    """The page, by its path."""
    wire = {**FEED_TYPES, **BODIES}
    out = ["# Personal data", "", MADE_BY, "", "| class | means |", "|---|---|"]
    out += [f"| {name} | {meaning} |" for name, meaning in CLASSES.items()]
    out += ["", "## On the wire", "", "| message | field | class |", "|---|---|---|"]
    out += [line for name, schema in wire.items() for line in _lines(f"`{name}`", schema)]
    out += ["", "## In the sealed boxes about events and introductions", "", "| box | field | class |", "|---|---|---|"]
    out += [line for schema in _boxes() for line in _lines(schema.__name__, schema)]
    out += ["", "## In forms and own interfaces", "", "| form | field | class |", "|---|---|---|"]
    out += [line for name, schema in _own(set(wire.values())) for line in _lines(name, schema)]
    return {PAGE: "\n".join(out) + "\n"}


def _boxes() -> list[type[ma.Schema]]:
    """What a node opens, in the order in which it is written down."""
    found = (value for value in vars(boxes).values() if isinstance(value, type) and issubclass(value, ma.Schema))
    return [schema for schema in found if schema.__module__ == boxes.__name__]


def _own(wire: set[type[ma.Schema]]) -> list[tuple[str, type[ma.Schema]]]:
    """The schemas that slices keep in their `schemas.py`."""
    for _ in import_product():
        pass
    found = {s for s in _descendants(ma.Schema) if s.__module__.endswith(".schemas") and s not in wire}
    named = [(f"{s.__module__.removesuffix('.schemas')} · {s.__name__}", s) for s in found]
    return sorted((pair for pair in named if not pair[0].startswith("shared")), key=lambda pair: pair[0])


def _descendants(schema: type[ma.Schema]) -> set[type[ma.Schema]]:
    below = set(schema.__subclasses__())
    return below.union(*(_descendants(child) for child in below))


def _lines(name: str, schema: type[ma.Schema]) -> list[str]:
    return [f"| {cell(name)} | `{cell(path)}` | {kind} |" for path, _, kind in rows(schema) if kind not in QUIET]
