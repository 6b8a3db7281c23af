"""A member of two spaces says so at both: codes between real nodes and a real hub, and one seat for one person."""

import datetime as dt

import pytest
import sqlalchemy as sa

from shared.errors import Gone, NotFound
from shared.http import Answer, PeerUnreachable
from shared.protocol.states import RsvpReason, RsvpState
from shared.signin.throttle import FREE_PER_ACCOUNT, TooManyAttempts
from space_node.db import Outbox
from space_node.erasures import service as erasures
from space_node.members import service as members
from space_node.members.queries import Member
from space_node.memberships import queries, service
from space_node.memberships.errors import LinkCodeMalformed
from space_node.memberships.models import LinkedMembership
from space_node.rsvps import queries as places
from tests.support.evening import Evening
from tests.support.guests import ADA, Guests
from tests.support.node import NodeWorld


def code_of(node: NodeWorld, member: Member) -> str:
    return node.do(lambda: service.give_code(member.guest)[0])


def enter(node: NodeWorld, member: Member, code: str) -> None:
    node.do(lambda: service.enter_code(member.id, member.guest, code, secret="a secret"))


def elsewhere(node: NodeWorld, member: Member) -> queries.Elsewhere:
    return node.look(lambda session: queries.elsewhere(session, member.guest))


def undo(guests: Guests, node: NodeWorld, member: Member) -> None:
    node.command(lambda session: service.undo(session, member, now=guests.now))


def outcome(node: NodeWorld, member: Member, rsvp_id: str) -> tuple[str, str | None]:
    found = node.look(lambda session: places.mine(session, rsvp_id=rsvp_id, member_id=member.id))
    return found.state, found.reason


def member_there(guests: Guests) -> Member:
    """Ada's membership at the host."""
    return guests.host.command(lambda s: members.add_member(s, name=ADA, email="ada@thecube.test", now=guests.now))


def linked(guests: Guests) -> Member:
    """Ada's membership at the host, linked with hers at home."""
    there = member_there(guests)
    enter(guests.host, there, code_of(guests.home, guests.ada))
    guests.network.sync()
    return there


def test_a_member_of_two_spaces_has_one_seat(guests: Guests) -> None:
    """Edge case 3: linked by the person, at both homes; the second request is refused as a duplicate, and says no more."""
    evening, there = Evening(guests), linked(guests)
    assert elsewhere(guests.home, guests.ada) == (["Thecube"], False)
    assert elsewhere(guests.host, there) == (["Lambrate"], False)
    first = evening.coming()
    second = evening.ask(there, at=guests.host)
    assert outcome(guests.home, guests.ada, first) == (RsvpState.CONFIRMED, None)
    assert outcome(guests.host, there, second) == (RsvpState.REFUSED, RsvpReason.DUPLICATE)
    undo(guests, guests.home, guests.ada)
    guests.network.sync()
    assert [elsewhere(guests.home, guests.ada), elsewhere(guests.host, there)] == [([], False), ([], False)]
    third = evening.ask(there, at=guests.host)
    assert outcome(guests.host, there, third) == (RsvpState.CONFIRMED, None)


def test_a_code_is_read_however_it_is_typed_and_neither_side_keeps_it(sqlite_guests: Guests) -> None:
    guests, there = sqlite_guests, member_there(sqlite_guests)
    code = code_of(guests.home, guests.ada)
    enter(guests.host, there, f" {code.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')} ")
    assert elsewhere(guests.host, there).names == ["Lambrate"]
    with pytest.raises(Gone):
        enter(guests.host, there, code)
    with pytest.raises(LinkCodeMalformed):
        enter(guests.host, there, code[:-1])
    assert guests.home.look(lambda s: s.scalars(sa.select(Outbox).where(Outbox.subject.startswith("membership/"))).all()) == []


def test_guesses_get_slower_and_a_good_code_starts_anew(sqlite_guests: Guests) -> None:
    guests, there, wrong = sqlite_guests, member_there(sqlite_guests), "0000-0000-0000-0000"
    for _ in range(FREE_PER_ACCOUNT - 1):
        with pytest.raises(NotFound):
            enter(guests.host, there, wrong)
    enter(guests.host, there, code_of(guests.home, guests.ada))
    for _ in range(FREE_PER_ACCOUNT):
        with pytest.raises(NotFound):
            enter(guests.host, there, wrong)
    with pytest.raises(TooManyAttempts):
        enter(guests.host, there, wrong)


def test_while_the_hub_is_away_there_is_no_code_and_a_link_is_undone_later(sqlite_guests: Guests) -> None:
    guests, there = sqlite_guests, linked(sqlite_guests)
    guests.network.transport.cut()
    with pytest.raises(PeerUnreachable):
        code_of(guests.home, guests.ada)
    for _ in range(2):
        undo(guests, guests.home, guests.ada)
    assert elsewhere(guests.home, guests.ada) == (["Thecube"], True)
    guests.network.transport.heal()
    guests.clock.advance(dt.timedelta(minutes=1))
    guests.network.sync()
    assert [elsewhere(guests.home, guests.ada), elsewhere(guests.host, there)] == [([], False), ([], False)]
    undo(guests, guests.home, guests.ada)
    assert guests.home.look(lambda s: s.scalar(sa.select(sa.func.count()).where(Outbox.kind == "membership-end"))) == 1


def test_what_the_hub_does_not_undo_stands(sqlite_guests: Guests) -> None:
    guests, transport = sqlite_guests, sqlite_guests.network.transport
    linked(guests)
    refused = Answer(409, {"Content-Type": "application/problem+json"}, b'{"type": "about:blank", "status": 409}')
    transport.tamper = lambda _method, url, answer: refused if url.endswith("/unlink") else answer
    undo(guests, guests.home, guests.ada)
    assert elsewhere(guests.home, guests.ada) == (["Thecube"], False)


def test_who_is_forgotten_is_linked_nowhere(sqlite_guests: Guests) -> None:
    guests, there = sqlite_guests, linked(sqlite_guests)
    guests.home.command(lambda s: erasures.forget(s, member_id=guests.ada.id, now=guests.now))
    guests.network.sync()
    assert guests.home.look(lambda s: s.scalars(sa.select(LinkedMembership)).all()) == []
    assert elsewhere(guests.host, there) == ([], False)
