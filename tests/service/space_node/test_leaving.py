"""A space leaves: nothing new from the first word on, what was promised is kept or cancelled free, then every tie ends."""

import datetime as dt
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from federation.bookings.models import Booking
from federation.credits import queries as ledger
from federation.leaving import service as hub_leaving
from federation.leaving.errors import StillOpen
from federation.operators.models import AuditEntry
from federation.rsvps.models import SeatSession
from shared.protocol.states import BookingState, RsvpState, SessionState, SpaceState
from space_node.calendar import queries as calendar
from space_node.hosting import queries as hosting
from space_node.hosting import service as hosting_service
from space_node.leaving import service
from space_node.leaving.errors import NoteMissing
from space_node.trips import queries as trips
from space_node.uplink import queries as uplink
from space_node.uplink.service import exchange
from space_node.wallet.cli import group as credits_group
from space_node.wallet.errors import SpaceTakesLeave
from space_node.wallet.models import Grant, GrantState
from tests.support.away import sent
from tests.support.evening import Evening
from tests.support.guests import HOME, HOST, Guests
from tests.support.helping import Helping
from tests.support.node import NodeWorld

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def leave(node: NodeWorld, *, cancel_open: bool = False, note: str = "") -> dict[str, Any]:
    """Ask to leave; what is still open, where anything is."""
    entry = node.do(lambda: service.ask_to_leave(cancel_open=cancel_open, note=note))
    return {name: count for name, count in entry["open"].items() if count}


def settle(guests: Guests, after: dt.timedelta = dt.timedelta(minutes=2)) -> None:
    guests.clock.advance(after)
    guests.hub.work()
    guests.network.sync()


def standing(node: NodeWorld) -> str:
    return node.look(lambda s: str(uplink.require_identity(s).state))


def test_a_space_with_nothing_open_has_left_a_minute_later(guests: Guests) -> None:
    home, twin = guests.home, guests.host
    ada = guests.ada
    assert leave(home) == {}
    assert guests.hub.state(HOME) == SpaceState.LEAVING
    settle(guests)
    assert (guests.hub.state(HOME), standing(home)) == (SpaceState.LEFT, SpaceState.LEFT)
    assert twin.look(lambda s: (uplink.twinning_with(s, HOME), [one.slug for one in uplink.directory(s)])) == (None, [HOST])
    assert guests.hub.look(lambda s: ledger.wallet(s, HOME, ada.guest)["lots"]) == []
    assert guests.hub.look(ledger.audit_faults) == []
    settle(guests)
    twin.do(partial(exchange.fetch_lists, everything=True))
    assert twin.look(lambda s: uplink.encryption_key(s, HOME, guests.now)) is None


def test_a_space_that_takes_its_leave_grants_nothing(guests: Guests) -> None:
    words = ("grant", "--member", guests.ada.email, "--credits", "1")
    leave(guests.home)
    # The news of it is still to be read here, so the hub is asked.
    unheard = guests.home.run(credits_group, *words)
    assert (unheard.exit_code, "A space that is leaving the network cannot do this any more." in unheard.output) == (1, True)
    asked = len(sent(guests, "grant"))
    for state, go_on in ((SpaceState.LEAVING, guests.home.sync), (SpaceState.LEFT, partial(settle, guests))):
        go_on()
        assert standing(guests.home) == state
        assert isinstance(guests.home.run(credits_group, *words).exception, SpaceTakesLeave)
    assert len(sent(guests, "grant")) == asked


def test_what_was_held_for_a_suspended_space_comes_back_when_it_leaves_and_nothing_waits_for_ever(guests: Guests) -> None:
    guests.hub.suspend(HOME, "Nobody answers.")
    assert guests.home.run(credits_group, "grant", "--member", guests.ada.email, "--credits", "1").exit_code == 0
    (held,) = guests.home.look(lambda s: s.scalars(select(Grant).where(Grant.state == GrantState.ASKED)).all())
    leave(guests.home)
    for _ in range(3):
        settle(guests)
        guests.home.repair()
    settle(guests, dt.timedelta(days=2))
    guests.home.repair()
    contact = guests.home.look(uplink.hub_contact)
    assert (standing(guests.home), contact.waiting_count, contact.parked_count) == (SpaceState.LEFT, 0, 1)
    answered = guests.home.look(lambda s: s.get_one(Grant, held.id))
    assert (answered.state, answered.reason) == (GrantState.REFUSED, "A space that has left the network cannot do this any more.")


def test_what_ends_by_itself_at_a_space_that_takes_its_leave_parks_nothing(guests: Guests) -> None:
    town, home = Helping(guests), guests.home
    town.introduced()
    ask_id = town.ask()
    leave(home)
    # The hub has not yet looked what is still open.
    guests.clock.advance(15 * DAY)
    home.sync()
    home.repair()
    assert (standing(home), town.ask_row(ask_id).state) == (SpaceState.LEAVING, "closed")
    assert home.look(uplink.hub_contact).parked_count == 0
    settle(guests)
    assert standing(home) == SpaceState.LEFT
    assert town.states(guests.ada, home)[0] == "introduced"
    home.do(lambda: home.node.ring.rotate("signing", guests.now))
    guests.clock.advance(20 * DAY)
    home.repair()
    contact = home.look(uplink.hub_contact)
    assert (contact.waiting_count, contact.parked_count) == (0, 0)
    assert town.states(guests.ada, home)[0] == "ended"


