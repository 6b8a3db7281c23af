"""Times that the hub moves by itself: those of relays with their source, and all where a zone has new rules.

Wall time and zone are what a host has said; of a relay it is the instant of its source. What is kept beside them follows.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from federation.events import queries, rules
from federation.events.models import Event, EventSession
from federation.events.service.changes import change
from shared.protocol.states import SessionState


def move_relays(
    session: Session, event: Event, source: EventSession, before: Mapping[str, Any] | None, *, now: dt.datetime
) -> None:
    """Have relays start in the new instant of their source, whatever their clocks show then; they wait with a postponed one."""
    if before is None or source.state == SessionState.CANCELLED:
        return
    turned = source.state != before["state"]
    if not turned and source.starts_at == before["starts_at"]:
        return
    for relay in queries.relays_of(session, source.id):
        if relay.state != SessionState.CANCELLED:
            state = source.state if turned else relay.state
            change(session, event, relay, {"state": state, **_moved(relay, source.starts_at)}, now=now)


def keep_wall_time(session: Session, session_id: str, *, now: dt.datetime) -> bool:
    """Work out anew when a coming session is, and have its relays follow; False where its zone is as it was.

    Raises WallTimeSkipped where the zone has come to jump over it.
    """
    found = session.get_one(EventSession, session_id)
    event = queries.locked(session, found.event_id)
    assert event is not None
    session.refresh(found, with_for_update=True)
    shown = queries.session_entry(found)
    if found.relay_of is not None:
        values = rules.clocks_at(shown, found.starts_at)
    else:
        times = rules.times_of(shown)
        values = {} if times.starts_at == found.starts_at else rules.shifted(shown, times)
    if all(shown[name] == value for name, value in values.items()):
        return False
    before = change(session, event, found, values, now=now)
    move_relays(session, event, found, before, now=now)
    return True


def _moved(relay: EventSession, starts_at: dt.datetime) -> dict[str, Any]:
    return rules.following(queries.session_entry(relay), starts_at)
