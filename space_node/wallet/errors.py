"""Refusals about credits at home."""

from shared.errors import Conflict, FieldFault, Invalid
from shared.marking import N_


class GrantDaysInvalid(Invalid):
    """A grant that could never be spent."""

    slug = "grant-days-invalid"
    title = N_("The days do not fit")
    sentence = N_("Credits end on a day that is still to come, and not before they begin.")

    def __init__(self) -> None:
        """Point at the last day."""
        super().__init__(errors=[FieldFault(pointer="/expires_on", detail=self.sentence)])


class SpaceTakesLeave(Conflict):
    """The space is leaving the network, or has left it: the hub would take no grant of it."""

    slug = "space-takes-leave"
    title = N_("This space is leaving the network")
    sentence = N_("A space that is leaving the network, or has left it, grants no credits.")
