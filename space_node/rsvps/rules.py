"""What a member is told before taking part, and what is open to them after: pure. The hub's answer is the truth."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.calendar.writer import EntryStatus
from shared.protocol.states import ACTIVE_RSVP_STATES, AttendeeList, EventState, RsvpState, SeatKind, SessionState

# Names, links and messages of a session are kept so long after it.
KEPT = dt.timedelta(days=30)
# So long one can say how it was.
FEEDBACK_OPEN = dt.timedelta(days=14)
# What is still ahead of a member, or might be.
OPEN_STATES = frozenset({RsvpState.ASKED, RsvpState.PENDING, RsvpState.CONFIRMED, RsvpState.WAITLISTED, RsvpState.OFFERED})
COMING_STATES = frozenset({RsvpState.CONFIRMED, RsvpState.ATTENDED})
SURE_STATES = frozenset({RsvpState.CONFIRMED, RsvpState.ATTENDED, RsvpState.NO_SHOW})
SWITCHABLE = frozenset({RsvpState.CONFIRMED, RsvpState.WAITLISTED, RsvpState.PENDING})


class Hindrance(StrEnum):
    """Why one cannot ask for a place now, as far as this node knows."""

    HOME_NOT_ACTIVE = "home-not-active"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    OVER = "over"
    ALREADY = "already"
    NOT_OPEN = "not-open"
    CLOSED = "closed"
    FULL = "full"
    NOT_ENOUGH_CREDITS = "not-enough-credits"


class Pressed(StrEnum):
    """What a member has asked of the hub about a place, and the hub has not answered."""

    CANCEL = "cancel"
    ACCEPT = "accept"
    DECLINE = "decline"
    SWITCH = "switch"


@dataclass(frozen=True)
class Facts:
    """What is known of one session for one member. `takes_anybody` is whether some seat is free or a waiting list is open."""

    home_is_live: bool
    event_state: str
    session_state: str
    already: bool
    ends_at: dt.datetime
    opens_at: dt.datetime | None
    closes_at: dt.datetime
    takes_anybody: bool
    price_credits: int
    available_credits: int
    now: dt.datetime


@dataclass(frozen=True)
class Place:
    """How a member's place stands; `kinds` are the ways of taking part that the session has."""

    state: RsvpState
    pressed: str | None
    kind: SeatKind
    kinds: Sequence[SeatKind]
    starts_at: dt.datetime | None
    ends_at: dt.datetime | None
    offer_expires_at: dt.datetime | None
    now: dt.datetime


def hindrance(facts: Facts) -> Hindrance | None:
    """The first thing that stands in the way, or None: first what the member cannot mend."""
    over = facts.ends_at <= facts.now
    checks = (
        (EventState.CANCELLED in (facts.event_state, facts.session_state), Hindrance.CANCELLED),
        (facts.session_state == SessionState.POSTPONED, Hindrance.POSTPONED),
        (over, Hindrance.OVER),
        (facts.already, Hindrance.ALREADY),
        (not facts.home_is_live, Hindrance.HOME_NOT_ACTIVE),
        (facts.opens_at is not None and facts.now < facts.opens_at, Hindrance.NOT_OPEN),
        (facts.now >= facts.closes_at, Hindrance.CLOSED),
        (not facts.takes_anybody, Hindrance.FULL),
        (facts.available_credits < facts.price_credits, Hindrance.NOT_ENOUGH_CREDITS),
    )
    return next((reason for stands, reason in checks if stands), None)


def free_kinds(kinds: Sequence[SeatKind], pools: Iterable[Mapping[str, Any]]) -> list[SeatKind]:
    """The ways in which somebody who asks now would find a seat: nobody overtakes who waits. Where nothing is told, all."""
    told = {pool["kind"]: pool["free"] is None or (pool["free"] > 0 and not pool["waiting"]) for pool in pools}
    return [kind for kind in kinds if told.get(kind, True)]


def open_to(place: Place) -> frozenset[Pressed]:
    """What a member can do about a place now. Giving it back is open until the end, also where all is full or closed."""
    checks = (
        (place.state in OPEN_STATES and not _is_past(place.ends_at, place.now), Pressed.CANCEL),
        (_can_answer(place), Pressed.ACCEPT),
        (_can_answer(place), Pressed.DECLINE),
        (
            place.state in SWITCHABLE and not _is_past(place.starts_at, place.now) and other_kind(place) is not None,
            Pressed.SWITCH,
        ),
    )
    possible = frozenset(pressed for holds, pressed in checks if holds)
    if place.pressed is None:
        return possible
    return possible & {Pressed.CANCEL} - {place.pressed}


def is_done(pressed: Pressed, place: Place, kind: SeatKind | None) -> bool:
    """Whether what is pressed has come to pass already."""
    if pressed is Pressed.SWITCH:
        return place.kind == kind
    return pressed is Pressed.CANCEL and place.state == RsvpState.CANCELLED_BY_MEMBER


def other_kind(place: Place) -> SeatKind | None:
    """The other way of taking part in the same session."""
    return next((kind for kind in place.kinds if kind != place.kind), None)


def is_late(*, closes_at: dt.datetime, starts_at: dt.datetime, seated_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether giving a seat back costs its price: once nobody can sign up any more; a seat got later is free until the start."""
    return now >= (closes_at if seated_at < closes_at else starts_at)


def goes_on(place: Place, pools: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a seat that is given back goes to somebody else: one is held, it has not begun, and somebody waits for it."""
    held = place.state == RsvpState.CONFIRMED and not _is_past(place.starts_at, place.now)
    return held and any(pool["kind"] == place.kind and pool["waiting"] for pool in pools)


def may_share(*, state: RsvpState, attendee_list: str, ends_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether one can still say that others who share may see one's name."""
    return (
        attendee_list == AttendeeList.RECIPROCAL and state in ACTIVE_RSVP_STATES and not _is_past(ends_at and ends_at + KEPT, now)
    )


def may_allow_writing(*, state: RsvpState, at_home: bool, ends_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether one can still say that the host may write to one itself, which is of use until the end, and at other spaces."""
    return state in OPEN_STATES and not at_home and not _is_past(ends_at, now)


def may_tell(*, state: RsvpState, ends_at: dt.datetime | None, given: bool, now: dt.datetime) -> bool:
    """Whether one can say how it was: who was there, once, in the two weeks after."""
    return state in COMING_STATES and not given and ends_at is not None and ends_at <= now < ends_at + FEEDBACK_OPEN


def sees_brief(state: RsvpState) -> bool:
    """Whether link and messages are for this member: only who has a seat, or had one and came."""
    return state in COMING_STATES


def sees_people(*, state: RsvpState, shares: bool) -> bool:
    """Whether the names of those who share are for this member: only who comes and shares too."""
    return state in COMING_STATES and shares


def calendar_status(state: RsvpState) -> EntryStatus:
    """How sure an RSVP is, as a calendar says it."""
    if state in SURE_STATES:
        return EntryStatus.CONFIRMED
    return EntryStatus.TENTATIVE if state in OPEN_STATES else EntryStatus.CANCELLED


def _can_answer(place: Place) -> bool:
    return place.state == RsvpState.OFFERED and not _is_past(place.offer_expires_at, place.now)


def _is_past(at: dt.datetime | None, now: dt.datetime) -> bool:
    return at is not None and at <= now
