"""The front desk: guests are found, checked in once, and received without a booking; the hub hears of each once."""

import datetime as dt

import pytest

from federation.bookings import queries as hub_bookings
from shared.keys import jws
from shared.protocol.states import BookingState, DoorReason, Origin, Part, Payer, Verdict
from space_node.uplink import queries as uplink
from space_node.visits import queries, service
from space_node.visits.errors import (
    NotExpected,
    NotThisDay,
    NoVisitFits,
    OtherPassport,
    PassportRefused,
    TooLateToCancel,
    VisitUnknown,
)
from space_node.visits.rules import Offer
from space_node.visits.service import VISIT_TYP
from tests.support.guests import HOME, HOST, Guests

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def records(guests: Guests, booking_id: str) -> list[queries.VisitRecord]:
    return guests.host.look(lambda session: queries.records_of(session, booking_id))


def test_todays_guests_stand_on_the_list_with_name_home_and_note(guests: Guests) -> None:
    guests.booked(note="I finish a book.")
    guests.booked(member=guests.member("Bob Rossi"), part=Part.MORNING)
    guests.booked(on=guests.today + DAY, member=guests.member("Carla"))
    first, second = guests.arrivals()
    assert (first.name, first.home, first.home_name, first.note) == ("Ada", HOME, "Lambrate", "I finish a book.")
    assert (second.name, second.part, second.state) == ("Bob", Part.MORNING, BookingState.CONFIRMED)
    found = guests.host.look(lambda session: queries.arrivals_today(session, guests.now, search="BO"))
    assert [one.name for one in found] == ["Bob"]


def test_a_scanned_visit_pass_finds_its_booking_and_checks_in_with_proof(guests: Guests) -> None:
    booking_id = guests.booked()
    text = guests.visit_pass(booking_id)
    found = guests.scan(text)
    assert (found.verdict, found.reason, found.offer) == (Verdict.GREEN, DoorReason.EXPECTED_TODAY, Offer.CHECK_IN)
    assert found.visit is not None
    assert found.visit.booking_id == booking_id
    visit = guests.check_in(booking_id, text)
    assert (visit.state, visit.charged_credits, visit.problem) == (BookingState.CHECKED_IN, 150, None)
    (record,) = records(guests, booking_id)
    ring = guests.host.node.ring
    key = ring.active("signing", guests.now)
    payload = jws.verify(record.document, keys={str(key.kid): key}, typ=VISIT_TYP).payload
    assert payload == {
        "id": booking_id, "host": HOST, "home": HOME, "on": guests.today.isoformat(), "part": "day", "origin": "booking",
        "at": "2026-03-03T08:00:00Z", "proof_sha256": found.check.proof_sha256, "passport_ref": found.check.ref,
        "offline": False,
    }  # fmt: skip


def test_checked_in_twice_is_checked_in_once(guests: Guests) -> None:
    booking_id = guests.booked()
    text = guests.visit_pass(booking_id)
    for again in (text, text, None):
        guests.check_in(booking_id, again)
    assert len(records(guests, booking_id)) == 1
    assert len(guests.network.transport.asked("/check-in")) == 1
    found = guests.scan(text)
    assert (found.verdict, found.reason, found.offer) == (Verdict.AMBER, DoorReason.ALREADY_HERE, Offer.NOTHING)


def test_a_repeated_report_is_one_check_in_at_the_hub(guests: Guests) -> None:
    booking_id = guests.booked()
    guests.network.transport.plan("lose_answer", at="/check-in")
    guests.check_in(booking_id, guests.visit_pass(booking_id))
    (shown,) = guests.arrivals()
    assert (shown.state, shown.reported) == (BookingState.CHECKED_IN, False)
    guests.clock.advance(dt.timedelta(minutes=2))
    guests.host.sync()
    (shown,) = guests.arrivals()
    assert shown.reported
    assert guests.hub.look(lambda session: hub_bookings.mine(session, booking_id=booking_id, space=HOST)).rev == 2


def test_without_a_pass_the_guest_is_checked_in_by_hand_and_nothing_is_charged_yet(guests: Guests) -> None:
    visit = guests.check_in(guests.booked())
    assert (visit.state, visit.charged_credits) == (BookingState.CHECKED_IN, None)


