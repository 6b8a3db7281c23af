"""Refusals at the front desk."""

from shared import reasons
from shared.errors import Conflict, NotFound
from shared.marking import N_, Phrase
from shared.protocol.states import BookingState, DoorReason


class VisitUnknown(NotFound):
    """No such visit at this space."""

    slug = "visit-unknown"
    title = N_("There is no such visit")
    sentence = N_("There is no such visit at this space.")


class NotExpected(Conflict):
    """A guest who cannot be checked in as things stand."""

    slug = "not-expected"
    title = N_("This guest cannot be checked in")
    sentence = N_("This visit is not expected.")

    def __init__(self, *, state: BookingState) -> None:
        """Say what has become of the visit."""
        super().__init__(reasons.BOOKING[state], state=state)


class BeingCancelled(Conflict):
    """A guest whose visit this space has asked the hub to cancel."""

    slug = "being-cancelled"
    title = N_("This visit is being cancelled")
    sentence = N_(
        "This visit is being cancelled. If the guest is here all the same, receive them as a walk-in, with their passport and"
        " not with the visit pass."
    )


class NotThisDay(Conflict):
    """A visit of another day."""

    slug = "not-this-day"
    title = N_("Not today")
    sentence = N_("This visit is for %(on)s.")


class PassportRefused(Conflict):
    """A passport with which nobody is let in; `reason` is the door's."""

    slug = "passport-refused"
    title = N_("This passport is not accepted")
    sentence = N_("This passport is not accepted here. %(why)s")

    def __init__(self, *, reason: DoorReason) -> None:
        """Say the door's reason in words too."""
        super().__init__(reason=reason, why=Phrase(reasons.PASSPORT[reason]))


class OtherPassport(Conflict):
    """The passport shown is not that of the visit's guest."""

    slug = "other-passport"
    title = N_("This is another passport")
    sentence = N_("The passport shown belongs to another visit or another space.")


class VisitBegunTwice(Conflict):
    """The same passport begins a second visit at the same moment."""

    slug = "visit-begun-twice"
    title = N_("This guest is here already")
    sentence = N_("This passport has been used for a visit here today.")


class NoVisitFits(Conflict):
    """A passport that is good, and whose holder nobody expects today."""

    slug = "no-visit-fits"
    title = N_("Not on the list of today")
    sentence = N_("No visit of today fits this passport.")


class TooLateToCancel(Conflict):
    """A visit that cannot be cancelled any more."""

    slug = "too-late-to-cancel"
    title = N_("This visit cannot be cancelled")
    sentence = N_("Only a confirmed visit whose time is not over can be cancelled.")
