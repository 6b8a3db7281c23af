"""Telling who may know about an event: each gets it as it may see it, who gains sight of it gets all of it, who loses it is told.

Who loses sight of it while somebody of theirs has a place in it hears of it on, for that person.

One rev has one reader's form each: what only the lead or an invited space may read is written before what the network reads,
and a receiver keeps the first of a rev.
"""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy.orm import Session

from federation.db import publish
from federation.events import queries
from federation.events.models import Event, EventSession
from federation.events.queries import Audience
from federation.spaces import queries as spaces
from shared.messaging.feed import NETWORK
from shared.protocol.states import CohostState


def tell_event(session: Session, event: Event, *, before: Audience | None, now: dt.datetime) -> None:
    """Publish the event as it is now; `before` is who was told until now, None for a new one.

    Its sessions go to those who see them for the first time.
    """
    after = queries.audience(session, event)
    publish_event(session, event, to=after, now=now)
    if before is not None and before != after:
        lost = _named(session, before) - after.everybody
        gone = {"id": event.id, "rev": event.rev}
        if NETWORK not in after.everybody and lost:
            _publish(session, lost, "event.removed", event, gone, now=now)
        tell_sessions(session, event, to=after.everybody - before.everybody, now=now)


def publish_event(session: Session, event: Event, *, to: Audience, now: dt.datetime) -> None:
    """Write the rows of the event itself, what only some may read first."""
    invitations = queries.cohosts(session, event.id)
    own = {event.lead} | {row.space for row in invitations if row.state != CohostState.ACCEPTED}
    private = own if NETWORK in to.everybody else own & to.everybody
    for reader in sorted(private):
        _publish(session, [reader], "event.updated", event, queries.event_entry(event, invitations, reader), now=now)
    if others := to.everybody - private:
        _publish(session, others, "event.updated", event, queries.event_entry(event, invitations, None), now=now)


def tell_sessions(session: Session, event: Event, *, to: Iterable[str], now: dt.datetime) -> None:
    """Show the event's sessions to readers for whom they are new."""
    readers = sorted(to)
    if readers:
        for found in queries.sessions_of(session, event.id):
            publish_session(session, found, to=readers, now=now)


def publish_session(session: Session, found: EventSession, *, to: Iterable[str], now: dt.datetime) -> None:
    """Write the rows of one session."""
    data, subject = queries.session_entry(found), f"session/{found.id}"
    publish(session, to=to, type="session.updated", subject=subject, rev=found.rev, data=data, now=now)


def _named(session: Session, audience: Audience) -> frozenset[str]:
    """Each space of an audience by its name, the whole network too."""
    if NETWORK not in audience.everybody:
        return audience.everybody
    return frozenset(space.slug for space in spaces.directory(session))


def _publish(session: Session, to: Iterable[str], kind: str, event: Event, data: dict[str, object], *, now: dt.datetime) -> None:
    publish(session, to=to, type=kind, subject=f"event/{event.id}", rev=event.rev, data=data, now=now)
