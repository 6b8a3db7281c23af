"""Drafts: made and remade, thrown away, published."""

import datetime as dt

from sqlalchemy import delete
from sqlalchemy.orm import Session

from shared.constraints import added
from shared.protocol.states import EventState
from space_node.events import queries, rules
from space_node.events.errors import EventNotDraft, EventNotPublished, NothingToPublish
from space_node.events.models import CohostWish, OwnEvent, OwnSession
from space_node.events.rules import EventText
from space_node.events.service.sending import send_event, send_invitation, send_session
from space_node.uplink import queries as uplink


def save_draft(session: Session, *, event_id: str, text: EventText, now: dt.datetime) -> OwnEvent:
    """Make a draft, or write one anew. Raises EventNotDraft for the id of an event that has been published."""
    held = queries.find(session, event_id, lock=True)
    if held is None:
        made = OwnEvent(id=event_id, made_at=now)
        write_text(made, text, now)
        if added(session, made):
            return made
        # The other click of a double click was quicker.
        held = queries.require(session, event_id, lock=True)
    if held.state != EventState.DRAFT:
        raise EventNotDraft
    write_text(held, text, now)
    session.flush()
    return held


def delete_draft(session: Session, *, event_id: str) -> None:
    """Throw a draft away, with its sessions. Raises OwnEventUnknown; EventNotDraft for what others have seen."""
    held = queries.require(session, event_id, lock=True)
    if held.state != EventState.DRAFT:
        raise EventNotDraft
    for table in (OwnSession, CohostWish):
        session.execute(delete(table).where(table.event_id == event_id))
    session.delete(held)
    session.flush()


def publish(session: Session, *, event_id: str, now: dt.datetime) -> OwnEvent:
    """Send a draft to the hub, with its sessions and the spaces that are to hold it too. Again, nothing more happens.

    Raises OwnEventUnknown, NotJoined, NothingToPublish without a session to come, EventNotPublished for a cancelled one.
    """
    uplink.require_identity(session)
    event = queries.require(session, event_id, lock=True)
    if event.state == EventState.CANCELLED:
        raise EventNotPublished
    if event.state == EventState.PUBLISHED:
        return event
    to_come = [one for one in queries.sessions(session, event_id) if rules.is_at_hand(one.state, one.starts_at, now)]
    if not to_come:
        raise NothingToPublish
    event.state, event.changed_at = EventState.PUBLISHED, now
    send_event(session, event, now=now)
    for wish in queries.wishes(session, event_id):
        send_invitation(session, wish, now=now)
    for own in to_come:
        send_session(session, own, now=now)
    return event


def write_text(event: OwnEvent, text: EventText, now: dt.datetime) -> bool:
    """Let an event say this. Returns whether that is something else than before."""
    values = {**vars(text), "topics": list(text.topics), "format": dict(text.format) if text.format else None}
    differs = any(getattr(event, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(event, name, value)
    event.changed_at = now
    return differs
