"""Forms about members' own calendars."""

from shared.schemas import Flag, FormSchema


class FeedForm(FormSchema):
    """What one's own calendar shows."""

    with_waiting = Flag(written=True, load_default=False)
