"""What the forms of an event's text and of a session are filled with, and what is to be stored once they come back."""

from collections.abc import Mapping
from typing import Any

from shared import meanwhile
from shared.protocol.states import SessionState
from shared.ui.filters import credits_text
from space_node.events.queries import OwnEvent, OwnSession
from space_node.events.service import SessionPlan, fitted

TEXT_NAMES = ("title", "summary", "description", "language", "topics", "reach", "attendee_list", "note")
VENUE = ("name", "address", "city", "access")
PLAN_NAMES = (
    *("starts_local", "fold", "zone", "duration_minutes", "relay_of", "mode", "language", "seats_in_person", "seats_remote"),
    *("door_seats", "waiting_list", "approval", "party_max", "price_credits", "opens_local", "closes_local", "note", "join_url"),
)

# It has that of its source; what stands in these fields is what somebody wants otherwise.
_TIME_OF_A_RELAY = {"starts_local": None, "fold": None}


def text_fields(event: OwnEvent | None) -> dict[str, Any]:
    """What an event says, as its form has it."""
    return _written(_said(event)) if event else {}


def session_fields(own: OwnSession | None) -> dict[str, Any]:
    """A session, as its form has it."""
    return _written(_planned(own)) if own else {}


def text_to_keep(event: OwnEvent, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What an event is to say, of what was typed and what others have written since. Raises ChangedMeanwhile."""
    stored = _said(event)
    return stored | _changed({name: typed[name] for name in stored}, stored, typed[meanwhile.SHOWN_FIELD])


def session_to_keep(own: OwnSession, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The same of a session. Raises ChangedMeanwhile, also where it was postponed since: then its time is gone."""
    stored = _planned(own)
    asked = _as_kept(typed, own)
    # A form asks which of two equal times is meant only where there are two.
    names = [name for name in stored if name != "fold" or asked["fold"] is not None]
    changed = _changed({name: asked[name] for name in names}, stored, typed[meanwhile.SHOWN_FIELD])
    kept = stored | changed
    if kept.pop("state") == SessionState.POSTPONED:
        raise meanwhile.ChangedMeanwhile(frozenset({*changed, "starts_local"}), {"starts_local": None})
    if {"starts_local", "zone"} & changed.keys():
        kept["fold"] = typed["fold"]
    return kept


def plan(typed: Mapping[str, Any]) -> SessionPlan:
    """What was typed of a session, as it is saved."""
    about = {name: value for name, value in typed.items() if name in PLAN_NAMES}
    venue = {name: typed[f"venue_{name}"] for name in VENUE}
    return SessionPlan(**{**about, "join_url": about["join_url"] or "", "venue": venue if venue["name"] else None})


def _as_kept(typed: Mapping[str, Any], own: OwnSession | None) -> dict[str, Any]:
    """What was typed as saving it would leave it, so that the same form again is seen to ask for nothing else."""
    fits = fitted(plan(typed))
    # The form takes a session to take place.
    asked = {**typed, **fits, **_venue(fits.pop("venue")), "state": SessionState.SCHEDULED}
    if own and own.relay_of and typed["relay_of"] == own.relay_of and typed["starts_local"] in (None, own.starts_local):
        asked |= _TIME_OF_A_RELAY
    return asked


def _changed(typed: Mapping[str, Any], stored: Mapping[str, Any], shown: str) -> dict[str, Any]:
    names = meanwhile.changes(_written(typed), stored=_written(stored), shown=shown)
    return {name: typed[name] for name in names}


def _said(event: OwnEvent) -> dict[str, Any]:
    return {name: getattr(event, name) for name in TEXT_NAMES}


def _planned(own: OwnSession) -> dict[str, Any]:
    moved = _TIME_OF_A_RELAY if own.relay_of else {}
    return {name: getattr(own, name) for name in (*PLAN_NAMES, "state")} | _venue(own.venue) | moved


def _venue(kept: Mapping[str, str] | None) -> dict[str, str]:
    return {f"venue_{name}": (kept or {}).get(name, "") for name in VENUE}


def _written(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _field(name, value) for name, value in values.items()}


def _field(name: str, value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, list):
        return ", ".join(value)
    return credits_text(value) if name == "price_credits" else value
