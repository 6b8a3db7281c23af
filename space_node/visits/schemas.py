"""Forms of the front desk, and what a guest's sealed card holds."""

import marshmallow as ma

from shared.paging import SearchQuery
from shared.protocol.states import Part
from shared.schemas import Choice, Day, FormSchema, Id, Slug, Text, WireSchema

# A passport as pasted: whatever it is, the door says what is wrong with it. White space inside it has a meaning.
PASSPORT_MAX = 2_000


class GuestCard(WireSchema):
    """What the home has sealed for this host: the name to greet the guest with, and what they are here for."""

    name = Text(max=80, required=True, privacy="personal")
    home = Slug(required=True)
    note = Text(max=300, min=0, load_default="", privacy="personal")


class ScanForm(FormSchema):
    """A passport, scanned or pasted."""

    passport = ma.fields.String(required=True, validate=ma.validate.Length(min=1, max=PASSPORT_MAX))


class CheckInForm(FormSchema):
    """A visit and, where one was scanned, the passport."""

    booking_id = Id(required=True)
    passport = ma.fields.String(load_default="", validate=ma.validate.Length(max=PASSPORT_MAX))


class WalkInForm(ScanForm):
    """A guest nobody has booked."""

    part = Choice(Part, required=True)


class ArrivalsQuery(SearchQuery):
    """Whom the desk looks for, and on which day; today unless said otherwise."""

    on = Day(load_default=None, allow_none=True)
