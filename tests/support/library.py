"""TheCube makes a format of its evening, Lambrate replays it: what tests of the library and of replays start from."""

import datetime as dt
from dataclasses import replace
from typing import Any

from space_node.formats import queries, service
from space_node.formats.models import LibraryFormat
from space_node.members.service import Role
from space_node.replays import service as replays
from space_node.replays.service import Replay
from tests.support.browsing import Browser
from tests.support.evening import LINK, Evening
from tests.support.guests import Guests
from tests.support.reading import form, words
from tests.support.sample_door import RECIPE

DAY = dt.timedelta(days=1)
WHOLE = RECIPE | {"parent": None}
SECRETS = {"mode": "hybrid", "seats_remote": None, "join_url": LINK, "price_credits": 100}
WRITTEN = {
    "agenda": "20 Welcome\n60 Talks",
    "roles": "host\nscribe",
    "checklist": "14 host: Ask three presenters\n-2 scribe: Send the notes",
    "topics": "making, food",
}


class Library:
    """The services of both spaces, told what to do."""

    def __init__(self, guests: Guests, **session: Any) -> None:
        self.guests, self.evening = guests, Evening(guests, **session)

    def make(self, **changed: Any) -> str:
        """Publish it; its id."""
        content = RECIPE | {"licence": "CC-BY-SA-4.0"} | changed
        made = self.publish(content)
        self.evening.sync()
        return made

    def publish(self, content: dict[str, Any], format_id: str = "") -> str:
        """Send it to the hub; its id."""
        event_id, now = self.evening.event_id, self.guests.now
        return self.guests.host.command(
            lambda s: service.from_event(s, event_id=event_id, content=content, format_id=format_id, now=now).id
        )

    def held(self, format_id: str, version: int | None = None, *, at_home: bool = True) -> LibraryFormat:
        """A version as Lambrate, or TheCube, holds it."""
        node = self.guests.home if at_home else self.guests.host
        return node.look(lambda s: queries.require(s, format_id, version))

    def replay(self, format_id: str, **changed: Any) -> str:
        """Lambrate replays it in two weeks; the draft's id."""
        on = self.guests.today + 14 * DAY
        wanted = replace(Replay(format_id=format_id, version=1, on=on, at="12:30"), **changed)
        return self.guests.home.command(lambda s: replays.replay_here(s, wanted, now=self.guests.now).event_id)


class Shelf:
    """The pages of both spaces, in the browsers of their managers."""

    def __init__(self, guests: Guests, **session: str | int | None) -> None:
        self.guests, self.evening = guests, Evening(guests, **session)
        self.author, self.other = Browser(guests.host, Role.MANAGER), Browser(guests.home, Role.MANAGER)
        self.path = f"/formats/from/{self.evening.event_id}"

    def make(self, **changed: str) -> str:
        """Fill the form and send it; the page of the format."""
        begun = form(self.author.get(self.path), self.path)
        page = self.author.post(self.path, **{**own_fields(begun.fields), **WRITTEN, **changed})
        assert "Published." in words(page), words(page)
        self.evening.sync()
        return page.request.path


def own_fields(fields: dict[str, str]) -> dict[str, str]:
    """What a form holds, but for the token that every browser sends by itself."""
    return {name: value for name, value in fields.items() if name != "csrf_token"}
