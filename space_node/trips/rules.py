"""What a member is told before booking and before cancelling: pure, and the same sums as the hub's (DESIGN §8)."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.protocol.states import BookingState
from shared.protocol.terms import CancellationStep, cancellation_credits

COUNTED_STATES = frozenset(
    {
        BookingState.REQUESTED,
        BookingState.CONFIRMED,
        BookingState.CHECKED_IN,
        BookingState.COMPLETED,
        BookingState.NO_SHOW,
    }
)


class Hindrance(StrEnum):
    """Why a desk cannot be booked now, as far as this node knows; the hub's answer is the truth."""

    CLOSED = "closed"
    FULL = "full"
    PAST = "past"
    NO_DAYS_LEFT = "no-days-left"
    NOT_ENOUGH_CREDITS = "not-enough-credits"
    NOT_IN_FORCE = "not-in-force"
    HOST_NOT_ACTIVE = "host-not-active"


@dataclass(frozen=True)
class Facts:
    """What is known about one twin, day and part for one member."""

    is_live: bool
    in_force: bool
    open: bool
    free: int
    closes_at: dt.datetime | None
    days_left: int
    price_credits: int
    available_credits: int
    now: dt.datetime


def hindrance(facts: Facts) -> Hindrance | None:
    """The first thing that stands in the way, or None."""
    checks = (
        (not facts.is_live, Hindrance.HOST_NOT_ACTIVE),
        (not facts.in_force, Hindrance.NOT_IN_FORCE),
        (facts.closes_at is not None and facts.closes_at <= facts.now, Hindrance.PAST),
        (not facts.open, Hindrance.CLOSED),
        (facts.free < 1, Hindrance.FULL),
        (facts.days_left < 1, Hindrance.NO_DAYS_LEFT),
        (facts.available_credits < facts.price_credits, Hindrance.NOT_ENOUGH_CREDITS),
    )
    return next((reason for stands, reason in checks if stands), None)


def days_left(*, most: int, states: Iterable[BookingState]) -> int:
    """How many of a member's days at one twin are left in a month."""
    return max(0, most - sum(state in COUNTED_STATES for state in states))


def cost_of_cancelling(
    *, price: int, steps: Sequence[Mapping[str, int]], opens_at: dt.datetime | None, now: dt.datetime
) -> int:
    """What cancelling now would cost, as the hub will reckon it."""
    if opens_at is None or not steps:
        return 0
    frozen = [CancellationStep(**step) for step in steps]
    return cancellation_credits(price=price, steps=frozen, opens_at=opens_at, now=now)


def may_cancel(*, state: BookingState, closes_at: dt.datetime | None, asked: bool, now: dt.datetime) -> bool:
    """Whether a trip can be cancelled by its member."""
    return state == BookingState.CONFIRMED and not asked and (closes_at is None or now < closes_at)
