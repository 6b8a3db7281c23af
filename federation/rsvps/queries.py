"""Reads about seats and who wants them."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session, contains_eager

from federation.db import was_restored
from federation.memberships import queries as memberships
from federation.rsvps import rules
from federation.rsvps.errors import RsvpUnknown, SessionUnknown
from federation.rsvps.models import Rsvp as Rsvp
from federation.rsvps.models import SeatPool, WithdrawnRsvp
from federation.rsvps.models import SeatSession as SeatSession
from federation.rsvps.rules import PoolName
from federation.spaces import queries as spaces
from federation.twinnings import queries as twinnings
from shared.protocol.states import Reach, RsvpReason, RsvpState, SessionState

KEPT_IN_SNAPSHOT = dt.timedelta(days=90)
EVERYBODY = "*"
SHOWN = (
    *("id", "rev", "session_id", "event_id", "home", "host", "kind", "origin", "state", "reason", "party"),
    *("price_credits", "charged_credits", "offer_expires_at", "checked_in_at"),
)
Standing = tuple[int, int] | tuple[None, None]
State = tuple[str, str, int, dict[str, Any]]


class Known(NamedTuple):
    """The caller has withdrawn it, its id exists, its person has an active RSVP, home and host take part in the network."""

    is_withdrawn: bool
    is_taken: bool
    has_one: bool
    both_live: bool


# What every request asks is put together once.
_LOCKED = (
    select(SeatSession)
    .join(SeatSession.pools)
    .where(SeatSession.session_id == bindparam("session_id"))
    .options(contains_eager(SeatSession.pools))
    .with_for_update(key_share=True, of=[SeatSession, SeatPool])
    .execution_options(populate_existing=True)
)
_OTHER = memberships.others(bindparam("home"), bindparam("guest")).subquery()
_AS_OTHER = (Rsvp.session_id == bindparam("session_id"), Rsvp.guest == _OTHER.c.guest, Rsvp.holder.is_not(None))
_KNOWN = select(
    exists().where(WithdrawnRsvp.id == bindparam("rsvp_id"), WithdrawnRsvp.home == bindparam("caller")),
    exists().where(Rsvp.id == bindparam("rsvp_id")),
    exists().where(Rsvp.holder == bindparam("holder")) | exists().where(*_AS_OTHER),
    spaces.all_live(bindparam("home"), bindparam("host")),
)
_IN_LINE = (Rsvp.session_id == bindparam("session_id"), Rsvp.pool == bindparam("pool"), Rsvp.state == RsvpState.WAITLISTED)
_QUEUE = select(Rsvp).where(*_IN_LINE).order_by(Rsvp.queue_at, Rsvp.id)


def lock(session: Session, session_id: str) -> SeatSession:
    """A session whose seats nobody else moves until this command ends. Raises SessionUnknown."""
    found = session.scalars(_LOCKED, {"session_id": session_id}).unique().one_or_none()
    if found is None:
        raise SessionUnknown
    return found


def mine(session: Session, *, rsvp_id: str, space: str) -> Rsvp:
    """An RSVP of which the space is home or host. Raises RsvpUnknown; what was refused at once has never been the host's."""
    found = session.get(Rsvp, rsvp_id)
    if found is None or not _is_of(found, space):
        raise RsvpUnknown
    return found


def locked(
    session: Session, *, rsvp_id: str, home: str | None = None, host: str | None = None, either: str | None = None
) -> tuple[SeatSession, Rsvp]:
    """An RSVP of this home, or to this host, or of whichever, with its session, whose seats nobody else moves until the end.

    Raises RsvpUnknown.
    """
    found = mine(session, rsvp_id=rsvp_id, space=home or host or either or "")
    if (home or found.home, host or found.host) != (found.home, found.host):
        raise RsvpUnknown
    seat = lock(session, found.session_id)
    return seat, session.get_one(Rsvp, rsvp_id, populate_existing=True)


def known(session: Session, rsvp: Rsvp, caller: str) -> Known:
    """What is known of a request, asked in one: the person's active RSVP is one in the same session, under any of their names."""
    about = {name: getattr(rsvp, name) for name in ("holder", "session_id", "home", "guest", "host")}
    return Known(*session.execute(_KNOWN, {**about, "rsvp_id": rsvp.id, "caller": caller}).one())


