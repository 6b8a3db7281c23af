"""Published events: changed, cancelled with a note, and sent again after a refusal."""

import datetime as dt

from sqlalchemy.orm import Session

from shared.protocol.states import EventState, SessionState
from space_node.events import queries
from space_node.events.errors import EventPast
from space_node.events.models import OwnEvent
from space_node.events.rules import EventText
from space_node.events.service.drafts import write_text
from space_node.events.service.sending import send_event, send_invitation
from space_node.events.service.sessions import send_again


def change(session: Session, *, event_id: str, text: EventText, note: str = "", now: dt.datetime) -> OwnEvent:
    """Write a published event anew; the note says what has changed. The same again changes nothing.

    Raises OwnEventUnknown, EventNotPublished.
    """
    event = queries.require_published(session, event_id)
    differs = write_text(event, text, now) or event.note != note
    event.note = note
    if differs or event.fault is not None:
        send_event(session, event, now=now)
        _send_refused(session, event_id, now)
    return event


def cancel(session: Session, *, event_id: str, note: str, now: dt.datetime) -> OwnEvent:
    """Cancel a published event, and with it every session; everybody who comes reads the note.

    Raises OwnEventUnknown, EventNotPublished, EventPast.
    """
    event = queries.require_published(session, event_id)
    if queries.has_taken_place(session, event_id, now):
        raise EventPast
    event.state, event.note, event.changed_at = EventState.CANCELLED, note, now
    send_event(session, event, now=now)
    for own in queries.sessions(session, event_id):
        # The hub cancels them with the event.
        own.state, own.fault = SessionState.CANCELLED, None
    return event


def resend(session: Session, *, event_id: str, now: dt.datetime) -> None:
    """Send again, as it is now, what the hub has refused of an event; an answer that it refused is given anew, or not at all."""
    event = queries.find(session, event_id, lock=True)
    if event is not None and event.fault is not None:
        send_event(session, event, now=now)
    _send_refused(session, event_id, now)


def _send_refused(session: Session, event_id: str, now: dt.datetime) -> None:
    is_ours = queries.find(session, event_id) is not None
    for wish in queries.wishes(session, event_id):
        if wish.fault is not None and is_ours:
            send_invitation(session, wish, now=now)
        elif wish.fault is not None:
            session.delete(wish)
    for own in queries.sessions(session, event_id):
        if own.fault is not None:
            send_again(session, own, now)
