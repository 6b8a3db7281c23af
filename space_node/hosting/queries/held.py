"""Reads about our own sessions: which they are, what their guests were told, and how the seats are taken, by home too."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.protocol.states import RsvpState
from space_node.calendar import queries as calendar
from space_node.calendar.queries import MirrorEvent, MirrorSeats, MirrorSession
from space_node.hosting import rules
from space_node.hosting.errors import EventNotHeld, SessionNotHeld
from space_node.hosting.models import GuestRsvp, HostedSession, SessionNotice, SharedRecap
from space_node.uplink import queries as uplink


@dataclass(frozen=True)
class Held:
    """A session that this space holds, with its event."""

    session: MirrorSession
    event: MirrorEvent

    def is_over(self, now: dt.datetime) -> bool:
        """Whether it has ended."""
        return self.session.ends_at <= now


@dataclass(frozen=True)
class Board:
    """How an event's seats stand: each session with what the hub counts, and all of them by home."""

    event: MirrorEvent
    sessions: list[MirrorSession]
    seats: dict[str, MirrorSeats]
    homes: list[rules.Share]
    names: Mapping[str, str]


def held(session: Session, session_id: str) -> Held:
    """A session of ours. Raises SessionNotHeld."""
    found = calendar.session(session, session_id)
    own = uplink.identity(session)
    event = None if found is None else calendar.event(session, found.event_id)
    if found is None or event is None or own is None or found.host != own.slug:
        raise SessionNotHeld
    return Held(found, event)


def sessions_count(session: Session, *, since: dt.datetime, until: dt.datetime) -> int:
    """How many sessions of ours ended in a time, of which anybody wanted to see something."""
    return session.scalar(select(func.count()).where(HostedSession.ends_at >= since, HostedSession.ends_at < until)) or 0


def attendance(session: Session, *, since: dt.datetime, until: dt.datetime) -> list[tuple[str | None, bool, int]]:
    """Who had a seat in the sessions of ours that ended in a time: from which home, whether they came, how many they were."""
    then = (HostedSession.ends_at >= since, HostedSession.ends_at < until)
    counted = select(GuestRsvp.home, GuestRsvp.state, func.sum(GuestRsvp.party)).group_by(GuestRsvp.home, GuestRsvp.state)
    seated = GuestRsvp.state.in_((RsvpState.ATTENDED, RsvpState.NO_SHOW))
    joined = counted.join(HostedSession, HostedSession.session_id == GuestRsvp.session_id).where(*then, seated)
    return [(home, state == RsvpState.ATTENDED, count) for home, state, count in session.execute(joined)]


def hosted(session: Session, session_id: str) -> HostedSession | None:
    """What we keep of a session of ours beside its seats."""
    return session.get(HostedSession, session_id)


def notices(session: Session, session_id: str) -> list[SessionNotice]:
    """The messages to those who come, oldest first."""
    found = select(SessionNotice).where(SessionNotice.session_id == session_id)
    return list(session.scalars(found.order_by(SessionNotice.at, SessionNotice.id)))


def shared_recaps(session: Session, event_id: str) -> list[SharedRecap]:
    """The recaps of the other spaces' sessions of an event, by space."""
    ours = {one.id for one in calendar.sessions_of(session, event_id)}
    wanted = select(SharedRecap).where(SharedRecap.session_id.in_(ours), SharedRecap.text != "")
    return list(session.scalars(wanted.order_by(SharedRecap.host)))


def board(session: Session, event_id: str) -> Board:
    """How the seats of an event stand that this space holds, alone or with others. Raises EventNotHeld."""
    event, own = calendar.event(session, event_id), uplink.identity(session)
    if event is None or own is None or own.slug not in calendar.holders(session, event_id):
        raise EventNotHeld
    sessions, seats = calendar.sessions_of(session, event_id), calendar.seats_of(session, event_id)
    homes = rules.by_home(one for row in seats.values() for one in row.homes)
    return Board(event, sessions, seats, homes, uplink.space_names(session))
