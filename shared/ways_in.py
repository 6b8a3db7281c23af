"""Ways of taking part in a session, on site and online: one that people count on is not taken away under them."""

from shared.errors import Conflict, FieldFault
from shared.marking import N_, Phrase


class SeatsHeld(Conflict):
    """People have seats, or wait, in a way of taking part that is to go."""

    slug = "seats-held"
    title = N_("People count on this way of taking part")
    sentence = N_(
        "People count on the way of taking part that would go: seats held %(seated)s, waiting %(waiting)s."
        " Keep it; with 0 seats of that kind nobody new gets one."
    )

    def __init__(self, *, seated: int, waiting: int) -> None:
        """Say how many, and point at the field."""
        fault = FieldFault(pointer="/mode", detail=Phrase(self.sentence, seated=seated, waiting=waiting))
        super().__init__(errors=[fault], seated=seated, waiting=waiting)
