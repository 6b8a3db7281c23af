"""The form by which a space leaves."""

from shared.schemas import Flag, FormSchema, Text


class LeaveForm(FormSchema):
    """Whether all that is to come is called off, what is said to those who would have come, and whether somebody is sure."""

    cancel_open = Flag(written=True, load_default=False)
    note = Text(max=300, min=0, load_default="")
    sure = Flag(written=True, load_default=False)
