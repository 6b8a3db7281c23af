"""Forms about credits."""

from shared.paging import PageQuery, SearchQuery, sorts
from shared.protocol.states import LotKind
from shared.schemas import Choice, CreditsField, Day, FormSchema, Id


class GrantsQuery(SearchQuery):
    """Which grants to list."""

    sort = sorts("newest", "member", "credits", "ends", "state")


class MemberGrantsQuery(PageQuery):
    """Which page of one member's grants."""


class GrantForm(FormSchema):
    """One grant to one member; its id was minted with the form, so that it can be sent twice."""

    grant_id = Id(required=True)
    credits = CreditsField(min=1, written=True, required=True)
    kind = Choice(LotKind, load_default=LotKind.PLAN)
    valid_from = Day(required=True)
    expires_on = Day(required=True)
