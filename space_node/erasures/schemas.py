"""Forms of erasures."""

from shared.schemas import Flag, FormSchema


class ConfirmForm(FormSchema):
    """Whether somebody is sure."""

    sure = Flag(written=True, load_default=False)
