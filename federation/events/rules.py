"""What an event and its sessions may say, and what a change amounts to: pure (DESIGN §9)."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from shared.clock import wall, zone_info
from shared.errors import FieldFault
from shared.marking import N_, Phrase
from shared.protocol.states import CohostState, EventState, Reach, SessionMode, SessionState
from shared.wall_time import instant_of, wall_of

SESSIONS_MAX = 200
KEPT_IN_SNAPSHOT = dt.timedelta(days=30)
CHANGED_LATELY = dt.timedelta(days=90)
# What makes a calendar file a new revision of the same entry (RFC 5545): not its texts.
MATTERS = ("starts_at", "duration_minutes", "state", "venue", "mode")
WHOLE_NETWORK = frozenset({Reach.NETWORK, Reach.PUBLIC})
OPEN_INVITATIONS = frozenset({CohostState.INVITED, CohostState.ACCEPTED})
# From where each answer of an invited space leads on; what it led to already stays as it is.
ANSWERS: Mapping[CohostState, CohostState] = {
    CohostState.ACCEPTED: CohostState.INVITED,
    CohostState.DECLINED: CohostState.INVITED,
    CohostState.WITHDRAWN: CohostState.ACCEPTED,
}


class Times(NamedTuple):
    """The instants of a session."""

    starts_at: dt.datetime
    ends_at: dt.datetime


def sees(reach: Reach, *, reader: str, holders: Collection[str], invited: Collection[str], twins: Collection[str]) -> bool:
    """Whether a space is told about an event; `twins` are its own. Who is asked to hold it sees it whatever its reach."""
    if reach in WHOLE_NETWORK or reader in holders or reader in invited:
        return True
    return reach == Reach.TWINS and not set(holders).isdisjoint(twins)


def event_faults(said: Mapping[str, Any]) -> list[FieldFault]:
    """What the lead cannot say: a draft is nobody else's business."""
    if said["state"] is EventState.DRAFT:
        return [FieldFault(pointer="/state", detail=N_("A draft stays at its space until it is published."))]
    return []


def invited(held: CohostState | None, wanted: CohostState) -> CohostState | None:
    """What an invitation becomes when the lead invites, or takes it back; None is none."""
    if wanted is CohostState.INVITED:
        return held if held in OPEN_INVITATIONS else CohostState.INVITED
    return CohostState.REMOVED if held in OPEN_INVITATIONS else held


def answered(held: CohostState, wanted: CohostState) -> CohostState | None:
    """What an invitation becomes by the answer of the invited space; None where that does not lead on."""
    return wanted if held in (wanted, ANSWERS[wanted]) else None


def times_of(said: Mapping[str, Any]) -> Times:
    """The instants of a session. Raises WallTimeSkipped for a start that the clocks jump over.

    The end is so many minutes later, whatever the clocks do meanwhile.
    """
    starts_at = instant_of(said["starts_local"], said["zone"], said["fold"])
    return Times(starts_at, starts_at + dt.timedelta(minutes=said["duration_minutes"]))


def session_faults(said: Mapping[str, Any], times: Times) -> list[FieldFault]:
    """Every place where a session contradicts itself."""
    faults = []
    opens, closes = said["opens_at"], said["closes_at"]
    if closes > times.ends_at:
        faults.append(FieldFault(pointer="/closes_at", detail=N_("Seats cannot be taken after the end.")))
    if opens is not None and opens >= closes:
        faults.append(FieldFault(pointer="/opens_at", detail=N_("Seats must open before they close.")))
    if said["venue"] is None and said["mode"] is not SessionMode.REMOTE:
        faults.append(FieldFault(pointer="/venue", detail=N_("Say where people are to come.")))
    most = said["seats_in_person"]
    if most is not None and said["door_seats"] > most:
        faults.append(FieldFault(pointer="/door_seats", detail=N_("These are more than all seats in person.")))
    return faults


def relay_faults(
    said: Mapping[str, Any], times: Times, *, session_id: str, source: Mapping[str, Any] | None, relayed: bool
) -> list[FieldFault]:
    """What keeps a session from being a relay of the source, which is None where it is no session of the same event.

    A relay starts in the same instant; only what is no relay itself can be relayed.
    """
    if said["relay_of"] is None:
        return []
    if source is None or source["id"] == session_id:
        return [FieldFault(pointer="/relay_of", detail=N_("This is no other session of the same event."))]
    if source["relay_of"] is not None or relayed:
        return [FieldFault(pointer="/relay_of", detail=N_("A relay cannot be relayed in turn."))]
    both = (said["state"], source["state"]) == (SessionState.SCHEDULED, SessionState.SCHEDULED)
    if both and times.starts_at != source["starts_at"]:
        here, _ = wall_of(source["starts_at"], said["zone"])
        sentence = N_("A relay starts in the same instant, which is %(wall)s here.")
        return [FieldFault(pointer="/starts_local", detail=Phrase(sentence, wall=here.replace("T", " ")))]
    return []


def matters(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether a change of a session is one of time, place or state, and not only of its texts."""
    return any(before[name] != after[name] for name in MATTERS)


def previous_start(before: Mapping[str, Any], starts_at: dt.datetime) -> dt.datetime | None:
    """When a session was to start before it moved last."""
    moved: dt.datetime | None = before["previous_starts_at"] if before["starts_at"] == starts_at else before["starts_at"]
    return moved


def clocks_at(session: Mapping[str, Any], starts_at: dt.datetime) -> dict[str, Any]:
    """What the clocks of a session's zone show at an instant."""
    starts_local, fold = wall_of(starts_at, session["zone"])
    return {"starts_local": starts_local, "fold": fold}


def following(relay: Mapping[str, Any], starts_at: dt.datetime) -> dict[str, Any]:
    """The times of a relay whose source has moved: its deadlines keep their distance from the start on its own clocks."""
    zone, clocks = relay["zone"], clocks_at(relay, starts_at)
    by = dt.datetime.fromisoformat(clocks["starts_local"]) - dt.datetime.fromisoformat(relay["starts_local"])
    ends_at = starts_at + dt.timedelta(minutes=relay["duration_minutes"])
    opens = relay["opens_at"]
    return {
        **clocks,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "opens_at": None if opens is None else _later_by_clock(opens, zone, by),
        "closes_at": min(_later_by_clock(relay["closes_at"], zone, by), ends_at),
    }


def shifted(session: Mapping[str, Any], times: Times) -> dict[str, Any]:
    """The times of a session whose zone has new rules: all that was said by its clocks moves alike."""
    by = times.starts_at - session["starts_at"]
    opens = session["opens_at"]
    return {
        **times._asdict(),
        "opens_at": None if opens is None else opens + by,
        "closes_at": session["closes_at"] + by,
    }


def _later_by_clock(at: dt.datetime, zone: str, by: dt.timedelta) -> dt.datetime:
    local = at.astimezone(zone_info(zone)) + by
    return wall(local.date(), local.time(), zone)
