"""Refusals of leaving."""

from shared.errors import Conflict
from shared.marking import N_


class StillOpen(Conflict):
    """Something has to come to its end first."""

    slug = "still-open"
    title = N_("Something is still open")
    sentence = N_(
        "%(space)s has open: %(stays_away)s stays of its members, %(stays_here)s stays of guests, %(seats_away)s seats at "
        "events, %(sessions_here)s own sessions, %(events_led)s events that it leads, and a position of %(position)s credits."
    )
