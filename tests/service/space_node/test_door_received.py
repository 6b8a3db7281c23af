"""People without a seat: a free one of the hub's, else one of the door's, and nobody who waits or has an offer is overtaken."""

import datetime as dt
from functools import partial

import pytest

from shared.protocol.states import Reach, RsvpOrigin, RsvpReason, RsvpState, SessionMode
from space_node.door.errors import DoorClosed, DoorPassportRefused, NoDoorSeat
from space_node.hosting import queries, service
from space_node.hosting.queries import Group
from space_node.rsvps import service as taking_part
from space_node.rsvps.rules import Pressed
from space_node.uplink.service import exchange
from tests.support.evening import Evening
from tests.support.guests import HOME, HOST, Guests


def left(evening: Evening) -> int | None:
    at = evening.host.look(lambda s: queries.held(s, evening.session_id).session)
    return evening.host.look(lambda s: queries.counts(s, at)).door_left


def test_somebody_with_a_passport_gets_a_free_seat_of_the_hub(guests: Guests) -> None:
    evening = Evening(guests, door_seats=1)
    evening.evening_comes()
    guest = evening.receive(guests.passport())
    assert (guest.state, guest.origin, guest.home, guest.name) == (RsvpState.ATTENDED, RsvpOrigin.DOOR, HOME, "Ada")
    assert (guest.door_seat, guest.arrived_at, left(evening)) == (False, guests.now, 1)
    guests.home.sync()
    assert evening.place(guest.id).state == RsvpState.ATTENDED
    assert evening.receive(guests.passport()).id == guest.id


def test_a_full_session_gives_a_seat_of_the_door_and_then_none(guests: Guests) -> None:
    evening = Evening(guests, seats_in_person=2, door_seats=1)
    evening.coming()
    evening.evening_comes()
    guest = evening.receive(name="Zoe")
    assert (guest.state, guest.home, guest.name, guest.door_seat) == (RsvpState.ATTENDED, HOST, "Zoe", True)
    assert left(evening) == 0
    refused = evening.receive(name="Yan")
    assert (refused.state, refused.reason, refused.arrived_at) == (RsvpState.REFUSED, RsvpReason.FULL, None)
    assert [one.name for one in evening.people() if one.group is not Group.OFF] == ["Ada", "Zoe"]


def test_a_walk_in_takes_no_seat_that_is_offered_or_waited_for(guests: Guests) -> None:
    """Edge case 23: a walk-in at the door when offers are out."""
    evening = Evening(guests, seats_in_person=2, door_seats=1, starts_local=f"{guests.today + dt.timedelta(days=1)}T07:30")
    first = evening.coming()
    evening.coming("Bob")
    evening.host.command(lambda s: service.cancel(s, session_id=evening.session_id, rsvp_id=first, now=evening.now))
    evening.sync()
    seats = [one for one in evening.people() if one.state == RsvpState.OFFERED]
    assert len(seats) == 1
    guest = evening.receive(name="Zoe")
    assert (guest.state, guest.door_seat) == (RsvpState.ATTENDED, True)
    assert evening.receive(name="Yan").state == RsvpState.REFUSED
    assert [one.state for one in evening.people() if one.group is Group.WAITING] == [RsvpState.OFFERED]


def test_while_the_hub_is_away_the_door_gives_its_own_seats_and_no_more(guests: Guests) -> None:
    evening = Evening(guests, seats_in_person=5, door_seats=1)
    evening.evening_comes()
    guests.network.transport.cut()
    guests.clock.advance(dt.timedelta(minutes=2))
    guest = evening.receive(name="Zoe")
    assert (guest.state, guest.door_seat, guest.arrived_at) == (RsvpState.ASKED, True, guests.now)
    with pytest.raises(NoDoorSeat):
        evening.receive(name="Yan")
    guests.network.transport.heal()
    guests.clock.advance(dt.timedelta(hours=1))
    guests.host.sync()
    guest = evening.guest(guest.id)
    assert (guest.state, guest.report_id) == (RsvpState.ATTENDED, None)


def test_a_silent_hub_is_noticed_at_once_and_its_late_answer_gives_the_doors_seat_back(guests: Guests) -> None:
    evening = Evening(guests, seats_in_person=5, door_seats=1)
    evening.evening_comes()
    guests.network.transport.plan("drop_request")
    guest = evening.receive(name="Zoe")
    assert (guest.state, guest.door_seat, left(evening)) == (RsvpState.ASKED, True, 0)
    guests.clock.advance(dt.timedelta(hours=1))
    guests.host.sync()
    guest = evening.guest(guest.id)
    assert (guest.state, guest.door_seat, left(evening)) == (RsvpState.ATTENDED, False, 1)


