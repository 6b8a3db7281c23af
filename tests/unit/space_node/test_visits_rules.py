"""What the desk sees of a scan, row by row, and what follows from a visit's state."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.protocol.states import BookingState, DoorReason, Verdict
from space_node.passports.rules import visit_pass_ends_at
from space_node.visits import rules
from space_node.visits.rules import Offer, ScanFacts

GREEN, AMBER, RED = Verdict.GREEN, Verdict.AMBER, Verdict.RED
CONFIRMED = BookingState.CONFIRMED
NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
A_PASS = {"is_visit_pass": True, "verdict": GREEN, "reason": DoorReason.EXPECTED_TODAY}


def facts(**changed: object) -> ScanFacts:
    """A good general passport of somebody whom nobody expects."""
    return ScanFacts(**({"verdict": GREEN, "reason": DoorReason.GOOD_PASSPORT} | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "seen"),
    [
        ({}, (GREEN, DoorReason.GOOD_PASSPORT, Offer.WALK_IN)),
        ({"verdict": AMBER, "reason": DoorReason.LIST_AGEING}, (AMBER, DoorReason.LIST_AGEING, Offer.WALK_IN)),
        ({"by_name": True}, (AMBER, DoorReason.CHECK_IDENTITY, Offer.CHECK_IN)),
        ({"reason": DoorReason.OWN_MEMBER}, (GREEN, DoorReason.OWN_MEMBER, Offer.NOTHING)),
        ({"state": BookingState.CHECKED_IN}, (AMBER, DoorReason.ALREADY_HERE, Offer.NOTHING)),
        ({"verdict": RED, "reason": DoorReason.REVOKED}, (RED, DoorReason.REVOKED, Offer.NOTHING)),
        (A_PASS | {"state": CONFIRMED}, (GREEN, DoorReason.EXPECTED_TODAY, Offer.CHECK_IN)),
        (
            A_PASS | {"state": CONFIRMED, "verdict": AMBER, "reason": DoorReason.LIST_AGEING},
            (AMBER, DoorReason.LIST_AGEING, Offer.CHECK_IN),
        ),
        (A_PASS | {"state": CONFIRMED, "is_today": False}, (AMBER, DoorReason.NOT_TODAY, Offer.NOTHING)),
        (A_PASS, (AMBER, DoorReason.EXPECTED_TODAY, Offer.CHECK_IN)),
        (A_PASS | {"is_today": False}, (AMBER, DoorReason.NOT_TODAY, Offer.NOTHING)),
        (A_PASS | {"state": BookingState.NO_SHOW}, (AMBER, DoorReason.NOT_TODAY, Offer.NOTHING)),
        (A_PASS | {"state": BookingState.CHECKED_IN}, (AMBER, DoorReason.ALREADY_HERE, Offer.NOTHING)),
        (A_PASS | {"state": BookingState.COMPLETED}, (AMBER, DoorReason.ALREADY_HERE, Offer.NOTHING)),
        (A_PASS | {"state": BookingState.CANCELLED_BY_GUEST}, (RED, DoorReason.CANCELLED, Offer.NOTHING)),
        (A_PASS | {"state": BookingState.CANCELLED_BY_HOST}, (RED, DoorReason.CANCELLED, Offer.NOTHING)),
        (A_PASS | {"state": CONFIRMED, "is_being_cancelled": True}, (RED, DoorReason.CANCELLED, Offer.NOTHING)),
        (A_PASS | {"state": CONFIRMED, "is_of_home": False}, (RED, DoorReason.BAD_SIGNATURE, Offer.NOTHING)),
        (
            A_PASS | {"state": BookingState.CHECKED_IN, "verdict": RED, "reason": DoorReason.REVOKED},
            (RED, DoorReason.REVOKED, Offer.NOTHING),
        ),
    ],
)
def test_the_desk_sees_the_verdict_the_reason_and_what_it_can_do(
    changed: dict[str, object], seen: tuple[Verdict, DoorReason, Offer]
) -> None:
    assert rules.judge(facts(**changed)) == seen


@pytest.mark.parametrize("zone", ["Europe/Rome", "Europe/London", "America/New_York", "Pacific/Auckland"])
@pytest.mark.parametrize("on", [date(2026, 3, 3), date(2026, 3, 29), date(2026, 3, 30), date(2026, 10, 25), date(2026, 10, 26)])
def test_a_visit_pass_tells_its_day_also_where_the_clocks_change(zone: str, on: date) -> None:
    ends_at = visit_pass_ends_at(on, zone)
    days = [on + timedelta(days=n) for n in (-1, 0, 1)]
    assert [rules.pass_is_for(day, zone, ends_at) for day in days] == [False, True, False]


def test_who_was_checked_in_here_is_here_whatever_the_hub_has_heard() -> None:
    assert rules.shown_state(CONFIRMED, arrived=True) is BookingState.CHECKED_IN
    assert rules.shown_state(CONFIRMED, arrived=False) is CONFIRMED
    assert rules.shown_state(BookingState.CANCELLED_BY_GUEST, arrived=True) is BookingState.CANCELLED_BY_GUEST


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [("Ada", "ada", True), ("Ada  B.", "Ada B.", True), ("Ada", "Adam", False), ("", "", False), (" ", "", False)],
)
def test_names_are_compared_as_people_write_them(first: str, second: str, same: bool) -> None:
    assert rules.same_name(first, second) is same


def test_the_hub_counts_as_away_after_a_minute() -> None:
    assert rules.is_offline(None, NOW)
    assert not rules.is_offline(NOW - timedelta(seconds=60), NOW)
    assert rules.is_offline(NOW - timedelta(seconds=61), NOW)


@pytest.mark.parametrize(
    ("changed", "may"),
    [
        ({}, True),
        ({"closes_at": None}, True),
        ({"closes_at": NOW}, False),
        ({"asked": True}, False),
        ({"state": BookingState.CHECKED_IN}, False),
    ],
)
def test_a_host_can_cancel_a_confirmed_visit_until_it_closes(changed: dict[str, object], may: bool) -> None:
    usual = {"state": CONFIRMED, "closes_at": NOW + timedelta(hours=1), "asked": False, "now": NOW}
    assert rules.may_cancel(**(usual | changed)) is may  # type: ignore[arg-type]


def test_a_name_is_kept_for_thirty_days() -> None:
    assert rules.keeps_name(on=date(2026, 3, 3), today=date(2026, 4, 2))
    assert not rules.keeps_name(on=date(2026, 3, 3), today=date(2026, 4, 3))
