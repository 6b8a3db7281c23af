"""Reads about our members' places at events, and about what hosts tell those who come."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from shared import paging
from shared.protocol.states import ACTIVE_RSVP_STATES, SEAT_KINDS, RsvpReason, RsvpState, SeatKind, SessionMode
from space_node.calendar import queries as calendar
from space_node.calendar.errors import EventUnknown
from space_node.members import queries as members
from space_node.rsvps import rules
from space_node.rsvps.errors import RsvpUnknown
from space_node.rsvps.models import MirrorBrief as MirrorBrief
from space_node.rsvps.models import Rsvp as Rsvp
from space_node.rsvps.rules import Pressed as Pressed
from space_node.rsvps.rules import calendar_status as calendar_status
from space_node.uplink import queries as uplink
from space_node.wallet import queries as wallet

# What a place says of its session, as last seen.
FOLLOWED = ("zone", "starts_at", "ends_at", "sequence")
# What a member still looks at before the day: what may come to pass, and what was called off.
PAGE_ROWS = 20
_AHEAD = (*rules.OPEN_STATES, RsvpState.ATTENDED, RsvpState.SESSION_CANCELLED, RsvpState.CANCELLED_BY_HOST)


@dataclass(frozen=True)
class Opening:
    """Can I take part in this session, how, and what will it cost me?"""

    session: calendar.MirrorSession
    event: calendar.MirrorEvent
    kinds: tuple[SeatKind, ...]
    free_kinds: list[SeatKind]
    own: Rsvp | None
    hindrance: rules.Hindrance | None
    is_at_home: bool = False

    @property
    def is_full(self) -> bool:
        """Whether somebody who asks now would have to wait."""
        return not self.free_kinds


@dataclass(frozen=True)
class GivingBack:
    """What giving a place back means: what it costs, whether a seat is held, and whether that goes to somebody who waits."""

    costs: int
    holds_seat: bool
    goes_on: bool


def mine(session: Session, *, rsvp_id: str, member_id: str, lock: bool = False) -> Rsvp:
    """A member's RSVP, locked until the commit for who wants to change it. Raises RsvpUnknown, also for somebody else's."""
    found = session.get(Rsvp, rsvp_id, with_for_update=True if lock else None, populate_existing=lock)
    if found is None or found.member_id != member_id:
        raise RsvpUnknown
    return found


def by_id(session: Session, rsvp_id: str, *, lock: bool = False) -> Rsvp | None:
    """An RSVP, whoever's it is; for links that prove by themselves whose they are."""
    return session.get(Rsvp, rsvp_id, with_for_update=True if lock else None, populate_existing=lock)


def active(session: Session, *, session_id: str, member_id: str) -> Rsvp | None:
    """The one RSVP that a member has for a session, if it still counts."""
    ours = (Rsvp.session_id == session_id, Rsvp.member_id == member_id)
    counts = select(Rsvp).where(*ours, Rsvp.state.in_(ACTIVE_RSVP_STATES))
    return session.scalar(counts.order_by(Rsvp.rev.desc(), Rsvp.id).limit(1))


def opening(session: Session, *, session_id: str, member: members.Member, now: dt.datetime) -> Opening:
    """What one session offers to one member. Raises EventUnknown, also where it is not open to our people."""
    found = calendar.session(session, session_id)
    if found is None:
        raise EventUnknown
    event = calendar.require_event(session, found.event_id)
    own = active(session, session_id=session_id, member_id=member.id)
    counted = calendar.seats(session, session_id)
    free = rules.free_kinds(kinds_of(found), counted.pools if counted else ())
    identity = uplink.identity(session)
    facts = rules.Facts(
        home_is_live=identity is not None and identity.state in uplink.LIVE_STATES,
        event_state=event.state,
        session_state=found.state,
        already=own is not None,
        ends_at=found.ends_at,
        opens_at=found.opens_at,
        closes_at=found.closes_at,
        takes_anybody=found.waiting_list or bool(free),
        price_credits=found.price_credits,
        available_credits=wallet.available(session, member.guest, found.starts_at.date()) if found.price_credits else 0,
        now=now,
    )
    at_home = identity is not None and identity.slug == found.host
    return Opening(found, event, kinds_of(found), free, own, rules.hindrance(facts), at_home)


def may_look(session: Session, event_id: str) -> bool:
    """Whether our people may see an event: who has a place hears of it on where it has come to be for others alone."""
    try:
        calendar.require_event(session, event_id)
    except EventUnknown:
        return False
    return True


def kinds_of(found: calendar.MirrorSession | None) -> tuple[SeatKind, ...]:
    """The ways in which one can take part in a session."""
    return () if found is None else SEAT_KINDS[SessionMode(found.mode)]


def place(session: Session, rsvp: Rsvp, now: dt.datetime) -> rules.Place:
    """How a place stands, for what can be done about it."""
    kinds = kinds_of(calendar.session(session, rsvp.session_id))
    about = {name: getattr(rsvp, name) for name in ("state", "pressed", "kind", "starts_at", "ends_at", "offer_expires_at")}
    return rules.Place(kinds=kinds, now=now, **about)


