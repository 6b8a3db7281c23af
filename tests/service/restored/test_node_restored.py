"""A node comes back from the morning's backup in the evening: it hears what it forgot, and speaks on above what it had said."""

from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from shared.messaging.errors import CatchingUp
from shared.messaging.outbox import OutboxState
from shared.protocol.states import RsvpState, Verdict
from space_node.db import Outbox
from space_node.desks import queries as desk_queries
from space_node.desks import service as desks
from space_node.erasures import queries as erasure_queries
from space_node.erasures import service as erasures
from space_node.members import queries as members
from space_node.network import service as network
from space_node.passports import queries as passports
from space_node.passports import service as passport_service
from space_node.recovery import service as recovery
from space_node.rsvps.models import Rsvp
from space_node.uplink import queries as uplink
from space_node.uplink.models import OwnRev
from space_node.uplink.service import exchange
from space_node.visits import service as desk
from tests.support import invariants
from tests.support.away import became, sent
from tests.support.backups import back_up, put_back
from tests.support.evening import Evening
from tests.support.guests import Guests
from tests.support.trading import DAY, TradingDay, settle

pytestmark = pytest.mark.engines_in_turn


def test_a_home_that_forgot_the_day_hears_of_it_and_its_revoked_passports_stay_revoked(guests: Guests, tmp_path: Path) -> None:
    home, day = guests.home, TradingDay(guests)
    day.morning()
    file = back_up(home, tmp_path / "morning")
    day.day()
    lost = home.command(lambda s: passport_service.general(s, guests.ada, guests.now).text)
    home.command(lambda s: passport_service.replace(s, guests.ada, guests.now))
    guests.network.sync()
    assert guests.host.look(lambda s: desk.scan(s, lost, guests.now)).verdict is Verdict.RED
    before, rev = day.states(), home.look(lambda s: s.get_one(OwnRev, "status-list").rev)
    put_back(home, file)
    with pytest.raises(CatchingUp):
        home.command(lambda s: network.set_profile(s, {**uplink.own_profile(s), "city": "Torino"}, now=guests.now))
    settle(guests)
    assert day.states() == before
    assert home.look(lambda s: s.get_one(OwnRev, "status-list").rev) >= rev
    home.command(lambda s: passport_service.general(s, guests.ada, guests.now))
    settle(guests)
    assert guests.host.look(lambda s: desk.scan(s, lost, guests.now)).verdict is Verdict.RED
    assert guests.home.look(lambda s: passports.taken_places(s, guests.now)) >= set(
        home.look(lambda s: passports.revoked_places(s, guests.now))
    )
    assert invariants.always(guests.network) == []
    assert invariants.at_rest(guests.network) == []


@pytest.mark.parametrize("heard_first", [True, False])
def test_a_form_sent_again_after_the_restore_is_the_trip_that_the_hub_has_answered(
    guests: Guests, tmp_path: Path, heard_first: bool
) -> None:
    file, form = back_up(guests.home, tmp_path / "morning"), guests.form()
    guests.send(form)
    put_back(guests.home, file)
    if heard_first:
        guests.network.transport.cut()
        guests.send(form)
        guests.network.transport.heal()
        guests.home.do(exchange.poll)
    else:
        guests.send(form)
        assert became(guests, form.booking_id) == ("refused", "id-conflict")
    settle(guests)
    assert became(guests, form.booking_id) == ("confirmed", None)
    [row] = sent(guests, "stay-request")
    assert (row.state, row.problem_slug) == (OutboxState.DISCARDED, "id-conflict")
    assert invariants.at_rest(guests.network) == []


def test_a_place_asked_for_again_after_the_restore_is_the_one_that_the_hub_has_given(guests: Guests, tmp_path: Path) -> None:
    evening, file = Evening(guests), back_up(guests.home, tmp_path / "morning")
    rsvp_id = evening.ask()
    put_back(guests.home, file)
    assert evening.ask(rsvp_id=rsvp_id) == rsvp_id
    held = partial(guests.home.look, lambda session: session.get_one(Rsvp, rsvp_id))
    assert (held().state, held().reason) == (RsvpState.REFUSED, "id-conflict")
    settle(guests)
    assert (held().state, held().reason) == (RsvpState.CONFIRMED, None)
    [row] = sent(guests, "rsvp")
    assert row.state == OutboxState.DISCARDED
    assert invariants.at_rest(guests.network) == []


def test_a_host_that_forgot_the_day_knows_its_guests_and_offers_what_it_offered_in_the_morning(
    guests: Guests, tmp_path: Path
) -> None:
    host, day = guests.host, TradingDay(guests)
    day.morning()
    file = back_up(host, tmp_path / "morning")
    offered = host.look(lambda s: desk_queries.coming_days(s, guests.today + DAY))[:10]
    day.day()
    assert host.look(lambda s: desk_queries.coming_days(s, guests.today + DAY))[:10] != offered
    put_back(host, file)
    settle(guests)
    assert host.look(lambda s: desk_queries.coming_days(s, guests.today + DAY))[:10] == offered
    assert invariants.always(guests.network) == []
    assert invariants.at_rest(guests.network) == []
    host.command(lambda s: desks.set_weekdays(s, seats=dict.fromkeys(range(7), (1, 1)), now=guests.now))
    settle(guests)
    assert invariants.at_rest(guests.network) == []
    assert host.look(lambda s: {row.state for row in s.scalars(select(Outbox))}) == {"answered"}


def test_a_space_that_has_not_joined_has_no_list_to_forget(guests: Guests) -> None:
    stranger = guests.network.node("stranger")
    assert stranger.command(lambda s: recovery.forget_own_list(s, guests.now)) == 0


@pytest.mark.parametrize("restored", ["home", "host"])
def test_whoever_was_forgotten_since_the_backup_is_forgotten_again(guests: Guests, tmp_path: Path, restored: str) -> None:
    """Edge case 70: the list of the hub is applied again to a node that comes back with the name."""
    booking_id = guests.booked(note="I bring a dog.")
    guests.network.sync()
    node = {"home": guests.home, "host": guests.host}[restored]
    file = back_up(node, tmp_path / "morning")
    ada = guests.ada
    erasure_id = guests.home.command(lambda s: erasures.forget(s, member_id=ada.id, now=guests.now).id)
    settle(guests)
    put_back(node, file)
    assert (guests.home.look(lambda s: members.member(s, ada.id)) is not None, guests.visit(booking_id).guest_name) == (
        (True, "") if restored == "home" else (False, "Ada")
    )
    settle(guests)
    assert guests.home.look(lambda s: members.member(s, ada.id)) is None
    assert guests.home.look(lambda s: erasure_queries.progress(s, erasure_id)).is_done
    visit = guests.visit(booking_id)
    assert (visit.guest_name, visit.note, visit.host_guest) == ("", "", None)
