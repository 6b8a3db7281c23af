"""Refusals about members' own calendars."""

from shared.errors import NotFound
from shared.marking import N_


class FeedUnknown(NotFound):
    """No such calendar address: never made, or withdrawn. Nothing tells which."""

    slug = "calendar-address-unknown"
    title = N_("There is no such calendar")
    sentence = N_("There is no calendar at this address.")
