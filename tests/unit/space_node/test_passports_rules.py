"""The door's table, row by row, and the lives of passports."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.keys.errors import PassportFault
from shared.keys.status_list import Status
from shared.protocol.states import DoorReason, Verdict
from space_node.passports import rules
from space_node.passports.rules import DoorFacts, Held, PassportKind

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GREEN, AMBER, RED = Verdict.GREEN, Verdict.AMBER, Verdict.RED


def facts(**changed: object) -> DoorFacts:
    """A good passport of a twin, and lists that were vouched for an hour ago."""
    good: dict[str, object] = {"key_list_age": HOUR, "status_list_age": HOUR, "twinned": True}
    return DoorFacts(**(good | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "verdict", "reason"),
    [
        ({}, GREEN, DoorReason.GOOD_PASSPORT),
        ({"expected": True}, GREEN, DoorReason.EXPECTED_TODAY),
        ({"status_list_age": 24 * HOUR - timedelta(seconds=1)}, GREEN, DoorReason.GOOD_PASSPORT),
        ({"status_list_age": 24 * HOUR}, AMBER, DoorReason.LIST_AGEING),
        ({"status_list_age": 72 * HOUR - timedelta(seconds=1)}, AMBER, DoorReason.LIST_AGEING),
        ({"status_list_age": 72 * HOUR}, RED, DoorReason.LISTS_TOO_OLD),
        ({"status_list_age": None}, RED, DoorReason.LISTS_TOO_OLD),
        ({"key_list_age": 7 * DAY - timedelta(seconds=1)}, GREEN, DoorReason.GOOD_PASSPORT),
        ({"key_list_age": 7 * DAY}, RED, DoorReason.LISTS_TOO_OLD),
        ({"key_list_age": None}, RED, DoorReason.LISTS_TOO_OLD),
        ({"status_list_age": -HOUR}, GREEN, DoorReason.GOOD_PASSPORT),
        ({"status_list_age": -2 * HOUR}, AMBER, DoorReason.LIST_AGEING),
        ({"key_list_age": -2 * HOUR}, AMBER, DoorReason.LIST_AGEING),
        ({"twinned": False}, RED, DoorReason.NOT_TWINNED),
        ({"twinned": False, "status_list_age": None}, RED, DoorReason.NOT_TWINNED),
        ({"twinned": False, "expected": True}, AMBER, DoorReason.NOT_TWINNED),
        ({"status": Status.INVALID}, RED, DoorReason.REVOKED),
        ({"status": Status.SUSPENDED}, RED, DoorReason.SUSPENDED),
        ({"status": 3}, RED, DoorReason.REVOKED),
        ({"status": None}, RED, DoorReason.MALFORMED),
        ({"status": Status.INVALID, "expected": True}, RED, DoorReason.REVOKED),
        ({"life": 31 * DAY}, GREEN, DoorReason.GOOD_PASSPORT),
        ({"life": 31 * DAY + timedelta(seconds=1)}, RED, DoorReason.MALFORMED),
        ({"life": 32 * DAY, "expected": True}, RED, DoorReason.MALFORMED),
        ({"own_member": True}, GREEN, DoorReason.OWN_MEMBER),
        ({"own_member": True, "twinned": False, "status_list_age": None}, GREEN, DoorReason.OWN_MEMBER),
        ({"own_member": True, "status": Status.INVALID}, RED, DoorReason.REVOKED),
    ],
)
def test_the_door_decides_by_the_table(changed: dict[str, object], verdict: Verdict, reason: DoorReason) -> None:
    assert rules.decide(facts(**changed)) == (verdict, reason)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (PassportFault.MALFORMED, DoorReason.MALFORMED),
        (PassportFault.UNKNOWN_ISSUER, DoorReason.UNKNOWN_ISSUER),
        (PassportFault.BAD_SIGNATURE, DoorReason.BAD_SIGNATURE),
        (PassportFault.KEY_REVOKED, DoorReason.REVOKED),
        (PassportFault.WRONG_AUDIENCE, DoorReason.WRONG_HOST),
        (PassportFault.NOT_YET, DoorReason.NOT_TODAY),
        (PassportFault.EXPIRED, DoorReason.EXPIRED),
    ],
)
def test_a_passport_that_does_not_hold_is_red_and_says_why(fault: PassportFault, reason: DoorReason) -> None:
    assert rules.decide(facts(fault=fault)) == (RED, reason)


def test_every_fault_has_its_reason() -> None:
    assert rules.FAULTS.keys() == set(PassportFault)


@pytest.mark.parametrize("age", [None, 7 * DAY])
def test_an_unknown_issuer_may_be_in_the_list_that_was_not_fetched(age: timedelta | None) -> None:
    unknown = facts(fault=PassportFault.UNKNOWN_ISSUER, key_list_age=age)
    assert rules.decide(unknown) == (RED, DoorReason.LISTS_TOO_OLD)


@pytest.mark.parametrize("key_list_age", [HOUR, 8 * DAY, None])
@pytest.mark.parametrize("status_list_age", [HOUR, 48 * HOUR, 90 * DAY, None])
def test_a_guest_booked_for_today_is_never_red_for_the_age_of_a_list(
    key_list_age: timedelta | None, status_list_age: timedelta | None
) -> None:
    verdict, _ = rules.decide(facts(expected=True, key_list_age=key_list_age, status_list_age=status_list_age))
    assert verdict is not RED


@pytest.mark.parametrize(
    ("zone", "on", "end"),
    [
        ("Europe/London", date(2026, 3, 3), datetime(2026, 3, 5, 0, 0, tzinfo=UTC)),
        ("Europe/Rome", date(2026, 3, 29), datetime(2026, 3, 30, 22, 0, tzinfo=UTC)),
        ("Europe/Rome", date(2026, 10, 25), datetime(2026, 10, 26, 23, 0, tzinfo=UTC)),
        ("America/New_York", date(2026, 3, 3), datetime(2026, 3, 5, 5, 0, tzinfo=UTC)),
    ],
)
def test_a_visit_pass_ends_a_day_after_the_hosts_local_day(zone: str, on: date, end: datetime) -> None:
    assert rules.visit_pass_ends_at(on, zone) == end


def held(cti: str, kind: PassportKind = PassportKind.PHONE, *, age: timedelta = DAY, left: timedelta = 6 * DAY) -> Held:
    return Held(cti, kind, NOW - age, NOW + left)


def test_a_third_passport_replaces_the_oldest_on_a_phone_before_any_on_paper() -> None:
    paper = held("paper", PassportKind.PAPER, age=20 * DAY)
    assert rules.to_withdraw([]) == []
    assert rules.to_withdraw([held("a")]) == []
    assert rules.to_withdraw([held("new"), held("old", age=3 * DAY)]) == ["old"]
    assert rules.to_withdraw([paper, held("phone")]) == ["phone"]
    assert rules.to_withdraw([paper, held("later", PassportKind.PAPER)]) == ["paper"]
    assert rules.to_withdraw([held("a", age=3 * DAY), held("b", age=2 * DAY), held("c")]) == ["a", "b"]


@pytest.mark.parametrize(("age", "fresh"), [(timedelta(0), True), (23 * HOUR, True), (24 * HOUR, False)])
def test_asked_again_within_a_day_the_passport_is_the_same(age: timedelta, fresh: bool) -> None:
    assert rules.is_fresh(held("a", age=age), NOW) is fresh


@pytest.mark.parametrize(
    ("kind", "left", "live_count", "renewed"),
    [
        (PassportKind.PHONE, 2 * DAY, 1, True),
        (PassportKind.PHONE, 2 * DAY + timedelta(seconds=1), 1, False),
        (PassportKind.PHONE, -6 * DAY, 0, True),
        (PassportKind.PHONE, -7 * DAY, 0, False),
        (PassportKind.PHONE, DAY, 2, False),
        (PassportKind.PAPER, DAY, 1, False),
    ],
)
def test_a_phones_passport_is_renewed_before_it_ends(kind: PassportKind, left: timedelta, live_count: int, renewed: bool) -> None:
    assert rules.to_renew(held("a", kind, age=5 * DAY, left=left), live_count=live_count, now=NOW) is renewed
