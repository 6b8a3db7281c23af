"""The door, with real passports: who is let in, whoever is down, and however old the lists are."""

import datetime as dt

import pytest

from shared.keys import base45, passport
from shared.keys.jwk import generate
from shared.keys.passport import PassportClaims
from shared.keys.status_list import Status, StatusList, sign
from shared.protocol.states import DoorReason, Verdict
from space_node.passports import service
from space_node.passports.service import DoorCheck
from space_node.uplink.models import StatusListCopy
from space_node.visits.rules import Offer
from tests.support.guests import HOME, HOST, Guests

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def check(guests: Guests, text: str) -> DoorCheck:
    """At the host's door, of somebody whom nobody expects."""
    return guests.host.look(lambda session: service.check(session, text, guests.now))


def seen(guests: Guests, text: str) -> tuple[Verdict, DoorReason]:
    found = check(guests, text)
    return found.verdict, found.reason


def test_a_good_passport_says_who_comes_and_asks_for_an_identity_card(guests: Guests) -> None:
    found = check(guests, guests.passport())
    assert (found.verdict, found.reason) == (Verdict.GREEN, DoorReason.GOOD_PASSPORT)
    assert (found.home, found.name, found.tier, found.booking_id) == (HOME, "Ada", 0, None)
    assert found.check_identity
    assert found.ref
    assert found.proof_sha256


def test_the_door_works_with_the_hub_and_the_home_away(guests: Guests) -> None:
    text = guests.passport()
    guests.network.transport.cut()
    assert seen(guests, text) == (Verdict.GREEN, DoorReason.GOOD_PASSPORT)


def test_the_lists_grow_old_while_the_hub_is_away(guests: Guests) -> None:
    later = guests.booked(on=guests.today + 3 * DAY)
    text, visit_pass = guests.passport(), guests.visit_pass(later)
    guests.network.transport.cut()
    guests.clock.advance(25 * HOUR)
    assert seen(guests, text) == (Verdict.AMBER, DoorReason.LIST_AGEING)
    guests.clock.advance(3 * DAY - 25 * HOUR)
    assert seen(guests, text) == (Verdict.RED, DoorReason.LISTS_TOO_OLD)
    found = guests.scan(visit_pass)
    assert (found.verdict, found.reason, found.offer) == (Verdict.AMBER, DoorReason.LIST_AGEING, Offer.CHECK_IN)
    guests.network.transport.heal()
    guests.host.sync()
    assert seen(guests, text) == (Verdict.GREEN, DoorReason.GOOD_PASSPORT)


def test_an_expired_passport_is_red_after_a_minutes_leeway(sqlite_guests: Guests) -> None:
    text = sqlite_guests.passport()
    sqlite_guests.clock.advance(7 * DAY + dt.timedelta(seconds=59))
    sqlite_guests.host.sync()
    assert seen(sqlite_guests, text) == (Verdict.GREEN, DoorReason.GOOD_PASSPORT)
    sqlite_guests.clock.advance(dt.timedelta(seconds=1))
    assert seen(sqlite_guests, text) == (Verdict.RED, DoorReason.EXPIRED)


def test_a_passport_from_the_future_is_not_good_yet(sqlite_guests: Guests) -> None:
    text = sqlite_guests.forged(issued_at=sqlite_guests.now + HOUR)
    assert seen(sqlite_guests, text) == (Verdict.RED, DoorReason.NOT_TODAY)


@pytest.mark.parametrize("text", ["", "hello", "FP1:", "FP1:@@@@", "FP2:ABC", "FP1:" + "A" * 5_000, "https://evil.example/"])
def test_whatever_is_no_passport_is_malformed(sqlite_guests: Guests, text: str) -> None:
    assert seen(sqlite_guests, text) == (Verdict.RED, DoorReason.MALFORMED)


def test_a_changed_passport_is_forged(sqlite_guests: Guests) -> None:
    text = sqlite_guests.passport()
    raw = bytearray(base45.decode(text.removeprefix("FP1:")))
    raw[-1] ^= 1
    assert seen(sqlite_guests, "FP1:" + base45.encode(bytes(raw))) == (Verdict.RED, DoorReason.BAD_SIGNATURE)


