"""Refusals of erasures."""

from shared.errors import Invalid, NotFound
from shared.marking import N_


class ErasureUnknown(NotFound):
    """No such erasure."""

    slug = "no-such-erasure"
    title = N_("Nobody was forgotten under this number")
    sentence = N_("Look at the address again: each letter counts.")


class NotConfirmed(Invalid):
    """Forgetting somebody was not confirmed."""

    slug = "not-confirmed"
    title = N_("Please confirm")
    sentence = N_("Tick the box if you are sure. Nothing has been erased.")
