"""Passports of our own members: issued, renewed, withdrawn, and never more of them good than the hub is told."""

import datetime as dt

import pytest
from sqlalchemy import select

from federation.trust import queries as trust
from shared.ids import new_id, sha256_hex
from shared.keys.status_list import DEFAULT_SIZE, Status
from shared.machine_session import ClockWrong
from space_node.members import service as members
from space_node.passports import queries, service
from space_node.passports.errors import NoPassportForYou, StatusListFull
from space_node.passports.models import IssuedPassport, PromisedPass
from space_node.passports.queries import PassportView
from space_node.passports.rules import PassportKind
from space_node.uplink import queries as uplink
from tests.support.guests import HOME, HOST, Guests

DAY = dt.timedelta(days=1)


def general(guests: Guests, kind: PassportKind = PassportKind.PHONE) -> PassportView:
    return guests.home.command(lambda session: service.general(session, guests.ada, guests.now, kind=kind))


def live(guests: Guests) -> list[str]:
    return [row.ref for row in guests.home.look(lambda session: queries.live_general(session, guests.ada.id, guests.now))]


def test_a_passport_lives_for_a_week_and_the_hub_learns_its_ref_alone(guests: Guests) -> None:
    found = general(guests)
    assert found.expires_at == guests.now + 7 * DAY
    assert len(found.text) <= 300
    told = guests.hub.look(lambda session: trust.passport_ref(session, home=HOME, ref=found.ref))
    assert told is not None
    assert (told.guest, told.expires_at, told.booking_id) == (guests.ada.guest, found.expires_at, None)
    assert not any(found.text.encode() in (one.body or b"") for one in guests.network.transport.log)


def test_asked_twice_the_passport_is_the_same_and_a_third_replaces_the_oldest(guests: Guests) -> None:
    first = general(guests)
    assert general(guests).text == first.text
    guests.clock.advance(DAY)
    second = general(guests)
    assert live(guests) == [first.ref, second.ref]
    guests.clock.advance(DAY)
    third = general(guests)
    assert live(guests) == [second.ref, third.ref]
    guests.network.sync()
    assert guests.scan(first.text).reason == "revoked"
    assert guests.scan(third.text).reason == "good-passport"


def test_a_passport_on_paper_lives_for_thirty_days_and_is_not_the_one_that_goes(guests: Guests) -> None:
    phone, paper = general(guests), general(guests, PassportKind.PAPER)
    assert paper.expires_at == guests.now + 30 * DAY
    guests.clock.advance(DAY)
    later = general(guests)
    assert live(guests) == [paper.ref, later.ref]
    assert phone.ref not in live(guests)
    shown = guests.home.look(lambda session: queries.general_of(session, guests.ada.id, guests.now, kind=PassportKind.PAPER))
    assert shown is not None
    assert shown.text == paper.text
    assert guests.home.look(lambda session: queries.live_count(session, guests.now)) == 2


def test_what_was_lost_is_withdrawn_and_replaced_at_once(guests: Guests) -> None:
    lost = general(guests), general(guests, PassportKind.PAPER)
    new = guests.home.command(lambda session: service.replace(session, guests.ada, guests.now))
    assert live(guests) == [new.ref]
    guests.host.sync()
    assert [guests.scan(one.text).reason for one in lost] == ["revoked", "revoked"]


def test_whose_membership_has_ended_holds_nothing_that_is_good(guests: Guests) -> None:
    booking_id = guests.booked()
    texts = [general(guests).text, guests.visit_pass(booking_id)]
    far = guests.book(on=guests.today + 45 * DAY)
    guests.home.command(lambda session: session.merge(guests.ada).__setattr__("ends_on", guests.now.date() - DAY))
    guests.home.command(lambda session: members.end_memberships(session, guests.now))
    guests.clock.advance(dt.timedelta(minutes=2))
    guests.network.sync()
    assert [guests.scan(text).reason for text in texts] == ["revoked", "revoked"]
    assert guests.home.look(lambda session: session.get(PromisedPass, far)) is None
    ended = guests.home.look(lambda session: session.get(type(guests.ada), guests.ada.id))
    with pytest.raises(NoPassportForYou):
        guests.home.command(lambda session: service.general(session, ended, guests.now))
    with pytest.raises(NoPassportForYou):
        guests.home.command(lambda session: service.replace(session, ended, guests.now))


