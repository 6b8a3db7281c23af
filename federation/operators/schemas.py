"""What is asked of a new operator, on the command line as in a form."""

from shared.schemas import Email, FormSchema, Text


class OperatorForm(FormSchema):
    """Who is to run the network."""

    email = Email(required=True)
    name = Text(max=80, required=True)
