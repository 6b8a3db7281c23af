"""Two twins, a member of the one, and her desks at the other: what tests of passports and of the front desk start from."""

import datetime as dt
from functools import cached_property
from typing import Any

from shared.ids import new_id
from shared.keys import passport
from shared.keys.passport import PassportClaims
from shared.protocol.states import LotKind, Part
from space_node.desks import service as desks
from space_node.members import queries as member_queries
from space_node.members import service as members
from space_node.members.queries import Member
from space_node.passports import queries as passports
from space_node.passports import service as passport_service
from space_node.trips import service as trips
from space_node.uplink import queries as uplink
from space_node.visits import queries as visits
from space_node.visits import service as desk
from space_node.wallet import service as wallet
from space_node.wallet.rules import Gift
from tests.support.node import Network, NodeWorld

HOME, HOST = "lambrate", "thecube"
ADA = "Ada Bianchi"


def address_of(name: str) -> str:
    """The e-mail address of a member of the home."""
    return f"{name.lower().replace(' ', '.')}@{HOME}.test"


class Guests:
    """Lambrate sends Ada to TheCube. The clock stands at a Tuesday morning."""

    def __init__(self, network: Network) -> None:
        """Look after a network that `found` has made, or a copy of it."""
        self.network, self.clock = network, network.clock
        self.hub, self.home, self.host = network.hub, network.nodes[HOME], network.nodes[HOST]

    @classmethod
    def found(cls, network: Network) -> None:
        """Join both, twin them, give Ada ten credits and let TheCube offer three desks a day."""
        network.joined(HOME, zone="Europe/Rome")
        network.joined(HOST, zone="Europe/London", city="London", country="GB")
        town = cls(network)
        week = dict.fromkeys(range(7), (3, 3))
        town.host.command(lambda session: desks.set_weekdays(session, seats=week, now=town.now))
        network.twin(town.home, town.host)
        town.member(ADA)
        network.hub.work()
        network.sync()

    @cached_property
    def ada(self) -> Member:
        """The member whom the town begins with."""
        return self.home.look(lambda session: member_queries.require_member(session, address_of(ADA)))

    @property
    def now(self) -> dt.datetime:
        """The present instant."""
        return self.clock.now()

    @property
    def today(self) -> dt.date:
        """The date at the host."""
        return self.host.look(lambda session: visits.today(session, self.now))

    def member(self, name: str, *, credits: int = 1000) -> Member:
        """A member of the home with credits."""
        made = self.home.command(lambda session: members.add_member(session, name=name, email=address_of(name), now=self.now))
        until = self.now.date() + dt.timedelta(days=90)
        if credits:
            gift = Gift(credits=credits, kind=LotKind.PLAN, valid_from=self.now.date(), expires_on=until)
            self.home.command(
                lambda session: wallet.grant(session, grant_id=new_id(), member_id=made.id, gift=gift, now=self.now)
            )
        return made

    def book(self, *, on: dt.date | None = None, part: Part = Part.DAY, member: Member | None = None, note: str = "") -> str:
        """Book a desk for a member, on the host's today unless told otherwise; the id of the booking."""
        return self.send(self.form(on=on, part=part, note=note), member)

    def form(self, *, on: dt.date | None = None, part: Part = Part.DAY, note: str = "") -> trips.Wanted:
        """What the form for a desk asks for as it is shown, on the host's today unless told otherwise."""
        terms = self.home.look(lambda session: uplink.twinning_with(session, HOST))
        assert terms is not None
        return trips.Wanted(
            request_id=new_id(),
            booking_id=new_id(),
            host=HOST,
            on=on or self.today,
            part=part,
            terms_version=terms.version,
            price_credits=terms.price(HOST, part),
            note=note,
        )

    def send(self, form: trips.Wanted, member: Member | None = None) -> str:
        """Send such a form; the id of its booking."""
        who = member or self.ada
        self.home.command(lambda session: trips.request(session, member_id=who.id, wanted=form, now=self.now))
        return form.booking_id

    def booked(self, **about: Any) -> str:
        """A booking of which the host has heard."""
        booking_id = self.book(**about)
        self.host.sync()
        return booking_id

    def visit_pass(self, booking_id: str) -> str:
        """The text of the pass for a booking."""
        found = self.home.look(lambda session: passports.visit_pass_of(session, booking_id, self.now))
        assert found is not None
        return found.text

    def passport(self, member: Member | None = None) -> str:
        """The text of a member's general passport."""
        return self.home.command(lambda session: passport_service.general(session, member or self.ada, self.now)).text

    def forged(self, node: NodeWorld | None = None, **changed: Any) -> str:
        """A passport that a node signs as its own, whatever stands in it."""
        signer = node or self.home
        claims = {
            "issuer": signer.slug,
            "issued_at": self.now,
            "expires_at": self.now + dt.timedelta(days=7),
            "cti": bytes(16),
            "status_list_number": 0,
            "status_index": 7,
            "display_name": "Ada",
            "tier": 1,
        }
        return passport.issue(PassportClaims(**(claims | changed)), signer.node.ring.active("passport", self.now))  # type: ignore[arg-type]

    def scan(self, text: str) -> desk.Scan:
        """What the host's desk sees."""
        return self.host.look(lambda session: desk.scan(session, text, self.now))

    def check_in(self, booking_id: str, text: str | None = None) -> Any:
        """Check in at the host's desk; the visit as it stands after the hub has had its chance to answer."""
        self.host.command(lambda session: desk.check_in(session, booking_id=booking_id, passport_text=text, now=self.now))
        return self.visit(booking_id)

    def walk_in(self, text: str, part: Part = Part.DAY) -> Any:
        """Receive a walk-in at the host's desk; the visit as it stands after the hub has had its chance to answer."""
        return self.visit(
            self.host.command(lambda session: desk.walk_in(session, passport_text=text, part=part, now=self.now).booking_id)
        )

    def arrivals(self) -> list[visits.Arrival]:
        """Today's list at the host."""
        return self.host.look(lambda session: visits.arrivals_today(session, self.now))

    def visit(self, booking_id: str) -> Any:
        """The host's row of a visit."""
        return self.host.look(lambda session: visits.require(session, booking_id))
