"""What holds for sessions before they leave the node: times, seats, places; and how a row stands with the hub. Pure."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from shared.errors import FieldFault
from shared.marking import N_
from shared.protocol.states import SEAT_KINDS, AttendeeList, CohostState, Reach, SeatKind, SessionMode, SessionState
from shared.wall_time import instant_of, readings, wall_of
from space_node.events.errors import PlanInvalid, WallTimeTwice

# What a space may still answer, by what it has answered so far.
ANSWERS: Mapping[CohostState, tuple[CohostState, ...]] = {
    CohostState.INVITED: (CohostState.ACCEPTED, CohostState.DECLINED),
    CohostState.ACCEPTED: (CohostState.WITHDRAWN,),
}


class Standing(StrEnum):
    """How something of ours stands with the hub."""

    DRAFT = "draft"
    WAITING = "waiting"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class EventText:
    """What the lead says of an event."""

    title: str
    language: str
    reach: Reach
    summary: str = ""
    description: str = ""
    topics: tuple[str, ...] = ()
    attendee_list: AttendeeList = AttendeeList.HIDDEN
    format: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class SessionPlan:
    """One session as its host wants it. A relay needs no wall time: it has that of its source, in its own zone.

    Sign-up closes at the start unless `closes_local`, a wall time in the session's zone, says otherwise.
    """

    zone: str
    duration_minutes: int
    mode: SessionMode
    language: str
    starts_local: str | None = None
    fold: int | None = None
    relay_of: str | None = None
    venue: Mapping[str, str] | None = None
    seats_in_person: int | None = None
    seats_remote: int | None = None
    door_seats: int = 0
    waiting_list: bool = True
    approval: bool = False
    party_max: int = 1
    price_credits: int = 0
    opens_local: str | None = None
    closes_local: str | None = None
    note: str = ""
    join_url: str = field(default="", repr=False)


@dataclass(frozen=True)
class Times:
    """A session's wall time and what follows from it."""

    starts_local: str
    fold: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    opens_at: dt.datetime | None
    closes_at: dt.datetime


def times_of(plan: SessionPlan, *, relayed_at: dt.datetime | None = None) -> Times:
    """The instants of a session. Raises WallTimeSkipped, WallTimeTwice, UnknownZone; PlanInvalid without a time."""
    if relayed_at is not None:
        starts_local, fold = wall_of(relayed_at, plan.zone)
        starts_at = relayed_at
    else:
        starts_local, fold, starts_at = _own_time(plan)
    return Times(
        starts_local,
        fold,
        starts_at,
        starts_at + dt.timedelta(minutes=plan.duration_minutes),
        instant_of(plan.opens_local, plan.zone, pointer="/opens_local") if plan.opens_local else None,
        instant_of(plan.closes_local, plan.zone, pointer="/closes_local") if plan.closes_local else starts_at,
    )


def fitted(plan: SessionPlan) -> dict[str, Any]:
    """Places and seats, without those that the way of taking part does not have."""
    kinds = SEAT_KINDS[plan.mode]
    here, far = SeatKind.IN_PERSON in kinds, SeatKind.REMOTE in kinds
    return {
        "venue": dict(plan.venue) if here and plan.venue else None,
        "seats_in_person": plan.seats_in_person if here else None,
        "door_seats": plan.door_seats if here else 0,
        "seats_remote": plan.seats_remote if far else None,
        "join_url": plan.join_url if far else "",
    }


def require_sound(plan: SessionPlan, times: Times, *, is_new_time: bool, now: dt.datetime) -> None:
    """Refuse what does not go together, each fault at its field. Raises PlanInvalid."""
    here = SeatKind.IN_PERSON in SEAT_KINDS[plan.mode]
    most_at_the_door = plan.door_seats if plan.seats_in_person is None else plan.seats_in_person
    checks = (
        (is_new_time and times.starts_at <= now, "/starts_local", N_("This time has passed.")),
        (here and not (plan.venue and plan.venue.get("name")), "/venue_name", N_("Say where people meet.")),
        (
            here and plan.door_seats > most_at_the_door,
            "/door_seats",
            N_("There cannot be more seats at the door than in the room."),
        ),
        (times.closes_at > times.ends_at, "/closes_local", N_("Sign-up cannot close after the end.")),
        (
            times.opens_at is not None and times.opens_at >= times.closes_at,
            "/opens_local",
            N_("Sign-up cannot open after it has closed."),
        ),
    )
    faults = [FieldFault(pointer=pointer, detail=detail) for wrong, pointer, detail in checks if wrong]
    if faults:
        raise PlanInvalid(errors=faults)


def standing(*, rev: int, acked_rev: int, fault: str | None) -> Standing:
    """Whether the hub has the present rev, has refused it, or has not answered yet."""
    if fault is not None:
        return Standing.REFUSED
    if rev == 0:
        return Standing.DRAFT
    return Standing.WAITING if rev > acked_rev else Standing.KNOWN


def next_rev(own: int, heard: int) -> int:
    """Above what we gave and above what the hub has: a node restored from a backup goes on from there."""
    return max(own, heard) + 1


def may_change(state: SessionState, ends_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether a session can still be changed; a postponed one has no time that could be over."""
    return state == SessionState.POSTPONED or (state == SessionState.SCHEDULED and ends_at > now)


def is_past(sessions: Iterable[tuple[SessionState | str, dt.datetime]], now: dt.datetime) -> bool:
    """Whether an event has taken place, by the state and the end of each of its sessions: none is left that could."""
    found = list(sessions)
    held = any(state == SessionState.SCHEDULED and ends_at <= now for state, ends_at in found)
    return held and not any(may_change(SessionState(state), ends_at, now) for state, ends_at in found)


def is_at_hand(state: SessionState, starts_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether people can look forward to a session."""
    return state == SessionState.SCHEDULED and starts_at > now


def _own_time(plan: SessionPlan) -> tuple[str, int, dt.datetime]:
    if not plan.starts_local:
        raise PlanInvalid(errors=[FieldFault(pointer="/starts_local", detail=N_("This is needed."))])
    found = readings(plan.starts_local, plan.zone)
    if len(found) > 1 and plan.fold is None:
        raise WallTimeTwice(wall=plan.starts_local.replace("T", " "), zone=plan.zone)
    at = instant_of(plan.starts_local, plan.zone, plan.fold or 0)
    return plan.starts_local, found.index(at), at
