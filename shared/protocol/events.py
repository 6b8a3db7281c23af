"""Events on the wire: what the lead says, who holds it together, and each space's own session (DESIGN §6, §9)."""

import marshmallow as ma

from shared.protocol.states import (
    AttendeeList,
    CohostState,
    EventState,
    Reach,
    SeatKind,
    SessionMode,
    SessionState,
)
from shared.protocol.values import HASH, LANGUAGE, WALL_TIME
from shared.schemas import Choice, CreditsField, Flag, Id, Instant, Slug, Text, Whole, WireSchema, Zone

COHOSTS_MAX = 30
SEATS_MAX = 100_000
TOPICS_MAX = 8
MINUTES_MAX = 60 * 24 * 14
PARTY_MAX = 10


class FormatRef(WireSchema):
    """Which recipe an event follows, by its id, version and hash."""

    id = Id(required=True)
    version = Whole(min=1, required=True)
    hash = ma.fields.String(required=True, validate=HASH)


class EventUpdate(WireSchema):
    """PUT /events/{id}, by the lead space: the event as it is now. A draft never gets here."""

    rev = Whole(min=1, required=True)
    state = Choice(EventState, required=True)
    title = Text(max=120, required=True)
    summary = Text(max=300, min=0, load_default="")
    description = Text(max=4000, min=0, multiline=True, load_default="")
    language = ma.fields.String(required=True, validate=LANGUAGE)
    topics = ma.fields.List(Text(max=40), load_default=list, validate=ma.validate.Length(max=TOPICS_MAX))
    reach = Choice(Reach, required=True)
    attendee_list = Choice(AttendeeList, load_default=AttendeeList.HIDDEN)
    format = ma.fields.Nested(FormatRef, allow_none=True, load_default=None)
    note = Text(max=500, min=0, multiline=True, load_default="")


class Cohost(WireSchema):
    """One space that holds the event together with the lead; what it wrote with its answer is for the lead and itself."""

    space = Slug(required=True)
    state = Choice(CohostState, required=True)
    note = Text(max=300, min=0, load_default="")


class EventEntry(WireSchema):
    """event.updated and the answer to every call about an event: what the lead said, and who takes part.

    `rev` is the hub's, `lead_rev` the lead's. An invitation that is not accepted is shown to the lead and to the invited alone.
    """

    id = Id(required=True)
    rev = Whole(required=True)
    lead_rev = Whole(required=True)
    lead = Slug(required=True)
    state = Choice(EventState, required=True)
    title = Text(max=120, required=True)
    summary = Text(max=300, min=0, load_default="")
    description = Text(max=4000, min=0, multiline=True, load_default="")
    language = ma.fields.String(required=True, validate=LANGUAGE)
    topics = ma.fields.List(Text(max=40), load_default=list)
    reach = Choice(Reach, required=True)
    attendee_list = Choice(AttendeeList, required=True)
    format = ma.fields.Nested(FormatRef, allow_none=True, load_default=None)
    note = Text(max=500, min=0, multiline=True, load_default="")
    cohosts = ma.fields.List(ma.fields.Nested(Cohost), required=True)


class EventGone(WireSchema):
    """event.removed: the reader may not see this event any more."""

    id = Id(required=True)
    rev = Whole(required=True)


class CohostInvitation(WireSchema):
    """PUT /events/{id}/cohosts/{space}, by the lead: invite a space, or take the invitation back."""

    state = Choice(CohostState, required=True, validate=ma.validate.OneOf([CohostState.INVITED, CohostState.REMOVED]))


class CohostAnswer(WireSchema):
    """POST /events/{id}/cohosts/{space}/{accept,decline,withdraw}, by the invited space."""

    note = Text(max=300, min=0, load_default="")


class Venue(WireSchema):
    """Where a session is, and how one gets in."""

    name = Text(max=120, required=True)
    address = Text(max=200, min=0, load_default="")
    city = Text(max=80, min=0, load_default="")
    access = Text(max=500, min=0, multiline=True, load_default="")


class SessionUpdate(WireSchema):
    """PUT /events/{id}/sessions/{session}, by the space that holds it.

    Wall time and zone are the truth; `fold` tells which of two equal wall times is meant. A relay starts in the same instant
    as the session it names. A capacity of null is no limit; `door_seats` of the seats in person are kept for the door.
    """

    rev = Whole(min=1, required=True)
    state = Choice(SessionState, required=True)
    starts_local = ma.fields.String(required=True, validate=WALL_TIME)
    fold = Whole(max=1, load_default=0)
    zone = Zone(required=True)
    duration_minutes = Whole(min=1, max=MINUTES_MAX, required=True)
    relay_of = Id(allow_none=True, load_default=None)
    mode = Choice(SessionMode, required=True)
    venue = ma.fields.Nested(Venue, allow_none=True, load_default=None)
    language = ma.fields.String(required=True, validate=LANGUAGE)
    seats_in_person = Whole(max=SEATS_MAX, allow_none=True, load_default=None)
    seats_remote = Whole(max=SEATS_MAX, allow_none=True, load_default=None)
    door_seats = Whole(max=SEATS_MAX, load_default=0)
    waiting_list = Flag(load_default=True)
    approval = Flag(load_default=False)
    party_max = Whole(min=1, max=PARTY_MAX, load_default=1)
    price_credits = CreditsField(load_default=0)
    opens_at = Instant(allow_none=True, load_default=None)
    closes_at = Instant(required=True)
    note = Text(max=500, min=0, multiline=True, load_default="")


class SessionEntry(SessionUpdate):
    """session.updated and the answer to its call. `rev` is the hub's; `sequence` is that of calendar files (RFC 5545)."""

    id = Id(required=True)
    event_id = Id(required=True)
    host = Slug(required=True)
    host_rev = Whole(required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    previous_starts_at = Instant(allow_none=True, load_default=None)
    sequence = Whole(required=True)
    changed_at = Instant(required=True)


class Pool(WireSchema):
    """The seats of one kind as the hub counts them; what is free is never below zero and null without a limit."""

    kind = Choice(SeatKind, required=True)
    capacity = Whole(allow_none=True, load_default=None)
    free = Whole(allow_none=True, load_default=None)
    confirmed = Whole(required=True)
    offered = Whole(required=True)
    waiting = Whole(required=True)


class HomeCount(WireSchema):
    """How many of one home space, for those who hold the event."""

    home = Slug(required=True)
    confirmed = Whole(required=True)
    waiting = Whole(required=True)
    attended = Whole(required=True)


class SeatsEntry(WireSchema):
    """seats.updated: one coalesced row a session. `homes` only goes to the lead and the accepted co-hosts."""

    session_id = Id(required=True)
    rev = Whole(required=True)
    pools = ma.fields.List(ma.fields.Nested(Pool), required=True)
    homes = ma.fields.List(ma.fields.Nested(HomeCount), load_default=list)
