"""What the desk is told about a scanned passport, and what follows from a visit's state: pure (DESIGN §7, §8)."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from shared.clock import day_range
from shared.protocol.states import BookingState, DoorReason, Verdict

NAMES_KEPT = dt.timedelta(days=30)
HUB_SILENT_AFTER = dt.timedelta(seconds=60)
# A visit pass ends a day after its day is over; this far off, it is that of another day, also where the clocks change.
PASS_ENDS_AFTER = dt.timedelta(days=1)
PASS_TOLERANCE = dt.timedelta(hours=12)

HERE = frozenset({BookingState.CHECKED_IN, BookingState.COMPLETED})
CANCELLED = frozenset({BookingState.CANCELLED_BY_GUEST, BookingState.CANCELLED_BY_HOST})


class Offer(StrEnum):
    """What the desk can do next about a scanned passport."""

    CHECK_IN = "check-in"
    WALK_IN = "walk-in"
    NOTHING = "nothing"


@dataclass(frozen=True)
class ScanFacts:
    """The door's verdict on the passport, and how it fits what is known of today. `state` is the matching visit's, if any."""

    verdict: Verdict
    reason: DoorReason
    state: BookingState | None = None
    is_visit_pass: bool = False
    is_today: bool = True
    is_of_home: bool = True
    by_name: bool = False
    is_being_cancelled: bool = False


def judge(facts: ScanFacts) -> tuple[Verdict, DoorReason, Offer]:
    """What the desk sees, why, and what it can do."""
    ended = _without_offer(facts)
    if ended is not None:
        return *ended, Offer.NOTHING
    if facts.is_visit_pass:
        return _of_visit_pass(facts)
    if facts.by_name:
        return Verdict.AMBER, DoorReason.CHECK_IDENTITY, Offer.CHECK_IN
    return facts.verdict, facts.reason, Offer.WALK_IN


def _without_offer(facts: ScanFacts) -> tuple[Verdict, DoorReason] | None:
    if facts.verdict is Verdict.RED or facts.reason is DoorReason.OWN_MEMBER:
        return facts.verdict, facts.reason
    if not facts.is_of_home:
        # Signed by a space that has no part in that booking.
        return Verdict.RED, DoorReason.BAD_SIGNATURE
    if facts.state in HERE:
        return Verdict.AMBER, DoorReason.ALREADY_HERE
    if facts.state in CANCELLED or facts.is_being_cancelled:
        return Verdict.RED, DoorReason.CANCELLED
    return None


def _of_visit_pass(facts: ScanFacts) -> tuple[Verdict, DoorReason, Offer]:
    if not facts.is_today or facts.state not in (None, BookingState.CONFIRMED):
        return Verdict.AMBER, DoorReason.NOT_TODAY, Offer.NOTHING
    if facts.state is None:
        # Its home has signed that it is booked, and the hub's news of it is still on the way.
        return Verdict.AMBER, DoorReason.EXPECTED_TODAY, Offer.CHECK_IN
    return facts.verdict, facts.reason, Offer.CHECK_IN


def pass_is_for(on: dt.date, zone: str, expires_at: dt.datetime) -> bool:
    """Whether a visit pass is for this local day of ours, as its end tells."""
    return abs(expires_at - (day_range(on, zone)[1] + PASS_ENDS_AFTER)) < PASS_TOLERANCE


def shown_state(state: BookingState, *, arrived: bool) -> BookingState:
    """The state as the desk sees it: who was checked in here is here, whatever the hub has heard of it."""
    return BookingState.CHECKED_IN if arrived and state == BookingState.CONFIRMED else BookingState(state)


def same_name(first: str, second: str) -> bool:
    """Whether two display names may be the same person's; an empty one says nothing."""
    return bool(first.strip()) and " ".join(first.casefold().split()) == " ".join(second.casefold().split())


def is_offline(last_ok_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether the hub has been silent for longer than a minute."""
    return last_ok_at is None or now - last_ok_at > HUB_SILENT_AFTER


def may_cancel(*, state: BookingState, closes_at: dt.datetime | None, asked: bool, now: dt.datetime) -> bool:
    """Whether the host can still cancel a visit."""
    return state == BookingState.CONFIRMED and not asked and (closes_at is None or now < closes_at)


def keeps_name(*, on: dt.date, today: dt.date) -> bool:
    """Whether a guest's name may still be kept, or learnt, for a visit of that day."""
    return today <= on + NAMES_KEPT