def test_a_visit_pass_is_made_with_its_booking_once(guests: Guests) -> None:
    booking_id = guests.booked()
    text = guests.visit_pass(booking_id)
    again = guests.home.command(
        lambda session: service.visit_pass(
            session, guests.ada, booking_id=booking_id, host=HOST, on=guests.today, zone="Europe/London", now=guests.now
        )
    )
    assert again is not None
    assert again.text == text
    assert (again.booking_id, again.audience, again.kind) == (booking_id, HOST, "visit")
    told = guests.hub.look(lambda session: trust.passport_ref(session, home=HOME, ref=again.ref))
    assert told is not None
    assert told.booking_id == booking_id
    assert again.ref == sha256_hex(bytes.fromhex(booking_id.replace("-", "")))


def test_a_pass_for_a_far_day_is_signed_when_it_will_not_outlive_its_key(guests: Guests) -> None:
    booking_id = guests.book(on=guests.today + 45 * DAY)

    def shown() -> PassportView | None:
        return guests.home.look(lambda session: queries.visit_pass_of(session, booking_id, guests.now))

    assert shown() is None
    guests.home.sync()
    assert shown() is None
    guests.clock.advance(18 * DAY)
    guests.home.sync()
    found = shown()
    assert found is not None
    assert found.expires_at - found.issued_at <= 31 * DAY
    assert guests.home.look(lambda session: session.get(PromisedPass, booking_id)) is None


def test_a_promise_whose_day_has_passed_is_forgotten(guests: Guests) -> None:
    booking_id = guests.book(on=guests.today + 45 * DAY)
    guests.clock.advance(60 * DAY)
    assert guests.home.command(lambda session: service.keep_promises(session, guests.now)) == 0
    assert guests.home.look(lambda session: session.get(PromisedPass, booking_id)) is None


def test_with_a_wrong_clock_nothing_is_signed_and_the_promise_stands(guests: Guests) -> None:
    def set_skew(seconds: int) -> None:
        guests.home.command(lambda session: setattr(uplink.require_identity(session), "skew_seconds", seconds))

    set_skew(900)
    with pytest.raises(ClockWrong):
        general(guests)
    booking_id = new_id()

    def visit_pass() -> PassportView | None:
        return guests.home.command(
            lambda session: service.visit_pass(
                session, guests.ada, booking_id=booking_id, host=HOST, on=guests.today, zone="Europe/London", now=guests.now
            )
        )

    assert visit_pass() is None
    assert visit_pass() is None
    set_skew(0)
    assert guests.home.command(lambda session: service.keep_promises(session, guests.now)) == 1
    assert visit_pass() is not None


def test_a_passport_on_a_phone_is_renewed_before_it_ends(guests: Guests) -> None:
    first = general(guests)
    guests.clock.advance(4 * DAY)
    assert guests.home.command(lambda session: service.renew(session, guests.now)) == 0
    guests.clock.advance(DAY)
    assert guests.home.command(lambda session: service.renew(session, guests.now)) == 1
    assert guests.home.command(lambda session: service.renew(session, guests.now)) == 0
    assert len(live(guests)) == 2
    shown = guests.home.look(lambda session: queries.general_of(session, guests.ada.id, guests.now, kind=PassportKind.PHONE))
    assert shown is not None
    assert shown.ref != first.ref


def test_passports_signed_with_a_revoked_key_are_signed_anew(guests: Guests) -> None:
    booking_id = guests.booked()
    text = guests.visit_pass(booking_id)
    ring = guests.home.node.ring
    assert guests.home.command(lambda session: service.sign_anew(session, guests.now)) == 0
    guests.home.do(lambda: ring.revoke("passport", ring.public("passport")[0].kid, guests.now))
    guests.clock.advance(dt.timedelta(hours=2))
    guests.network.sync(3)
    assert guests.scan(text).reason == "revoked"
    assert guests.visit_pass(booking_id) != text
    assert guests.scan(guests.visit_pass(booking_id)).verdict == "green"


