"""Forms of the library of formats."""

import marshmallow as ma

from shared import meanwhile
from shared.paging import SearchQuery, number, sorts
from shared.protocol.formats import AUTHOR_MAX
from shared.protocol.values import LANGUAGE
from shared.schemas import Choice, Flag, FormSchema, Id, Text, Whole
from space_node.formats.rules import LICENCES


class LibraryQuery(SearchQuery):
    """What somebody looks for in the library."""

    sort = sorts("replays", "title", "newest", "author")
    language = Text(max=2, min=0, load_default="")
    topic = Text(max=40, min=0, load_default="")
    plans = number()


class VersionQuery(FormSchema):
    """Which version; the newest where none is named."""

    version = Whole(min=1, max=10_000, written=True, allow_none=True, load_default=None)


class FormatForm(FormSchema):
    """A format as people write it: agenda, checklist and roles are lines. The id was minted with the form of a new one.

    That of a next version tells what it showed of the one before.
    """

    shown = meanwhile.shown()
    format_id = Id(load_default="")
    title = Text(max=120, required=True)
    summary = Text(max=300, min=0, load_default="")
    description = Text(max=4000, min=0, multiline=True, load_default="")
    language = ma.fields.String(required=True, validate=LANGUAGE)
    topics = Text(max=400, min=0, load_default="")
    duration_minutes = Whole(min=1, max=60 * 24 * 14, written=True, required=True)
    seats = Whole(max=100_000, written=True, allow_none=True, load_default=None)
    agenda = Text(max=10_000, min=0, multiline=True, load_default="")
    checklist = Text(max=10_000, min=0, multiline=True, load_default="")
    roles = Text(max=1_000, min=0, multiline=True, load_default="")
    room_needs = Text(max=500, min=0, multiline=True, load_default="")
    licence = Choice(LICENCES, required=True)
    attribution = Text(max=200, required=True)
    author = Text(max=AUTHOR_MAX, min=0, load_default="", privacy="personal")
    agreed = Flag(written=True, load_default=False)


class AuthorForm(FormSchema):
    """Who is to be named with a format, and whether they have agreed."""

    author = Text(max=AUTHOR_MAX, required=True, privacy="personal")
    agreed = Flag(written=True, load_default=False)
