"""TheCube makes a format of its evening and names a person with it: what tests of named authors start from."""

from shared.backup.service import Service
from space_node.authors import queries as authors
from space_node.formats import queries, service
from space_node.formats.models import LibraryFormat
from tests.support.backups import World, rows_of, service_of
from tests.support.evening import Evening
from tests.support.guests import Guests
from tests.support.node import NodeWorld
from tests.support.sample_door import RECIPE

AUTHOR = "Sample Author"


class Naming:
    """One format, of which both spaces know."""

    def __init__(self, guests: Guests, evening: Evening | None = None) -> None:
        self.guests, self.evening = guests, evening or Evening(guests)
        about = {"event_id": self.evening.event_id, "content": RECIPE, "now": guests.now}
        self.format_id = guests.host.command(lambda s: service.from_event(s, **about).id)  # type: ignore[arg-type]
        self.evening.sync()

    def name(self, name: str = AUTHOR, *, agreed: bool = True, at: NodeWorld | None = None) -> None:
        """TheCube, or another space, names somebody, and all hear of it."""
        node, about = at or self.guests.host, {"name": name, "agreed": agreed}
        node.command(lambda s: service.name_author(s, format_id=self.format_id, **about, now=self.guests.now))  # type: ignore[arg-type]
        self.evening.sync()

    def withdraw(self, *, at: NodeWorld | None = None) -> bool:
        """The name is taken off; whether there was one. Nobody hears of it before the next news."""
        node = at or self.guests.host
        return node.command(lambda s: service.withdraw_author(s, format_id=self.format_id, now=self.guests.now))

    def named(self, node: NodeWorld | None = None) -> str:
        """Who is named as Lambrate, or another space, has it."""
        return (node or self.guests.home).look(lambda s: authors.name(s, self.format_id))

    def held_by_host(self) -> authors.NamedAuthor:
        """What TheCube holds of who is named."""
        found = self.guests.host.look(lambda s: authors.held(s, self.format_id))
        assert found is not None
        return found

    def lose(self, rev: int) -> None:
        """TheCube forgets that it has said anything after this rev."""
        self.guests.host.command(lambda s: setattr(authors.held(s, self.format_id, to_change=True), "rev", rev))

    def held(self) -> LibraryFormat:
        """The format as Lambrate has it."""
        return self.guests.home.look(lambda s: queries.require(s, self.format_id))


def who_knows(name: str, *worlds: World) -> list[str]:
    """The tables that hold a name anywhere."""

    def tables(service: Service) -> list[str]:
        return [table for table, rows in rows_of(service).items() if name in str(rows)]

    return [table for world in worlds for table in tables(service_of(world))]
