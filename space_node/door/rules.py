"""What the desk of a session sees and can do: pure (DESIGN §9)."""

import datetime as dt
from enum import StrEnum

from shared.protocol.states import DoorReason, Reach, RsvpReason, RsvpState, SessionState, Verdict

HUB_SILENT_AFTER = dt.timedelta(seconds=60)
OPENS_BEFORE = dt.timedelta(days=1)
CLOSES_AFTER = dt.timedelta(days=3)


class Next(StrEnum):
    """What the desk can do next about a scanned passport."""

    CHECK_IN = "check-in"
    WALK_IN = "walk-in"
    NOTHING = "nothing"


def door_is_open(*, state: str, starts_at: dt.datetime, ends_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether people are checked in: from a day before until three days after, for what is remembered later."""
    return state == SessionState.SCHEDULED and starts_at - OPENS_BEFORE <= now <= ends_at + CLOSES_AFTER


def is_offline(last_ok_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether the hub has been silent for longer than a minute."""
    return last_ok_at is None or now - last_ok_at > HUB_SILENT_AFTER


def judge(verdict: Verdict, reason: DoorReason, *, expected: bool, here: bool, reach: str) -> tuple[Verdict, DoorReason, Next]:
    """What the desk sees of a passport, given whether somebody of its name and home is expected, or here already.

    To what is open to the whole network people come from spaces without a twinning with this one.
    """
    if verdict is Verdict.RED and not (reason is DoorReason.NOT_TWINNED and reach in (Reach.NETWORK, Reach.PUBLIC)):
        return verdict, reason, Next.NOTHING
    if expected:
        return Verdict.AMBER, DoorReason.CHECK_IDENTITY, Next.CHECK_IN
    if here:
        return Verdict.AMBER, DoorReason.ALREADY_HERE, Next.WALK_IN
    # However good the passport, there is no seat yet.
    return Verdict.AMBER, reason, Next.WALK_IN


def same_name(first: str, second: str) -> bool:
    """Whether two display names may be the same person's; an empty one says nothing."""
    return bool(first.strip()) and " ".join(first.casefold().split()) == " ".join(second.casefold().split())


def takes_a_door_seat(*, state: str, reason: str | None, tried: bool) -> bool:
    """Whether somebody who stands at the door is given one of the seats kept for it: the hub had none, or does not answer."""
    return not tried and (state == RsvpState.ASKED or (state == RsvpState.REFUSED and reason == RsvpReason.FULL))
