"""Events on the command line: a passport, a place, the door; what the front desk does for who calls or stands there."""

from space_node.agenda.cli import ask
from space_node.door.cli import check_in, list_people
from space_node.network.cli import sync
from space_node.passports.cli import issue
from space_node.visits.cli import walk_in
from tests.support.evening import Evening
from tests.support.guests import HOME, Guests


def test_members_get_places_and_are_checked_in_at_the_door(sqlite_guests: Guests) -> None:
    evening, bob = Evening(sqlite_guests, seats_in_person=1), sqlite_guests.member("Bob")
    words = ("--member", sqlite_guests.ada.email, "--member", bob.email)
    first, second = sqlite_guests.home.run_json(ask, evening.session_id, *words)
    assert (first["state"], second["state"]) == ("confirmed", "waitlisted")
    assert "waitlisted" in sqlite_guests.home.run(ask, evening.session_id, *words).output
    assert sqlite_guests.home.run(ask, evening.event_id, *words).exit_code != 0
    evening.evening_comes()
    (came,) = sqlite_guests.host.run_json(check_in, evening.session_id, first["rsvp_id"])
    assert (came["name"], came["home"], came["group"]) == ("Ada", HOME, "here")
    said = sqlite_guests.host.run(list_people, evening.session_id).output
    assert [line.split()[1] for line in said.splitlines()] == ["here", "waiting"]


def test_a_passport_from_the_command_line_is_taken_at_a_twins_desk(sqlite_guests: Guests) -> None:
    member = ("--member", sqlite_guests.ada.email)
    made = sqlite_guests.home.run_json(issue, *member)
    assert sqlite_guests.home.run(issue, *member).output.strip() == made["passport"]
    assert sqlite_guests.home.run(issue, *member, "--paper").output.strip() != made["passport"]
    assert sqlite_guests.host.run_json(sync, "--news-only")["lists_count"] == 0
    assert sqlite_guests.host.run_json(sync)["lists_count"] > 0
    guest = sqlite_guests.host.run_json(walk_in, "--pass", made["passport"])
    assert (guest["name"], guest["origin"], guest["problem"]) == ("Ada", "walk_in", None)
