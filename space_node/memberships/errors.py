"""Refusals of linking memberships, at home."""

from shared.errors import FieldFault, Invalid
from shared.marking import N_


class LinkCodeMalformed(Invalid):
    """What was typed cannot be a code."""

    slug = "link-code-malformed"
    title = N_("This cannot be a code")
    sentence = N_("A code has 16 letters and digits, in four groups of four.")

    def __init__(self) -> None:
        """Point at the code."""
        super().__init__(errors=[FieldFault(pointer="/code", detail=self.sentence)])
