"""Two spaces, each with an evening that members of both want to go to, over a wire that loses, doubles, cuts and kills.

Whatever happens, the hub's counters are the sums of what they count and no node says more than the hub has said; once all is
healed, everybody knows of every seat what the hub knows.
"""

from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from sqlalchemy import select

from shared.ids import new_id
from shared.protocol.states import SeatKind
from space_node.members import service as members
from space_node.rsvps import service
from space_node.rsvps.models import Rsvp
from space_node.rsvps.rules import Pressed
from tests.support import seat_invariants
from tests.support.evening import Evening
from tests.support.faulty_town import FAULTS, PLACES, SIDES, FaultyTown, play
from tests.support.guests import HOME, HOST, Guests
from tests.support.snapshots import Snapshot
from tests.support.towns import Snapshots

PEOPLE = ((HOME, "Ada"), (HOME, "Berta"), (HOME, "Carla"), (HOST, "Tom"), (HOST, "Uma"))
Ask = tuple[str, str, service.Wanted]


class TwoEvenings(FaultyTown):
    """What people do about them."""

    def __init__(self, snapshot: Snapshot, folder: Path) -> None:
        super().__init__(snapshot, folder)
        self.asked: list[Ask] = []

    @initialize()
    def announce(self) -> None:
        """Two seats each, in three days, until ten hours before; everybody wants to go to the first."""
        there, here = self.town, Guests(self.network)
        here.home, here.host = there.host, there.home
        when = {"starts_local": "2026-03-06T19:00", "closes_local": "2026-03-06T09:00"}
        self.evenings = [Evening(side, seats_in_person=2, **when) for side in (there, here)]
        self.members = {"Ada": self.town.ada.id}
        for slug, name in PEOPLE[1:]:
            values = {"name": f"{name} Bianchi", "email": f"{name.lower()}@{slug}.test", "now": self.clock.now()}
            made = self.network.nodes[slug].command(lambda session, values=values: members.add_member(session, **values))
            self.members[name] = made.id
        for slug, name in PEOPLE:
            wanted = service.Wanted(rsvp_id=new_id(), session_id=self.evenings[0].session_id, kind=SeatKind.IN_PERSON)
            self.asked.append((slug, self.members[name], wanted))
            self.send(*self.asked[-1])
        self.everybody_works()

    def teardown(self) -> None:
        if hasattr(self, "members"):
            self.heal()
            assert seat_invariants.always(self.network) == []
            assert seat_invariants.at_rest(self.network) == []

    def send(self, slug: str, member_id: str, wanted: service.Wanted) -> None:
        values = {"member_id": member_id, "wanted": wanted, "now": self.clock.now()}
        self.network.nodes[slug].command(lambda session: service.ask(session, **values))

    @rule(person=st.sampled_from(PEOPLE), at=st.integers(0, 1), party=st.integers(1, 2), at_once=st.booleans(), fault=FAULTS)
    def ask(self, person: tuple[str, str], at: int, party: int, at_once: bool, fault: str | None) -> None:
        wanted = service.Wanted(
            rsvp_id=new_id(),
            session_id=self.evenings[at].session_id,
            kind=SeatKind.IN_PERSON,
            party=party,
            take_at_once=at_once,
        )
        self.asked.append((person[0], self.members[person[1]], wanted))
        self.attempt(lambda: self.send(*self.asked[-1]), fault)

    @precondition(lambda self: self.asked)
    @rule(place=PLACES)
    def send_the_form_again(self, place: int) -> None:
        again = self.asked[place % len(self.asked)]
        self.attempt(lambda: self.send(*again))

    @rule(side=SIDES, place=PLACES, pressed=st.sampled_from((Pressed.CANCEL, Pressed.ACCEPT, Pressed.DECLINE)), fault=FAULTS)
    def press(self, side: str, place: int, pressed: Pressed, fault: str | None) -> None:
        """Also a cancel whose request has not got through yet."""
        node = self.network.nodes[side]
        own = node.look(lambda session: list(session.scalars(select(Rsvp).order_by(Rsvp.id))))
        if own:
            values = {"member_id": own[place % len(own)].member_id, "rsvp_id": own[place % len(own)].id, "now": self.clock.now()}
            self.attempt(lambda: node.command(lambda session: service.press(session, pressed, **values)), fault)

    @rule(at=st.integers(0, 1), count=st.integers(1, 4), fault=FAULTS)
    def change_the_number_of_seats(self, at: int, count: int, fault: str | None) -> None:
        when = {"starts_local": "2026-03-06T19:00", "closes_local": "2026-03-06T09:00"}
        self.attempt(lambda: self.evenings[at].plan(seats_in_person=count, **when), fault)

    @invariant()
    def counters_are_right_and_nobody_knows_more_than_was_told(self) -> None:
        if hasattr(self, "members"):
            assert seat_invariants.always(self.network) == []


def test_seats_of_two_evenings_end_the_same_everywhere(snapshots: Snapshots, tmp_path: Path) -> None:
    """Edge cases 5, 25, 28 and 29: lost, doubled and overtaking messages, and people who ask on both sides of a cut."""
    play(TwoEvenings, snapshots(Guests.found, "sqlite"), tmp_path, examples=2, steps=24)


def test_seats_of_two_evenings_end_the_same_everywhere_on_postgresql(snapshots: Snapshots, tmp_path: Path) -> None:
    """Edge case 29: the same where many write at once."""
    play(TwoEvenings, snapshots(Guests.found, "postgresql"), tmp_path, examples=1, steps=14)
