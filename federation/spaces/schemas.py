"""Forms of the operator's pages about spaces; the wire's bodies are in shared/protocol/spaces.py."""

from shared.paging import PageQuery, SearchQuery, number, sorts
from shared.schemas import FormSchema, Slug, Text


class InviteForm(FormSchema):
    """Whom to invite."""

    slug = Slug(required=True)
    name = Text(max=80, required=True)


class ReasonForm(FormSchema):
    """Why a space is suspended; the space reads it."""

    reason = Text(max=500, min=3, required=True)


class HomeQuery(PageQuery):
    """Which page of those that wait to be admitted, and which of those that are silent."""

    silent = number()


class SpacesQuery(SearchQuery):
    """Which spaces to list."""

    sort = sorts("name", "city", "standing", "silent")


class NodesQuery(SearchQuery):
    """Which nodes to list."""

    sort = sorts("silent", "name", "behind", "waiting")


class RepairForm(FormSchema):
    """Which repair to run."""

    name = Text(max=60)
