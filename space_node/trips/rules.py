"""What a member is told before booking and before cancelling: pure, and the same sums as the hub's (DESIGN §8)."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.protocol.states import HALVES, BookingState, Part
from shared.protocol.terms import CancellationStep, cancellation_credits

DAYS_AHEAD_MAX = 62
# What still takes a desk there, asked for or reserved.
OPEN_STATES = frozenset({BookingState.REQUESTED, BookingState.HELD, BookingState.CONFIRMED, BookingState.CHECKED_IN})
AWAY_STATES = frozenset({BookingState.CONFIRMED, BookingState.CHECKED_IN, BookingState.COMPLETED})


class Hindrance(StrEnum):
    """Why a desk cannot be booked now, as far as this node knows; the hub's answer is the truth."""

    HOME_NOT_ACTIVE = "home-not-active"
    HOST_NOT_ACTIVE = "host-not-active"
    PAST = "past"
    NOT_IN_FORCE = "not-in-force"
    TOO_FAR = "too-far"
    CLOSED = "closed"
    ALREADY_BOOKED = "already-booked"
    FULL = "full"
    NO_DAYS_LEFT = "no-days-left"
    NOT_ENOUGH_CREDITS = "not-enough-credits"


@dataclass(frozen=True)
class Facts:
    """What is known about one twin, day and part for one member. `today` is the twin's own date."""

    home_is_live: bool
    host_is_live: bool
    in_force: bool
    on: dt.date
    today: dt.date
    open: bool
    free: int
    closes_at: dt.datetime | None
    is_booked: bool
    days_left: int
    price_credits: int
    available_credits: int
    now: dt.datetime


@dataclass(frozen=True)
class Counted:
    """As much of a trip as counts for the days of a month."""

    state: BookingState
    charged_credits: int | None


def hindrance(facts: Facts) -> Hindrance | None:
    """The first thing that stands in the way, or None: first what the member cannot mend."""
    checks = (
        (not facts.home_is_live, Hindrance.HOME_NOT_ACTIVE),
        (not facts.host_is_live, Hindrance.HOST_NOT_ACTIVE),
        (facts.on < facts.today or _is_over(facts.closes_at, facts.now), Hindrance.PAST),
        (not facts.in_force, Hindrance.NOT_IN_FORCE),
        (facts.on > facts.today + dt.timedelta(days=DAYS_AHEAD_MAX), Hindrance.TOO_FAR),
        (not facts.open, Hindrance.CLOSED),
        (facts.is_booked, Hindrance.ALREADY_BOOKED),
        (facts.free < 1, Hindrance.FULL),
        (facts.days_left < 1, Hindrance.NO_DAYS_LEFT),
        (facts.available_credits < facts.price_credits, Hindrance.NOT_ENOUGH_CREDITS),
    )
    return next((reason for stands, reason in checks if stands), None)


def days_left(*, most: int, trips: Iterable[Counted]) -> int:
    """How many of a member's days at one twin are left in a month."""
    return max(0, most - sum(_takes_a_day(trip) for trip in trips))


def in_the_way(state: BookingState, held: Part, wanted: Part) -> bool:
    """Whether a trip of the same day takes a half that is wanted."""
    return state in OPEN_STATES and not set(HALVES[held]).isdisjoint(HALVES[wanted])


def cost_of_cancelling(*, price: int, steps: Sequence[Mapping[str, int]], opens_at: dt.datetime | None, now: dt.datetime) -> int:
    """What cancelling now would cost, as the hub will reckon it."""
    if opens_at is None or not steps:
        return 0
    frozen = [CancellationStep(**step) for step in steps]
    return cancellation_credits(price=price, steps=frozen, opens_at=opens_at, now=now)


def may_cancel(*, state: BookingState, closes_at: dt.datetime | None, asked: bool, now: dt.datetime) -> bool:
    """Whether a trip can be cancelled by its member."""
    return state == BookingState.CONFIRMED and not asked and not _is_over(closes_at, now)


def _is_over(closes_at: dt.datetime | None, now: dt.datetime) -> bool:
    return closes_at is not None and closes_at <= now


def _takes_a_day(trip: Counted) -> bool:
    """A late cancellation that costs something has used its day, as the hub counts."""
    if trip.state == BookingState.CANCELLED_BY_GUEST:
        return bool(trip.charged_credits)
    return trip.state not in (BookingState.REFUSED, BookingState.CANCELLED_BY_HOST)
