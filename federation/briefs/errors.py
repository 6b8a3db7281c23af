"""Refusals about briefs."""

from shared.errors import Conflict
from shared.marking import N_


class BriefUnwanted(Conflict):
    """A brief for a space from which nobody has, or had, a seat, and that does not hold the event."""

    slug = "brief-unwanted"
    title = N_("Nobody from there is coming")
    sentence = N_("Nobody from %(home)s has, or had, a seat in this session.")
