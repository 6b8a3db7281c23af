"""Refusals about credits at home."""

from shared.errors import Invalid
from shared.marking import N_


class GrantInvalid(Invalid):
    """A grant that cannot be right."""

    slug = "grant-days-invalid"
    title = N_("The days do not fit")
    sentence = N_("The credits end before they begin.")
