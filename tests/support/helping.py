"""Ada of Lambrate asks, people of TheCube could help: what tests of cards, asks and introductions start from."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from shared.ids import new_id
from shared.protocol.people_states import CardKind, Circle, ContactField, Skill
from space_node.members import service as members
from space_node.members.queries import Member
from space_node.people import queries, service
from space_node.people.models import Ask, Introduction, Participant
from tests.support.guests import Guests
from tests.support.node import NodeWorld

QUESTION = "How do I read the lease of a shop?"
CARD = "20 minutes, best on Tuesdays."
TOPIC, KIND = Skill.LAW, CardKind.CAN_ADVISE


class Helping:
    """Two twins, of which the home has Ada."""

    def __init__(self, guests: Guests) -> None:
        """Nobody has a card yet."""
        self.guests, self.home, self.host = guests, guests.home, guests.host

    @property
    def now(self) -> dt.datetime:
        """The present instant."""
        return self.guests.now

    def person(self, name: str, at: NodeWorld | None = None, **values: Any) -> Member:
        """A member of the host, or of another node."""
        node = at or self.host
        email = f"{name.lower().replace(' ', '.')}@{node.slug}.test"
        return node.command(lambda s: members.add_member(s, name=name, email=email, now=self.now, **values))

    def helper(self, name: str, at: NodeWorld | None = None, **card: Any) -> Member:
        """A member of the host, or of another node, with a card for what Ada asks."""
        made = self.person(name, at)
        self.card(made, at, **card)
        return made

    def card(self, member: Member, at: NodeWorld | None = None, **changed: Any) -> str:
        """A card; its id."""
        usual: dict[str, Any] = {"topic": TOPIC, "kind": KIND, "reach": Circle.NETWORK, "note": CARD} | changed
        return (at or self.host).command(lambda s: service.add_card(s, member_id=member.id, now=self.now, **usual).id)

    def ask(self, member: Member | None = None, at: NodeWorld | None = None, **changed: Any) -> str:
        """Ada asks, or somebody else, and all hear of it; the id of the ask."""
        usual: dict[str, Any] = {"topic": TOPIC, "kind": KIND, "question": QUESTION, "language": "en", "reach": Circle.TWINS}
        wanted = service.Wanted(**{"ask_id": new_id(), **usual, **changed})
        who = member or self.guests.ada
        (at or self.home).command(lambda s: service.ask(s, member_id=who.id, wanted=wanted, now=self.now))
        self.sync()
        return wanted.ask_id

    def close(self, ask_id: str) -> None:
        """Ada looks no longer, and all hear of it."""
        self.home.command(lambda s: service.close(s, ask_id=ask_id, member_id=self.guests.ada.id, now=self.now))
        self.sync()

    def rows(self, member: Member, at: NodeWorld | None = None) -> list[Introduction]:
        """A member's introductions as their node has them, the first first."""
        found = (at or self.host).look(lambda s: list(queries.introductions(s, member.id)))
        return sorted(found, key=lambda row: row.id)

    def states(self, member: Member, at: NodeWorld | None = None) -> list[str]:
        """Where they stand."""
        return [str(row.state) for row in self.rows(member, at)]

    def ask_row(self, ask_id: str) -> Ask:
        """Ada's ask as her node has it."""
        return self.home.look(lambda s: s.get_one(Ask, ask_id))

    def yes(
        self, member: Member, at: NodeWorld | None = None, *, ticked: Any = (ContactField.NAME,), note: str = "", place: int = 0
    ) -> str:
        """Somebody says yes, and all hear of it; the id of the introduction."""
        found = self.rows(member, at)[place].id
        about = {"introduction_id": found, "member_id": member.id, "ticked": ticked, "note": note}
        (at or self.host).command(lambda s: service.say_yes(s, now=self.now, **about))
        self.sync()
        return found

    def no(self, member: Member, at: NodeWorld | None = None, *, place: int = 0) -> None:
        """Somebody says no, and all hear of it, if there is anything to hear."""
        found = self.rows(member, at)[place].id
        (at or self.host).command(lambda s: service.say_no(s, introduction_id=found, member_id=member.id, now=self.now))
        self.sync()

    def end(self, member: Member, at: NodeWorld | None = None, *, place: int = 0, sync: bool = True) -> None:
        """Somebody takes back what was told."""
        found = self.rows(member, at)[place].id
        (at or self.host).command(lambda s: service.end(s, introduction_id=found, member_id=member.id, now=self.now))
        if sync:
            self.sync()

    def introduced(self, *, ticked: Any = (ContactField.NAME, ContactField.EMAIL), note: str = "") -> Member:
        """Ada has asked, Bea of TheCube has helped, both have said yes; Bea."""
        bea = self.helper("Bea Cox")
        self.ask()
        self.yes(bea, ticked=ticked, note=note)
        self.yes(self.guests.ada, self.home)
        return bea

    def open_count(self, member: Member, at: NodeWorld | None = None) -> int:
        """How many introductions a helper has under way, as it is counted."""
        return (at or self.host).look(lambda s: s.get_one(Participant, member.id).open_introductions)

    def repair(self, at: NodeWorld, **ahead: float) -> int:
        """What a node would repair so long from now; how many it ends."""
        now = self.now + dt.timedelta(**ahead)
        ended = at.command(lambda s: service.end_due(s, now))
        at.command(lambda s: service.forget(s, now))
        return ended

    def pass_time(self, **span: float) -> None:
        """So long later, with all repairs done."""
        self.guests.clock.advance(dt.timedelta(**span))
        self.sync()

    def sync(self) -> None:
        """Let the news go round."""
        self.guests.hub.work()
        self.guests.network.sync()

    def kept_at_hub(self) -> str:
        """All that the hub's database holds, as text."""

        def read(session: Any) -> str:
            tables = sa.inspect(session.get_bind()).get_table_names()
            rows = [session.execute(sa.text(f'SELECT * FROM "{table}"')).all() for table in tables]
            return str(rows)

        return self.guests.hub.look(read)
