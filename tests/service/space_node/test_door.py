"""The door of a session: who comes is known by name, checked in once, taken back, and the hub and their home hear of it."""

import datetime as dt

import pytest

from shared.protocol.states import DoorReason, RsvpState, Verdict
from space_node.door.errors import DoorClosed, NotHereYet, NotOnTheList
from space_node.door.rules import Next
from space_node.hosting import queries, service
from space_node.hosting.errors import GuestRsvpUnknown, SessionNotHeld
from space_node.hosting.queries import Group
from tests.support.evening import Evening
from tests.support.guests import HOME, Guests

HOUR = dt.timedelta(hours=1)


def test_who_comes_stands_on_the_list_with_name_and_home(guests: Guests) -> None:
    evening = Evening(guests)
    evening.coming()
    evening.coming("Bob Rossi", party=2)
    first, second = evening.people()
    assert (first.name, first.home, first.home_name, first.group) == ("Ada", HOME, "Lambrate", Group.EXPECTED)
    assert (second.name, second.party, second.state) == ("Bob", 2, RsvpState.CONFIRMED)
    found = guests.host.look(lambda s: queries.page(s, evening.session_id, search="BO lambrate"))
    assert [one.name for one in found.rows] == ["Bob"]


def test_a_check_in_reaches_the_hub_and_the_home_once(guests: Guests) -> None:
    evening = Evening(guests)
    rsvp_id = evening.coming()
    evening.evening_comes()
    for _ in range(2):
        guest = evening.check_in(rsvp_id)
    assert (guest.state, guest.arrived_at, guest.report_id) == (RsvpState.ATTENDED, guests.now, None)
    assert len(guests.network.transport.asked("/attendance")) == 1
    guests.home.sync()
    assert evening.place(rsvp_id).state == RsvpState.ATTENDED


def test_a_check_in_works_while_the_hub_is_away_and_is_told_later(guests: Guests) -> None:
    evening = Evening(guests)
    rsvp_id = evening.coming()
    evening.evening_comes()
    guests.network.transport.cut()
    evening.check_in(rsvp_id)
    (shown,) = evening.people()
    assert (shown.group, shown.reported) == (Group.HERE, False)
    guests.network.transport.heal()
    guests.clock.advance(HOUR)
    guests.host.sync()
    (shown,) = evening.people()
    assert (shown.state, shown.reported) == (RsvpState.ATTENDED, True)


def test_a_check_in_by_mistake_is_taken_back(guests: Guests) -> None:
    evening = Evening(guests)
    rsvp_id = evening.coming()
    evening.evening_comes()
    evening.check_in(rsvp_id)
    guest = evening.undo(rsvp_id)
    assert (guest.state, guest.arrived_at) == (RsvpState.CONFIRMED, None)
    with pytest.raises(NotHereYet):
        evening.undo(rsvp_id)
    assert evening.check_in(rsvp_id).state == RsvpState.ATTENDED


def test_the_desks_word_stands_until_the_hub_has_answered_the_last_of_it(guests: Guests) -> None:
    evening = Evening(guests)
    rsvp_id = evening.coming()
    evening.evening_comes()
    guests.network.transport.cut()
    evening.check_in(rsvp_id)
    evening.undo(rsvp_id)
    evening.check_in(rsvp_id)
    guests.network.transport.heal()
    guests.clock.advance(HOUR)
    guests.host.sync()
    guest = evening.guest(rsvp_id)
    assert (guest.state, guest.report_id) == (RsvpState.ATTENDED, None)
    assert guest.arrived_at is not None


def test_who_was_missed_is_noted_and_may_still_have_come(guests: Guests) -> None:
    evening = Evening(guests)
    ada, bob = evening.coming(), evening.coming("Bob")
    evening.evening_comes()
    evening.check_in(bob)
    guests.clock.advance(9 * HOUR)
    evening.sync()
    evening.sync()
    assert evening.guest(ada).state == RsvpState.NO_SHOW
    assert evening.check_in(ada).state == RsvpState.ATTENDED


def test_the_door_is_open_from_a_day_before_until_three_days_after(sqlite_guests: Guests) -> None:
    tomorrow = sqlite_guests.today + dt.timedelta(days=2)
    evening = Evening(sqlite_guests, starts_local=f"{tomorrow.isoformat()}T19:00")
    rsvp_id = evening.coming()
    with pytest.raises(DoorClosed):
        evening.check_in(rsvp_id)
    with pytest.raises(DoorClosed):
        evening.receive(name="Eve")


def test_only_who_has_a_seat_is_checked_in(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests, seats_in_person=1)
    evening.coming()
    waiting = evening.coming("Bob")
    evening.evening_comes(hours=2)
    with pytest.raises(NotOnTheList):
        evening.check_in(waiting)
    with pytest.raises(GuestRsvpUnknown):
        evening.check_in(evening.event_id)
    with pytest.raises(SessionNotHeld):
        sqlite_guests.home.look(lambda s: queries.held(s, evening.session_id))


def test_a_passport_finds_its_owner_on_the_list(guests: Guests) -> None:
    evening = Evening(guests)
    rsvp_id = evening.coming()
    text = guests.passport()
    found = evening.scan(text)
    assert (found.verdict, found.reason, found.next) == (Verdict.AMBER, DoorReason.CHECK_IDENTITY, Next.CHECK_IN)
    assert [one.id for one in found.people] == [rsvp_id]
    evening.evening_comes()
    evening.check_in(rsvp_id)
    found = evening.scan(guests.passport())
    assert (found.reason, found.next) == (DoorReason.ALREADY_HERE, Next.WALK_IN)
    stranger = evening.scan(guests.passport(guests.member("Carla")))
    assert (stranger.verdict, stranger.next, stranger.people) == (Verdict.AMBER, Next.WALK_IN, ())
    assert evening.scan("nonsense").next is Next.NOTHING


def test_the_host_takes_somebody_off_the_list(guests: Guests) -> None:
    evening = Evening(guests)
    rsvp_id = evening.coming()
    for _ in range(2):
        guests.host.command(lambda s: service.cancel(s, session_id=evening.session_id, rsvp_id=rsvp_id, now=guests.now))
    assert evening.guest(rsvp_id).state == RsvpState.CANCELLED_BY_HOST
    assert evening.people()[0].group is Group.OFF
