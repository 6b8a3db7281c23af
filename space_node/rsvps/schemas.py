"""Forms of members about taking part."""

from shared.paging import PageQuery, number
from shared.protocol.boxes import FEEDBACK_MAX, STARS_MAX
from shared.protocol.events import PARTY_MAX
from shared.protocol.states import SeatKind
from shared.schemas import Choice, Flag, FormSchema, Id, Text, Whole


class AskForm(FormSchema):
    """One place, as it was shown: the id minted with the form, the price as read (in 1/100 credit)."""

    rsvp_id = Id(required=True)
    session_id = Id(required=True)
    kind = Choice(SeatKind, required=True)
    party = Whole(min=1, max=PARTY_MAX, written=True, load_default=1)
    accept_fewer = Flag(written=True, load_default=False)
    take_at_once = Flag(written=True, load_default=False)
    shares = Flag(written=True, load_default=False)
    may_write = Flag(written=True, load_default=False)
    price_credits = Whole(written=True, load_default=0)


class PressForm(FormSchema):
    """What is done about a place: `kind` is where a switch goes."""

    kind = Choice(SeatKind, load_default=None, allow_none=True)


class ShareForm(FormSchema):
    """Whether others who share may see one's name."""

    shares = Flag(written=True, load_default=False)


class ContactForm(FormSchema):
    """Whether the host may write to one itself should one's own space be silent."""

    may_write = Flag(written=True, load_default=False)


class FeedbackForm(FormSchema):
    """How it was."""

    stars = Whole(min=1, max=STARS_MAX, written=True, allow_none=True, load_default=None)
    text = Text(max=FEEDBACK_MAX, min=0, multiline=True, load_default="")


class PlacesQuery(PageQuery):
    """Which page of what is behind, and which of what is ahead."""

    ahead = number()
