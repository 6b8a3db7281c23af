"""Every state word and closed vocabulary of the wire, once: code, database, feed and pages use these (DESIGN §2, §6)."""

from enum import StrEnum


class SpaceState(StrEnum):
    """A space's standing in the network."""

    INVITED = "invited"
    APPLIED = "applied"
    PROBATION = "probation"
    ACTIVE = "active"
    SUSPENDED = "suspended"


class TwinningState(StrEnum):
    """An agreement of two spaces; one version at a time is active."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class BookingState(StrEnum):
    """One stay, from the request to the settled visit (DESIGN §8)."""

    REQUESTED = "requested"
    HELD = "held"
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    COMPLETED = "completed"
    REFUSED = "refused"
    CANCELLED_BY_GUEST = "cancelled_by_guest"
    CANCELLED_BY_HOST = "cancelled_by_host"
    NO_SHOW = "no_show"


FINAL_BOOKING_STATES = frozenset(
    {
        BookingState.COMPLETED,
        BookingState.REFUSED,
        BookingState.CANCELLED_BY_GUEST,
        BookingState.CANCELLED_BY_HOST,
        BookingState.NO_SHOW,
    }
)


class TransferState(StrEnum):
    """A movement of credits: reserved, then resolved exactly once."""

    PENDING = "pending"
    POSTED = "posted"
    VOIDED = "voided"
    EXPIRED = "expired"


class Part(StrEnum):
    """Which part of the host's local day is booked; a day takes both halves."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    DAY = "day"


class Half(StrEnum):
    """The unit in which seats are counted."""

    MORNING = "morning"
    AFTERNOON = "afternoon"


HALVES: dict[Part, tuple[Half, ...]] = {
    Part.MORNING: (Half.MORNING,),
    Part.AFTERNOON: (Half.AFTERNOON,),
    Part.DAY: (Half.MORNING, Half.AFTERNOON),
}


class Origin(StrEnum):
    """How a stay began: asked for from home, or at the host's door."""

    BOOKING = "booking"
    WALK_IN = "walk_in"


class Payer(StrEnum):
    """Who carries a walk-in (DESIGN §7)."""

    LOTS = "lots"
    HOSPITALITY = "hospitality"
    HOST = "host"
    UNDECIDED = "undecided"


class LotKind(StrEnum):
    """Where a lot of credits came from."""

    PLAN = "plan"
    PURCHASED = "purchased"
    EARNED = "earned"


class NoReason(StrEnum):
    """Why the hub said no. A domain "no" is data, not a problem (DESIGN §3)."""

    NO_DESK = "no-desk"
    NO_CREDIT = "no-credit"
    DAY_PAST = "day-past"
    DAY_TOO_FAR = "day-too-far"
    SPACE_CLOSED = "space-closed"
    NOT_TWINNED = "not-twinned"
    TERMS_CHANGED = "terms-changed"
    LIMIT_REACHED = "limit-reached"
    DAYS_SPENT = "days-spent"
    ALREADY_BOOKED = "already-booked"
    HOST_NOT_ACTIVE = "host-not-active"
    TOGETHER = "together"
    HUB_RECOVERING = "hub-recovering"


class PassportAnswer(StrEnum):
    """What the hub answers about a passport when a host asks in real time."""

    ALLOWED = "allowed"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """What the front desk sees (DESIGN §7)."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class DoorReason(StrEnum):
    """Why the verdict is what it is; the page has a sentence and a next step for each."""

    EXPECTED_TODAY = "expected-today"
    GOOD_PASSPORT = "good-passport"
    CHECK_IDENTITY = "check-identity"
    LIST_AGEING = "list-ageing"
    NOT_TODAY = "not-today"
    ALREADY_HERE = "already-here"
    CANCELLED = "cancelled"
    MALFORMED = "malformed"
    UNKNOWN_ISSUER = "unknown-issuer"
    BAD_SIGNATURE = "bad-signature"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    WRONG_HOST = "wrong-host"
    NOT_TWINNED = "not-twinned"
    LISTS_TOO_OLD = "lists-too-old"
    OWN_MEMBER = "own-member"
