"""The front desk on the command line."""

import json

import pytest

from space_node.visits.cli import commands
from tests.support.guests import HOME, Guests

ARRIVALS, CHECK_IN, WALK_IN, SCAN = commands


def test_arrivals_lists_todays_guests(sqlite_guests: Guests) -> None:
    booking_id = sqlite_guests.booked()
    (one,) = sqlite_guests.host.run_json(ARRIVALS)
    assert one == {
        "booking_id": booking_id, "name": "Ada", "home": HOME, "on": "2026-03-03", "part": "day", "origin": "booking",
        "state": "confirmed", "arrived_at": None, "reported": True, "problem": None,
    }  # fmt: skip
    result = sqlite_guests.host.run(ARRIVALS)
    assert f"{booking_id}  confirmed    day        Ada (Lambrate)" in result.output


def test_a_guest_is_checked_in_by_id_and_by_pass(sqlite_guests: Guests) -> None:
    first, second = sqlite_guests.booked(), sqlite_guests.booked(member=sqlite_guests.member("Bob"))
    assert sqlite_guests.host.run_json(CHECK_IN, first)["state"] == "checked_in"
    one = sqlite_guests.host.run_json(CHECK_IN, "--pass", sqlite_guests.visit_pass(second))
    assert (one["booking_id"], one["state"], one["reported"]) == (second, "checked_in", True)
    result = sqlite_guests.host.run(CHECK_IN, first)
    assert result.output == "Ada: checked_in\n"


def test_one_of_the_two_must_be_said(sqlite_guests: Guests) -> None:
    result = sqlite_guests.host.run(CHECK_IN)
    assert result.exit_code == 2
    assert "--pass" in result.output


def test_a_walk_in_is_received(sqlite_guests: Guests) -> None:
    one = sqlite_guests.host.run_json(WALK_IN, "--pass", sqlite_guests.passport(), "--part", "afternoon")
    assert (one["origin"], one["part"], one["state"]) == ("walk_in", "afternoon", "checked_in")


@pytest.mark.parametrize("as_json", [True, False])
def test_scan_says_what_the_door_says_and_changes_nothing(sqlite_guests: Guests, as_json: bool) -> None:
    booking_id = sqlite_guests.booked()
    text = sqlite_guests.visit_pass(booking_id)
    result = sqlite_guests.host.run(SCAN, text, *(["--json"] if as_json else []))
    assert result.exit_code == 0
    if as_json:
        told = json.loads(result.output)
        assert told == {
            "verdict": "green", "reason": "expected-today", "offer": "check-in", "home": HOME, "name": "Ada",
            "visits": [booking_id],
        }  # fmt: skip
    else:
        assert result.output == "green: expected-today\n"
    assert sqlite_guests.visit(booking_id).arrived_at is None
