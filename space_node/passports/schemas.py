"""Forms of members about their passport."""

from shared.schemas import Choice, FormSchema
from space_node.passports.rules import PassportKind


class IssueForm(FormSchema):
    """What the passport is for: the phone or paper. A pass for a visit comes with its booking, and is refused here."""

    kind = Choice(PassportKind, load_default=PassportKind.PHONE)
