"""Leaving the network, on the wire: a space says that it goes, and hears what is still open (DESIGN §11)."""

import marshmallow as ma

from shared.protocol.states import SpaceState
from shared.schemas import Choice, Flag, Slug, Whole, WireSchema


class LeaveRequest(WireSchema):
    """POST /self/leave: from now on nothing new. Asked again, it says what is open by then.

    With `cancel_open`, stays of both sides and the own members' seats are cancelled for nothing.
    """

    cancel_open = Flag(load_default=False)


class OpenMatters(WireSchema):
    """What has to come to its end before a space has left; its position is what others owe it, or it owes, below zero."""

    stays_away = Whole(required=True)
    stays_here = Whole(required=True)
    seats_away = Whole(required=True)
    sessions_here = Whole(required=True)
    events_led = Whole(required=True)
    position_credits = ma.fields.Integer(required=True, strict=True)


class LeavingEntry(WireSchema):
    """The answer: where the space stands now, and what is open."""

    space = Slug(required=True)
    state = Choice(SpaceState, required=True)
    open = ma.fields.Nested(OpenMatters, required=True)
