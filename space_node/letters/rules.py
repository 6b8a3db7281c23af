"""Which change of a place is worth a letter: pure. What a place was when its member was last told is set against what it is.

And when a host writes to a guest itself: their home has been told by the hub, and has not read it.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from shared.protocol.states import RsvpReason, RsvpState, SeatKind


class Subject(StrEnum):
    """What a letter is about."""

    CONFIRMED = "confirmed"
    LET_IN = "let-in"
    MOVED_UP = "moved-up"
    SWITCHED = "switched"
    WAITLISTED = "waitlisted"
    LET_WAIT = "let-wait"
    OFFERED = "offered"
    OFFER_EXPIRED = "offer-expired"
    REFUSED = "refused"
    GIVEN_BACK = "given-back"
    CANCELLED_BY_HOST = "cancelled-by-host"
    SESSION_CANCELLED = "session-cancelled"
    MOVED = "moved"
    POSTPONED = "postponed"
    CHANGED = "changed"
    LINK = "link"


# Whoever does not know of it stands before a closed door, or loses what was kept for them.
NEVER_LEFT_OUT = frozenset(
    {
        *(Subject.CANCELLED_BY_HOST, Subject.SESSION_CANCELLED, Subject.MOVED, Subject.POSTPONED, Subject.CHANGED),
        Subject.OFFERED,
    }
)
# These are of use until the session has ended, or is called off.
AHEAD = frozenset(
    {
        *(Subject.CONFIRMED, Subject.LET_IN, Subject.MOVED_UP, Subject.SWITCHED, Subject.WAITLISTED, Subject.LET_WAIT),
        *(Subject.OFFERED, Subject.MOVED, Subject.POSTPONED, Subject.CHANGED, Subject.LINK),
    }
)
# Of these a host tells a guest itself whose home is silent; whoever answers an offer needs their home for that.
URGENT = NEVER_LEFT_OUT - {Subject.OFFERED}
# Somebody who comes within a day should know at once; else a node that is being restarted, or brought up to date, has time.
SOON = dt.timedelta(days=1)
PATIENCE_SOON, PATIENCE = dt.timedelta(minutes=2), dt.timedelta(minutes=30)
# A node asks for news every half minute at the latest, and says how far it has read every other.
SILENT_SECONDS = 300
_WAITS = frozenset({RsvpState.PENDING, RsvpState.WAITLISTED, RsvpState.OFFERED})
_FROM: Mapping[tuple[RsvpState, RsvpState], Subject] = {
    (RsvpState.PENDING, RsvpState.CONFIRMED): Subject.LET_IN,
    (RsvpState.WAITLISTED, RsvpState.CONFIRMED): Subject.MOVED_UP,
    (RsvpState.PENDING, RsvpState.WAITLISTED): Subject.LET_WAIT,
}
_TO: Mapping[RsvpState, Subject] = {
    RsvpState.CONFIRMED: Subject.CONFIRMED,
    RsvpState.WAITLISTED: Subject.WAITLISTED,
    RsvpState.OFFERED: Subject.OFFERED,
    RsvpState.OFFER_EXPIRED: Subject.OFFER_EXPIRED,
    RsvpState.REFUSED: Subject.REFUSED,
    RsvpState.CANCELLED_BY_MEMBER: Subject.GIVEN_BACK,
    RsvpState.CANCELLED_BY_HOST: Subject.CANCELLED_BY_HOST,
    RsvpState.SESSION_CANCELLED: Subject.SESSION_CANCELLED,
}


@dataclass(frozen=True, kw_only=True)
class Stand:
    """How a place stands, as far as a letter tells of it. `sequence` grows with the session's time, place and state."""

    state: RsvpState
    kind: SeatKind
    sequence: int
    starts_at: dt.datetime | None
    is_postponed: bool
    link_sha256: str | None = None


def subject(told: Stand | None, stands: Stand, *, reason: str | None = None, is_over: bool = False) -> Subject | None:
    """What there is to tell of a place since its member was last told; None where that is nothing, or comes too late."""
    before = told.state if told else RsvpState.ASKED
    if before != stands.state:
        found = _of_state(told, stands, before, reason=reason)
    else:
        found = _of_session(told, stands) if told else None
    return None if is_over and found in AHEAD else found


def _of_state(told: Stand | None, stands: Stand, before: RsvpState, *, reason: str | None) -> Subject | None:
    """The hub has said something new. What members do themselves is told where something is to be struck from a calendar."""
    done_by_member = stands.state == RsvpState.REFUSED and reason == RsvpReason.WITHDRAWN
    only_waited = stands.state == RsvpState.CANCELLED_BY_MEMBER and before != RsvpState.CONFIRMED
    # Who was marked as come, or as absent, by mistake has their seat as before.
    was_marked = before in (RsvpState.ATTENDED, RsvpState.NO_SHOW)
    if done_by_member or only_waited or was_marked:
        return None
    if stands.state == RsvpState.CONFIRMED and told and told.kind != stands.kind:
        return Subject.SWITCHED
    return _FROM.get((before, stands.state)) or _TO.get(stands.state)


def _of_session(told: Stand, stands: Stand) -> Subject | None:
    """The place is as it was; its session, or the way of taking part, may not be."""
    has_seat = stands.state == RsvpState.CONFIRMED
    if not has_seat and stands.state not in _WAITS:
        return None
    if has_seat and stands.kind != told.kind:
        return Subject.SWITCHED
    if stands.sequence > told.sequence:
        return _of_change(told, stands)
    is_new_link = stands.link_sha256 is not None and stands.link_sha256 != told.link_sha256
    return Subject.LINK if is_new_link and stands.kind == SeatKind.REMOTE else None


def _of_change(told: Stand, stands: Stand) -> Subject:
    if stands.is_postponed and not told.is_postponed:
        return Subject.POSTPONED
    is_moved = stands.starts_at != told.starts_at or (told.is_postponed and not stands.is_postponed)
    return Subject.MOVED if is_moved else Subject.CHANGED


def urgent(told: Stand, stands: Stand) -> Subject | None:
    """What a guest must hear of, by whomever; what has become of the place besides does not hide that its session moved."""
    same_place = replace(told, state=stands.state, kind=stands.kind)
    found = (subject(before, stands) for before in (told, same_place))
    return next((one for one in found if one in URGENT), None)


def is_due(*, open_since: dt.datetime, starts_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether a home has had its time to read what the hub had told us by then. Both instants are of our own clock."""
    return now - open_since >= (PATIENCE_SOON if starts_at - now <= SOON else PATIENCE)


def is_silent(quiet_seconds: int | None) -> bool:
    """Whether a home that has not read the news is out, rather than behind; the hub may never have heard of it."""
    return quiet_seconds is None or quiet_seconds >= SILENT_SECONDS
