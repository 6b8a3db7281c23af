"""Forms at the door of a session."""

from shared.protocol.events import PARTY_MAX
from shared.scanning import PassportText
from shared.schemas import FormSchema, Id, Text, Whole


class ReceiveForm(FormSchema):
    """Somebody at the door without a seat: with a passport, or with a name that the desk writes down."""

    passport = PassportText(load_default="")
    name = Text(max=80, min=0, load_default="", privacy="personal")
    party = Whole(min=1, max=PARTY_MAX, written=True, load_default=1)


class GuestForm(FormSchema):
    """Somebody on the list."""

    rsvp_id = Id(required=True)