def who_may_take_part(session: Session, seat: SeatSession, homes: AbstractSet[str]) -> set[str]:
    """The homes whose members may have seats: they and the host take part in the network, and the event reaches them."""
    live = spaces.live(session, homes | {seat.host})
    return {home for home in homes & live if seat.host in live and reaches(session, seat, home)}


def reaches(session: Session, seat: SeatSession, home: str) -> bool:
    """Whether the event is for the members of this home."""
    if seat.reach in (Reach.NETWORK, Reach.PUBLIC) or home in seat.managers:
        return True
    return seat.reach == Reach.TWINS and any(twinnings.active_between(session, one, home) for one in seat.managers)


def queue(session: Session, session_id: str, name: PoolName) -> Sequence[Rsvp]:
    """Who waits for a seat of this pool, first come first."""
    return session.scalars(_QUEUE, {"session_id": session_id, "pool": name}).all()


def of_session(session: Session, session_id: str, *states: RsvpState) -> Sequence[Rsvp]:
    """The RSVPs of a session in these states, by id."""
    return session.scalars(select(Rsvp).where(Rsvp.session_id == session_id, Rsvp.state.in_(states)).order_by(Rsvp.id)).all()


def of_guest(session: Session, *, home: str, guest: str) -> list[tuple[Rsvp, SeatSession]]:
    """All that this member ever asked for, with the sessions."""
    joined = select(Rsvp, SeatSession).join(SeatSession, SeatSession.session_id == Rsvp.session_id)
    mine = joined.where(Rsvp.home == home, Rsvp.guest == guest).order_by(Rsvp.id)
    return [(rsvp, seat) for rsvp, seat in session.execute(mine)]


def place(session: Session, rsvp: Rsvp) -> Standing:
    """The place in the queue, from 1, and how many wait; nothing for who does not wait."""
    if rsvp.state != RsvpState.WAITLISTED:
        return None, None
    pool = session.get_one(SeatPool, (rsvp.session_id, rsvp.pool))
    if rsvp.queue_at == pool.queued_until:
        return pool.waiting, pool.waiting
    ahead = or_(Rsvp.queue_at < rsvp.queue_at, and_(Rsvp.queue_at == rsvp.queue_at, Rsvp.id < rsvp.id))
    counted = select(func.count()).where(*_IN_LINE, ahead)
    return session.execute(counted, {"session_id": rsvp.session_id, "pool": rsvp.pool}).scalar_one() + 1, pool.waiting


def had_seat(session: Session, session_id: str, home: str) -> bool:
    """Whether anybody of this home has, or had, a seat in the session."""
    wanted = select(Rsvp.id).where(Rsvp.session_id == session_id, Rsvp.home == home, Rsvp.confirmed_at.is_not(None))
    return session.scalar(wanted.limit(1)) is not None


def entry(session: Session, rsvp: Rsvp, reader: str, *, standing: Standing | None = None) -> dict[str, Any]:
    """The RSVP as `rsvp.updated` and every answer carry it; `standing` is its place where that is known.

    Pseudonym and place are the home's to see, card and feedback the host's.
    """
    at_home, at_host = reader == rsvp.home, reader == rsvp.host
    own_place, waiting = (standing or place(session, rsvp)) if at_home else (None, None)
    price_changed = rsvp.reason == RsvpReason.PRICE_CHANGED
    return {
        **{name: getattr(rsvp, name) for name in SHOWN},
        "guest": rsvp.guest if at_home else None,
        "price_now_credits": session.get_one(SeatSession, rsvp.session_id).price_credits if price_changed else None,
        "place": own_place,
        "waiting": waiting,
        "card": rsvp.card if at_host and rsvp.state in rules.SHOWN_TO_HOST else None,
        "feedback": rsvp.feedback if at_host else None,
    }


def withdrawn_entry(rsvp_id: str, home: str) -> dict[str, Any]:
    """What a cancellation is answered with that came before its request."""
    unknown = dict.fromkeys((*SHOWN, "guest", "price_now_credits", "place", "waiting", "card", "feedback"))
    known = {"kind": PoolName.IN_PERSON.kind, "origin": "home", "party": 1, "price_credits": 0, "rev": 0}
    return {**unknown, **known, "id": rsvp_id, "home": home, "state": RsvpState.CANCELLED_BY_MEMBER}