def test_who_has_given_the_seat_back_before_the_hubs_late_answer_is_not_reported_as_here(guests: Guests) -> None:
    """The hub gives a seat and the desk does not hear of it; the member cancels at home, and that news comes first."""
    evening = Evening(guests, seats_in_person=5)
    evening.evening_comes()
    text = guests.passport()
    guests.network.transport.plan("lose_answer")
    guest = evening.receive(text)
    assert (guest.state, guest.arrived_at) == (RsvpState.ASKED, None)
    guests.home.sync()
    back = partial(taking_part.press, pressed=Pressed.CANCEL, member_id=guests.ada.id, rsvp_id=guest.id, now=guests.now)
    guests.home.command(back)
    guests.host.do(exchange.poll)
    assert evening.guest(guest.id).report_id is not None
    guests.clock.advance(dt.timedelta(minutes=30))
    guests.host.sync()
    guest = evening.guest(guest.id)
    assert (guest.state, guest.report_id, guest.arrived_at) == (RsvpState.CANCELLED_BY_MEMBER, None, None)
    assert guests.network.transport.asked("/attendance") == []


@pytest.mark.parametrize("first", [exchange.deliver, exchange.poll], ids=["answer first", "news first"])
def test_who_was_let_in_on_a_seat_of_the_door_and_cancels_at_home_leaves_it_free_and_is_still_seen(guests: Guests, first) -> None:
    evening = Evening(guests, seats_in_person=5, door_seats=1)
    evening.evening_comes()
    text = guests.passport()
    guests.network.transport.plan("lose_answer")
    guest = evening.receive(text)
    assert (guest.state, guest.door_seat, left(evening)) == (RsvpState.ASKED, True, 0)
    guests.home.sync()
    back = partial(taking_part.press, pressed=Pressed.CANCEL, member_id=guests.ada.id, rsvp_id=guest.id, now=guests.now)
    guests.home.command(back)
    guests.clock.advance(dt.timedelta(minutes=30))
    guests.host.do(first)
    guests.host.sync()
    guest = evening.guest(guest.id)
    assert (guest.state, left(evening)) == (RsvpState.CANCELLED_BY_MEMBER, 1)
    assert [(one.group, one.problem) for one in evening.people()] == [(Group.HERE, "rsvp-over")]


def test_who_waits_for_a_silent_hub_without_a_seat_of_the_door_is_not_here_yet(guests: Guests) -> None:
    evening = Evening(guests, seats_in_person=5)
    evening.evening_comes()
    guests.network.transport.plan("drop_request")
    guest = evening.receive(name="Zoe")
    assert (guest.state, guest.arrived_at) == (RsvpState.ASKED, None)
    assert evening.people()[0].group is Group.UNSURE
    guests.clock.advance(dt.timedelta(minutes=30))
    guests.host.sync()
    assert (evening.guest(guest.id).state, evening.people()[0].group) == (RsvpState.CONFIRMED, Group.EXPECTED)
    assert evening.check_in(guest.id).state == RsvpState.ATTENDED


def test_who_was_let_in_stays_noted_when_the_hub_finds_one_too_many(guests: Guests) -> None:
    evening = Evening(guests, seats_in_person=2, door_seats=2)
    evening.evening_comes()
    guests.network.transport.cut()
    guests.clock.advance(dt.timedelta(minutes=2))
    first, second = evening.receive(name="Zoe"), evening.receive(name="Yan")
    guests.network.transport.heal()
    evening.plan(seats_in_person=2, door_seats=1)
    guests.clock.advance(dt.timedelta(hours=1))
    guests.host.sync()
    states = {evening.guest(one.id).state for one in (first, second)}
    assert states == {RsvpState.ATTENDED, RsvpState.REFUSED}
    assert [one.problem for one in evening.people() if one.problem] == ["full"]
    assert all(one.group is Group.HERE for one in evening.people())


def test_who_was_received_by_mistake_gives_the_seat_back(guests: Guests) -> None:
    evening = Evening(guests, seats_in_person=1, door_seats=1)
    evening.evening_comes()
    guest = evening.receive(guests.passport())
    assert (guest.door_seat, left(evening)) == (True, 0)
    guest = evening.undo(guest.id)
    assert (guest.state, guest.arrived_at, left(evening)) == (RsvpState.CANCELLED_BY_HOST, None, 1)
    assert evening.receive(guests.passport()).state == RsvpState.ATTENDED


def test_who_has_a_seat_is_not_given_another(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    evening.coming()
    evening.evening_comes()
    guest = evening.receive(sqlite_guests.passport())
    assert (guest.state, guest.reason, guest.arrived_at) == (RsvpState.REFUSED, RsvpReason.DUPLICATE, None)


def test_a_space_without_a_twinning_sends_people_to_what_is_open_to_the_network(sqlite_guests: Guests) -> None:
    stranger = sqlite_guests.network.joined("stranger")
    open_evening, closed = Evening(sqlite_guests), Evening(sqlite_guests, reach=Reach.TWINS)
    open_evening.evening_comes()
    text = sqlite_guests.forged(stranger)
    assert open_evening.receive(text).home == "stranger"
    with pytest.raises(DoorPassportRefused):
        closed.receive(text)
    with pytest.raises(DoorPassportRefused):
        open_evening.receive("nonsense")


def test_a_session_online_has_no_door(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests, mode=SessionMode.REMOTE)
    with pytest.raises(DoorClosed):
        evening.receive(name="Zoe")
