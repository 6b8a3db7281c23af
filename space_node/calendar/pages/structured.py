"""An event in the words of schema.org, for search engines and other calendars. A link to join by is never among them."""

from collections.abc import Sequence
from typing import Any

from shared.clock import zone_info
from shared.protocol.states import EventState, SessionMode, SessionState
from space_node.calendar import queries, rules
from space_node.calendar.pages.shown import SessionView

CONTEXT = "https://schema.org"
# What waits for a new time stands behind what takes place, and what was called off behind both.
BEHIND = {f"{CONTEXT}/EventPostponed": 1, f"{CONTEXT}/EventCancelled": 2}
MODES = {
    SessionMode.IN_PERSON: "OfflineEventAttendanceMode",
    SessionMode.REMOTE: "OnlineEventAttendanceMode",
    SessionMode.HYBRID: "MixedEventAttendanceMode",
}


def event_data(
    *,
    event: queries.MirrorEvent,
    sessions: Sequence[SessionView],
    names: dict[str, str],
    holders: list[str],
    address: str,
    **_: Any,
) -> dict[str, Any]:
    """The event with a subEvent for each session; of the first that still takes place it has its time and what became of it."""
    parts = [_session_data(view, address) for view in sessions]
    alone = {"eventStatus": f"{CONTEXT}/{'EventCancelled' if event.state == EventState.CANCELLED else 'EventScheduled'}"}
    first = min(parts, key=lambda part: BEHIND.get(part["eventStatus"], 0), default=alone)
    about: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "Event",
        "@id": address,
        "url": address,
        "name": event.title,
        "description": event.summary or event.description,
        "inLanguage": event.language,
        "keywords": list(event.topics),
        **{name: first[name] for name in ("eventStatus", "startDate", "previousStartDate") if name in first},
        "organizer": [{"@type": "Organization", "name": names.get(slug, slug)} for slug in holders],
        "subEvent": parts,
    }
    if sessions:
        about["endDate"] = _local(max(sessions, key=lambda view: view.session.ends_at), "ends_at")
        about["location"] = [place for part in parts for place in part["location"]]
    return about


def _session_data(view: SessionView, address: str) -> dict[str, Any]:
    found = view.session
    about: dict[str, Any] = {
        "@type": "Event",
        "@id": f"{address}#{found.id}",
        "url": f"{address}#{found.id}",
        "superEvent": {"@id": address},
        "name": view.event.title,
        "startDate": _local(view, "starts_at"),
        "endDate": _local(view, "ends_at"),
        "inLanguage": found.language,
        "eventStatus": f"{CONTEXT}/{_status(view)}",
        "eventAttendanceMode": f"{CONTEXT}/{MODES[SessionMode(found.mode)]}",
        "location": _places(view, address),
        "organizer": {"@type": "Organization", "name": view.host_name},
        "isAccessibleForFree": found.price_credits == 0,
        **_seats(view),
    }
    if found.previous_starts_at is not None and _status(view) == "EventRescheduled":
        about["previousStartDate"] = found.previous_starts_at.astimezone(zone_info(found.zone)).isoformat()
    return about


def _status(view: SessionView) -> str:
    if view.is_off:
        return "EventCancelled"
    if view.session.state == SessionState.POSTPONED:
        return "EventPostponed"
    return "EventRescheduled" if view.session.previous_starts_at else "EventScheduled"


def _places(view: SessionView, address: str) -> list[dict[str, Any]]:
    found, places = view.session, list[dict[str, Any]]()
    if found.mode != SessionMode.REMOTE:
        venue = found.venue or {"name": view.host_name}
        postal = {"streetAddress": venue.get("address", ""), "addressLocality": venue.get("city", "")}
        postal = {name: value for name, value in postal.items() if value}
        where = {"address": {"@type": "PostalAddress", **postal}} if postal else {"address": venue["name"]}
        places.append({"@type": "Place", "name": venue["name"], **where})
    if found.mode != SessionMode.IN_PERSON:
        places.append({"@type": "VirtualLocation", "url": address})
    return places


def _seats(view: SessionView) -> dict[str, int]:
    found, pools = view.session, view.seats.pools if view.seats else []
    counts = {"maximumPhysicalAttendeeCapacity": found.seats_in_person, "maximumVirtualAttendeeCapacity": found.seats_remote}
    shown = {name: value for name, value in counts.items() if value is not None}
    if pools and all(pool["free"] is not None for pool in pools):
        shown["remainingAttendeeCapacity"] = sum(pool["free"] for pool in pools if rules.takes_newcomers(pool))
    return shown


def _local(view: SessionView, name: str) -> str:
    at = getattr(view.session, name)
    return str(at.astimezone(zone_info(view.session.zone)).isoformat())
