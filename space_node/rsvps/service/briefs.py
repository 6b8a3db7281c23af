"""What hosts tell those who come: opened here, shown to those alone whom it is for, and forgotten in time."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from shared.errors import Invalid
from shared.keys import sealed
from shared.protocol.boxes import BRIEF_MAX_BYTES, Attendee, Brief, Notice
from shared.protocol.states import RsvpState
from shared.revs import is_newer
from shared.schemas import load
from space_node.config import present_node
from space_node.rsvps import queries
from space_node.rsvps.models import MirrorBrief, Rsvp
from space_node.uplink import queries as uplink


def take_brief(session: Session, data: Mapping[str, Any], *, epoch: int, now: dt.datetime) -> bool:
    """Open what a host tells and keep it, if it is newer than what is held. Returns whether it was.

    A box that does not open, or holds what it should not, changes nothing: its host will write again.
    """
    held = session.get(MirrorBrief, data["session_id"], with_for_update=True, populate_existing=True)
    if held is not None and not is_newer(held=(held.epoch, held.rev), arrived=(epoch, data["rev"])):
        return False
    told = _open(session, data)
    if told is None:
        return False
    if held is None:
        held = MirrorBrief(session_id=data["session_id"])
        session.add(held)
    held.host, held.as_of, held.epoch, held.rev = data["host"], now, epoch, data["rev"]
    if held.join_url != told["join_url"]:
        _renew_entries(session, held.session_id)
    held.recap = told["recap"]
    held.join_url, held.notices = told["join_url"], Notice(many=True).dump(told["notices"])
    held.attendees, held.sharing = Attendee(many=True).dump(told["attendees"]), told["sharing"]
    held.erased_at = None
    session.flush()
    return True


def forget_people(session: Session, now: dt.datetime) -> int:
    """Forget names, links and messages of sessions long past; the recap stays. Returns of how many."""
    gone = queries.to_erase(session, now)
    for brief in gone:
        brief.join_url, brief.notices, brief.attendees, brief.erased_at = None, [], [], now
    session.flush()
    return len(gone)


def _renew_entries(session: Session, session_id: str) -> None:
    """Another link to join by is another entry in the calendars of those who have a seat."""
    seats = (Rsvp.session_id == session_id, Rsvp.state == RsvpState.CONFIRMED)
    changed = update(Rsvp).where(*seats).values(calendar_steps=Rsvp.calendar_steps + 1)
    session.execute(changed, execution_options={"synchronize_session": "fetch"})


def _open(session: Session, data: Mapping[str, Any]) -> dict[str, Any] | None:
    context = f"brief/{data['session_id']}/{uplink.own_slug(session)}"
    try:
        keys = present_node().ring.private("encryption")
        return load(Brief, sealed.open_box(data["box"], key=keys, context=context, max_bytes=BRIEF_MAX_BYTES))
    except Invalid:
        return None
