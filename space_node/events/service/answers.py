"""What the hub says to our commands: taken in like news, and noted where it refuses."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from shared.protocol.states import CohostState
from space_node.calendar import queries as calendar
from space_node.calendar import service as calendar_service
from space_node.events import queries
from space_node.events.models import CohostWish, Invitation, OwnEvent, OwnSession
from space_node.events.service.sending import send_event, send_session
from space_node.uplink import queries as uplink

DETAIL_CHARACTERS = 500


def note_invitation(session: Session, event_id: str, *, now: dt.datetime) -> None:
    """Remember which events of others this space is asked to hold too, as the calendar now tells."""
    own, heard = uplink.own_slug(session), calendar.event(session, event_id)
    if heard is None or heard.lead == own:
        return
    state = next((one["state"] for one in heard.cohosts if one["space"] == own), None)
    held = session.get(Invitation, event_id, with_for_update=True, populate_existing=True)
    if held is None and state is not None:
        session.add(Invitation(event_id=event_id, state=CohostState(state), heard_at=now))
    elif held is not None and held.state != (state or CohostState.REMOVED):
        held.state, held.heard_at = CohostState(state or CohostState.REMOVED), now
    session.flush()


def event_answered(session: Session, data: Mapping[str, Any], *, sent_rev: int, now: dt.datetime) -> None:
    """The event as the hub has it now, loaded by EventEntry."""
    _take_event(session, data, now)
    own = queries.require(session, data["id"], lock=True)
    if _is_overtaken(own, sent_rev, data["lead_rev"]):
        send_event(session, own, now=now)


def session_answered(session: Session, data: Mapping[str, Any], *, sent_rev: int, now: dt.datetime) -> None:
    """A session of ours as the hub has it now, loaded by SessionEntry."""
    calendar_service.take_session(session, data, at=(uplink.epoch(session), data["rev"]), now=now)
    own = queries.own_session(session, data["id"], lock=True)
    if _is_overtaken(own, sent_rev, data["host_rev"]):
        send_session(session, own, now=now)


def cohost_answered(session: Session, data: Mapping[str, Any], *, space: str, now: dt.datetime) -> None:
    """The hub has an invitation of ours, or our answer to one; it tells the event, loaded by EventEntry."""
    _take_event(session, data, now)
    _wish(session, data["id"], space).answered = True


def event_refused(session: Session, event_id: str, *, rev: int, slug: str, detail: str) -> None:
    """The hub has refused an event of ours for good."""
    own = queries.require(session, event_id, lock=True)
    if own.rev == rev:
        _fault(own, slug, detail)


def session_refused(session: Session, session_id: str, *, rev: int, slug: str, detail: str) -> None:
    """The hub has refused a session of ours for good."""
    own = queries.own_session(session, session_id, lock=True)
    if own.rev == rev:
        _fault(own, slug, detail)


def cohost_refused(session: Session, event_id: str, space: str, *, slug: str, detail: str) -> None:
    """The hub has refused an invitation of ours, or our answer to one; what held before holds."""
    _fault(_wish(session, event_id, space), slug, detail)


def _take_event(session: Session, data: Mapping[str, Any], now: dt.datetime) -> None:
    calendar_service.take_event(session, data, at=(uplink.epoch(session), data["rev"]), now=now)
    note_invitation(session, data["id"], now=now)


def _is_overtaken(own: OwnEvent | OwnSession, sent_rev: int, their_rev: int) -> bool:
    """Note what the hub has. Whether it had a higher rev from before a restore, so that ours has changed nothing there."""
    own.acked_rev = max(own.acked_rev, their_rev)
    if their_rev > sent_rev and own.rev == sent_rev:
        own.rev = their_rev
        return True
    return False


def _fault(row: OwnEvent | OwnSession | CohostWish, slug: str, detail: str) -> None:
    row.fault, row.fault_detail = slug, detail[:DETAIL_CHARACTERS]


def _wish(session: Session, event_id: str, space: str) -> CohostWish:
    return session.get_one(CohostWish, (event_id, space), with_for_update=True, populate_existing=True)