def may_give_back(session: Session, rsvp: Rsvp, now: dt.datetime) -> bool:
    """Whether a place can still be given back."""
    return Pressed.CANCEL in rules.open_to(place(session, rsvp, now))


def giving_back(session: Session, rsvp: Rsvp, now: dt.datetime) -> GivingBack:
    """What it means to give a place back now, as far as this node knows."""
    found, counted = calendar.session(session, rsvp.session_id), calendar.seats(session, rsvp.session_id)
    seated, late = rsvp.state == RsvpState.CONFIRMED, False
    if seated and found is not None:
        late = rules.is_late(closes_at=found.closes_at, starts_at=found.starts_at, seated_at=rsvp.changed_at, now=now)
    goes_on = rules.goes_on(place(session, rsvp, now), counted.pools if counted else ())
    return GivingBack(costs=rsvp.price_credits * rsvp.party if late else 0, holds_seat=seated, goes_on=goes_on)


def ahead(session: Session, *, member_id: str, now: dt.datetime, limit: int = 100) -> list[Rsvp]:
    """A member's places that are still to come, the next one first."""
    wanted = select(Rsvp).where(Rsvp.member_id == member_id, _is_ahead(now))
    return list(session.scalars(wanted.order_by(Rsvp.starts_at, Rsvp.id).limit(limit)))


def ahead_page(session: Session, *, member_id: str, now: dt.datetime, number: int = 1) -> paging.Page[Rsvp]:
    """One page of them but for seats that are offered, which stand by themselves."""
    offered = select(Rsvp.id).where(*_is_offered(member_id, now))
    own = select(Rsvp).where(Rsvp.member_id == member_id, _is_ahead(now), Rsvp.id.not_in(offered))
    return paging.page(session, own, Rsvp.starts_at, Rsvp.id, number=number, size=PAGE_ROWS)


def behind(session: Session, *, member_id: str, now: dt.datetime, number: int = 1) -> paging.Page[Rsvp]:
    """One page of what is over or came to nothing, the latest first."""
    own = select(Rsvp).where(Rsvp.member_id == member_id, ~_is_ahead(now))
    return paging.page(session, own, Rsvp.starts_at.desc(), Rsvp.id.desc(), number=number, size=PAGE_ROWS)


def offers(session: Session, *, member_id: str, now: dt.datetime) -> list[Rsvp]:
    """The seats that are offered to a member and wait for a word, the most urgent first."""
    wanted = select(Rsvp).where(*_is_offered(member_id, now))
    return list(session.scalars(wanted.order_by(Rsvp.offer_expires_at, Rsvp.id)))


def held_key(session_id: str, member_id: str) -> str:
    """By what it is known that a member has asked for a session already."""
    return f"{session_id}/{member_id}"


def subject(rsvp_id: str) -> str:
    """What all commands about an RSVP are about, so that they keep their order."""
    return f"rsvp/{rsvp_id}"


def of_event(session: Session, event_id: str) -> list[Rsvp]:
    """All RSVPs of our members for an event."""
    return list(session.scalars(select(Rsvp).where(Rsvp.event_id == event_id).order_by(Rsvp.id)))


def of_session(session: Session, session_id: str, *, lock: bool = False) -> list[Rsvp]:
    """All RSVPs of our members for a session; locked until the commit for who wants to tell of them."""
    wanted = select(Rsvp).where(Rsvp.session_id == session_id).order_by(Rsvp.id)
    options = {"populate_existing": True} if lock else {}
    return list(session.scalars(wanted.with_for_update() if lock else wanted, execution_options=options))


def brief(session: Session, rsvp: Rsvp) -> MirrorBrief | None:
    """What the host tells this member: nothing to who has no seat there."""
    return session.get(MirrorBrief, rsvp.session_id) if rules.sees_brief(rsvp.state) else None


def opens_at(session: Session, rsvp: Rsvp, now: dt.datetime) -> dt.datetime | None:
    """From when one can ask again, for who has asked too early; None where that is not known, or is over."""
    found = calendar.session(session, rsvp.session_id) if rsvp.reason == RsvpReason.NOT_OPEN else None
    return found.opens_at if found and found.opens_at and found.opens_at > now else None


def to_erase(session: Session, now: dt.datetime) -> list[MirrorBrief]:
    """The briefs whose names and links have been kept long enough."""
    rows = session.execute(
        select(MirrorBrief, func.max(Rsvp.ends_at))
        .outerjoin(Rsvp, Rsvp.session_id == MirrorBrief.session_id)
        .where(MirrorBrief.erased_at.is_(None))
        .group_by(MirrorBrief.session_id)
    )
    return [row for row, ends_at in rows if (ends_at or row.as_of) <= now - rules.KEPT]


def _is_offered(member_id: str, now: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    open_yet = or_(Rsvp.offer_expires_at.is_(None), Rsvp.offer_expires_at > now)
    return Rsvp.member_id == member_id, Rsvp.state == RsvpState.OFFERED, open_yet


def _is_ahead(now: dt.datetime) -> ColumnElement[bool]:
    return and_(or_(Rsvp.ends_at.is_(None), Rsvp.ends_at > now), Rsvp.state.in_(_AHEAD))
