"""Refusals about the calendar."""

from shared.errors import NotFound
from shared.marking import N_


class EventUnknown(NotFound):
    """No such event here, or none that this reader may see."""

    slug = "event-unknown"
    title = N_("There is no such event")
    sentence = N_("There is no such event here, or it is not open to you.")
