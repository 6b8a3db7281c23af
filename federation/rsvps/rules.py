"""Who gets a seat and until when an offer stands: pure, and the same whichever door a wish came through (DESIGN §9)."""

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from shared import waking_hours
from shared.protocol.states import RsvpReason, RsvpState, SeatKind, SessionState

OFFER_LEAST, OFFER_MOST = dt.timedelta(hours=2), dt.timedelta(hours=24)
NIGHTS_COUNT_BEFORE = dt.timedelta(hours=24)
LAST_CALL = dt.timedelta(hours=3)
SKIPS_MOST, SKIPPED_LONGEST = 3, dt.timedelta(hours=24)
SETTLED_AFTER = dt.timedelta(hours=6)
KEPT = dt.timedelta(days=30)
AN_INSTANT = dt.timedelta(microseconds=1)

SEATED = frozenset({RsvpState.CONFIRMED, RsvpState.ATTENDED, RsvpState.NO_SHOW})
OPEN = frozenset({RsvpState.PENDING, RsvpState.WAITLISTED, RsvpState.OFFERED, RsvpState.CONFIRMED})
# The host is told who it is of those whom it is to decide about, or to receive.
SHOWN_TO_HOST = SEATED | {RsvpState.PENDING}


class PoolName(StrEnum):
    """What seats are counted out of: the two kinds, and those that a session keeps for its own door."""

    IN_PERSON = "in_person"
    REMOTE = "remote"
    DOOR = "door"

    @property
    def kind(self) -> SeatKind:
        """How one takes part on such a seat."""
        return SeatKind.REMOTE if self is PoolName.REMOTE else SeatKind.IN_PERSON


class Waiting(NamedTuple):
    """One entry of a queue."""

    id: str
    party: int
    accept_fewer: bool
    skipped: int
    first_skipped_at: dt.datetime | None


class Choice(NamedTuple):
    """Who is next, on how many seats, and whom that overtakes."""

    id: str
    party: int
    overtaken: tuple[str, ...]


def refusal(
    *,
    state: SessionState,
    opens_at: dt.datetime | None,
    closes_at: dt.datetime,
    ends_at: dt.datetime,
    at_door: bool,
    pool_is_open: bool,
    may_come: bool,
    fits: bool,
    same_price: bool,
    now: dt.datetime,
) -> RsvpReason | None:
    """Why a wish is not possible now, seats apart. For those at the door, registration is open until the session ends."""
    not_yet = opens_at is not None and now < opens_at and not at_door
    reasons = (
        (state == SessionState.CANCELLED, RsvpReason.SESSION_CANCELLED),
        (state == SessionState.POSTPONED or not_yet, RsvpReason.NOT_OPEN),
        (now >= (ends_at if at_door else min(closes_at, ends_at)), RsvpReason.CLOSED),
        (not pool_is_open, RsvpReason.CLOSED),  # it was taken away
        (not may_come, RsvpReason.NOT_ELIGIBLE),
        (not fits, RsvpReason.PARTY_TOO_LARGE),
        (not same_price, RsvpReason.PRICE_CHANGED),
    )
    return next((reason for holds, reason in reasons if holds), None)


def queue_time(
    *, intent_at: dt.datetime, received_at: dt.datetime, in_outage: bool, queued_until: dt.datetime | None
) -> dt.datetime:
    """When somebody joined the queue: on receipt, or when it was pressed inside an outage that the hub itself has recorded.

    Of those who come in the same moment, whoever is received later stands behind all who are in line by then.
    """
    if in_outage:
        return min(intent_at, received_at)
    return received_at if queued_until is None else max(received_at, queued_until + AN_INSTANT)


def is_late(*, closes_at: dt.datetime, starts_at: dt.datetime, confirmed_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether cancelling costs the price: after registration has closed. A seat got later than that is free until the start."""
    if confirmed_at is None:
        return False
    return now >= (closes_at if confirmed_at < closes_at else starts_at)


def choose(waiting: Sequence[Waiting], *, free: int | None, capacity: int | None, now: dt.datetime) -> Choice | None:
    """The first in the queue whom the free seats fit (None is no limit).

    Who is behind a larger party may be served first, but at most three times or for a day: then the seats are kept for it.
    A party larger than there are seats at all keeps nobody waiting.
    """
    overtaken: list[str] = []
    for one in waiting:
        if free is None or one.party <= free:
            return Choice(one.id, one.party, tuple(overtaken))
        if one.accept_fewer and free > 0:
            return Choice(one.id, free, tuple(overtaken))
        if capacity is not None and one.party > capacity:
            continue
        if one.skipped >= SKIPS_MOST or (one.first_skipped_at is not None and now - one.first_skipped_at >= SKIPPED_LONGEST):
            return None
        overtaken.append(one.id)
    return None


def offer_expires(*, now: dt.datetime, starts_at: dt.datetime, zone: str) -> dt.datetime:
    """Until when an offered seat is kept: an eighth of the time to the start, between 2 and 24 hours.

    The clock stands still from 22 to 8 in the member's zone while the start is more than a day away. In the last three hours
    an offer stands until the start.
    """
    ahead = starts_at - now
    if ahead <= LAST_CALL:
        return starts_at
    length = min(max(ahead / 8, OFFER_LEAST), OFFER_MOST)
    return min(waking_hours.after(now, length, zone, nights_count_from=starts_at - NIGHTS_COUNT_BEFORE), starts_at)


def offer_is_over(expires_at: dt.datetime | None, *, starts_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether an offer has ended: at its very instant, and at the start at the latest."""
    return expires_at is None or now >= min(expires_at, starts_at)
