"""Refusals about credits at home."""

import datetime as dt

from shared.errors import Conflict, FieldFault, Invalid
from shared.marking import N_
from shared.units import show_credits


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


class GrantMadeBefore(Conflict):
    """The same form has asked for another grant before."""

    slug = "grant-made-before"
    title = N_("This form has asked for another grant")
    sentence = N_(
        "This form has asked for %(credits)s credits for %(name)s before, valid until %(until)s. That grant stands; "
        "send the form again to grant this too."
    )

    def __init__(self, *, amount: int, name: str, until: dt.date) -> None:
        """Say which grant stands; the amount is in 1/100 credit."""
        self.amount, self.until = amount, until
        super().__init__(credits=show_credits(amount, "en"), name=name, until=until.isoformat())


class GrantRefusedBefore(Conflict):
    """The same form has asked before, and the hub has refused: nothing stands, and nothing is on its way."""

    slug = "grant-refused-before"
    title = N_("The hub has refused this grant")
    sentence = N_(
        "This form has asked before, and the hub has refused, so nothing was granted; send the form again to ask anew. "
        "The hub’s reason: %(reason)s"
    )
