"""What this space holds that is still to come."""

import datetime as dt

from sqlalchemy.orm import Session

from shared.protocol.states import CohostState, EventState
from space_node.calendar import queries as calendar
from space_node.events import queries as events
from space_node.uplink import queries as uplink

LOOKED_AT = 10_000


def led_ahead(session: Session, now: dt.datetime) -> list[str]:
    """The published events that this space leads, with a session still to come."""
    ours = [one.id for one in events.own_events(session, LOOKED_AT) if one.state == EventState.PUBLISHED]
    return [event_id for event_id in ours if _is_ahead(session, event_id, now)]


def held_ahead(session: Session, now: dt.datetime) -> list[str]:
    """The events of others that this space holds too, or is asked to, with a session still to come."""
    slug = uplink.own_slug(session)
    asked = [one.event_id for one in events.invitations(session, LOOKED_AT)]
    ours = [one for one in asked if events.cohost_state(session, one, slug) == CohostState.ACCEPTED]
    return [event_id for event_id in ours if _is_ahead(session, event_id, now)]


def _is_ahead(session: Session, event_id: str, now: dt.datetime) -> bool:
    return any(one.ends_at > now for one in calendar.sessions_of(session, event_id))
