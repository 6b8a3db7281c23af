"""Forms of erasures."""

from shared.schemas import Flag, FormSchema, Whole


class ErasuresQuery(FormSchema):
    """Which page of the list."""

    page = Whole(min=1, max=100_000, written=True, load_default=1)


class ConfirmForm(FormSchema):
    """Whether somebody is sure."""

    sure = Flag(written=True, load_default=False)
