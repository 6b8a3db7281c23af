"""What the forms of an event's text and of a session are filled with, and what is to be stored once they come back."""

from collections.abc import Mapping
from typing import Any

from shared import meanwhile
from shared.protocol.states import SessionState
from shared.ui.filters import credits_text
from space_node.events.queries import OwnEvent, OwnSession

TEXT_NAMES = ("title", "summary", "description", "language", "topics", "reach", "attendee_list", "note")
VENUE = ("name", "address", "city", "access")
PLAN_NAMES = (
    *("starts_local", "fold", "zone", "duration_minutes", "relay_of", "mode", "language", "seats_in_person", "seats_remote"),
    *("door_seats", "waiting_list", "approval", "party_max", "price_credits", "opens_local", "closes_local", "note", "join_url"),
)


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
    # The form takes a session to take place, and asks which of two equal times is meant only where there are two.
    asked = {**typed, "state": SessionState.SCHEDULED}
    names = [name for name in stored if name != "fold" or typed["fold"] is not None]
    changed = _changed({name: asked[name] for name in names}, stored, typed[meanwhile.SHOWN_FIELD])
    kept = stored | changed
    if kept.pop("state") == SessionState.POSTPONED:
        raise meanwhile.ChangedMeanwhile(frozenset({*changed, "starts_local"}), {"starts_local": None})
    if {"starts_local", "zone"} & changed.keys():
        kept["fold"] = typed["fold"]
    return kept


def _changed(typed: Mapping[str, Any], stored: Mapping[str, Any], shown: str) -> dict[str, Any]:
    names = meanwhile.changes(_written(typed), stored=_written(stored), shown=shown)
    return {name: typed[name] for name in names}


def _said(event: OwnEvent) -> dict[str, Any]:
    return {name: getattr(event, name) for name in TEXT_NAMES}


def _planned(own: OwnSession) -> dict[str, Any]:
    venue = {f"venue_{name}": (own.venue or {}).get(name, "") for name in VENUE}
    # A relay has its time from its source; what stands in these fields is what somebody wants otherwise.
    moved = {"starts_local": None, "fold": None} if own.relay_of else {}
    return {name: getattr(own, name) for name in (*PLAN_NAMES, "state")} | venue | moved


def _written(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _field(name, value) for name, value in values.items()}


def _field(name: str, value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, list):
        return ", ".join(value)
    return credits_text(value) if name == "price_credits" else value
