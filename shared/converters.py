"""Parts of addresses that only fit what they name: anything else is no such address, before any view runs."""

from flask import Flask
from werkzeug.routing import BaseConverter


class IdConverter(BaseConverter):
    """A UUIDv7 in its canonical form."""

    regex = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


class SlugConverter(BaseConverter):
    """The short name of a space."""

    regex = r"[a-z](?:-?[a-z0-9])+"


class HashConverter(BaseConverter):
    """A SHA-256 in hexadecimal."""

    regex = r"[0-9a-f]{64}"


class DayConverter(BaseConverter):
    """A date as ISO 8601 writes it; whether there is such a day is for the view."""

    regex = r"20[0-9]{2}-[01][0-9]-[0-3][0-9]"


def install(app: Flask) -> None:
    """Let routes name `<id:…>`, `<slug:…>`, `<sha256:…>` and `<day:…>`."""
    app.url_map.converters.update(id=IdConverter, slug=SlugConverter, sha256=HashConverter, day=DayConverter)
