"""Refusals about credits at home."""

from shared.errors import FieldFault, Invalid
from shared.marking import N_


class GrantDaysInvalid(Invalid):
    """A grant that could never be spent."""

    slug = "grant-days-invalid"
    title = N_("The days do not fit")
    sentence = N_("Credits end on a day that is still to come, and not before they begin.")

    def __init__(self) -> None:
        """Point at the last day."""
        super().__init__(errors=[FieldFault(pointer="/expires_on", detail=self.sentence)])
