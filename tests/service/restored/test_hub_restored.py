"""A hub comes back from the morning's backup while nodes go on: no seat is sold twice, nobody has to repair anything."""

from pathlib import Path

import pytest

from federation.bookings.models import Booking
from federation.credits import queries as ledger
from federation.recovery import queries as recovery
from shared.http import Answer, PeerUnreachable
from shared.protocol.states import BookingState
from space_node.desks import service as desks
from space_node.recovery import service as told_again
from space_node.trips import service as trips
from space_node.uplink.service import exchange
from space_node.visits.models import Visit
from tests.support import invariants
from tests.support.backups import back_up, put_back
from tests.support.guests import Guests
from tests.support.trading import DAY, HOUR, MINUTE, TradingDay, settle

pytestmark = pytest.mark.engines_in_turn


def test_a_day_that_the_hub_forgot_is_told_again_and_comes_out_the_same(guests: Guests, tmp_path: Path) -> None:
    day, hub = TradingDay(guests), guests.hub
    day.morning()
    file = back_up(hub, tmp_path / "morning")
    day.day()
    before, balance = day.states(), hub.look(ledger.trial_balance)
    assert before[day.refused] == before[day.unpaid] == BookingState.REFUSED
    assert before[day.second] == BookingState.CONFIRMED
    put_back(hub, file)
    # Who asks meanwhile is neither sold anything nor refused: it waits.
    asked = guests.book(on=day.tomorrow + 5 * DAY, member=day.people[1])
    assert day.states()[asked] == BookingState.REQUESTED
    guests.home.sync()
    hub.work()
    assert hub.look(recovery.recovering_since) is not None
    settle(guests)
    assert hub.look(recovery.recovering_since) is None
    assert {booking: state for booking, state in day.states().items() if booking != asked} == before
    assert day.states()[asked] == BookingState.CONFIRMED
    guests.home.command(lambda s: trips.cancel(s, member_id=day.people[1].id, booking_id=asked, now=guests.now))
    settle(guests)
    assert hub.look(ledger.trial_balance) == balance
    assert invariants.always(guests.network) == []
    assert invariants.at_rest(guests.network) == []
    assert hub.look(recovery.calls) == []


def test_what_is_cut_short_while_it_is_told_again_is_told_on(sqlite_guests: Guests, tmp_path: Path) -> None:
    town = sqlite_guests
    file = back_up(town.hub, tmp_path / "morning")
    town.clock.advance(10 * MINUTE)
    kept = [town.booked(on=town.today + DAY), town.booked(on=town.today + 2 * DAY)]
    put_back(town.hub, file)
    town.home.do(exchange.poll)
    told: list[str] = []

    def busy(method: str, path: str, answer: Answer) -> Answer:
        told.append(path)
        return Answer(503, {}, b"") if "/requests/" in path else answer

    town.network.transport.tamper = busy
    town.home.do(told_again.tell_again)
    assert [path for path in told if "/requests/" in path] == told[-1:]
    town.network.transport.tamper = None
    town.home.do(told_again.tell_again)
    settle(town)
    assert {TradingDay(town).states()[booking] for booking in kept} == {BookingState.CONFIRMED}
    assert invariants.at_rest(town.network) == []


def test_who_is_away_is_waited_for_an_hour_and_honoured_as_far_as_there_is_room(guests: Guests, tmp_path: Path) -> None:
    hub, day = guests.hub, TradingDay(guests)
    day.morning()
    file = back_up(hub, tmp_path / "morning")
    guests.clock.advance(10 * MINUTE)
    kept = guests.booked(on=day.tomorrow + DAY)
    put_back(hub, file)
    guests.host.sync()
    hub.work()
    guests.clock.advance(HOUR - MINUTE)
    hub.work()
    assert hub.look(recovery.recovering_since) is not None
    guests.clock.advance(2 * MINUTE)
    hub.work()
    assert hub.look(recovery.recovering_since) is None
    settle(guests)
    held = hub.look(lambda s: s.get(Booking, kept))
    assert held is not None
    assert (held.state, day.states()[kept]) == (BookingState.CONFIRMED, BookingState.CONFIRMED)
    assert invariants.at_rest(guests.network) == []


def test_what_a_late_host_offered_before_counts_before_what_it_offers_anew(guests: Guests, tmp_path: Path) -> None:
    hub, host, day = guests.hub, guests.host, TradingDay(guests)
    day.morning()
    file = back_up(hub, tmp_path / "morning")
    guests.clock.advance(10 * MINUTE)
    host.command(lambda s: desks.set_weekdays(s, seats=dict.fromkeys(range(7), (1, 2)), now=guests.now))
    put_back(hub, file)
    guests.home.sync()
    guests.clock.advance(DAY)
    hub.work()
    assert hub.look(recovery.recovering_since) is None
    # A day later a day more can be booked; the node offers it at once, before it hears that the hub was restored.
    host.repair()
    settle(guests)
    assert invariants.at_rest(guests.network) == []


def test_a_hub_is_restored_again_before_anybody_has_told_it_what_it_forgot(guests: Guests, tmp_path: Path) -> None:
    hub, day = guests.hub, TradingDay(guests)
    file = back_up(hub, tmp_path / "morning")
    guests.clock.advance(HOUR)
    kept = guests.booked(on=day.tomorrow)
    put_back(hub, file)
    guests.clock.advance(HOUR)
    again = back_up(hub, tmp_path / "noon")
    guests.clock.advance(HOUR)
    put_back(hub, again)
    settle(guests)
    assert day.states()[kept] == BookingState.CONFIRMED
    assert invariants.at_rest(guests.network) == []


def test_a_host_hears_that_a_stay_of_the_forgotten_life_is_refused_in_this_one(sqlite_guests: Guests, tmp_path: Path) -> None:
    town = sqlite_guests
    file = back_up(town.hub, tmp_path / "morning")
    town.clock.advance(10 * MINUTE)

    def lost(_method: str, path: str, answer: Answer) -> Answer:
        if "/requests/" in path:
            raise PeerUnreachable(reason="timeout")
        return answer

    town.network.transport.tamper = lost
    booked = town.booked(on=town.today + DAY)
    town.network.transport.tamper = None
    assert town.visit(booked).state == BookingState.CONFIRMED
    put_back(town.hub, file)
    town.clock.advance(3 * DAY)
    settle(town)
    refused = town.book(on=town.today - DAY)
    town.host.sync()
    assert (TradingDay(town).states()[booked], town.visit(booked).state) == (BookingState.REFUSED, BookingState.REFUSED)
    assert town.host.look(lambda session: session.get(Visit, refused)) is None
    assert invariants.at_rest(town.network) == []
