"""Introductions on the wire: asks without a name, and sealed letters between two homes that the hub cannot read (DESIGN §10)."""

import marshmallow as ma

from shared.protocol.people_states import AskState, CardKind, Circle, IntroductionSide, Skill
from shared.protocol.values import LANGUAGE
from shared.schemas import Choice, Id, Instant, Slug, Text, Whole, WireSchema

QUESTION_MAX = 500


class AskUpdate(WireSchema):
    """PUT /asks/{id}, by the home of who asks. What is asked of its own people alone stays there, so reach is never `space`.

    The question says nothing of who asks; a closed ask has none.
    """

    rev = Whole(min=1, required=True)
    state = Choice(AskState, required=True)
    topic = Choice(Skill, required=True)
    kind = Choice(CardKind, required=True)
    language = ma.fields.String(required=True, validate=LANGUAGE)
    reach = Choice(Circle, required=True, validate=ma.validate.OneOf([Circle.TWINS, Circle.NETWORK]))
    question = Text(max=QUESTION_MAX, min=0, multiline=True, load_default="", privacy="personal")
    closes_at = Instant(required=True)


class AskEntry(AskUpdate):
    """ask.updated, to all whom the ask reaches."""

    id = Id(required=True)
    home = Slug(required=True)


class LetterUpdate(WireSchema):
    """PUT /asks/{ask}/introductions/{id}/{asker,helper}: what one side says, whole, each newer one in place of the last.

    The box is a `Letter`, sealed to the other home (context `introduction/{id}/{asker,helper}`). The helper's first begins it.
    """

    rev = Whole(min=1, required=True)
    box = Text(max=8192, required=True, privacy="sealed")


class LetterEntry(WireSchema):
    """letter.updated, to the other home."""

    introduction_id = Id(required=True)
    ask_id = Id(required=True)
    writer = Choice(IntroductionSide, required=True)
    home = Slug(required=True)
    rev = Whole(required=True)
    box = Text(max=8192, required=True, privacy="sealed")