def test_the_place_of_an_ended_passport_is_given_to_another(guests: Guests) -> None:
    general(guests)
    assert guests.home.command(lambda session: service.give_back_places(session, guests.now)) == 0
    taken = guests.home.look(lambda session: queries.taken_places(session, guests.now))
    guests.clock.advance(8 * DAY)
    assert guests.home.command(lambda session: service.give_back_places(session, guests.now)) == len(taken)
    assert guests.home.look(lambda session: queries.taken_places(session, guests.now)) == set()


def test_a_full_status_list_issues_nothing_more(guests: Guests) -> None:
    def fill(session: object) -> None:
        rows = [
            {"cti": f"{place:032x}", "ref": f"{place:064x}", "member_id": "m", "kind": "phone", "display_name": "A", "tier": 0,
             "text": "", "kid": "k", "status_index": place, "issued_at": guests.now, "expires_at": guests.now + DAY}
            for place in range(DEFAULT_SIZE)
        ]  # fmt: skip
        session.bulk_insert_mappings(IssuedPassport, rows)  # type: ignore[attr-defined]

    guests.home.command(fill)
    with pytest.raises(StatusListFull):
        general(guests)


def test_a_place_is_random_and_never_anothers(guests: Guests) -> None:
    for name in ("Bea", "Carla", "Dora"):
        guests.passport(guests.member(name, credits=0))
    places = guests.home.look(lambda session: session.scalars(select(IssuedPassport.status_index)).all())
    assert len(set(places)) == len(places) == 3
    assert sorted(places) != [0, 1, 2]


class TestStatusList:
    """Where doors look."""

    def publish(self, guests: Guests) -> bool:
        return guests.home.command(lambda session: service.publish_status_list(session, guests.now))

    def test_the_first_is_sent_right_after_joining_and_reaches_the_twin(self, guests: Guests) -> None:
        held = guests.host.look(lambda session: uplink.status_list(session, HOME, guests.now))
        assert held is not None
        sent = guests.home.look(queries.sent_list)
        assert sent is not None
        assert sent.rev == held[0].rev == 1

    def test_it_is_sent_when_it_has_changed_and_at_least_daily(self, guests: Guests) -> None:
        assert not self.publish(guests)
        guests.clock.advance(DAY - dt.timedelta(seconds=1))
        assert not self.publish(guests)
        guests.clock.advance(dt.timedelta(seconds=1))
        assert self.publish(guests)
        general(guests)
        assert not self.publish(guests)
        assert guests.home.command(lambda session: service.revoke_member(session, guests.ada.id, guests.now)) == 1
        assert not self.publish(guests)
        assert guests.home.command(lambda session: service.revoke_member(session, guests.ada.id, guests.now)) == 0

    def test_the_place_of_a_withdrawn_passport_says_so_to_the_twin(self, guests: Guests) -> None:
        general(guests)
        guests.home.command(lambda session: service.revoke_member(session, guests.ada.id, guests.now))
        guests.host.sync()
        held = guests.host.look(lambda session: uplink.status_list(session, HOME, guests.now))
        places = guests.home.look(lambda session: queries.revoked_places(session, guests.now))
        assert held is not None
        assert [held[0].get(place) for place in places] == [Status.INVALID]

    def test_a_clock_that_was_put_back_does_not_stop_it(self, guests: Guests) -> None:
        guests.clock.advance(DAY)
        assert self.publish(guests)
        guests.clock.advance(dt.timedelta(hours=-1))
        assert self.publish(guests)

    def test_before_joining_there_is_nobody_to_send_it_to(self, guests: Guests) -> None:
        alone = guests.network.node("alone-space")
        assert not alone.command(lambda session: service.publish_status_list(session, guests.now))

    def test_what_the_hub_confirms_is_noted_and_after_a_refusal_it_comes_again_in_an_hour(self, guests: Guests) -> None:
        guests.home.command(lambda session: service.not_taken(session, guests.now))
        assert not self.publish(guests)
        guests.clock.advance(dt.timedelta(hours=1))
        assert self.publish(guests)
        sent = guests.home.look(queries.sent_list)
        assert sent is not None
        assert (sent.rev, sent.held_rev) == (2, 2)

    def test_nothing_is_noted_of_a_list_that_was_never_sent(self, guests: Guests) -> None:
        alone = guests.network.node("alone-space")
        alone.command(lambda session: service.confirmed(session, 1))
        alone.command(lambda session: service.not_taken(session, guests.now))
        assert alone.look(queries.sent_list) is None
