"""Trips on the command line: what the front desk does for a member who calls."""

import datetime as dt
import json

from space_node.trips.cli import book, cancel
from tests.support.guests import HOST, Guests

DAY = dt.timedelta(days=1)


def test_desks_are_booked_for_a_member_and_the_answers_are_told(sqlite_guests: Guests) -> None:
    days = [(sqlite_guests.today + n * DAY).isoformat() for n in (0, 1)]
    words = ("--member", sqlite_guests.ada.email, "--at", HOST, "--part", "morning")
    rows = sqlite_guests.home.run_json(book, *words, "--on", days[0], "--on", days[1])
    assert [(row["on"], row["state"], row["host"], row["part"]) for row in rows] == [
        (day, "confirmed", HOST, "morning") for day in days
    ]
    (gone,) = sqlite_guests.home.run_json(cancel, "--member", sqlite_guests.ada.email, rows[1]["booking_id"])
    assert gone["state"] == "cancelled_by_guest"


def test_a_booking_that_is_refused_is_no_success_for_programs_either(sqlite_guests: Guests) -> None:
    sqlite_guests.booked()
    today, tomorrow = (sqlite_guests.today.isoformat(), (sqlite_guests.today + DAY).isoformat())
    words = ("--member", sqlite_guests.ada.email, "--at", HOST, "--on", today)
    again = sqlite_guests.home.run(book, *words)
    assert (again.exit_code, again.stderr) == (1, f"Error: Refused: {today} (already-booked).\n")
    both = sqlite_guests.home.run(book, *words, "--on", tomorrow, "--json")
    assert (both.exit_code, [row["state"] for row in json.loads(both.stdout)]) == (1, ["refused", "confirmed"])


def test_where_there_is_no_twin_nothing_is_asked(sqlite_guests: Guests) -> None:
    words = ("--member", sqlite_guests.ada.email, "--at", "nowhere", "--on", sqlite_guests.today.isoformat())
    assert sqlite_guests.home.run(book, *words).exit_code != 0
    assert sqlite_guests.network.transport.asked("/requests") == []
