"""Schemas of what crosses a border: those of the wire ignore what they do not know, those of our own forms refuse it.

Each field may carry a privacy class, from which the record of processing is made. The fields themselves are in
`shared/fields.py` and can be taken from here.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import marshmallow as ma
from werkzeug.datastructures import MultiDict

from shared.errors import FieldFault, Invalid
from shared.fields import (
    PRIVACY_CLASSES,
    Choice,
    CreditsField,
    Day,
    Email,
    Flag,
    Id,
    Instant,
    SearchWords,
    Slug,
    Text,
    WebAddress,
    Whole,
    Zone,
)
from shared.marking import N_

__all__ = [
    "CSRF_FIELD",
    "PRIVACY_CLASSES",
    "Choice",
    "CreditsField",
    "Day",
    "Email",
    "Flag",
    "FormSchema",
    "Id",
    "Instant",
    "SearchWords",
    "Slug",
    "Text",
    "WebAddress",
    "Whole",
    "WireSchema",
    "Zone",
    "load",
    "pointers",
    "privacy_of",
]

CSRF_FIELD = "csrf_token"
# What comes with any form or address: the form's token, and the choice of the language switch.
_NOT_OURS = frozenset({CSRF_FIELD, "lang"})
MAX_FAULTS = 100

# marshmallow's own sentences, for the fields that are taken from it as they are.
_STOCK_SENTENCES = (
    N_("Missing data for required field."),
    N_("Field may not be null."),
    N_("Invalid value."),
    N_("Not a valid list."),
    N_("Not a valid string."),
    N_("Not a valid mapping type."),
    N_("Invalid type."),
)


class _Schema(ma.Schema):
    error_messages: ClassVar[dict[str, str]] = {  # type: ignore[misc]
        "unknown": N_("This field is not known here."),
        "type": N_("An object is expected here."),
    }

    def on_bind_field(self, field_name: str, field_obj: ma.fields.Field[Any]) -> None:
        """Refuse a privacy class that the record of processing does not know. Raises ValueError."""
        privacy = field_obj.metadata.get("privacy", "none")
        if privacy not in PRIVACY_CLASSES:
            raise ValueError(f"{type(self).__name__}.{field_name}: {privacy!r} is no privacy class.")


class WireSchema(_Schema):
    """A body between machines: unknown fields are ignored, in nested bodies too, so that versions can differ."""

    class Meta:
        unknown = ma.EXCLUDE


class FormSchema(_Schema):
    """A body of our own forms and APIs: unknown fields are refused, so that nobody sets what the form does not show."""

    class Meta:
        unknown = ma.RAISE

    @ma.pre_load
    def _from_form(self, data: Any, **_: Any) -> Any:
        """A posted form as a plain mapping. A field that is left blank counts as absent where that is allowed."""
        if not isinstance(data, MultiDict):
            return data
        faults: dict[str, list[str]] = {}
        values: dict[str, Any] = {}
        for name, given in data.lists():
            field = self.load_fields.get(name)
            if isinstance(field, ma.fields.List):
                values[name] = given
            elif len(given) > 1:
                faults[name] = [N_("This was sent more than once.")]
            elif (name not in _NOT_OURS or field is not None) and not _is_left_blank(field, given[0]):
                values[name] = given[0]
        if faults:
            raise ma.ValidationError(faults)
        return values


def _is_left_blank(field: ma.fields.Field[Any] | None, value: str) -> bool:
    return field is not None and not isinstance(field, Text) and not value.strip()


def load(schema: ma.Schema | type[ma.Schema], data: Mapping[str, Any] | Any) -> dict[str, Any]:
    """The checked values of a body or form. Raises Invalid with a JSON pointer to every wrong field."""
    ready = schema if isinstance(schema, ma.Schema) else schema()
    try:
        return dict(ready.load(data))
    except ma.ValidationError as error:
        raise Invalid(errors=pointers(error.messages)) from None


def pointers(messages: Any) -> list[FieldFault]:
    """marshmallow's nested messages as JSON pointers (RFC 6901) into the body; the first hundred."""
    found: list[FieldFault] = []
    _walk(messages, "", found)
    return found[:MAX_FAULTS]


def _walk(node: Any, path: str, found: list[FieldFault]) -> None:
    if isinstance(node, dict):
        for key, below in node.items():
            step = "" if key == "_schema" else "/" + str(key).replace("~", "~0").replace("/", "~1")
            _walk(below, path + step, found)
    else:
        found.extend(FieldFault(pointer=path, detail=text) for text in node)


def privacy_of(schema: ma.Schema | type[ma.Schema]) -> dict[str, str]:
    """The privacy class of every field of a schema, by its name on the wire."""
    ready = schema if isinstance(schema, ma.Schema) else schema()
    return {field.data_key or name: field.metadata.get("privacy", "none") for name, field in ready.fields.items()}
