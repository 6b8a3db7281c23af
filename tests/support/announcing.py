"""Events as the hub tells of them, through its real feed: what tests of a space's calendar start from."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from federation.db import publish
from shared.ids import new_id
from shared.protocol.events import EventEntry, SeatsEntry, SessionEntry
from shared.protocol.registry import example
from shared.schemas import load
from tests.support.guests import HOME, HOST
from tests.support.hub import HubWorld

HOUR = dt.timedelta(hours=1)


class Announcer:
    """Tells of events by the feed, with an example's words where a test does not say otherwise."""

    def __init__(self, hub: HubWorld, *, lead: str = HOST) -> None:
        """Events are led by `lead`, and its sessions are there, in London."""
        self.hub, self.lead = hub, lead
        self._revs: dict[str, int] = {}

    def event(self, event_id: str | None = None, *, to: Iterable[str] = ("*",), rev: int | None = None, **changed: Any) -> str:
        """An event, or what became of it; its id."""
        event_id = event_id or new_id()
        usual = {**example("event.updated"), "lead": self.lead, "format": None, "cohosts": [], "note": "", "topics": ["making"]}
        self._tell("event.updated", EventEntry, event_id, usual | {"id": event_id} | changed, to=to, rev=rev)
        return event_id

    def gone(self, event_id: str, *, to: Iterable[str] = (HOME,), rev: int | None = None) -> None:
        """The readers may not see an event any more."""
        rev = rev or self._next(event_id)
        now, data = self.hub.clock.now(), {"id": event_id, "rev": rev}
        self.hub.command(
            lambda session: publish(
                session, to=to, type="event.removed", subject=f"event/{event_id}", rev=rev, data=data, now=now
            )
        )

    def session(
        self,
        event_id: str,
        session_id: str | None = None,
        *,
        starts_at: dt.datetime | None = None,
        minutes: int = 90,
        to: Iterable[str] = ("*",),
        rev: int | None = None,
        **changed: Any,
    ) -> str:
        """A session of an event, two days from now unless said otherwise; its id."""
        session_id, now = session_id or new_id(), self.hub.clock.now()
        starts_at = starts_at or now + 48 * HOUR
        usual = {
            **example("session.updated"),
            "host": self.lead,
            "zone": "Europe/London",
            "venue": {"name": "The Cube", "address": "155 Commercial Street", "city": "London", "access": ""},
            "duration_minutes": minutes,
            "starts_at": starts_at.isoformat(),
            "ends_at": (starts_at + dt.timedelta(minutes=minutes)).isoformat(),
            "closes_at": starts_at.isoformat(),
            "changed_at": now.isoformat(),
        }
        body = usual | {"id": session_id, "event_id": event_id} | changed
        self._tell("session.updated", SessionEntry, session_id, body, to=to, rev=rev)
        return session_id

    def seats(self, session_id: str, *, to: Iterable[str] = ("*",), rev: int | None = None, more: Any = (), **pool: Any) -> None:
        """The seats of a session: one pool of ten in the room, with what is said of it, and `more` pools."""
        room = {"kind": "in_person", "capacity": 10, "free": 3, "confirmed": 7, "offered": 0, "waiting": 0} | pool
        body = {"session_id": session_id, "pools": [room, *more], "homes": []}
        self._tell("seats.updated", SeatsEntry, f"seats/{session_id}", body, to=to, rev=rev)

    def _tell(self, type: str, schema: Any, key: str, body: dict[str, Any], *, to: Iterable[str], rev: int | None) -> None:
        rev, now = rev or self._next(key), self.hub.clock.now()
        data = load(schema, body | {"rev": rev})
        subject = f"{type.partition('.')[0]}/{key.rpartition('/')[2]}"
        self.hub.command(lambda session: publish(session, to=to, type=type, subject=subject, rev=rev, data=data, now=now))

    def _next(self, key: str) -> int:
        self._revs[key] = self._revs.get(key, 0) + 1
        return self._revs[key]
