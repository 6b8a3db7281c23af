"""Two spaces and their hub over a wire that loses, doubles, cuts and kills: nothing is lost, doubled or left open.

A machine does what members, desks, managers and workers do, in any order and with any fault on the way. After every step
the hub's books and counters are right and no node knows more than it was told; once all is healed, every view is the hub's,
both sides' statements agree, and in the end every trip is over and no credit is reserved any more.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from sqlalchemy import func, select

from federation.bookings.models import Booking
from federation.credits.models import JournalEntry
from shared.ids import new_id
from shared.messaging.outbox import OutboxState
from shared.protocol.states import BookingState, LotKind, Part
from space_node.db import Outbox
from space_node.desks import service as desks
from space_node.members import service as members
from space_node.members.models import Member
from space_node.passports import queries as passports
from space_node.passports import service as passport_service
from space_node.trips import service as trips
from space_node.trips.models import Trip
from space_node.uplink import queries as uplink
from space_node.uplink import service as uplink_service
from space_node.visits import service as desk
from space_node.visits.models import Visit
from space_node.wallet import service as wallet
from space_node.wallet.rules import Gift
from tests.support import invariants
from tests.support.faulty_town import DAY, FAULTS, PLACES, SIDES, SOON, FaultyTown, play
from tests.support.guests import HOME, HOST, Guests
from tests.support.node import NodeWorld
from tests.support.snapshots import Snapshot
from tests.support.towns import Snapshots

PEOPLE = ((HOME, "Ada"), (HOME, "Berta"), (HOME, "Carla"), (HOST, "Tom"))


class TwoSpaces(FaultyTown):
    """What people do on both sides."""

    def __init__(self, snapshot: Snapshot, folder: Path) -> None:
        super().__init__(snapshot, folder)
        self.asked: list[tuple[NodeWorld, str, trips.Wanted]] = []

    @initialize()
    def settle_in(self) -> None:
        """Two seats at TheCube for three members of Lambrate; one at Lambrate. Berta can pay one day."""
        self.members = {"Ada": self.town.ada.id}
        for slug, seats in ((HOME, 1), (HOST, 0)):
            node, week = self.network.nodes[slug], dict.fromkeys(range(7), (seats, seats))
            node.command(lambda session, week=week: desks.set_weekdays(session, seats=week, now=self.clock.now()))
        for slug, name in PEOPLE[1:]:
            values = {"name": f"{name} Bianchi", "email": f"{name.lower()}@{slug}.test", "now": self.clock.now()}
            made = self.network.nodes[slug].command(lambda session, values=values: members.add_member(session, **values))
            self.members[name] = made.id
            self.give(self.network.nodes[slug], made.id, 200 if name == "Berta" else 1000)
        self.everybody_works()

    def teardown(self) -> None:
        if hasattr(self, "members"):
            self.heal_and_compare()
            self.let_every_trip_end()

    def heal_and_compare(self) -> None:
        """Everything gets through again and everybody works: within a few minutes all know the same."""
        self.heal()
        assert invariants.always(self.network) == []
        assert invariants.at_rest(self.network) == []

    def let_every_trip_end(self) -> None:
        """Past the last day, past the silence after which a claim is paid: nothing is open, and all agree still."""
        # A claim is made once the host has been heard of since, and is paid a week later.
        for wait in (5 * DAY, 5 * SOON, 8 * DAY, 5 * SOON):
            self.clock.advance(wait)
            self.everybody_works()
        self.heal_and_compare()
        assert invariants.unfinished(self.network) == []

    def give(self, node: NodeWorld, member_id: str, credits: int, grant_id: str = "") -> None:
        today = self.clock.now().date()
        gift = Gift(credits=credits, kind=LotKind.PLAN, valid_from=today, expires_on=today + 60 * DAY)
        values = {"grant_id": grant_id or new_id(), "member_id": member_id, "gift": gift, "now": self.clock.now()}
        node.command(lambda session: wallet.grant(session, **values))

    def ask(self, node: NodeWorld, member_id: str, wanted: trips.Wanted) -> None:
        node.command(lambda session: trips.request(session, member_id=member_id, wanted=wanted, now=self.clock.now()))

    def rows(self, node: NodeWorld, table: Any, *where: Any) -> list[Any]:
        return node.look(lambda session: list(session.scalars(select(table).where(*where).order_by(table.booking_id))))

    @rule(person=st.sampled_from(PEOPLE), ahead=st.integers(0, 2), part=st.sampled_from(Part), fault=FAULTS, stale=st.booleans())
    def book(self, person: tuple[str, str], ahead: int, part: Part, fault: str | None, stale: bool) -> None:
        slug, name = person
        node, host = self.network.nodes[slug], HOST if slug == HOME else HOME
        terms = node.look(lambda session: uplink.twinning_with(session, host))
        assert terms is not None
        wanted = trips.Wanted(
            request_id=new_id(),
            booking_id=new_id(),
            host=host,
            on=self.clock.now().date() + ahead * DAY,
            part=part,
            terms_version=terms.version,
            price_credits=terms.price(host, part) + (1 if stale and fault else 0),
        )
        self.asked.append((node, self.members[name], wanted))
        self.attempt(lambda: self.ask(*self.asked[-1]), fault)

    @precondition(lambda self: self.asked)
    @rule(place=PLACES)
    def send_the_form_again(self, place: int) -> None:
        again = self.asked[place % len(self.asked)]
        self.attempt(lambda: self.ask(*again))

    @rule(side=SIDES, place=PLACES, fault=FAULTS)
    def cancel(self, side: str, place: int, fault: str | None) -> None:
        node = self.network.nodes[side]
        own = self.rows(node, Trip, Trip.state == BookingState.CONFIRMED)
        if own:
            trip, now = own[place % len(own)], self.clock.now()
            values = {"member_id": trip.member_id, "booking_id": trip.booking_id, "now": now}
            self.attempt(lambda: node.command(lambda session: trips.cancel(session, **values)), fault)

    @rule(side=SIDES, place=PLACES, fault=FAULTS, by_host=st.booleans(), with_pass=st.booleans())
    def receive(self, side: str, place: int, fault: str | None, by_host: bool, with_pass: bool) -> None:
        """The desk checks a guest in, by the pass or by name; or has to cancel."""
        node = self.network.nodes[side]
        own = self.rows(node, Visit, Visit.state == BookingState.CONFIRMED)
        if own:
            visit, now = own[place % len(own)], self.clock.now()
            text = self.visit_pass(visit) if with_pass else None
            check_in = {"booking_id": visit.booking_id, "passport_text": text, "now": now}
            verb: Callable[[Any], Any] = lambda session: desk.check_in(session, **check_in)  # noqa: E731
            if by_host and place % 4 == 0:
                verb = lambda session: desk.cancel(session, booking_id=visit.booking_id, now=now)  # noqa: E731
            self.attempt(lambda: node.command(verb), fault)

    @rule(person=st.sampled_from(PEOPLE), part=st.sampled_from(Part), fault=FAULTS)
    def walk_in(self, person: tuple[str, str], part: Part, fault: str | None) -> None:
        slug, name = person
        home, host = self.network.nodes[slug], self.network.nodes[HOST if slug == HOME else HOME]

        def issue(session: Any) -> str:
            member = session.get_one(Member, self.members[name])
            return passport_service.general(session, member, self.clock.now()).text

        def come() -> None:
            text = home.command(issue)
            host.command(lambda session: desk.walk_in(session, passport_text=text, part=part, now=self.clock.now()))

        self.attempt(come, fault)

    @rule(person=st.sampled_from(PEOPLE), credits=st.integers(1, 400), twice=st.booleans(), fault=FAULTS)
    def grant(self, person: tuple[str, str], credits: int, twice: bool, fault: str | None) -> None:
        node, grant_id = self.network.nodes[person[0]], new_id()
        for _ in range(1 + twice):
            self.attempt(lambda: self.give(node, self.members[person[1]], credits, grant_id), fault)

    @precondition(lambda self: not self.is_cut)
    @rule(side=SIDES, place=PLACES)
    def what_was_answered_is_sent_once_more(self, side: str, place: int) -> None:
        """The hub says the same again, and nothing changes."""
        node = self.network.nodes[side]
        kinds = ("stay-request", "stay-cancel", "check-in", "walk-in", "grant")
        wanted = select(Outbox).where(Outbox.state == OutboxState.ANSWERED, Outbox.kind.in_(kinds)).order_by(Outbox.id)
        answered = node.look(lambda session: list(session.scalars(wanted)))
        if answered:
            row, before = answered[place % len(answered)], self.books()
            again = node.do(lambda: uplink_service.send_row(row, timeout_seconds=5))
            assert (again.status, again.body.decode()) == (row.answer_status, row.answer_body)
            assert self.books() == before

    def books(self) -> tuple[int, int, int]:
        """The size of all that a command could change at the hub."""
        revs = select(func.count(), func.coalesce(func.sum(Booking.rev), 0)).select_from(Booking)
        entries = select(func.count()).select_from(JournalEntry)
        return self.network.hub.look(lambda session: (*session.execute(revs).one(), session.scalar(entries) or 0))

    def visit_pass(self, visit: Visit) -> str | None:
        home = self.network.nodes[visit.home]
        found = home.look(lambda session: passports.visit_pass_of(session, visit.booking_id, self.clock.now()))
        return found.text if found else None

    @invariant()
    def the_books_are_right_and_nobody_knows_more_than_was_told(self) -> None:
        if hasattr(self, "members"):
            assert invariants.always(self.network) == []


def test_nothing_is_lost_doubled_or_left_open(snapshots: Snapshots, tmp_path: Path) -> None:
    play(TwoSpaces, snapshots(Guests.found, "sqlite"), tmp_path, examples=2, steps=24)


def test_nothing_is_lost_doubled_or_left_open_on_postgresql(snapshots: Snapshots, tmp_path: Path) -> None:
    play(TwoSpaces, snapshots(Guests.found, "postgresql"), tmp_path, examples=1, steps=14)
