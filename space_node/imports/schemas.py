"""Forms of the import of a calendar."""

import marshmallow as ma

from shared.schemas import FormSchema, Text

_KEY = ma.validate.Regexp(r"[0-9a-f]{24}\Z")


class SourceForm(FormSchema):
    """Where the calendar is, if it is not a file."""

    address = Text(max=500, min=0, load_default="")


class ChosenForm(FormSchema):
    """The entries that are to become drafts."""

    take = ma.fields.List(ma.fields.String(validate=_KEY), load_default=list)
