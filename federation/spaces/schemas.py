"""Forms of the operator's pages about spaces; the wire's bodies are in shared/protocol/spaces.py."""

from shared.schemas import FormSchema, Slug, Text, Whole


class InviteForm(FormSchema):
    """Whom to invite."""

    slug = Slug(required=True)
    name = Text(max=80, required=True)


class ReasonForm(FormSchema):
    """Why a space is suspended; the space reads it."""

    reason = Text(max=500, min=3, required=True)


class SpacesQuery(FormSchema):
    """Which spaces to list."""

    q = Text(max=80, min=0, load_default="")
    page = Whole(min=1, max=10_000, written=True, load_default=1)


class RepairForm(FormSchema):
    """Which repair to run."""

    name = Text(max=60)
