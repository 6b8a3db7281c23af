"""Reads about our own sessions: who comes to them, what they were told, and how the seats are taken, by home too."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.protocol.states import RsvpOrigin, RsvpState, SeatKind
from space_node.calendar import queries as calendar
from space_node.calendar.queries import MirrorEvent, MirrorSeats, MirrorSession
from space_node.hosting import rules
from space_node.hosting.errors import EventNotHeld, GuestRsvpUnknown, SessionNotHeld
from space_node.hosting.models import GuestRsvp as GuestRsvp
from space_node.hosting.models import HostedSession as HostedSession
from space_node.hosting.models import SessionNotice, SharedRecap
from space_node.hosting.rules import SEATED as SEATED
from space_node.hosting.rules import Group as Group
from space_node.uplink import queries as uplink

ORDER = tuple(Group)


@dataclass(frozen=True)
class Held:
    """A session that this space holds, with its event."""

    session: MirrorSession
    event: MirrorEvent

    def is_over(self, now: dt.datetime) -> bool:
        """Whether it has ended."""
        return self.session.ends_at <= now


@dataclass(frozen=True)
class Person:
    """Somebody on the list, as the desk sees them. `name` is empty where no card has come, or it was erased."""

    id: str
    name: str
    home: str
    home_name: str
    kind: SeatKind
    origin: RsvpOrigin
    state: RsvpState
    reason: str | None
    group: Group
    party: int
    price_credits: int
    shares: bool
    door_seat: bool
    asked: str
    arrived_at: dt.datetime | None
    reported: bool
    problem: str | None


@dataclass(frozen=True)
class Counts:
    """A session in numbers of people. `door_left` is None where no seats are kept for the door."""

    expected: int
    here: int
    waiting: int
    to_decide: int
    door_left: int | None
    told_directly: int


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


def group_of(row: GuestRsvp) -> Group:
    """Where somebody stands on the list."""
    return rules.group(row.state, arrived=row.arrived_at is not None)


def guest(session: Session, rsvp_id: str) -> GuestRsvp | None:
    """Somebody on a list, as stored."""
    return session.get(GuestRsvp, rsvp_id)


def require(session: Session, rsvp_id: str, *, session_id: str | None = None, to_change: bool = False) -> GuestRsvp:
    """Somebody on a list, locked if they are to be changed. Raises GuestRsvpUnknown."""
    found = session.get(GuestRsvp, rsvp_id, with_for_update=to_change, populate_existing=to_change)
    if found is None or session_id not in (None, found.session_id):
        raise GuestRsvpUnknown
    return found


def rows_of(session: Session, session_id: str) -> list[GuestRsvp]:
    """Everybody who ever asked for a seat at a session, but for requests that another one replaced."""
    wanted = select(GuestRsvp).where(GuestRsvp.session_id == session_id, GuestRsvp.same_as.is_(None))
    return list(session.scalars(wanted.order_by(GuestRsvp.id)))


def with_contact(session: Session, session_id: str) -> list[str]:
    """Those whom we may write to ourselves should their space be silent, by id."""
    wanted = select(GuestRsvp.id).where(GuestRsvp.session_id == session_id, GuestRsvp.urgent_box != "")
    return list(session.scalars(wanted.order_by(GuestRsvp.id)))


def people(session: Session, session_id: str, *, search: str = "", groups: Iterable[Group] = ORDER) -> list[Person]:
    """Who is on the list of a session: those still expected first, each group by name."""
    names = uplink.space_names(session)
    found = [person(row, names) for row in rows_of(session, session_id)]
    word, wanted = search.casefold().strip(), set(groups)
    fitting = [one for one in found if one.group in wanted and word in f"{one.name} {one.home_name} {one.home}".casefold()]
    return sorted(fitting, key=lambda one: (ORDER.index(one.group), one.name.casefold() or "\uffff", one.id))


def person(row: GuestRsvp, names: Mapping[str, str]) -> Person:
    """Somebody as the desk sees them; `names` gives the spaces' names by slug."""
    home, arrived = row.home or "", row.arrived_at is not None
    return Person(
        id=row.id,
        name=row.name,
        home=home,
        home_name=names.get(home, home),
        kind=SeatKind(row.kind),
        origin=RsvpOrigin(row.origin),
        state=RsvpState.ATTENDED if arrived else row.state,
        reason=row.reason,
        group=rules.group(row.state, arrived=arrived),
        party=row.party,
        price_credits=row.price_credits,
        shares=row.shares,
        door_seat=row.door_seat,
        asked=row.asked,
        arrived_at=row.arrived_at,
        reported=row.report_id is None,
        problem=row.problem,
    )


def counts(session: Session, at: MirrorSession) -> Counts:
    """A session in numbers of people."""
    total: Counter[Group] = Counter()
    rows = rows_of(session, at.id)
    for row in rows:
        total[rules.group(row.state, arrived=row.arrived_at is not None)] += row.party
    return Counts(
        expected=total[Group.EXPECTED],
        here=total[Group.HERE],
        waiting=total[Group.WAITING],
        to_decide=total[Group.TO_DECIDE],
        door_left=max(0, at.door_seats - door_taken(session, at.id)) if at.door_seats else None,
        told_directly=sum(row.told_directly_at is not None for row in rows),
    )


def door_taken(session: Session, session_id: str) -> int:
    """How many of the seats kept for the door are taken."""
    found = session.get(HostedSession, session_id)
    return 0 if found is None else found.door_taken


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
    return list(session.scalars(select(SessionNotice).where(SessionNotice.session_id == session_id).order_by(SessionNotice.id)))


def feedback(session: Session, session_id: str) -> list[GuestRsvp]:
    """What those who came said afterwards, the newest first."""
    said = select(GuestRsvp).where(GuestRsvp.session_id == session_id, GuestRsvp.feedback_at.is_not(None))
    return list(session.scalars(said.order_by(GuestRsvp.feedback_at.desc(), GuestRsvp.id)))


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
