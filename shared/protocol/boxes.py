"""What is inside the sealed boxes about events: the hub carries them, and only the two spaces concerned can read them."""

import marshmallow as ma

from shared.protocol.events import SEATS_MAX
from shared.schemas import Flag, Id, Instant, Slug, Text, WebAddress, Whole, WireSchema

# A brief is for many people, so it may be larger than a card.
BRIEF_MAX_BYTES = 16_384
NOTICE_MAX = 1_000
RECAP_MAX = 2_000
FEEDBACK_MAX = 1_000
STARS_MAX = 5


class RsvpCard(WireSchema):
    """From home to host, with an RSVP: the name to greet the person with, and whether others who share may see it too."""

    name = Text(max=80, required=True, privacy="personal")
    home = Slug(required=True)
    shares = Flag(load_default=False)


class FeedbackNote(WireSchema):
    """From home to host, after a session: stars from 1 to 5 and words, either of them alone too. It carries no name."""

    stars = Whole(min=1, max=STARS_MAX, allow_none=True, load_default=None)
    text = Text(max=FEEDBACK_MAX, min=0, multiline=True, load_default="", privacy="personal")


class Notice(WireSchema):
    """One message of the host to those who come."""

    id = Id(required=True)
    at = Instant(required=True)
    text = Text(max=NOTICE_MAX, required=True, multiline=True)


class Attendee(WireSchema):
    """Somebody who comes and shares that with others who share."""

    name = Text(max=80, required=True, privacy="personal")
    home = Slug(required=True)


class Brief(WireSchema):
    """From host to home: what the home shows its own people who come. `join_url` is for confirmed ones alone.

    `attendees` are those who share, and only there where somebody of this home shares; `sharing` is how many they are.
    """

    join_url = WebAddress(allow_none=True, load_default=None)
    notices = ma.fields.List(ma.fields.Nested(Notice), load_default=list)
    attendees = ma.fields.List(ma.fields.Nested(Attendee), load_default=list)
    sharing = Whole(max=SEATS_MAX, load_default=0)
    recap = Text(max=RECAP_MAX, min=0, multiline=True, load_default="")