def test_a_key_that_no_space_has_published_issues_nothing(sqlite_guests: Guests) -> None:
    now = sqlite_guests.now
    claims = PassportClaims(
        issuer=HOME, issued_at=now, expires_at=now + DAY, cti=bytes(16), status_list_number=0, status_index=1,
        display_name="Eve", tier=1,
    )  # fmt: skip
    assert seen(sqlite_guests, passport.issue(claims, generate())) == (Verdict.RED, DoorReason.UNKNOWN_ISSUER)


def test_a_space_without_a_twinning_sends_nobody(guests: Guests) -> None:
    stranger = guests.network.joined("stranger")
    stranger_text = guests.forged(stranger)
    guests.clock.advance(HOUR)
    guests.host.sync()
    assert seen(guests, stranger_text) == (Verdict.RED, DoorReason.NOT_TWINNED)


def test_a_suspended_home_sends_nobody_until_it_is_reinstated(guests: Guests) -> None:
    text = guests.passport()
    guests.hub.suspend(HOME)
    guests.host.sync()
    assert seen(guests, text) == (Verdict.RED, DoorReason.NOT_TWINNED)
    guests.hub.reinstate(HOME)
    guests.host.sync()
    assert seen(guests, text) == (Verdict.GREEN, DoorReason.GOOD_PASSPORT)


def test_a_pass_for_another_host_is_of_no_use_here(sqlite_guests: Guests) -> None:
    text = sqlite_guests.forged(audience="elsewhere")
    assert seen(sqlite_guests, text) == (Verdict.RED, DoorReason.WRONG_HOST)


def test_a_passport_that_lives_too_long_is_not_accepted(sqlite_guests: Guests) -> None:
    text = sqlite_guests.forged(expires_at=sqlite_guests.now + 32 * DAY)
    assert seen(sqlite_guests, text) == (Verdict.RED, DoorReason.MALFORMED)


def test_a_place_beyond_the_status_list_or_in_another_list_is_not_accepted(sqlite_guests: Guests) -> None:
    assert seen(sqlite_guests, sqlite_guests.forged(status_index=20_000)) == (Verdict.RED, DoorReason.MALFORMED)
    assert seen(sqlite_guests, sqlite_guests.forged(status_list_number=1)) == (Verdict.RED, DoorReason.MALFORMED)


def test_a_suspended_passport_is_red(sqlite_guests: Guests) -> None:
    statuses = StatusList()
    statuses.set(7, Status.SUSPENDED)
    key = sqlite_guests.home.node.ring.active("passport", sqlite_guests.now)
    signed = sign(statuses, key, HOME, sqlite_guests.now, 9)
    sqlite_guests.host.command(lambda session: setattr(session.get_one(StatusListCopy, HOME), "document", signed))
    assert seen(sqlite_guests, sqlite_guests.forged()) == (Verdict.RED, DoorReason.SUSPENDED)


def test_without_a_status_list_only_the_booked_are_let_in(sqlite_guests: Guests) -> None:
    booking_id = sqlite_guests.booked()
    text, visit_pass = sqlite_guests.passport(sqlite_guests.member("Bob")), sqlite_guests.visit_pass(booking_id)
    sqlite_guests.host.command(lambda session: setattr(session.get_one(StatusListCopy, HOME), "document", None))
    assert seen(sqlite_guests, text) == (Verdict.RED, DoorReason.LISTS_TOO_OLD)
    assert sqlite_guests.scan(visit_pass).verdict is Verdict.AMBER


def test_an_own_member_needs_no_check_in(guests: Guests) -> None:
    text = guests.passport()
    found = guests.home.look(lambda session: service.check(session, text, guests.now))
    assert (found.verdict, found.reason, found.check_identity) == (Verdict.GREEN, DoorReason.OWN_MEMBER, False)
    guests.home.command(lambda session: service.revoke_member(session, guests.ada.id, guests.now))
    found = guests.home.look(lambda session: service.check(session, text, guests.now))
    assert (found.verdict, found.reason) == (Verdict.RED, DoorReason.REVOKED)


def test_a_visit_pass_names_its_booking_and_any_other_bound_passport_none(sqlite_guests: Guests) -> None:
    booking_id = sqlite_guests.booked()
    assert check(sqlite_guests, sqlite_guests.visit_pass(booking_id)).booking_id == booking_id
    bound = check(sqlite_guests, sqlite_guests.forged(audience=HOST))
    assert (bound.verdict, bound.booking_id) == (Verdict.GREEN, None)
