"""Refusals about passports of our own members."""

from shared.errors import Conflict, Unavailable
from shared.marking import N_


class NoPassportForYou(Conflict):
    """Somebody whose membership has ended, or who has an account but is no member."""

    slug = "no-passport"
    title = N_("There is no passport for you")
    sentence = N_("A passport is for active members of this space.")


class StatusListFull(Unavailable):
    """All places of the status list are taken by passports that are still good."""

    slug = "status-list-full"
    title = N_("No more passports can be issued today")
    sentence = N_("Too many passports of this space are valid at once. Try again tomorrow.")