def test_a_general_passport_of_a_booked_guest_is_found_by_name(guests: Guests) -> None:
    booking_id = guests.booked()
    text = guests.passport()
    found = guests.scan(text)
    assert (found.verdict, found.reason, found.offer) == (Verdict.AMBER, DoorReason.CHECK_IDENTITY, Offer.CHECK_IN)
    assert found.visit is not None
    assert found.visit.booking_id == booking_id
    assert guests.check_in(booking_id, text).charged_credits == 150
    assert guests.scan(text).reason is DoorReason.ALREADY_HERE


def test_two_guests_of_one_name_are_both_offered(guests: Guests) -> None:
    both = {guests.booked(), guests.booked(member=guests.member("Ada Verdi"))}
    text = guests.passport()
    found = guests.scan(text)
    assert found.visit is None
    assert {one.booking_id for one in found.visits} == both
    with pytest.raises(NoVisitFits):
        guests.host.command(lambda session: service.check_in_by_pass(session, passport_text=text, now=guests.now))


def test_a_pass_alone_is_enough_to_check_in(guests: Guests) -> None:
    booking_id = guests.booked()

    def by_pass(text: str) -> str:
        return guests.host.command(
            lambda session: service.check_in_by_pass(session, passport_text=text, now=guests.now).booking_id
        )

    assert by_pass(guests.visit_pass(booking_id)) == booking_id
    bob = guests.member("Bob")
    other = guests.booked(member=bob)
    assert by_pass(guests.passport(bob)) == other
    with pytest.raises(NoVisitFits):
        by_pass(guests.passport(guests.member("Carla")))
    with pytest.raises(PassportRefused):
        by_pass("FP1:")


def test_a_pass_shows_for_which_day_it_is(guests: Guests) -> None:
    booking_id = guests.booked(on=guests.today + DAY)
    text = guests.visit_pass(booking_id)
    found = guests.scan(text)
    assert (found.verdict, found.reason, found.offer) == (Verdict.AMBER, DoorReason.NOT_TODAY, Offer.NOTHING)
    for passport_text in (text, None):
        with pytest.raises(NotThisDay):
            guests.check_in(booking_id, passport_text)


def test_the_passport_of_another_visit_or_another_home_checks_nobody_in(guests: Guests) -> None:
    booking_id = guests.booked()
    other = guests.booked(member=guests.member("Bob"))
    stranger = guests.network.joined("stranger")
    guests.network.twin(stranger, guests.host)
    for text in (guests.visit_pass(other), guests.forged(stranger)):
        with pytest.raises(OtherPassport):
            guests.check_in(booking_id, text)
    with pytest.raises(PassportRefused):
        guests.check_in(booking_id, "FP1:nonsense")
    assert records(guests, booking_id) == []


def test_a_twin_cannot_sign_a_pass_for_another_twins_booking(guests: Guests) -> None:
    booking_id = guests.booked()
    stranger = guests.network.joined("stranger")
    guests.network.twin(stranger, guests.host)
    cti = bytes.fromhex(booking_id.replace("-", ""))
    found = guests.scan(guests.forged(stranger, cti=cti, audience=HOST))
    assert (found.verdict, found.reason, found.offer) == (Verdict.RED, DoorReason.BAD_SIGNATURE, Offer.NOTHING)


def test_a_cancelled_visit_is_red_and_is_not_checked_in(guests: Guests) -> None:
    booking_id = guests.booked()
    text = guests.visit_pass(booking_id)
    guests.host.command(lambda session: service.cancel(session, booking_id=booking_id, now=guests.now))
    assert guests.visit(booking_id).state == BookingState.CANCELLED_BY_HOST
    found = guests.scan(text)
    assert (found.verdict, found.reason) == (Verdict.RED, DoorReason.CANCELLED)
    with pytest.raises(NotExpected):
        guests.check_in(booking_id)
    with pytest.raises(PassportRefused):
        guests.check_in(booking_id, text)
    with pytest.raises(TooLateToCancel):
        guests.host.command(lambda session: service.cancel(session, booking_id=booking_id, now=guests.now))


def test_who_is_not_known_is_not_checked_in(guests: Guests) -> None:
    with pytest.raises(VisitUnknown):
        guests.check_in("01a20124-2152-75cd-aaa3-2e490f65fd43")