def seats_entry(session: Session, seat: SeatSession) -> dict[str, Any]:
    """What is taken and left, as `seats.updated` carries it to those who hold the event; `homes` is not for others."""
    counts = select(Rsvp.home, Rsvp.pool, Rsvp.state, func.sum(Rsvp.party)).group_by(Rsvp.home, Rsvp.pool, Rsvp.state)
    counted = counts.where(Rsvp.session_id == seat.session_id, Rsvp.state.in_(rules.SEATED | {RsvpState.WAITLISTED}))
    waiting: Counter[str] = Counter()
    homes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for home, name, state, count in session.execute(counted):
        waits = state == RsvpState.WAITLISTED
        waiting[name] += count if waits else 0
        homes[home]["waiting" if waits else "confirmed"] += count
        homes[home]["attended"] += count if state == RsvpState.ATTENDED else 0
    shown = [row for name, row in sorted(seat.pools.items()) if name != PoolName.DOOR]
    return {
        "session_id": seat.session_id,
        "rev": seat.rev,
        "pools": [_pool_entry(row, waiting[row.name]) for row in shown if row.is_open or row.taken],
        "homes": [
            {"home": home, **{name: count[name] for name in ("confirmed", "waiting", "attended")}}
            for home, count in sorted(homes.items())
        ],
    }


def states(session: Session, caller: str, now: dt.datetime) -> Iterator[State]:
    """The caller's RSVPs, those to its sessions, and the seats of every session that it may see, for its snapshot."""
    since = now - KEPT_IN_SNAPSHOT
    for seat in session.scalars(select(SeatSession).where(SeatSession.ends_at > since).order_by(SeatSession.session_id)).all():
        if {caller, EVERYBODY} & {*seat.managers, *seat.readers}:
            held = seats_entry(session, seat) | ({} if caller in seat.managers else {"homes": []})
            yield "seats.updated", f"seats/{seat.session_id}", seat.rev, held
    lately = or_(Rsvp.state.in_(rules.OPEN), Rsvp.changed_at > since)
    is_told = or_(Rsvp.state != RsvpState.REFUSED, Rsvp.rev > 1, literal(was_restored(session)))
    own = or_(Rsvp.home == caller, and_(Rsvp.host == caller, is_told))
    for rsvp in session.scalars(select(Rsvp).where(own, lately).order_by(Rsvp.id)).all():
        yield "rsvp.updated", f"rsvp/{rsvp.id}", rsvp.rev, entry(session, rsvp, caller)


def long_over(now: dt.datetime) -> Select[str]:
    """The ids of the sessions of which nothing that was sealed is kept any more."""
    over = (SeatSession.ends_at < now - rules.KEPT, SeatSession.state != SessionState.POSTPONED)
    return select(SeatSession.session_id).where(*over)


def miscounted(session: Session) -> list[str]:
    """The sessions in which a counter is not the sum of what it counts; there must be none."""
    which = ((Rsvp.state.in_(rules.SEATED), Rsvp.party), (Rsvp.state == RsvpState.OFFERED, Rsvp.party))
    sums = [func.coalesce(func.sum(case(one, else_=0)), 0) for one in (*which, (Rsvp.state == RsvpState.WAITLISTED, 1))]
    counted = select(Rsvp.session_id, Rsvp.pool, *sums).group_by(Rsvp.session_id, Rsvp.pool)
    real = {(row[0], row[1]): tuple(row[2:]) for row in session.execute(counted)}
    kept = session.execute(select(SeatPool.session_id, SeatPool.name, SeatPool.taken, SeatPool.held, SeatPool.waiting))
    return sorted({row[0] for row in kept if real.get((row[0], row[1]), (0, 0, 0)) != tuple(row[2:])})


def _pool_entry(found: SeatPool, waiting: int) -> dict[str, Any]:
    counts = {"confirmed": found.taken, "offered": found.held, "waiting": waiting}
    return {"kind": PoolName(found.name).kind, "capacity": found.capacity, "free": found.free, **counts}


def _is_of(rsvp: Rsvp, space: str) -> bool:
    return space == rsvp.home or (space == rsvp.host and (rsvp.state != RsvpState.REFUSED or rsvp.rev > 1))
