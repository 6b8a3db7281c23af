"""Files of JSON on the command line."""

from typing import Any

import click

from shared.loader import MalformedJson, strict_loads


class JsonFile(click.File):
    """A file with an object of strict JSON, or - for standard input; gives the object, and tells a fault with the name."""

    name = "json file"

    def __init__(self) -> None:
        """Read bytes, at once."""
        super().__init__("rb", lazy=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The object in the file."""
        try:
            with super().convert(value, param, ctx) as file:
                found = strict_loads(file.read())
        except MalformedJson as refusal:
            self.fail(f"{value}: {refusal.detail}", param, ctx)
        if not isinstance(found, dict):
            self.fail(f"{value}: an object of JSON is expected, which begins with {{.", param, ctx)
        return found