class TestWalkIns:
    """Guests whom nobody has booked."""

    def test_a_walk_in_is_here_at_once_and_the_hub_says_who_pays(self, guests: Guests) -> None:
        text = guests.passport()
        guests.network.transport.cut()
        visit = guests.walk_in(text, Part.MORNING)
        assert (visit.state, visit.payer, visit.origin) == (BookingState.CHECKED_IN, Payer.UNDECIDED, Origin.WALK_IN)
        assert visit.price_credits == 75
        (shown,) = guests.arrivals()
        assert (shown.name, shown.state, shown.reported) == ("Ada", BookingState.CHECKED_IN, False)
        guests.network.transport.heal()
        guests.clock.advance(dt.timedelta(minutes=5))
        guests.host.sync()
        visit = guests.visit(visit.booking_id)
        assert (visit.payer, visit.charged_credits) == (Payer.LOTS, 75)
        (record,) = records(guests, visit.booking_id)
        assert record.offline is False

    def test_one_passport_begins_one_visit_a_day(self, guests: Guests) -> None:
        text = guests.passport()
        first = guests.walk_in(text)
        assert guests.walk_in(text).booking_id == first.booking_id
        assert guests.scan(text).reason is DoorReason.ALREADY_HERE
        guests.clock.advance(DAY)
        guests.host.sync()
        assert guests.walk_in(text).booking_id != first.booking_id

    def test_a_member_without_credits_is_the_homes_guest(self, guests: Guests) -> None:
        visit = guests.walk_in(guests.passport(guests.member("Bob", credits=0)))
        assert visit.payer == Payer.HOSPITALITY

    def test_whose_pass_is_for_a_booking_is_checked_in_there(self, guests: Guests) -> None:
        booking_id = guests.booked()
        assert guests.walk_in(guests.visit_pass(booking_id)).booking_id == booking_id

    def test_a_bad_passport_and_an_own_member_begin_nothing(self, guests: Guests) -> None:
        with pytest.raises(PassportRefused):
            guests.walk_in("FP1:nonsense")
        own = guests.forged(guests.host)
        with pytest.raises(PassportRefused):
            guests.walk_in(own)

    def test_without_terms_there_is_no_price(self, guests: Guests) -> None:
        assert guests.host.look(lambda session: service.walk_in_price(session, "nobody", Part.DAY)) == 0

    def test_a_walk_in_who_has_a_booking_that_we_did_not_know_of_is_checked_in_there(self, guests: Guests) -> None:
        booking_id = guests.book()
        text = guests.passport()
        walked = guests.walk_in(text)
        assert (walked.problem, walked.same_as) == ("already-here", booking_id)
        assert guests.host.look(uplink.hub_contact).parked_count == 0
        assert [one.booking_id for one in guests.arrivals()] == [walked.booking_id]
        guests.host.sync()
        booked = guests.visit(booking_id)
        assert (booked.state, booked.charged_credits) == (BookingState.CHECKED_IN, 150)
        assert [one.booking_id for one in guests.arrivals()] == [booking_id]
        assert guests.walk_in(text).booking_id == booking_id
        assert guests.scan(text).reason is DoorReason.ALREADY_HERE

    def test_a_walk_in_whose_booking_was_known_under_another_name_is_checked_in_there_at_once(self, guests: Guests) -> None:
        booking_id = guests.booked()
        guests.host.command(lambda session: setattr(queries.require(session, booking_id), "guest_name", "A. Bianchi"))
        walked = guests.walk_in(guests.passport())
        assert guests.visit(walked.booking_id).same_as == booking_id
        assert guests.visit(booking_id).charged_credits == 150


def test_what_one_home_owes_is_the_sum_of_its_charged_visits(guests: Guests) -> None:
    booking_id = guests.booked()
    guests.check_in(booking_id, guests.visit_pass(booking_id))
    walked = guests.walk_in(guests.passport(guests.member("Bob")), Part.AFTERNOON)
    guests.booked(on=guests.today + DAY)
    earned = guests.host.look(lambda session: queries.earned_from(session, HOME))
    assert {(one.booking_id, one.part, one.charged_credits) for one in earned} == {
        (booking_id, Part.DAY, 150),
        (walked.booking_id, Part.AFTERNOON, 75),
    }
    counts = guests.host.look(lambda session: queries.counts(session, guests.now))
    assert (counts.expected, counts.here, counts.problems) == (0, 2, 0)
