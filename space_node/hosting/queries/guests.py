"""Who comes to our own sessions: lists that are searched, sorted and cut by the database, and how many they are.

Names come in sealed cards, which are opened as they arrive, so a search looks at what stands here and needs neither hub nor home.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session

from shared import paging
from shared.protocol.states import RsvpOrigin, RsvpState, SeatKind
from shared.text import search_key
from space_node.calendar.queries import MirrorSession
from space_node.hosting import rules
from space_node.hosting.errors import GuestRsvpUnknown
from space_node.hosting.models import GuestRsvp, HostedSession
from space_node.hosting.rules import Group
from space_node.network import queries as network
from space_node.uplink import queries as uplink
from space_node.uplink.queries import MirrorSpace

ORDER = tuple(Group)
_RANK = case(
    (GuestRsvp.arrived_at.is_not(None), ORDER.index(Group.HERE)),
    else_=case(
        {str(state): ORDER.index(group) for state, group in rules.GROUPS.items()},
        value=GuestRsvp.state,
        else_=ORDER.index(Group.OFF),
    ),
)
_BY_NAME = (GuestRsvp.name_key == "", GuestRsvp.name_key)
ORDERS: dict[str, paging.Order] = {
    "name": (_RANK, *_BY_NAME),
    "home": (func.coalesce(MirrorSpace.name, ""), GuestRsvp.home, _RANK, *_BY_NAME),
    "queue": (case((_RANK.in_([ORDER.index(Group.WAITING)]), 0), else_=1),),
}
SAID_ORDERS: dict[str, paging.Order] = {
    "newest": (GuestRsvp.feedback_at.desc(),),
    "best": (GuestRsvp.stars.desc().nulls_last(), GuestRsvp.feedback_at.desc()),
    "worst": (GuestRsvp.stars.asc().nulls_last(), GuestRsvp.feedback_at.desc()),
}


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


def rows_of(session: Session, session_id: str, *, home: str | None = None) -> list[GuestRsvp]:
    """Everybody who ever asked for a seat at a session, or those of one home, but for requests that another one replaced."""
    of_home = () if home is None else (GuestRsvp.home == home,)
    wanted = select(GuestRsvp).where(GuestRsvp.session_id == session_id, GuestRsvp.same_as.is_(None), *of_home)
    return list(session.scalars(wanted.order_by(GuestRsvp.id)))


def with_contact(session: Session, session_id: str) -> list[str]:
    """Those whom we may write to ourselves should their space be silent, by id."""
    wanted = select(GuestRsvp.id).where(GuestRsvp.session_id == session_id, GuestRsvp.urgent_box.is_not(None))
    return list(session.scalars(wanted.order_by(GuestRsvp.id)))


def people(session: Session, session_id: str, *, groups: Iterable[Group] = ORDER) -> list[Person]:
    """Everybody on the list of a session, as a table has them: those still expected first, each group by name."""
    names = uplink.space_names(session)
    rows = session.scalars(_listed(session, session_id, "", groups).order_by(*ORDERS["name"], GuestRsvp.id))
    return [person(row, names) for row in rows]


def page(
    session: Session, session_id: str, *, groups: Iterable[Group] = ORDER, search: str = "", sort: str = "name", number: int = 1
) -> paging.Page[Person]:
    """One page of them; each word is in the person's name or that of their home."""
    names, wanted = uplink.space_names(session), _listed(session, session_id, search, groups)
    return paging.page(session, wanted, *ORDERS[sort], GuestRsvp.id, number=number).map(lambda row: person(row, names))


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
    return counts_of(session, [at])[at.id]


def counts_of(session: Session, sessions: Sequence[MirrorSession]) -> dict[str, Counts]:
    """Sessions in numbers of people, by their ids."""
    ids, arrived = [at.id for at in sessions], GuestRsvp.arrived_at.is_not(None)
    held = select(HostedSession.session_id, HostedSession.door_taken).where(HostedSession.session_id.in_(ids))
    taken: dict[str, int] = dict(session.execute(held).all())
    counted = select(
        GuestRsvp.session_id, GuestRsvp.state, arrived, func.sum(GuestRsvp.party), func.count(GuestRsvp.told_directly_at)
    )
    counted = counted.where(GuestRsvp.session_id.in_(ids), GuestRsvp.same_as.is_(None))
    total, told = {session_id: Counter[Group]() for session_id in ids}, Counter[str]()
    grouped = counted.group_by(GuestRsvp.session_id, GuestRsvp.state, arrived)
    for session_id, state, here, count, told_count in session.execute(grouped):
        total[session_id][rules.group(state, arrived=here)] += count
        told[session_id] += told_count
    return {at.id: _counts(total[at.id], at.door_seats, taken.get(at.id, 0), told[at.id]) for at in sessions}


def door_taken(session: Session, session_id: str) -> int:
    """How many of the seats kept for the door are taken."""
    found = session.get(HostedSession, session_id)
    return 0 if found is None else found.door_taken


def feedback(
    session: Session, session_id: str, *, search: str = "", sort: str = "newest", number: int = 1
) -> paging.Page[GuestRsvp]:
    """One page of what those who came said afterwards; each word is in what was said, or in the name of the home."""
    found = [
        or_(*paging.having(word, GuestRsvp.feedback), GuestRsvp.home.in_(network.slugs_like(session, word)))
        for word in search.split()
    ]
    said = select(GuestRsvp).where(_said(session_id), *found)
    return paging.page(session, said, *SAID_ORDERS[sort], GuestRsvp.id, number=number)


def stars(session: Session, session_id: str) -> tuple[int, float | None]:
    """How many said something, and the mean of the stars they gave, to a tenth; None where nobody gave any."""
    count, mean = session.execute(select(func.count(), func.avg(GuestRsvp.stars)).where(_said(session_id))).one()
    return count, None if mean is None else round(float(mean), 1)


def _listed(session: Session, session_id: str, search: str, groups: Iterable[Group]) -> Select[GuestRsvp]:
    which = (GuestRsvp.session_id == session_id, GuestRsvp.same_as.is_(None), _RANK.in_([ORDER.index(one) for one in groups]))
    rows = select(GuestRsvp).outerjoin(MirrorSpace, MirrorSpace.slug == GuestRsvp.home)
    named = [
        or_(GuestRsvp.name_key.contains(search_key(word), autoescape=True), GuestRsvp.home.in_(network.slugs_like(session, word)))
        for word in search.split()
    ]
    return rows.where(*which, *named)


def _said(session_id: str) -> ColumnElement[bool]:
    return (GuestRsvp.session_id == session_id) & GuestRsvp.feedback_at.is_not(None)


def _counts(total: Mapping[Group, int], door_seats: int, taken: int, told_directly: int) -> Counts:
    return Counts(
        expected=total[Group.EXPECTED],
        here=total[Group.HERE],
        waiting=total[Group.WAITING],
        to_decide=total[Group.TO_DECIDE],
        door_left=max(0, door_seats - taken) if door_seats else None,
        told_directly=told_directly,
    )
