"""Forms of the manager's pages about the network."""

import marshmallow as ma

from shared.paging import PageQuery, SearchQuery, number, sorts
from shared.schemas import CreditsField, Day, FormSchema, Slug, Whole


class PartnersQuery(SearchQuery):
    """Which partners to list, and which page of the other spaces."""

    sort = sorts("name", "city", "standing", "newest")
    others = number()


class ParkedQuery(PageQuery):
    """Which page of refused commands, and which of news that could not be taken in."""

    news = number()


class ProposalForm(FormSchema):
    """Terms to propose; a half day costs half of a day where nothing else is said."""

    partner = Slug(required=True)
    our_price = CreditsField(min=0, written=True, required=True)
    their_price = CreditsField(min=0, written=True, required=True)
    our_half = CreditsField(min=0, written=True, load_default=None, allow_none=True)
    their_half = CreditsField(min=0, written=True, load_default=None, allow_none=True)
    set_aside = Whole(min=0, max=500, written=True, required=True)
    days_a_month = Whole(min=1, max=31, written=True, required=True)
    pair_limit = CreditsField(min=0, written=True, required=True)
    free_until_hours = Whole(min=0, max=720, written=True, required=True)
    late_percent = Whole(max=100, written=True, required=True)
    no_show_percent = Whole(max=100, written=True, required=True)
    valid_from = Day(required=True)
    valid_until = Day(load_default=None, allow_none=True)


class ParkedForm(FormSchema):
    """Which parked thing, and of which kind."""

    id = Whole(min=1, written=True, required=True)
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(("message", "news")))
