"""What stands beside each session on the pages of the calendar: take part, or how one's place stands."""

from flask import render_template
from markupsafe import Markup

from shared.clock import current_clock
from shared.errors import NotFound
from shared.ids import new_id
from shared.protocol.states import AttendeeList
from space_node.db import db
from space_node.members import queries as members
from space_node.rsvps import queries


def take_part(_event_id: str, session_id: str | None) -> Markup | str:
    """The button of one session for the member who looks; nothing for who is none."""
    member = members.signed_in(db.session()) if session_id else None
    if session_id is None or member is None:
        return ""
    try:
        opening = queries.opening(db.session(), session_id=session_id, member=member, now=current_clock().now())
    except NotFound:
        # Who runs the space sees more than its members may take part in.
        return ""
    # The id is minted with the button, so that a double click is one place.
    return Markup(render_template("rsvps/button.html", opening=opening, rsvp_id=new_id(), in_one_step=_is_simple(opening)))  # noqa: S704


def _is_simple(opening: queries.Opening) -> bool:
    """Whether there is nothing to choose: one way of taking part, alone, for nothing, and a seat is free."""
    alone = len(opening.kinds) == 1 and opening.session.party_max == 1 and not opening.session.price_credits
    return alone and opening.event.attendee_list != AttendeeList.RECIPROCAL and not opening.is_full
