"""Forms at the door of a session."""

import marshmallow as ma

from shared.protocol.events import PARTY_MAX
from shared.schemas import FormSchema, Id, Text, Whole

# A passport as pasted: whatever it is, the door says what is wrong with it. White space inside it has a meaning.
PASSPORT_MAX = 2_000


class ScannedForm(FormSchema):
    """A passport, scanned or pasted."""

    passport = ma.fields.String(required=True, validate=ma.validate.Length(min=1, max=PASSPORT_MAX))


class ReceiveForm(FormSchema):
    """Somebody at the door without a seat: with a passport, or with a name that the desk writes down."""

    passport = ma.fields.String(load_default="", validate=ma.validate.Length(max=PASSPORT_MAX))
    name = Text(max=80, min=0, load_default="", privacy="personal")
    party = Whole(min=1, max=PARTY_MAX, written=True, load_default=1)


class GuestForm(FormSchema):
    """Somebody on the list."""

    rsvp_id = Id(required=True)
