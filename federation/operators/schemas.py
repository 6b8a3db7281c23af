"""What is asked of a new operator, on the command line as in a form."""

from federation.operators.rules import Role
from shared.schemas import Choice, Email, FormSchema, Text


class OperatorForm(FormSchema):
    """Who is to run the network."""

    email = Email(required=True)
    name = Text(max=80, required=True)
    role = Choice(Role, load_default=Role.OPERATOR)
