"""Forms of the organiser, and the same as files for the command line."""

from typing import Any

import marshmallow as ma

from shared import meanwhile
from shared.fields import Choice, CreditsField, Flag, Id, Slug, Text, WebAddress, Whole, Zone
from shared.marking import N_
from shared.paging import SearchQuery, number, sorts
from shared.protocol.events import MINUTES_MAX, PARTY_MAX, SEATS_MAX, TOPICS_MAX, Venue
from shared.protocol.states import AttendeeList, CohostState, Reach, SessionMode
from shared.protocol.values import LANGUAGE, WALL_TIME
from shared.schemas import FormSchema

TOPIC_CHARACTERS = 40


class Topics(Text):
    """Topics as people write them: apart by commas."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        topics = list(dict.fromkeys(topic.strip() for topic in text.split(",") if topic.strip()))
        if len(topics) > TOPICS_MAX or any(len(topic) > TOPIC_CHARACTERS for topic in topics):
            raise ma.ValidationError(N_("At most eight topics, each of at most forty characters."))
        return topics


class BoardQuery(SearchQuery):
    """What to look for in all parts of the list, and which page of each; `page` is that of what is coming."""

    sort = sorts("date", "title")
    invitations = number()
    drafts = number()
    past = number()


class EventForm(FormSchema):
    """What the lead says of an event; `note` tells readers of a published one what has changed."""

    shown = meanwhile.shown()
    title = Text(max=120, required=True)
    summary = Text(max=300, min=0, load_default="")
    description = Text(max=4000, min=0, multiline=True, load_default="")
    language = ma.fields.String(required=True, validate=LANGUAGE)
    topics = Topics(max=400, min=0, load_default=list)
    reach = Choice(Reach, required=True)
    attendee_list = Choice(AttendeeList, load_default=AttendeeList.HIDDEN)
    note = Text(max=500, min=0, multiline=True, load_default="")


def _wall_time(**more: Any) -> ma.fields.String:
    return ma.fields.String(load_default=None, allow_none=True, validate=WALL_TIME, **more)


class _Session(FormSchema):
    """What a form and a file say alike of a session."""

    starts_local = _wall_time()
    fold = Whole(max=1, written=True, load_default=None, allow_none=True)
    zone = Zone(required=True)
    duration_minutes = Whole(min=1, max=MINUTES_MAX, written=True, required=True)
    relay_of = Id(load_default=None, allow_none=True)
    mode = Choice(SessionMode, required=True)
    language = ma.fields.String(required=True, validate=LANGUAGE)
    seats_in_person = Whole(max=SEATS_MAX, written=True, load_default=None, allow_none=True)
    seats_remote = Whole(max=SEATS_MAX, written=True, load_default=None, allow_none=True)
    door_seats = Whole(max=SEATS_MAX, written=True, load_default=0)
    approval = Flag(written=True, load_default=False)
    party_max = Whole(min=1, max=PARTY_MAX, written=True, load_default=1)
    opens_local = _wall_time()
    closes_local = _wall_time()
    note = Text(max=500, min=0, multiline=True, load_default="")
    join_url = WebAddress(load_default=None, allow_none=True)


class SessionForm(_Session):
    """One session as its host types it. A relay needs no time of its own."""

    venue_name = Text(max=120, min=0, load_default="")
    venue_address = Text(max=200, min=0, load_default="")
    venue_city = Text(max=80, min=0, load_default="")
    venue_access = Text(max=500, min=0, multiline=True, load_default="")
    waiting_list = Flag(written=True, load_default=False)
    price_credits = CreditsField(written=True, load_default=0)
    step = Choice(("save", "look"), load_default="save")
    shown = meanwhile.shown()


class SessionFile(_Session):
    """One session as a file has it, in the words of the wire; prices are whole numbers of 1/100 credit."""

    id = Id(load_default=None)
    venue = ma.fields.Nested(Venue, allow_none=True, load_default=None)
    waiting_list = Flag(load_default=True)
    price_credits = CreditsField(load_default=0)


class EventFile(FormSchema):
    """A draft with its sessions, and the spaces that are to hold it too."""

    id = Id(load_default=None)
    title = Text(max=120, required=True)
    summary = Text(max=300, min=0, load_default="")
    description = Text(max=4000, min=0, multiline=True, load_default="")
    language = ma.fields.String(required=True, validate=LANGUAGE)
    topics = ma.fields.List(Text(max=TOPIC_CHARACTERS), load_default=list, validate=ma.validate.Length(max=TOPICS_MAX))
    reach = Choice(Reach, required=True)
    attendee_list = Choice(AttendeeList, load_default=AttendeeList.HIDDEN)
    sessions = ma.fields.List(ma.fields.Nested(SessionFile), load_default=list)
    cohosts = ma.fields.List(Slug(), load_default=list)


class NoteForm(FormSchema):
    """What those who come are told."""

    note = Text(max=500, required=True, multiline=True)


class InviteForm(FormSchema):
    """Whom to ask."""

    space = Slug(required=True)


class AnswerForm(FormSchema):
    """An invited space's answer."""

    answer = Choice((CohostState.ACCEPTED, CohostState.DECLINED, CohostState.WITHDRAWN), required=True)
    note = Text(max=300, min=0, load_default="")
