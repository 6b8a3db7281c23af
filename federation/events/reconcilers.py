"""What the hub repairs about events by itself: new twins learn of each other's events, replays are noted with their
format, and sessions stay at their hour when a zone gets new rules."""

import datetime as dt
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.events import queries, service
from federation.events.models import EventsTold
from federation.twinnings import queries as twinnings
from shared.messaging.reconcile import Reconciler, repair_each


def tell_new_twins(session: Session, now: dt.datetime) -> int:
    """Tell both sides of newly activated twinnings each other's events."""
    told = {row.twinning_id: row.version for row in session.scalars(select(EventsTold))}
    fresh = [active for active in twinnings.active(session) if told.get(active.twinning_id, 0) < active.version]
    for active in fresh:
        pair = (active.first, active.second)
        service.tell_twins(session, twinning_id=active.twinning_id, version=active.version, pair=pair, now=now)
    return len(fresh)


def note_replays(session: Session, now: dt.datetime) -> int:
    """Note events with formats that came to the hub after them."""
    return sum(service.note_replay(session, event, now=now) for event in queries.unnoted_replays(session))


def keep_wall_times(session: Session, now: dt.datetime) -> int:
    """Move coming sessions whose zone has new rules: what stands is what the clocks show."""
    ids = queries.coming_ids(session, now)
    return repair_each(session, ids, partial(service.keep_wall_time, now=now), fault="session.wall_time_lost")


RECONCILERS = (
    Reconciler("keep wall times", 86_400, keep_wall_times),
    Reconciler("tell new twins of events", 1, tell_new_twins),
    Reconciler("note replays", 300, note_replays),
)
