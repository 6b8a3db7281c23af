"""Forms of members about trips."""

from shared.paging import SearchQuery, sorts
from shared.protocol.states import Part
from shared.schemas import Choice, Day, FormSchema, Id, Slug, Text, Whole


class FindQuery(FormSchema):
    """When somebody wants to work elsewhere."""

    on = Day(load_default=None, allow_none=True)
    part = Choice(Part, load_default=Part.DAY)


class BookForm(FormSchema):
    """One desk, as it was shown: ids minted with the form, price and terms as read."""

    request_id = Id(required=True)
    booking_id = Id(required=True)
    host = Slug(required=True)
    on = Day(required=True)
    part = Choice(Part, required=True)
    terms_version = Whole(min=1, written=True, required=True)
    price_credits = Whole(written=True, required=True)
    note = Text(max=300, min=0, load_default="")


class TripsQuery(SearchQuery):
    """Which of one's trips to list."""

    sort = sorts("latest", "first", "space", "state")
