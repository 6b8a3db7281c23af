"""Texts of a fixed form that stand in several bodies of the wire, each with the one pattern it must match as a whole."""

from datetime import date
from typing import Any

import marshmallow as ma

from shared.marking import N_


class Form(ma.validate.Regexp):
    """The whole text has the form: a `$` by itself would let a line end follow."""

    def __init__(self, regex: str) -> None:
        """Take a pattern as OpenAPI shows it, from `^` to `$`."""
        super().__init__(regex, error=N_("This does not have the expected form."))

    def __call__(self, value: Any) -> Any:
        """The value. Raises ValidationError."""
        if self.regex.fullmatch(value) is None:
            raise ma.ValidationError(self._format_error(value))
        return value


class DayAndTime(Form):
    """A form that begins with a date: one that is in no calendar is refused."""

    def __call__(self, value: Any) -> Any:
        """The value. Raises ValidationError."""
        super().__call__(value)
        try:
            date.fromisoformat(value[:10])
        except ValueError:
            raise ma.ValidationError(N_("There is no such date.")) from None
        return value


HASH = Form(r"^[0-9a-f]{64}$")
LANGUAGE = Form(r"^[a-z]{2}$")
COUNTRY = Form(r"^[A-Z]{2}$")
CLOCK_TIME = Form(r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
WALL_TIME = DayAndTime(r"^20[2-9][0-9]-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]$")
LICENCE = Form(r"^(CC0-1\.0|CC-BY-4\.0|CC-BY-SA-4\.0|CC-BY-NC-SA-4\.0|LicenseRef-ask-the-author)$")
