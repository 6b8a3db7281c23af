"""The pages and the command of a replay: choose its day, see what is to be done for it, tick off what is done."""

import datetime as dt

from shared.ids import new_id
from space_node.events import queries as organised
from space_node.events import service as organiser
from space_node.members.service import Role
from space_node.replays.cli import replay_format
from tests.support.browsing import Browser
from tests.support.guests import Guests
from tests.support.library import Library, Shelf, own_fields
from tests.support.reading import form, forms, words

DAY = dt.timedelta(days=1)


def test_a_replay_makes_a_draft_and_its_plan(guests: Guests) -> None:
    shelf = Shelf(guests)
    path = f"{shelf.make()}/1/replay"
    begun = own_fields(form(shelf.other.get(path), path).fields)
    page = shelf.other.post(path, **{**begun, "on": "2020-02-02", "at": "12:30"})
    assert (page.status_code, "Choose a day that is still to come." in words(page)) == (422, True)
    on = guests.today + 14 * DAY
    page = shelf.other.post(path, **{**begun, "on": on.isoformat(), "at": "12:30"})
    said = words(page)
    for part in (
        "The draft is made.",
        "Ask three presenters",
        "Tue 3 Mar 2026",
        "Send the notes",
        "Welcome",
        "12:30 CET",
        "host, scribe",
    ):
        assert part in said
    event_id = begun["event_id"]
    draft = guests.home.look(lambda s: organised.require(s, event_id))
    assert draft.title == "Presentation Lunch"
    assert "From a format, here" in words(shelf.other.get("/formats"))
    assert "From a format, here" not in words(Browser(guests.home, Role.DESK).get("/formats"))
    tasks = f"/formats/plans/{event_id}/tasks"
    first, _second = forms(page, tasks)
    page = shelf.other.post(tasks, **own_fields(first.fields))
    assert [one.fields["done"] for one in forms(page, tasks)] == ["no", "yes"]
    begun = own_fields(form(shelf.other.get(path), path).fields)
    page = shelf.other.post(path, **{**begun, "on": on.isoformat(), "at": "12:30"})
    assert (page.status_code, "A draft was made from this version here within a day." in words(page)) == (409, True)
    page = shelf.other.post(path, **{**begun, "on": on.isoformat(), "at": "12:30", "again": "yes"})
    assert "The draft is made." in words(page)
    guests.home.command(lambda s: organiser.publish(s, event_id=event_id, now=guests.now))
    shelf.evening.sync()
    said = words(shelf.author.get(path.partition("/1/")[0]))
    for part in ("Replayed once", "Lambrate", "Tue 17 Mar 2026"):
        assert part in said
    assert "Checklist" in words(shelf.other.get(f"/organise/{event_id}"))


def test_a_replay_when_the_clocks_change_is_asked_about_or_moved(sqlite_guests: Guests) -> None:
    shelf = Shelf(sqlite_guests)
    path = f"{shelf.make()}/1/replay"
    begun = own_fields(form(shelf.other.get(path), path).fields)
    page = shelf.other.post(path, **{**begun, "on": "2026-03-29", "at": "02:30"})
    assert page.status_code == 422
    assert "Starts at: The clocks in Europe/Rome jump over 2026-03-29 02:30." in words(page)
    page = shelf.other.post(path, **{**begun, "on": "2026-10-25", "at": "02:30"})
    assert (page.status_code, form(page, path).fields["fold"]) == (422, "0")
    assert all(part in words(page) for part in ("Which of the two: The clocks", "02:30 CEST", "02:30 CET"))
    page = shelf.other.post(path, **{**own_fields(form(page, path).fields), "fold": "1"})
    assert "The draft is made." in words(page)
    [own] = sqlite_guests.home.look(lambda s: organised.sessions(s, begun["event_id"]))
    assert (own.starts_local, own.fold) == ("2026-10-25T02:30", 1)


def test_who_wants_to_be_asked_is_not_replayed(sqlite_guests: Guests) -> None:
    shelf = Shelf(sqlite_guests)
    path = shelf.make(licence="LicenseRef-ask-the-author")
    page = shelf.other.get(path)
    assert "wants to be asked" in words(page)
    assert f"{path}/1/replay" not in page.get_data(as_text=True)


def test_members_replay_nothing_and_an_event_without_a_format_has_no_plan(sqlite_guests: Guests) -> None:
    shelf = Shelf(sqlite_guests)
    path = shelf.make()
    assert Browser(sqlite_guests.home, Role.DESK).get(f"{path}/1/replay").status_code == 403
    assert shelf.other.get(f"/formats/plans/{new_id()}").status_code == 404


def test_a_format_is_replayed_from_the_command_line(guests: Guests) -> None:
    format_id, on = Library(guests).make(), (guests.today + 14 * DAY).isoformat()
    event_id = guests.home.run_json(replay_format, format_id, "--on", on)["event_id"]
    (session,) = guests.home.look(lambda s: organised.sessions(s, event_id))
    assert session.starts_local == f"{on}T18:00"
    again = guests.home.run(replay_format, format_id, "--version", "1", "--on", on, "--at", "12:30", "--again")
    assert again.output.startswith("A draft was made: ")
