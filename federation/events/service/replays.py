"""An event that follows a format is noted with it, once it is known when it takes place."""

import datetime as dt

from sqlalchemy.orm import Session

from federation.events import queries
from federation.events.models import Event
from federation.formats import service as formats
from shared.clock import local_date
from shared.protocol.states import EventState, SessionState


def note(session: Session, event: Event, *, now: dt.datetime) -> bool:
    """Note where and when the event replays its format, or take that back; False while there is nothing to note.

    The day is that of the lead's first session, or of the first there is.
    """
    coming = [found for found in queries.sessions_of(session, event.id) if found.state == SessionState.SCHEDULED]
    if event.state != EventState.PUBLISHED or event.format is None or not coming:
        formats.drop_replay(session, event_id=event.id, now=now)
        return False
    first = min(coming, key=lambda found: (found.host != event.lead, found.starts_at))
    on = local_date(first.starts_at, first.zone)
    ref = event.format
    about = {"format_id": ref["id"], "version": ref["version"], "space": event.lead, "event_id": event.id}
    return formats.note_replay(session, **about, on=on, now=now)
