"""Forms about memberships elsewhere."""

from shared.schemas import FormSchema, Text


class CodeForm(FormSchema):
    """A code that was made at another space."""

    code = Text(max=60, required=True)
