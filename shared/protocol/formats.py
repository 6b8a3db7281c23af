"""Formats on the wire: immutable recipes of events, with licence and lineage (DESIGN §9)."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from shared.ids import sha256_hex
from shared.loader import dump_json
from shared.protocol.values import HASH, LANGUAGE, LICENCE
from shared.schemas import Day, Id, Instant, Slug, Text, Whole, WireSchema

ITEMS_MAX = 40
AUTHOR_MAX = 120


class Step(WireSchema):
    """One part of the agenda, in minutes from the start."""

    offset_minutes = Whole(max=60 * 24 * 14, required=True)
    minutes = Whole(min=1, max=60 * 24, required=True)
    text = Text(max=200, required=True)


class Task(WireSchema):
    """Something to do, that many days before (or, negative, after) the event, by a role."""

    days_before = Whole(min=-60, max=365, required=True)
    text = Text(max=200, required=True)
    role = Text(max=60, min=0, load_default="")


class Origin(WireSchema):
    """The version that this one was made from."""

    id = Id(required=True)
    version = Whole(min=1, required=True)
    hash = ma.fields.String(required=True, validate=HASH)


class FormatContent(WireSchema):
    """What is hashed: SHA-256 of these values as canonical JSON. No dates, people, links, venue or prices."""

    title = Text(max=120, required=True)
    summary = Text(max=300, min=0, load_default="")
    description = Text(max=4000, min=0, multiline=True, load_default="")
    language = ma.fields.String(required=True, validate=LANGUAGE)
    topics = ma.fields.List(Text(max=40), load_default=list, validate=ma.validate.Length(max=8))
    duration_minutes = Whole(min=1, max=60 * 24 * 14, required=True)
    seats = Whole(max=100_000, allow_none=True, load_default=None)
    agenda = ma.fields.List(ma.fields.Nested(Step), load_default=list, validate=ma.validate.Length(max=ITEMS_MAX))
    checklist = ma.fields.List(ma.fields.Nested(Task), load_default=list, validate=ma.validate.Length(max=ITEMS_MAX))
    roles = ma.fields.List(Text(max=60), load_default=list, validate=ma.validate.Length(max=12))
    room_needs = Text(max=500, min=0, multiline=True, load_default="")
    licence = ma.fields.String(load_default="CC-BY-SA-4.0", validate=LICENCE)
    attribution = Text(max=200, required=True, privacy="space")
    parent = ma.fields.Nested(Origin, allow_none=True, load_default=None)


class FormatVersion(WireSchema):
    """PUT /formats/{id}/versions/{n}, by its author space: created once, never changed."""

    content = ma.fields.Nested(FormatContent, required=True)


class NamedAuthor(WireSchema):
    """PUT /formats/{id}/named-author, by the space whose format it is: who is named beside the attribution, or nobody any more.

    No part of any version, so no hash knows the name. A name comes with when its person agreed to be named.
    """

    rev = Whole(min=1, required=True)
    name = Text(max=AUTHOR_MAX, allow_none=True, required=True, privacy="personal")
    agreed_at = Instant(allow_none=True, required=True)


class NamedAuthorEntry(NamedAuthor):
    """named-author.updated: who is named with all versions of a format; `rev` is its space's own."""

    id = Id(required=True)
    space = Slug(required=True)


class Replay(WireSchema):
    """Where and when a format was played again."""

    space = Slug(required=True)
    event_id = Id(required=True)
    on = Day(required=True)
    version = Whole(min=1, required=True)


class FormatEntry(WireSchema):
    """format.updated: one version with its author, its hash and where it was replayed; `rev` grows with every replay."""

    id = Id(required=True)
    version = Whole(min=1, required=True)
    rev = Whole(required=True)
    author = Slug(required=True)
    hash = ma.fields.String(required=True, validate=HASH)
    content = ma.fields.Nested(FormatContent, required=True)
    published_at = Instant(required=True)
    replays = ma.fields.List(ma.fields.Nested(Replay), load_default=list)


def content_hash(content: Mapping[str, Any]) -> str:
    """The hash by which a version is known: over its content as it stands on the wire, in one way of writing it."""
    return sha256_hex(dump_json(FormatContent().dump(content)))
