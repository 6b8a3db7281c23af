"""Reads about events: who may see which, and how each reader sees it."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Select, Subquery, or_, select
from sqlalchemy.orm import Session

from federation.events import rules
from federation.events.errors import NoSuchEvent
from federation.events.models import Cohost, EventSession
from federation.events.models import Event as Event
from federation.formats import queries as formats
from federation.rsvps.queries import Rsvp
from federation.twinnings import queries as twinnings
from shared.messaging.feed import NETWORK
from shared.protocol.events import SessionUpdate
from shared.protocol.states import CohostState, EventState, Reach, RsvpOrigin, RsvpState, SessionState

EVENT_SHOWN = (
    *("id", "rev", "lead_rev", "lead", "state", "title", "summary", "description", "language", "topics", "reach"),
    *("attendee_list", "format", "note"),
)
SESSION_SAID = tuple(name for name in SessionUpdate().fields if name != "rev")
SESSION_SHOWN = (
    *SESSION_SAID,
    *("id", "event_id", "host", "host_rev", "rev", "starts_at", "ends_at", "previous_starts_at", "sequence", "changed_at"),
)
# Whoever asked from home; who was let in at the door need not have seen the event.
_ASKED = (Rsvp.origin == RsvpOrigin.HOME, Rsvp.state != RsvpState.REFUSED)
State = tuple[str, str, int, dict[str, Any]]
Row = TypeVar("Row", Cohost, EventSession)


class Audience(NamedTuple):
    """Who is told about an event: `readers` may see it by its reach, `invited` because they are asked to hold it too.

    `guests` are the homes from which somebody has a place: what these people were told must not go stale when the reach narrows.
    """

    readers: frozenset[str]
    invited: frozenset[str] = frozenset()
    guests: frozenset[str] = frozenset()

    @property
    def everybody(self) -> frozenset[str]:
        """All who are told; the whole network is "*"."""
        return frozenset({NETWORK}) if NETWORK in self.readers else self.readers | self.invited | self.guests


def cohosts(session: Session, event_id: str) -> list[Cohost]:
    """All whom the lead ever invited."""
    return list(session.scalars(select(Cohost).where(Cohost.event_id == event_id).order_by(Cohost.space)))


def managers(session: Session, event: Event) -> list[str]:
    """Who holds the event: its lead and the co-hosts that have accepted."""
    return holders(event, cohosts(session, event.id))


def holders(event: Event, invitations: Iterable[Cohost]) -> list[str]:
    """The lead, and who has accepted its invitation."""
    return [event.lead, *(row.space for row in invitations if row.state == CohostState.ACCEPTED)]


def readers(session: Session, event: Event) -> list[str]:
    """Who may see the event by its reach; the whole network is "*"."""
    if event.reach in rules.WHOLE_NETWORK:
        return [NETWORK]
    found = set(managers(session, event))
    if event.reach == Reach.TWINS:
        for space in sorted(found):
            found.update(twinnings.twins_of(session, space))
    return sorted(found)


def audience(session: Session, event: Event) -> Audience:
    """Who is told about the event as it is now."""
    by_reach, invited = frozenset(readers(session, event)), frozenset(_invited(cohosts(session, event.id)))
    # Of the whole network nobody need be counted.
    return Audience(by_reach, invited, frozenset() if NETWORK in by_reach else _guests(session, event.id))


def may_see(session: Session, event: Event, space: str) -> bool:
    """Whether a space is among those who are told about the event."""
    return not audience(session, event).everybody.isdisjoint({NETWORK, space})


def shown(session: Session, *, event_id: str, reader: str) -> Event:
    """An event that the reader may see. Raises NoSuchEvent."""
    found = session.get(Event, event_id)
    if found is None or not may_see(session, found, reader):
        raise NoSuchEvent
    return found


def locked(session: Session, event_id: str) -> Event | None:
    """The event, which nobody else changes until this command ends."""
    return session.get(Event, event_id, with_for_update=True, populate_existing=True)


def sessions_of(session: Session, event_id: str) -> Sequence[EventSession]:
    """All sessions of an event, by their time."""
    wanted = select(EventSession).where(EventSession.event_id == event_id)
    return session.scalars(wanted.order_by(EventSession.starts_at, EventSession.id)).all()


def coming_ids(session: Session, now: dt.datetime) -> Sequence[str]:
    """The sessions that have not begun and are not cancelled; what is relayed before its relays."""
    coming = (EventSession.starts_at > now, EventSession.state != SessionState.CANCELLED)
    wanted = select(EventSession.id).where(*coming)
    return session.scalars(wanted.order_by(EventSession.relay_of.is_not(None), EventSession.id)).all()


def relays_of(session: Session, session_id: str) -> Sequence[EventSession]:
    """The sessions that start with this one."""
    return session.scalars(select(EventSession).where(EventSession.relay_of == session_id).order_by(EventSession.id)).all()


def event_entry(event: Event, invitations: Sequence[Cohost], reader: str | None) -> dict[str, Any]:
    """The event as `event.updated` and every answer carry it to this reader, or to any other (None).

    An invitation that is not accepted is shown to the lead and to the invited alone, and so is what came with its answer.
    """
    held_with = []
    for row in invitations:
        concerned = reader in (event.lead, row.space)
        if concerned or row.state == CohostState.ACCEPTED:
            held_with.append({"space": row.space, "state": row.state, "note": row.note if concerned else ""})
    return {**{name: getattr(event, name) for name in EVENT_SHOWN}, "cohosts": held_with}


def entry_for(session: Session, event: Event, reader: str) -> dict[str, Any]:
    """The event as one reader sees it."""
    return event_entry(event, cohosts(session, event.id), reader)


def session_entry(found: EventSession) -> dict[str, Any]:
    """The session as `session.updated` and every answer carry it."""
    return {name: getattr(found, name) for name in SESSION_SHOWN}


def states(session: Session, caller: str, now: dt.datetime) -> Iterator[State]:
    """The events that the caller may see and that are not long over, with their sessions, for its snapshot."""
    recent = _recent(now).subquery()
    invitations, sessions = _by_event(session, Cohost, recent), _by_event(session, EventSession, recent)
    twins, visited = (
        twinnings.twins_of(session, caller),
        set(session.scalars(select(Rsvp.event_id).where(Rsvp.home == caller, *_ASKED))),
    )
    for event in session.scalars(_recent(now)).all():
        held = invitations.get(event.id, [])
        if event.id in visited or _sees(event, held, caller, twins):
            yield "event.updated", f"event/{event.id}", event.rev, event_entry(event, held, caller)
            for found in sorted(sessions.get(event.id, []), key=lambda one: (one.starts_at, one.id)):
                yield "session.updated", f"session/{found.id}", found.rev, session_entry(found)


def answer_for(session: Session, event: Event, caller: str) -> dict[str, Any]:
    """The event as the answer to a call of a space that had a part in it.

    Who has just lost sight of it gets it under the rev before, so that the news of its removal is the newer.
    """
    found = entry_for(session, event, caller)
    return found if may_see(session, event, caller) else {**found, "rev": event.rev - 1}


def opened_to_twins(session: Session, holder: str, now: dt.datetime) -> list[Event]:
    """The events not long over that a space holds, and that twins of their holders may see."""
    found = session.scalars(_recent(now).where(Event.reach == Reach.TWINS)).all()
    return [event for event in found if holder in managers(session, event)]


def unnoted_replays(session: Session) -> list[Event]:
    """Published events that follow a format and are not noted with it."""
    wanted = select(Event).where(Event.state == EventState.PUBLISHED, Event.format.is_not(None))
    known = formats.noted(session)
    return [event for event in session.scalars(wanted.order_by(Event.id)) if event.id not in known]


def _recent(now: dt.datetime) -> Select[Event]:
    lately = Event.changed_at > now - rules.CHANGED_LATELY
    coming = select(EventSession.event_id).where(EventSession.ends_at > now - rules.KEPT_IN_SNAPSHOT)
    return select(Event).where(or_(lately, Event.id.in_(coming))).order_by(Event.id)


def _by_event(session: Session, model: type[Row], events: Subquery) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in session.scalars(select(model).where(model.event_id.in_(select(events.c.id)))):
        found.setdefault(row.event_id, []).append(row)
    return found


def _guests(session: Session, event_id: str) -> frozenset[str]:
    here = select(EventSession.id).where(EventSession.event_id == event_id)
    return frozenset(session.scalars(select(Rsvp.home).where(Rsvp.session_id.in_(here), *_ASKED).distinct()))


def _invited(invitations: Iterable[Cohost]) -> list[str]:
    return [row.space for row in invitations if row.state == CohostState.INVITED]


def _sees(event: Event, invitations: Sequence[Cohost], reader: str, twins: Sequence[str]) -> bool:
    held = holders(event, invitations)
    return rules.sees(Reach(event.reach), reader=reader, holders=held, invited=_invited(invitations), twins=twins)
