"""Forms of the front desk, and what a guest's sealed card holds."""

from shared.paging import SearchQuery
from shared.protocol.states import Part
from shared.scanning import PassportText, ScanForm
from shared.schemas import Choice, Day, FormSchema, Id, Slug, Text, WireSchema


class GuestCard(WireSchema):
    """What the home has sealed for this host: the name to greet the guest with, and what they are here for."""

    name = Text(max=80, required=True, privacy="personal")
    home = Slug(required=True)
    note = Text(max=300, min=0, load_default="", privacy="personal")


class CheckInForm(FormSchema):
    """A visit and, where one was scanned, the passport."""

    booking_id = Id(required=True)
    passport = PassportText(load_default="")


class WalkInForm(ScanForm):
    """A guest nobody has booked."""

    part = Choice(Part, required=True)


class ArrivalsQuery(SearchQuery):
    """Whom the desk looks for, and on which day; today unless said otherwise."""

    on = Day(load_default=None, allow_none=True)
