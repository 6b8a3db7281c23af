"""Asking for a desk: confirmed or refused by the hub as data, once, whatever happens on the way."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from shared.ids import new_id
from shared.messaging.outbox import OutboxState
from shared.protocol.states import BookingState, LotKind
from space_node.db import Outbox
from space_node.desks import service as desks
from space_node.members import service as members
from space_node.members.models import Member
from space_node.passports import queries as passports
from space_node.trips import service
from space_node.trips.errors import NoSuchTwin, TripUnknown, TwinKeysMissing
from space_node.trips.models import HostPseudonym, Trip
from space_node.uplink.models import KeyListCopy
from space_node.wallet import service as wallet
from space_node.wallet.rules import Gift
from tests.support.away import at_hub, became, faults, offer, own_state, sent, trip, trips, worth
from tests.support.guests import HOST, Guests

DAY = dt.timedelta(days=1)
# Longer than what met silence waits after the hub has been heard of again.
SOON = dt.timedelta(seconds=10)


def wanted(guests: Guests, **changed: object) -> service.Wanted:
    return replace(guests.form(), **changed)


def ask(guests: Guests, what: service.Wanted, member_id: str = "") -> Trip:
    who = member_id or guests.ada.id
    return guests.home.command(lambda session: service.request(session, member_id=who, wanted=what, now=guests.now))


def test_a_desk_is_confirmed_at_once_with_hours_terms_and_pass(guests: Guests) -> None:
    booking_id = guests.book(note="I am here to write.")
    found = trip(guests, booking_id)
    assert (found.state, found.rev, found.price_credits, found.charged_credits) == (BookingState.CONFIRMED, 1, 150, None)
    assert (found.opens_at, found.closes_at) == (guests.now.replace(hour=9), guests.now.replace(hour=18))
    assert found.cancellation == [{"hours_before": 24, "charge_percent": 0}, {"hours_before": 0, "charge_percent": 50}]
    assert (found.asked_at, found.answered_at) == (guests.now, guests.now)
    assert guests.visit_pass(booking_id).startswith("FP1:")
    guests.home.sync()
    assert worth(guests) == (850, 150)


def test_the_host_learns_the_name_and_the_hub_does_not(guests: Guests) -> None:
    booking_id = guests.booked(note="I am here to write.")
    [arrival] = guests.arrivals()
    assert (arrival.booking_id, arrival.name, arrival.note) == (booking_id, "Ada", "I am here to write.")
    stored = at_hub(guests, booking_id)
    assert stored is not None
    assert stored.card is not None
    assert '"Ada' not in stored.card
    assert not any(b'"Ada' in (one.body or b"") for one in guests.network.transport.log)


def test_the_same_form_sent_twice_is_one_booking(guests: Guests) -> None:
    what = wanted(guests)
    ask(guests, what)
    ask(guests, what)
    assert [found.booking_id for found in trips(guests)] == [what.booking_id]
    assert len(sent(guests, "stay-request")) == 1
    assert offer(guests).hindrance == "already-booked"


def test_the_id_of_somebody_elses_trip_is_nobodys(guests: Guests) -> None:
    what = wanted(guests)
    ask(guests, what)
    stranger = guests.member("Berta Rossi")
    with pytest.raises(TripUnknown):
        ask(guests, what, stranger.id)


def test_a_host_knows_a_member_by_one_name_and_two_members_by_two(guests: Guests) -> None:
    berta = guests.member("Berta Rossi")
    ids = [guests.book(), guests.book(on=guests.today + DAY), guests.book(member=berta)]
    names = [at_hub(guests, booking_id).host_guest for booking_id in ids]
    assert names[0] == names[1] != names[2]
    rows = guests.home.look(lambda session: {row.host_guest for row in session.scalars(select(HostPseudonym))})
    assert rows == set(names)
    assert not rows & {guests.ada.guest, guests.ada.id, berta.guest, berta.id}


def test_an_unknown_twin_is_refused_here_and_nothing_is_sent(guests: Guests) -> None:
    with pytest.raises(NoSuchTwin):
        ask(guests, wanted(guests, host="cowo-milano"))
    assert (trips(guests), sent(guests, "stay-request")) == ([], [])


def test_without_the_twins_keys_nothing_is_sealed_and_nothing_sent(guests: Guests) -> None:
    guests.home.command(lambda session: session.execute(update(KeyListCopy).values(document=None)))
    with pytest.raises(TwinKeysMissing):
        ask(guests, wanted(guests))
    assert (trips(guests), sent(guests, "stay-request")) == ([], [])


def no_credit(guests: Guests) -> dict[str, object]:
    for ahead in (1, 2, 3, 6, 7, 8):
        guests.book(on=guests.today + ahead * DAY)
    return {}


def all_desks_taken(guests: Guests) -> dict[str, object]:
    for name in ("Berta", "Carla", "Dora", "Elsa", "Fina"):
        guests.book(member=guests.member(f"{name} Rossi"))
    return {}


def closed(guests: Guests) -> dict[str, object]:
    saturday = guests.today + 4 * DAY
    return {"on": saturday}


def over_there(guests: Guests) -> dict[str, object]:
    guests.clock.set(dt.datetime(2026, 3, 3, 18, 0, tzinfo=dt.UTC))
    return {"on": dt.date(2026, 3, 3)}


def cheaper_before(_guests: Guests) -> dict[str, object]:
    return {"price_credits": 140}


@pytest.mark.parametrize(
    ("arrange", "reason"),
    [
        (no_credit, "no-credit"),
        (all_desks_taken, "no-desk"),
        (closed, "space-closed"),
        (over_there, "day-past"),
        (cheaper_before, "terms-changed"),
    ],
)
def test_a_no_is_an_answer_with_its_reason(guests: Guests, arrange, reason: str) -> None:
    about = arrange(guests)
    what = wanted(guests, **about)
    ask(guests, what)
    assert became(guests, what.booking_id) == ("refused", reason)
    assert trip(guests, what.booking_id).price_now_credits == 150
    [row] = sent(guests, "stay-request")[-1:]
    assert row.state == OutboxState.ANSWERED
    guests.network.sync()
    assert became(guests, what.booking_id) == ("refused", reason)
    assert faults(guests) == []


def test_when_the_days_of_a_month_are_used_up_another_month_still_has_some(guests: Guests) -> None:
    gift = Gift(credits=3000, kind=LotKind.PLAN, valid_from=guests.today, expires_on=guests.today + 90 * DAY)
    guests.home.command(
        lambda session: wallet.grant(session, grant_id=new_id(), member_id=guests.ada.id, gift=gift, now=guests.now)
    )
    weekdays = [on for n in range(30) if (on := guests.today + n * DAY).month == 3 and on.weekday() < 5]
    for on in weekdays[:10]:
        assert became(guests, guests.book(on=on))[0] == "confirmed"
    assert offer(guests, on=weekdays[10]).hindrance == "no-days-left"
    assert became(guests, guests.book(on=weekdays[10])) == ("refused", "days-spent")
    assert became(guests, guests.book(on=dt.date(2026, 4, 1)))[0] == "confirmed"


@pytest.mark.parametrize("fault", ["drop_request", "lose_answer", "duplicate"])
def test_what_gets_lost_on_the_way_is_booked_once_all_the_same(guests: Guests, fault) -> None:
    what = wanted(guests)
    guests.network.transport.plan(fault, at=f"/requests/{what.request_id}")
    ask(guests, what)
    guests.clock.advance(SOON)
    guests.home.sync()
    assert became(guests, what.booking_id) == ("confirmed", None)
    assert [row.state for row in sent(guests, "stay-request")] == ["answered"]
    guests.network.sync()
    assert worth(guests) == (850, 150)
    assert [one.booking_id for one in guests.arrivals()] == [what.booking_id]


def test_while_the_hub_is_away_a_desk_is_asked_for_and_confirmed_when_it_is_back(guests: Guests) -> None:
    guests.network.transport.cut()
    booking_id = guests.book()
    assert became(guests, booking_id) == ("requested", None)
    assert trip(guests, booking_id).opens_at == guests.now.replace(hour=9)
    guests.network.transport.heal()
    guests.clock.advance(SOON)
    guests.home.sync()
    assert became(guests, booking_id) == ("confirmed", None)
    assert trip(guests, booking_id).answered_at == guests.now


def test_what_the_hub_cannot_take_at_all_is_parked_and_the_member_sees_that_it_came_to_nothing(guests: Guests) -> None:
    first = wanted(guests)
    ask(guests, first)
    second = wanted(guests, request_id=first.request_id, on=guests.today + DAY)
    ask(guests, second)
    assert became(guests, second.booking_id) == ("refused", "id-conflict")
    [row] = sent(guests, "stay-request")[-1:]
    assert (row.state, row.problem_slug) == (OutboxState.PARKED, "id-conflict")
    assert became(guests, first.booking_id) == ("confirmed", None)


def test_a_refusal_of_a_trip_that_is_confirmed_by_now_changes_nothing(guests: Guests) -> None:
    booking_id = guests.book()
    guests.home.command(lambda session: service.refuse(session, booking_id=booking_id, reason="id-conflict", now=guests.now))
    guests.home.command(lambda session: service.refuse(session, booking_id=new_id(), reason="id-conflict", now=guests.now))
    assert became(guests, booking_id) == ("confirmed", None)


def test_a_suspended_home_asks_in_vain_until_it_is_reinstated(guests: Guests) -> None:
    guests.hub.suspend(guests.home.slug)
    guests.home.sync()
    assert own_state(guests) == "suspended"
    assert offer(guests).hindrance == "home-not-active"
    booking_id = guests.book()
    assert became(guests, booking_id) == ("requested", None)
    guests.hub.reinstate(guests.home.slug)
    guests.home.sync()
    assert became(guests, booking_id) == ("confirmed", None)


def test_a_suspended_host_is_not_offered_and_refuses(guests: Guests) -> None:
    guests.hub.suspend(HOST)
    guests.home.sync()
    assert offer(guests).hindrance == "host-not-active"
    assert became(guests, guests.book()) == ("refused", "host-not-active")


def test_whose_membership_has_ended_gets_no_pass_for_a_trip_that_is_confirmed_late(guests: Guests) -> None:
    guests.network.transport.cut()
    booking_id = guests.book()
    guests.home.command(lambda session: session.execute(update(Member).values(ends_on=guests.today - DAY)))
    guests.home.command(lambda session: members.end_memberships(session, guests.now))
    guests.network.transport.heal()
    guests.clock.advance(SOON)
    guests.home.sync()
    assert became(guests, booking_id)[0] == "confirmed"
    assert guests.home.look(lambda session: passports.visit_pass_of(session, booking_id, guests.now)) is None


def test_a_closed_day_keeps_those_who_are_booked(guests: Guests) -> None:
    booking_id = guests.booked()
    guests.host.command(
        lambda session: desks.set_day(
            session, on=guests.today, open_to_guests=False, morning=0, afternoon=0, reason="Party", now=guests.now
        )
    )
    guests.network.sync()
    assert became(guests, booking_id)[0] == "confirmed"
    assert offer(guests, member=guests.member("Berta Rossi")).hindrance == "closed"


def test_nothing_waits_and_nothing_is_parked_after_a_good_day(guests: Guests) -> None:
    guests.booked()
    guests.network.sync()
    unsettled = select(Outbox.kind).where(Outbox.state != OutboxState.ANSWERED)
    left = [node.look(lambda session: list(session.scalars(unsettled))) for node in (guests.home, guests.host)]
    assert left == [[], []]
