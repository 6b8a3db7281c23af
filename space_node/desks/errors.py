"""Refusals about what guests may have."""

from shared.errors import FieldFault, Invalid
from shared.marking import N_


class DayOver(Invalid):
    """A day that has passed here cannot be changed any more."""

    slug = "day-over"
    title = N_("That day has passed")
    sentence = N_("Only today and days to come can be changed.")

    def __init__(self) -> None:
        """Point at the day."""
        super().__init__(errors=[FieldFault(pointer="/on", detail=self.sentence)])
