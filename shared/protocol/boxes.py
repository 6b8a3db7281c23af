"""What is inside the sealed boxes about events and introductions: the hub carries them, and only the two spaces can read them."""

import marshmallow as ma

from shared.protocol.events import SEATS_MAX
from shared.protocol.people_states import IntroductionState
from shared.protocol.values import LANGUAGE
from shared.schemas import Choice, Email, Flag, Id, Instant, Slug, Text, WebAddress, Whole, WireSchema

# A brief is for many people, so it may be larger than a card.
BRIEF_MAX_BYTES = 16_384
NOTICE_MAX = 1_000
RECAP_MAX = 2_000
FEEDBACK_MAX = 1_000
STARS_MAX = 5
CARD_NOTE_MAX = 200
CONTACT_NOTE_MAX = 300
# A sealed address, with room for the key that later hosts may seal to.
URGENT_MAX = 3_000
# Who was asked says nothing before they say yes, so no letter is ever "asked".
LETTER_STATES = tuple(state for state in IntroductionState if state is not IntroductionState.ASKED)


class RsvpCard(WireSchema):
    """From home to host, with an RSVP: the name to greet the person with, and whether others who share may see it too.

    `urgent` is an `UrgentContact`, for who wants that: a box in the box (context `urgent/{rsvp}`), which stays shut until it
    is needed.
    """

    name = Text(max=80, required=True, privacy="personal")
    home = Slug(required=True)
    shares = Flag(load_default=False)
    urgent = Text(max=URGENT_MAX, allow_none=True, load_default=None, privacy="sealed")


class UrgentContact(WireSchema):
    """How the host reaches somebody itself whose home has not read that they would come for nothing.

    `organiser` is the address under which the home has sent them the entry for their calendar.
    """

    email = Email(required=True, privacy="personal")
    language = ma.fields.String(required=True, validate=LANGUAGE)
    organiser = Text(max=254, required=True, privacy="space")


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


class Contact(WireSchema):
    """What one person tells the other: what they have ticked, and no other member is there."""

    name = Text(max=120, privacy="personal")
    email = Email(privacy="personal")
    company = Text(max=120, privacy="personal")
    note = Text(max=CONTACT_NOTE_MAX, multiline=True, privacy="personal")


class Letter(WireSchema):
    """From home to home about one introduction: where its writer's side stands.

    `card` is what a helper's card says, `contact` what its writer tells the other person once both have said yes. One that says
    "ended" says, too, that its home has deleted what it was told.
    """

    state = Choice(IntroductionState, required=True, validate=ma.validate.OneOf(LETTER_STATES))
    card = Text(max=CARD_NOTE_MAX, min=0, load_default="", privacy="personal")
    contact = ma.fields.Nested(Contact, allow_none=True, load_default=None)
