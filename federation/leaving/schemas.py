"""The operator's form about leaving."""

from shared.schemas import FormSchema, Text


class SettledForm(FormSchema):
    """How what is owed was settled outside; it stands in the audit log."""

    settled = Text(max=300, min=3, required=True)