def test_what_was_promised_is_kept_while_a_space_leaves_and_nothing_new_begins(guests: Guests) -> None:
    booking_id = guests.booked()
    assert leave(guests.home) == {"stays_away": 1}
    settle(guests)
    refused = guests.book(on=guests.today + DAY)
    trip = guests.home.look(lambda s: trips.mine(s, booking_id=refused, member_id=guests.ada.id))
    assert (trip.state, trip.reason) == (BookingState.REFUSED, "space-not-active")
    guests.check_in(booking_id, guests.visit_pass(booking_id))
    guests.clock.advance(12 * HOUR)
    settle(guests)
    assert leave(guests.home) == {"position_credits": -150}
    settle(guests)
    assert guests.hub.state(HOME) == SpaceState.LEAVING
    about = {"slug": HOME, "actor": "ada@hub.test"}
    with pytest.raises(StillOpen, match=r"a position of -1\.5 credits"):
        guests.hub.command(lambda s: hub_leaving.complete(s, **about, now=guests.now))
    guests.hub.command(lambda s: hub_leaving.complete(s, **about, settled="Bank transfer, 30 March.", now=guests.now))
    assert guests.hub.state(HOME) == SpaceState.LEFT
    entries = guests.hub.look(lambda s: [one.detail for one in s.query(AuditEntry) if one.action == "space.left"])
    assert entries == [{"settled": "Bank transfer, 30 March.", "position_credits": -150}]
    assert guests.hub.look(lambda s: (ledger.trial_balance(s).total, ledger.audit_faults(s))) == (0, [])


@pytest.mark.parametrize("leaver", [HOME, HOST])
def test_what_is_to_come_is_cancelled_for_nothing_on_both_sides(guests: Guests, leaver: str) -> None:
    booking_id = guests.booked(on=guests.today + DAY)
    guests.clock.advance(20 * HOUR)
    assert leave(guests.network.nodes[leaver], cancel_open=True) == {}
    settle(guests)
    assert guests.hub.look(lambda s: s.get_one(Booking, booking_id).charged_credits) == 0
    assert guests.hub.state(leaver) == SpaceState.LEFT
    assert guests.visit(booking_id).state in (BookingState.CANCELLED_BY_GUEST, BookingState.CANCELLED_BY_HOST)


def test_past_events_keep_their_numbers_and_those_to_come_are_called_off_with_a_word(guests: Guests) -> None:
    """Edge cases 35 and 65: seats taken and who came stay counted, at the hub and at the host; names of who left go."""
    past = Evening(guests)
    past_id = past.coming()
    past.evening_comes()
    past.check_in(past_id)
    settle(guests, DAY)
    coming = Evening(guests)
    coming_id = coming.coming()
    assert leave(guests.home)["seats_away"] == 1
    assert leave(guests.home, cancel_open=True) == {}
    settle(guests)
    assert guests.hub.state(HOME) == SpaceState.LEFT
    assert past.host.command(lambda s: hosting_service.forget_departed(s, guests.now)) == 2
    assert (past.guest(past_id).name, past.guest(past_id).home, past.guest(past_id).state) == ("", HOME, RsvpState.ATTENDED)
    assert coming.guest(coming_id).state == RsvpState.CANCELLED_BY_MEMBER
    assert past.host.look(lambda s: hosting.attendance(s, since=guests.now - 9 * DAY, until=guests.now)) == [(HOME, True, 1)]

    with pytest.raises(NoteMissing):
        leave(guests.host, cancel_open=True)
    assert leave(guests.host, cancel_open=True, note="We close. Thank you all.") == {}
    assert guests.hub.look(lambda s: s.get_one(SeatSession, coming.session_id).state) == SessionState.CANCELLED
    settle(guests)
    assert guests.hub.state(HOST) == SpaceState.LEFT
    seat = guests.hub.look(lambda s: s.get_one(SeatSession, past.session_id))
    assert guests.hub.look(lambda s: s.merge(seat, load=False).pools["in_person"].taken) == 1


def test_an_event_held_with_others_goes_on_without_the_space_that_leaves(guests: Guests) -> None:
    evening = Evening(guests)
    evening.hold_together()
    assert leave(guests.home, cancel_open=True, note="We close.") == {}
    evening.sync()
    assert guests.host.look(lambda s: calendar.holders(s, evening.event_id)) == [HOST]
    assert guests.hub.look(lambda s: s.get_one(SeatSession, evening.session_id).state) == SessionState.SCHEDULED
