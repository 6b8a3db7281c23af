"""Every state word and closed vocabulary of the wire, once: code, database, feed and pages use these (DESIGN §2, §6).

Those about people are in `people_states`.
"""

from enum import StrEnum


class SpaceState(StrEnum):
    """A space's standing in the network."""

    INVITED = "invited"
    APPLIED = "applied"
    PROBATION = "probation"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    LEAVING = "leaving"
    LEFT = "left"


# From here no space comes back: what one of these may not do now, it never may again.
TAKING_LEAVE = (SpaceState.LEAVING, SpaceState.LEFT)


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


class EventState(StrEnum):
    """An event as others see it; a draft never leaves its node (DESIGN §9)."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class Reach(StrEnum):
    """Who may see an event and take part."""

    SPACE = "space"
    TWINS = "twins"
    NETWORK = "network"
    PUBLIC = "public"


class AttendeeList(StrEnum):
    """Whether those who come may see each other; only who shares sees who shares."""

    HIDDEN = "hidden"
    RECIPROCAL = "reciprocal"


class CohostState(StrEnum):
    """What became of an invitation to hold an event together."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"


class SessionState(StrEnum):
    """One space's edition of an event. A postponed one has no new time yet."""

    SCHEDULED = "scheduled"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class SessionMode(StrEnum):
    """How one takes part."""

    IN_PERSON = "in_person"
    REMOTE = "remote"
    HYBRID = "hybrid"


class SeatKind(StrEnum):
    """What a seat pool counts."""

    IN_PERSON = "in_person"
    REMOTE = "remote"


SEAT_KINDS: dict[SessionMode, tuple[SeatKind, ...]] = {
    SessionMode.IN_PERSON: (SeatKind.IN_PERSON,),
    SessionMode.REMOTE: (SeatKind.REMOTE,),
    SessionMode.HYBRID: (SeatKind.IN_PERSON, SeatKind.REMOTE),
}


class RsvpState(StrEnum):
    """One wish to take part, from "asked" to the day itself. Only the hub says more than "asked"."""

    ASKED = "asked"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    REFUSED = "refused"
    DECLINED = "declined"
    OFFER_EXPIRED = "offer_expired"
    CANCELLED_BY_MEMBER = "cancelled_by_member"
    CANCELLED_BY_HOST = "cancelled_by_host"
    SESSION_CANCELLED = "session_cancelled"
    ATTENDED = "attended"
    NO_SHOW = "no_show"


# What still counts as the one RSVP that a person may have for a session.
ACTIVE_RSVP_STATES = frozenset(
    {RsvpState.ASKED, RsvpState.PENDING, RsvpState.CONFIRMED, RsvpState.WAITLISTED, RsvpState.OFFERED, RsvpState.ATTENDED}
)


class RsvpOrigin(StrEnum):
    """Through which door an RSVP came: from the person's own node, or at the session's door."""

    HOME = "home"
    DOOR = "door"


class RsvpReason(StrEnum):
    """Why an RSVP was refused. A domain "no" is data, not a problem (DESIGN §3)."""

    FULL = "full"
    CLOSED = "closed"
    NOT_OPEN = "not-open"
    NOT_ELIGIBLE = "not-eligible"
    PARTY_TOO_LARGE = "party-too-large"
    DUPLICATE = "duplicate"
    SESSION_CANCELLED = "session-cancelled"
    PRICE_CHANGED = "price-changed"
    NO_CREDIT = "no-credit"
    LIMIT_REACHED = "limit-reached"
    WITHDRAWN = "withdrawn"
    NOT_APPROVED = "not-approved"
    HUB_RECOVERING = "hub-recovering"
