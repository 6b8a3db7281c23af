"""What the front desk sees, and how long passports live: pure (DESIGN §7).

The door's decision is a table, read from the top: what is wrong with the passport itself comes before what is old here. The
age of a list is nobody's fault at the door, so a guest who is booked for today is never red for it.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from shared.clock import day_range
from shared.keys.errors import PassportFault
from shared.keys.status_list import Status
from shared.protocol.states import DoorReason, Verdict

LONGEST_LIFE = dt.timedelta(days=31)
PRINTED_LIFE = dt.timedelta(days=30)
# Signed so late that it lives no longer than its key is listed, whatever day the desk is booked for.
SIGNED_AHEAD = dt.timedelta(days=30)
AFTER_THE_DAY = dt.timedelta(days=1)
RENEWED_BEFORE = dt.timedelta(days=2)
FRESH_FOR = dt.timedelta(days=1)
LIVE_REFS_MAX = 2

KEY_LIST_MAX_AGE = dt.timedelta(days=7)
STATUS_LIST_FRESH = dt.timedelta(hours=24)
STATUS_LIST_MAX_AGE = dt.timedelta(hours=72)
CLOCK_PUT_BACK = dt.timedelta(hours=1)

FAULTS = {
    PassportFault.MALFORMED: DoorReason.MALFORMED,
    PassportFault.UNKNOWN_ISSUER: DoorReason.UNKNOWN_ISSUER,
    PassportFault.BAD_SIGNATURE: DoorReason.BAD_SIGNATURE,
    PassportFault.KEY_REVOKED: DoorReason.REVOKED,
    PassportFault.WRONG_AUDIENCE: DoorReason.WRONG_HOST,
    PassportFault.NOT_YET: DoorReason.NOT_TODAY,
    PassportFault.EXPIRED: DoorReason.EXPIRED,
}
Decision = tuple[Verdict, DoorReason]


class PassportKind(StrEnum):
    """What a passport is for: the phone, paper, or one visit."""

    PHONE = "phone"
    PAPER = "paper"
    VISIT = "visit"


class Age(StrEnum):
    """How old a list is, as far as a door minds."""

    FRESH = "fresh"
    AGEING = "ageing"
    TOO_OLD = "too old"


@dataclass(frozen=True)
class DoorFacts:
    """All that the decision rests on. Without a list its age is None; `status` None is a place that no list has."""

    fault: PassportFault | None = None
    own_member: bool = False
    life: dt.timedelta = dt.timedelta(days=7)
    key_list_age: dt.timedelta | None = None
    status_list_age: dt.timedelta | None = None
    status: int | None = Status.VALID
    twinned: bool = False
    expected: bool = False


def decide(facts: DoorFacts) -> Decision:
    """What the desk sees, and why."""
    if facts.fault is not None:
        return Verdict.RED, _fault(facts)
    if facts.life > LONGEST_LIFE or facts.status is None:
        return Verdict.RED, DoorReason.MALFORMED
    if facts.status != Status.VALID:
        return Verdict.RED, DoorReason.SUSPENDED if facts.status == Status.SUSPENDED else DoorReason.REVOKED
    if facts.own_member:
        return Verdict.GREEN, DoorReason.OWN_MEMBER
    if not facts.twinned:
        # What was confirmed is honoured, also when the twinning has ended meanwhile.
        return Verdict.AMBER if facts.expected else Verdict.RED, DoorReason.NOT_TWINNED
    return _by_age(lists_age(facts), expected=facts.expected)


def _by_age(age: Age, *, expected: bool) -> Decision:
    if age is Age.FRESH:
        return Verdict.GREEN, DoorReason.EXPECTED_TODAY if expected else DoorReason.GOOD_PASSPORT
    if age is Age.TOO_OLD and not expected:
        return Verdict.RED, DoorReason.LISTS_TOO_OLD
    return Verdict.AMBER, DoorReason.LIST_AGEING


def lists_age(facts: DoorFacts) -> Age:
    """The age of the older of the two lists, by what each may be."""
    ages = (
        age_of(facts.key_list_age, fresh=KEY_LIST_MAX_AGE, longest=KEY_LIST_MAX_AGE),
        age_of(facts.status_list_age, fresh=STATUS_LIST_FRESH, longest=STATUS_LIST_MAX_AGE),
    )
    return max(ages, key=list(Age).index)


def age_of(age: dt.timedelta | None, *, fresh: dt.timedelta, longest: dt.timedelta) -> Age:
    """What an age means; one in the future is from before this machine's clock was put back, so it proves nothing."""
    if age is None or age >= longest:
        return Age.TOO_OLD
    return Age.FRESH if -CLOCK_PUT_BACK <= age < fresh else Age.AGEING


def _fault(facts: DoorFacts) -> DoorReason:
    assert facts.fault is not None
    key_list = age_of(facts.key_list_age, fresh=KEY_LIST_MAX_AGE, longest=KEY_LIST_MAX_AGE)
    if facts.fault is PassportFault.UNKNOWN_ISSUER and key_list is Age.TOO_OLD:
        # The issuer may be in the list that was not fetched.
        return DoorReason.LISTS_TOO_OLD
    return FAULTS[facts.fault]


def visit_pass_ends_at(on: dt.date, zone: str) -> dt.datetime:
    """When a visit pass expires: a day after the host's local day is over, so that late questions can still be settled."""
    return day_range(on, zone)[1] + AFTER_THE_DAY


@dataclass(frozen=True)
class Held:
    """A general passport that is still good: the key of its row, what it is for, from when to when."""

    cti: str
    kind: PassportKind
    issued_at: dt.datetime
    expires_at: dt.datetime


def to_withdraw(live: Iterable[Held]) -> list[str]:
    """Which passports go so that one more makes no more than two: those on the phone first, the oldest first."""
    order = sorted(live, key=lambda held: (held.kind is not PassportKind.PHONE, held.issued_at, held.cti))
    return [held.cti for held in order[: max(0, len(order) + 1 - LIVE_REFS_MAX)]]


def is_fresh(held: Held, now: dt.datetime) -> bool:
    """Whether somebody who asks for a passport again gets the same one: a page sent twice makes no second passport."""
    return held.issued_at > now - FRESH_FOR


def to_renew(latest: Held, *, live_count: int, now: dt.datetime) -> bool:
    """Whether a passport on a phone is renewed before it ends; one that ended may be, until its owner has been away a week."""
    ends_soon = latest.expires_at - RENEWED_BEFORE <= now < latest.expires_at + dt.timedelta(days=7)
    return latest.kind is PassportKind.PHONE and ends_soon and live_count < LIVE_REFS_MAX
