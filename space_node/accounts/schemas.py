"""Forms about accounts."""

from shared.schemas import Choice, Email, Flag, FormSchema, Text
from space_node.accounts.rules import Role


class PersonForm(FormSchema):
    """Whom to let in at the desk."""

    name = Text(max=120, required=True, privacy="personal")
    email = Email(required=True, privacy="personal")


class NamingForm(PersonForm):
    """Whom to name, and what; only an owner does."""

    role = Choice((Role.MANAGER, Role.OWNER), required=True)


class MailForm(FormSchema):
    """What somebody wants to hear by mail."""

    wants_news = Flag(written=True, load_default=False)
