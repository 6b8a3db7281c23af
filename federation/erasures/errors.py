"""Refusals of erasures."""

from shared.errors import NotFound
from shared.marking import N_


class ErasureUnknown(NotFound):
    """No such erasure concerns the caller."""

    slug = "erasure-unknown"
    title = N_("There is no such erasure")
    sentence = N_("Nobody has asked this space to forget anything under this id.")
