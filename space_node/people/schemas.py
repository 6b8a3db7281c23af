"""Forms of members about cards, asks and introductions."""

import marshmallow as ma

from shared.protocol.boxes import CARD_NOTE_MAX, CONTACT_NOTE_MAX
from shared.protocol.introductions import QUESTION_MAX
from shared.protocol.people_states import CardKind, Circle, ContactField, Skill
from shared.protocol.values import LANGUAGE
from shared.schemas import Choice, Flag, FormSchema, Id, Text, Whole
from space_node.people.rules import OPEN_INTRODUCTIONS_MAX


class CardForm(FormSchema):
    """One card."""

    topic = Choice(Skill, required=True)
    kind = Choice(CardKind, required=True)
    reach = Choice(Circle, required=True)
    discreet = Flag(written=True, load_default=False)
    note = Text(max=CARD_NOTE_MAX, min=0, load_default="", privacy="personal")


class LimitForm(FormSchema):
    """How many introductions somebody wants under way at a time; 0 is a pause."""

    max_open = Whole(max=OPEN_INTRODUCTIONS_MAX, written=True, required=True)


class AskForm(FormSchema):
    """One ask, with the id minted with the form, so that it can be sent twice."""

    ask_id = Id(required=True)
    topic = Choice(Skill, required=True)
    kind = Choice(CardKind, required=True)
    question = Text(max=QUESTION_MAX, required=True, multiline=True, privacy="personal")
    language = ma.fields.String(required=True, validate=LANGUAGE)
    reach = Choice(Circle, required=True)


class YesForm(FormSchema):
    """What the other person is told once both have said yes."""

    ticked = ma.fields.List(Choice(ContactField), load_default=list)
    note = Text(max=CONTACT_NOTE_MAX, min=0, multiline=True, load_default="", privacy="personal")
