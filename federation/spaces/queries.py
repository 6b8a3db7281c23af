"""Reads about spaces."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from federation.spaces import rules
from federation.spaces.errors import SpaceUnknown
from federation.spaces.models import Approval, Outage
from federation.spaces.models import Space as Space
from shared import paging
from shared.protocol.states import SpaceState

LIVE_STATES = (SpaceState.PROBATION, SpaceState.ACTIVE)
_STATE = select(Space.state).where(Space.slug == bindparam("slug"))
_LIVE = select(Space.slug).where(Space.slug.in_(bindparam("slugs", expanding=True)), Space.state.in_(LIVE_STATES))
_PRESENCE = select(Space.slug, Space.last_seen_at).where(Space.slug == bindparam("slug")).with_for_update(key_share=True)
IN_DIRECTORY = (*LIVE_STATES, SpaceState.SUSPENDED, SpaceState.LEAVING)
# Of who has left the network is told that it has.
EVER_HERE = (*IN_DIRECTORY, SpaceState.LEFT)
ORDERS: dict[str, paging.Order] = {
    "name": (),
    "city": (Space.city,),
    "standing": (Space.state,),
    "silent": (Space.last_seen_at.asc().nulls_first(),),
    "behind": (Space.cursor_seq,),
    "waiting": (Space.outbox_oldest_at.asc().nulls_last(),),
}


class Presence(NamedTuple):
    """When the hub last heard of a space."""

    slug: str
    last_seen_at: dt.datetime | None


def space(session: Session, slug: str) -> Space | None:
    """The space of this slug, whatever its state."""
    return session.get(Space, slug)


def state(session: Session, slug: str) -> SpaceState | None:
    """Where a space stands."""
    found = session.scalar(_STATE, {"slug": slug})
    return None if found is None else SpaceState(found)


def require(session: Session, slug: str) -> Space:
    """The space of this slug. Raises SpaceUnknown."""
    found = session.get(Space, slug)
    if found is None:
        raise SpaceUnknown(space=slug)
    return found


def lock(session: Session, slug: str) -> Space:
    """The space of this slug, which nobody else changes until this command ends. Raises SpaceUnknown.

    A space publishes its own state and an operator changes its standing under this lock, which is always the first taken.
    """
    found = session.get(Space, slug, with_for_update={"key_share": True}, populate_existing=True)
    if found is None:
        raise SpaceUnknown(space=slug)
    return found


def lock_presence(session: Session, slug: str) -> Presence:
    """As `lock`, for who only asks when it was last seen. Raises SpaceUnknown."""
    found = session.execute(_PRESENCE, {"slug": slug}).one_or_none()
    if found is None:
        raise SpaceUnknown(space=slug)
    return Presence(*found)


def states(session: Session) -> dict[str, SpaceState]:
    """Where every space stands, by slug."""
    return {slug: SpaceState(state) for slug, state in session.execute(select(Space.slug, Space.state))}


def is_live(session: Session, slug: str) -> bool:
    """Whether the space takes part: on probation or active."""
    found = session.get(Space, slug)
    return found is not None and found.state in LIVE_STATES


def live(session: Session, slugs: Iterable[str]) -> set[str]:
    """Those of the spaces that take part."""
    return set(session.scalars(_LIVE, {"slugs": sorted(slugs)}))


def all_live(*slugs: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether spaces take part, for who asks the database something else as well."""
    # One by one: what stands behind an IN is written anew each time.
    out = (Space.state != state for state in LIVE_STATES)
    return ~exists().where(or_(*(Space.slug == slug for slug in slugs)), *out)


def directory(session: Session) -> list[Space]:
    """The spaces that the whole network may know of, by slug."""
    return list(session.scalars(select(Space).where(Space.state.in_(IN_DIRECTORY)).order_by(Space.slug)))


def ever_here(session: Session) -> list[Space]:
    """The spaces that take part or have left, by slug."""
    return list(session.scalars(select(Space).where(Space.state.in_(EVER_HERE)).order_by(Space.slug)))


def everyone(session: Session) -> list[Space]:
    """All spaces, whatever their state, by name."""
    return list(session.scalars(select(Space).order_by(Space.name, Space.slug)))


def page(
    session: Session, *, search: str = "", sort: str = "name", number: int = 1, states: Collection[SpaceState] = tuple(SpaceState)
) -> paging.Page[Space]:
    """One page of the spaces that stand so; each word is in the name, the short name or the city."""
    fitting = paging.having(search, Space.name, Space.slug, Space.city)
    wanted = select(Space).where(Space.state.in_(states), *fitting)
    return paging.page(session, wanted, *ORDERS[sort], Space.name, Space.slug, number=number)


def silent(session: Session, *, since: dt.datetime, number: int = 1) -> paging.Page[Space]:
    """One page of those that take part and have not been seen since then, the longest silent first."""
    unseen = or_(Space.last_seen_at.is_(None), Space.last_seen_at < since)
    wanted = select(Space).where(Space.state.in_(LIVE_STATES), unseen)
    return paging.page(session, wanted, *ORDERS["silent"], Space.slug, number=number)


def speaking_slugs(session: Session) -> set[str]:
    """The spaces whose nodes may have said something: all that have joined and not left."""
    silent = (SpaceState.INVITED, SpaceState.LEFT)
    return set(session.scalars(select(Space.slug).where(Space.state.not_in(silent))))


def live_slugs(session: Session) -> set[str]:
    """The spaces that may act."""
    return set(session.scalars(select(Space.slug).where(Space.state.in_(LIVE_STATES))))


def count_by_state(session: Session) -> dict[SpaceState, int]:
    """How many spaces stand in each state."""
    rows = session.execute(select(Space.state, func.count()).group_by(Space.state))
    return {SpaceState(state): count for state, count in rows}


def approvals(session: Session, slug: str) -> list[Approval]:
    """Who has said yes to this space's activation, oldest first."""
    return list(session.scalars(select(Approval).where(Approval.space == slug).order_by(Approval.at)))


def was_away(session: Session, space: Space | Presence, at: dt.datetime, *, now: dt.datetime) -> bool:
    """Whether a space's node was out at an instant, as far as the hub itself has noted: then, or still.

    Every outage that is over ended when the node was seen again, so none is looked for after it was last seen.
    """
    last = space.last_seen_at
    if last is not None and rules.was_away(last, now) and last <= at <= now:
        return True
    if last is None or at > last:
        return False
    held = select(Outage.since).where(Outage.space == space.slug, Outage.since <= at, Outage.until >= at)
    return session.scalar(held.limit(1)) is not None
