"""Asking for a seat from home: answered once by the hub, as data, whatever happens on the way."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.rsvps.models import Rsvp as AtHub
from shared.ids import new_id
from shared.protocol.states import RsvpOrigin, RsvpState, SeatKind, SessionMode
from space_node.calendar.errors import EventUnknown
from space_node.db import Outbox
from space_node.members.queries import Member
from space_node.rsvps import service
from space_node.rsvps.errors import HostKeysMissing, NothingToAnswer, RsvpUnknown
from space_node.rsvps.models import Rsvp
from space_node.rsvps.rules import Pressed
from space_node.uplink.models import KeyListCopy
from tests.support.evening import Evening
from tests.support.guests import Guests

SOON = dt.timedelta(seconds=10)
HOUR = dt.timedelta(hours=1)


def press(evening: Evening, rsvp_id: str, pressed: Pressed, member: Member | None = None, **more: Any) -> Rsvp:
    who = member or evening.guests.ada
    evening.home.command(
        lambda session: service.press(session, pressed, member_id=who.id, rsvp_id=rsvp_id, now=evening.now, **more)
    )
    return evening.place(rsvp_id, who)


def became(evening: Evening, *places: tuple[str, Member]) -> list[str]:
    return [str(evening.place(rsvp_id, member).state) for rsvp_id, member in places]


def sent(evening: Evening, *kinds: str) -> list[Outbox]:
    wanted = select(Outbox).where(Outbox.kind.in_(kinds)).order_by(Outbox.id)
    return evening.home.look(lambda session: list(session.scalars(wanted)))


def all_of(evening: Evening) -> list[Rsvp]:
    return evening.home.look(lambda session: list(session.scalars(select(Rsvp).order_by(Rsvp.asked_at, Rsvp.id))))


def test_a_seat_is_confirmed_at_once_and_the_hub_learns_no_name(guests: Guests) -> None:
    evening = Evening(guests)
    found = evening.place(evening.coming(party=2))
    assert (found.state, found.rev, found.party, found.title) == (RsvpState.CONFIRMED, 1, 2, "Presentation Lunch")
    assert (found.asked_at, found.answered_at, found.was_sure) == (evening.now, evening.now, True)
    assert [(person.name, person.shares) for person in evening.people()] == [("Ada", False)]
    stored = guests.hub.look(lambda session: session.get_one(AtHub, found.id))
    assert stored.card is not None
    assert '"Ada' not in stored.card
    assert not any(b'"Ada' in (one.body or b"") for one in guests.network.transport.log)


def test_the_same_form_sent_twice_or_opened_twice_is_one_place(guests: Guests) -> None:
    """Edge case 2: one row and one answer, however often it is asked."""
    evening = Evening(guests)
    asked = service.Wanted(rsvp_id=new_id(), session_id=evening.session_id, kind=SeatKind.IN_PERSON)
    for _ in range(2):
        evening.home.command(lambda session: service.ask(session, member_id=guests.ada.id, wanted=asked, now=evening.now))
    again = evening.home.command(
        lambda session: (
            service.ask(
                session, member_id=guests.ada.id, wanted=service.Wanted(**{**vars(asked), "rsvp_id": new_id()}), now=evening.now
            ).id
        )
    )
    assert again == asked.rsvp_id
    assert [row.id for row in all_of(evening)] == [asked.rsvp_id]
    assert len(sent(evening, "rsvp")) == 1


def test_a_request_that_the_wire_doubles_is_one_seat(guests: Guests) -> None:
    """Edge case 2: the same request delivered again gets the same answer."""
    evening = Evening(guests)
    rsvp_id = new_id()
    guests.network.transport.plan("duplicate", at=rsvp_id)
    evening.home.command(
        lambda session: service.ask(
            session,
            member_id=guests.ada.id,
            wanted=service.Wanted(rsvp_id=rsvp_id, session_id=evening.session_id, kind=SeatKind.IN_PERSON),
            now=evening.now,
        )
    )
    assert len(guests.network.transport.asked(rsvp_id)) == 2
    assert evening.place(rsvp_id).state == RsvpState.CONFIRMED
    assert guests.hub.look(lambda session: len(session.scalars(select(AtHub)).all())) == 1


def test_an_answer_that_got_lost_is_given_again(guests: Guests) -> None:
    """Edge case 6: the hub had decided; the retry gets what was decided then."""
    evening = Evening(guests, seats_in_person=1)
    rsvp_id = new_id()
    guests.network.transport.plan("lose_answer", at=rsvp_id)
    wanted = service.Wanted(rsvp_id=rsvp_id, session_id=evening.session_id, kind=SeatKind.IN_PERSON)
    evening.home.command(lambda session: service.ask(session, member_id=guests.ada.id, wanted=wanted, now=evening.now))
    assert evening.place(rsvp_id).state == RsvpState.ASKED
    guests.clock.advance(SOON)
    evening.sync()
    found = evening.place(rsvp_id)
    assert (found.state, found.rev) == (RsvpState.CONFIRMED, 1)


def test_while_the_hub_is_away_a_place_is_asked_and_never_more(guests: Guests) -> None:
    """Edge case 28: nothing is promised that the hub has not said; it says so when it is back."""
    evening = Evening(guests)
    guests.network.transport.cut()
    rsvp_id = evening.ask()
    found = evening.place(rsvp_id)
    assert (found.state, found.rev, found.answered_at, found.was_sure) == (RsvpState.ASKED, 0, None, False)
    guests.network.transport.heal()
    guests.clock.advance(SOON)
    evening.sync()
    assert evening.place(rsvp_id).state == RsvpState.CONFIRMED


def test_what_was_asked_while_the_hub_was_away_comes_to_it_in_the_order_of_pressing(guests: Guests) -> None:
    """Edge case 25: several wishes wait at home, and the first gets the seat."""
    evening = Evening(guests, seats_in_person=1)
    people = [guests.member(f"{name} Rossi", credits=0) for name in ("Berta", "Carla", "Dora")]
    evening.sync()
    guests.network.transport.cut()
    places = []
    for person in people:
        places.append((evening.ask(person), person))
        guests.clock.advance(dt.timedelta(minutes=2))
    guests.network.transport.heal()
    evening.sync()
    evening.sync()
    assert became(evening, *places) == ["confirmed", "waitlisted", "waitlisted"]
    assert [evening.place(rsvp_id, who).place for rsvp_id, who in places[1:]] == [1, 2]


def test_a_wish_from_last_year_is_no_earlier_than_it_came(guests: Guests) -> None:
    """Edge case 26: when it was pressed counts only inside an outage that the hub has recorded."""
    evening = Evening(guests, seats_in_person=1)
    berta, carla = guests.member("Berta Rossi", credits=0), guests.member("Carla Rossi", credits=0)
    evening.ask()
    first = (evening.ask(berta), berta)
    guests.clock.advance(SOON)
    forged = new_id()
    wanted = service.Wanted(rsvp_id=forged, session_id=evening.session_id, kind=SeatKind.IN_PERSON)

    def forge(session: Session) -> None:
        service.ask(session, member_id=carla.id, wanted=wanted, now=evening.now)
        row = session.scalars(select(Outbox).where(Outbox.subject == f"rsvp/{forged}")).one()
        row.body = row.body.replace('"intent_at":"2026-', '"intent_at":"2025-')
        assert "2025-" in row.body

    evening.home.command(forge)
    evening.sync()
    evening.home.sync()
    assert [evening.place(*place).place for place in (first, (forged, carla))] == [1, 2]


def test_a_full_session_can_be_left_and_the_next_gets_the_seat(guests: Guests) -> None:
    """Edge case 4: giving back works when all is full; who wanted it at once has the seat in the same moment."""
    evening = Evening(guests, seats_in_person=1)
    berta = guests.member("Berta Rossi", credits=0)
    first, second = evening.coming(), evening.ask(berta, take_at_once=True)
    assert became(evening, (second, berta)) == ["waitlisted"]
    given = press(evening, first, Pressed.CANCEL)
    assert (given.state, given.pressed, given.held) == (RsvpState.CANCELLED_BY_MEMBER, None, None)
    evening.sync()
    assert became(evening, (second, berta)) == ["confirmed"]
    assert press(evening, first, Pressed.CANCEL).rev == given.rev
    assert len(sent(evening, "rsvp-cancel")) == 1


def test_who_asks_again_after_giving_back_is_last(guests: Guests) -> None:
    """Edge case 16: asking again is a new wish at the end of the queue."""
    evening = Evening(guests, seats_in_person=1)
    berta, carla = guests.member("Berta Rossi", credits=0), guests.member("Carla Rossi", credits=0)
    evening.ask(berta)
    first = evening.ask()
    other = evening.ask(carla)
    press(evening, first, Pressed.CANCEL)
    again = evening.ask()
    assert again != first
    guests.clock.advance(dt.timedelta(minutes=5))
    evening.sync()
    assert [evening.place(other, carla).place, evening.place(again).place] == [1, 2]


def test_a_wish_that_is_taken_back_before_it_has_arrived_takes_no_seat(guests: Guests) -> None:
    """Edge case 5: the two go one after the other, and nothing is left of it."""
    evening = Evening(guests)
    guests.network.transport.cut()
    rsvp_id = evening.ask()
    assert press(evening, rsvp_id, Pressed.CANCEL).pressed == Pressed.CANCEL
    guests.network.transport.heal()
    guests.clock.advance(SOON)
    evening.sync()
    evening.sync()
    found = evening.place(rsvp_id)
    assert (found.state, found.pressed, found.held) == (RsvpState.CANCELLED_BY_MEMBER, None, None)
    assert evening.place(evening.ask()).state == RsvpState.CONFIRMED


def test_a_switch_frees_the_seat_once_and_can_be_refused(guests: Guests) -> None:
    """Edge case 20: from the room to the link; the one seat goes to the next, and there is no way back."""
    evening = Evening(guests, mode=SessionMode.HYBRID, seats_in_person=1, seats_remote=None, join_url="https://meet.test/room")
    berta = guests.member("Berta Rossi", credits=0)
    first, second = evening.ask(), evening.ask(berta, take_at_once=True)
    switched = press(evening, first, Pressed.SWITCH, kind=SeatKind.REMOTE)
    assert (switched.state, switched.kind, switched.pressed) == (RsvpState.CONFIRMED, SeatKind.REMOTE, None)
    evening.sync()
    assert became(evening, (second, berta)) == ["confirmed"]
    assert press(evening, first, Pressed.SWITCH, kind=SeatKind.REMOTE).rev == switched.rev
    back = press(evening, first, Pressed.SWITCH, kind=SeatKind.IN_PERSON)
    assert (back.state, back.kind, back.reason) == (RsvpState.CONFIRMED, SeatKind.REMOTE, "full")


def offered(evening: Evening) -> str:
    """Ada waits for the one seat, and it is offered to her."""
    berta = evening.guests.member("Berta Rossi", credits=0)
    first, second = evening.ask(berta), evening.ask()
    press(evening, first, Pressed.CANCEL, berta)
    evening.sync()
    assert evening.place(second).state == RsvpState.OFFERED
    return second


def test_an_offer_is_taken_once(guests: Guests) -> None:
    evening = Evening(guests, seats_in_person=1)
    rsvp_id = offered(evening)
    assert evening.place(rsvp_id).offer_expires_at == evening.now + 2 * HOUR
    taken = press(evening, rsvp_id, Pressed.ACCEPT)
    assert (taken.state, taken.pressed, taken.was_sure) == (RsvpState.CONFIRMED, None, True)
    with pytest.raises(NothingToAnswer):
        press(evening, rsvp_id, Pressed.DECLINE)


def test_an_offer_is_left_to_the_next_and_the_queue_is_joined_again_at_its_end(guests: Guests) -> None:
    evening = Evening(guests, seats_in_person=1)
    rsvp_id = offered(evening)
    guests.network.transport.cut()
    assert press(evening, rsvp_id, Pressed.DECLINE).pressed == Pressed.DECLINE
    assert press(evening, rsvp_id, Pressed.DECLINE).pressed == Pressed.DECLINE
    with pytest.raises(NothingToAnswer):
        press(evening, rsvp_id, Pressed.ACCEPT)
    guests.network.transport.heal()
    guests.clock.advance(SOON)
    evening.sync()
    assert evening.place(rsvp_id).state == RsvpState.DECLINED
    assert len(sent(evening, "rsvp-action")) == 1


def test_an_offer_that_has_expired_cannot_be_taken(guests: Guests) -> None:
    evening = Evening(guests, seats_in_person=1)
    rsvp_id = offered(evening)
    guests.clock.advance(2 * HOUR)
    with pytest.raises(NothingToAnswer):
        press(evening, rsvp_id, Pressed.ACCEPT)
    evening.sync()
    assert evening.place(rsvp_id).state == RsvpState.OFFER_EXPIRED


@pytest.mark.parametrize(
    ("session", "wanted", "reason"),
    [
        ({"party_max": 3}, {"party": 4}, "party-too-large"),
        ({"mode": SessionMode.IN_PERSON}, {"kind": SeatKind.REMOTE}, "closed"),
        ({"price_credits": 200}, {"price_credits": 100}, "price-changed"),
        ({"price_credits": 5000}, {"price_credits": 5000}, "no-credit"),
        ({"seats_in_person": 0, "waiting_list": False}, {}, "full"),
    ],
)
def test_a_no_of_the_hub_is_kept_as_data(guests: Guests, session: Any, wanted: Any, reason: str) -> None:
    evening = Evening(guests, **session)
    found = evening.place(evening.ask(**wanted))
    assert (found.state, found.reason, found.held) == (RsvpState.REFUSED, reason, None)
    assert found.price_now_credits == (200 if reason == "price-changed" else None)


def test_what_cannot_be_seen_or_sealed_is_not_asked_for(guests: Guests) -> None:
    evening = Evening(guests)
    with pytest.raises(EventUnknown):
        guests.home.command(
            lambda session: service.ask(
                session,
                member_id=guests.ada.id,
                wanted=service.Wanted(rsvp_id=new_id(), session_id=new_id(), kind=SeatKind.IN_PERSON),
                now=guests.now,
            )
        )
    held = guests.home.look(lambda session: session.scalars(select(KeyListCopy.document)).one())
    guests.home.command(lambda session: setattr(session.scalars(select(KeyListCopy)).one(), "document", None))
    with pytest.raises(HostKeysMissing):
        evening.ask()
    guests.home.command(lambda session: setattr(session.scalars(select(KeyListCopy)).one(), "document", held))
    assert all_of(evening) == []


def test_a_place_is_its_members_alone(guests: Guests) -> None:
    evening = Evening(guests)
    rsvp_id, berta = evening.coming(), guests.member("Berta Rossi", credits=0)
    for work in (
        lambda: press(evening, rsvp_id, Pressed.CANCEL, berta),
        lambda: evening.home.command(
            lambda session: service.set_sharing(session, member_id=berta.id, rsvp_id=rsvp_id, shares=True, now=evening.now)
        ),
        lambda: evening.home.command(
            lambda session: service.ask(
                session,
                member_id=berta.id,
                wanted=service.Wanted(rsvp_id=rsvp_id, session_id=evening.session_id, kind=SeatKind.IN_PERSON),
                now=evening.now,
            )
        ),
    ):
        with pytest.raises(RsvpUnknown):
            work()
    assert evening.place(rsvp_id).origin == RsvpOrigin.HOME
