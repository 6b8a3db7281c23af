"""The form of the scanner (`shared/ui`): a passport, at whatever door it is shown."""

from typing import Any

import marshmallow as ma

from shared.marking import N_
from shared.schemas import FormSchema

PASSPORT_MAX = 2_000


class PassportText(ma.fields.String):
    """A passport as scanned or pasted; the door says what is wrong with it. White space inside it has a meaning."""

    default_error_messages = {"required": N_("Scan a passport, or paste its code here.")}  # noqa: RUF012 - marshmallow's way

    def __init__(self, **options: Any) -> None:
        """Refuse what is too long to be one."""
        too_long = N_("This is too long to be a passport. Scan it again, or paste its code alone.")
        super().__init__(validate=ma.validate.Length(max=PASSPORT_MAX, error=too_long), **options)


class ScanForm(FormSchema):
    """A passport, scanned or pasted."""

    passport = PassportText(required=True)
