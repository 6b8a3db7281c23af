"""Events as spaces speak of them to a hub: published, held together, with sessions; for hub tests, over the wire."""

import datetime as dt
from typing import Any

from werkzeug.test import TestResponse

from shared.clock import wall
from shared.ids import new_id
from tests.support.wire_space import THURSDAY, WireSpace, example, good

NEXT_THURSDAY = THURSDAY + dt.timedelta(days=7)


def event_body(space: WireSpace, event_id: str, **changes: Any) -> dict[str, Any]:
    """What the lead says of an event, under its next rev: published to the network, without a format."""
    rev = space.next_rev(f"event/{event_id}")
    return {**example("event-update"), "rev": rev, "format": None, **changes}


def put_event(space: WireSpace, event_id: str = "", **changes: Any) -> TestResponse:
    """Send what the lead says."""
    event_id = event_id or new_id()
    return space.call("PUT", f"/events/{event_id}", event_body(space, event_id, **changes))


def publish_event(space: WireSpace, event_id: str = "", **changes: Any) -> dict[str, Any]:
    """The entry of an event that the space leads, which must have been taken."""
    return good(put_event(space, event_id, **changes))


def session_body(
    space: WireSpace, session_id: str, on: dt.date = NEXT_THURSDAY, at: str = "12:30", **changes: Any
) -> dict[str, Any]:
    """What a host says of a session: 90 minutes in person on its own clocks, ten seats, to be taken until it starts."""
    zone = changes.get("zone", space.zone)
    usual = {
        **example("session-update"),
        "rev": space.next_rev(f"session/{session_id}"),
        "starts_local": f"{on.isoformat()}T{at}",
        "zone": zone,
        "mode": "in_person",
        "seats_in_person": 10,
        "seats_remote": None,
        "door_seats": 0,
        "closes_at": wall(on, dt.time.fromisoformat(at), zone).isoformat(),
    }
    return {**usual, **changes}


def put_session(space: WireSpace, event_id: str, session_id: str = "", **changes: Any) -> TestResponse:
    """Send what a host says; `on` and `at` are its start on its own clocks."""
    session_id = session_id or new_id()
    return space.call("PUT", f"/events/{event_id}/sessions/{session_id}", session_body(space, session_id, **changes))


def add_session(space: WireSpace, event_id: str, session_id: str = "", **changes: Any) -> dict[str, Any]:
    """The entry of a session that the space holds, which must have been taken."""
    return good(put_session(space, event_id, session_id, **changes))


def open_session(space: WireSpace, *, reach: str = "network", **changes: Any) -> dict[str, Any]:
    """The entry of a session in a new event of the space's own."""
    return add_session(space, publish_event(space, reach=reach)["id"], **changes)


def invite(lead: WireSpace, event_id: str, space: WireSpace, *, state: str = "invited") -> TestResponse:
    """Invite a space to hold the event too, or take that back."""
    return lead.call("PUT", f"/events/{event_id}/cohosts/{space.slug}", {"state": state})


def reply(space: WireSpace, event_id: str, answer: str, *, key: str | None = None, note: str = "") -> TestResponse:
    """Accept, decline or withdraw."""
    return space.call("POST", f"/events/{event_id}/cohosts/{space.slug}/{answer}", {"note": note}, key=key)


def hold_together(lead: WireSpace, event_id: str, *spaces: WireSpace) -> None:
    """Have spaces invited, and each accept."""
    for space in spaces:
        good(invite(lead, event_id, space))
        good(reply(space, event_id, "accept"))


def seen(space: WireSpace) -> list[str]:
    """The subjects of the events that a space would hold after a snapshot."""
    return [subject for subject in space.snapshot("events") if subject.startswith("event/")]


def told(space: WireSpace, since: str, kind: str) -> list[dict[str, Any]]:
    """What the feed said of one kind behind a cursor."""
    return [item["data"] for item in space.news(since)[0] if item["type"] == kind]


def put_format(space: WireSpace, format_id: str = "", version: int = 1, **changes: Any) -> TestResponse:
    """Publish a version of a format, with the example's content but for the changes."""
    content = {**example("format-version")["content"], **changes}
    return space.call("PUT", f"/formats/{format_id or new_id()}/versions/{version}", {"content": content})


def name_author(space: WireSpace, format_id: str, name: str | None, *, rev: int = 1, **changes: Any) -> TestResponse:
    """Say who is named with a format, with their agreement, or that nobody is any more."""
    agreed_at = space.now.isoformat() if name else None
    return space.call("PUT", f"/formats/{format_id}/named-author", {"rev": rev, "name": name, "agreed_at": agreed_at, **changes})


def live_an_event(lead: WireSpace, home: WireSpace) -> None:
    """An event of the lead's in which somebody of the home has a seat and is written to; of another it loses sight."""
    good(name_author(lead, good(put_format(lead))["id"], "Sample Author"))
    event = publish_event(lead)
    hold_together(lead, event["id"], home)
    session = add_session(lead, event["id"])
    asked = {**example("rsvp-request"), "session_id": session["id"], "intent_at": home.now.isoformat()}
    assert good(home.call("PUT", f"/rsvps/{new_id()}", asked))["state"] == "confirmed"
    good(lead.call("PUT", f"/sessions/{session['id']}/briefs/{home.slug}", example("brief-update")))
    good(reply(home, event["id"], "withdraw"))
    publish_event(lead, publish_event(lead)["id"], reach="space")
