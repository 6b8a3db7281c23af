"""The library's pages and commands: find a format, make one of an event, name its author."""

import datetime as dt
import json
from pathlib import Path

from shared.ids import new_id
from space_node.events import service as organiser
from space_node.formats.cli import group
from space_node.members.service import Role
from tests.support.browsing import Browser
from tests.support.evening import LINK, Evening
from tests.support.guests import Guests
from tests.support.library import SECRETS, WRITTEN, Shelf, own_fields
from tests.support.reading import form, words
from tests.support.sample_door import RECIPE

DAY = dt.timedelta(days=1)


def test_a_format_is_made_from_an_event_and_found_at_another_space(guests: Guests) -> None:
    """Edge case 72: the form shows nothing of the day, and the format has none of it."""
    shelf = Shelf(guests, **SECRETS)
    assert "Make a format" in words(shelf.author.get(f"/organise/{shelf.evening.event_id}"))
    page = shelf.author.get(shelf.path)
    assert LINK not in page.get_data(as_text=True)
    assert "155 Commercial Street" not in words(page)
    path = shelf.make()
    said = words(shelf.other.get("/formats"))
    for part in ("Presentation Lunch", "Thecube", "Not replayed yet", "1 h 30 min"):
        assert part in said
    said = words(shelf.other.get(path))
    for part in ("Welcome", "Ask three presenters", "14 days before", "2 days after", "CC BY-SA", "Thecube", "Replay here"):
        assert part in said
    assert "No format like that" in words(shelf.other.get("/formats?q=zzz"))
    assert "Presentation Lunch" in words(shelf.other.get("/formats?topic=making&language=en"))


def test_what_cannot_be_read_is_shown_again_with_the_line(sqlite_guests: Guests) -> None:
    shelf = Shelf(sqlite_guests)
    begun = own_fields(form(shelf.author.get(shelf.path), shelf.path).fields)
    page = shelf.author.post(shelf.path, **{**begun, "agenda": "Welcome", "title": ""})
    assert page.status_code == 422
    page = shelf.author.post(shelf.path, **{**begun, "agenda": "Welcome"})
    assert page.status_code == 422
    assert "begin with the minutes that it takes" in words(page)
    assert form(page, shelf.path).fields["agenda"] == "Welcome"


def test_the_author_publishes_a_next_version_and_another_space_its_own(guests: Guests) -> None:
    shelf = Shelf(guests)
    path = shelf.make()
    begun = own_fields(form(shelf.author.get(f"{path}/next"), f"{path}/next").fields)
    assert begun["agenda"] == WRITTEN["agenda"]
    assert begun["checklist"] == WRITTEN["checklist"]
    page = shelf.author.post(f"{path}/next", **{**begun, "title": "Presentation Brunch"})
    assert "2 of 2" in words(page)
    assert "There is a newer version" in words(shelf.author.get(f"{path}?version=1"))
    shelf.other.get("/formats")
    page = shelf.other.post(f"{path}/next", **begun)
    assert (page.status_code, "Only Thecube can publish the next version." in words(page)) == (409, True)
    shelf.evening.sync()
    begun = own_fields(form(shelf.other.get(f"{path}/2/adapt"), f"{path}/2/adapt").fields)
    page = shelf.other.post(f"{path}/2/adapt", **{**begun, "title": "Presentation Breakfast"})
    said = words(page)
    for part in ("Presentation Breakfast", "Where it comes from, and what came of it", "Presentation Brunch"):
        assert part in said


def test_a_next_version_begun_before_another_undoes_nothing_of_it(guests: Guests) -> None:
    shelf = Shelf(guests)
    path = shelf.make()
    begun = own_fields(form(shelf.author.get(f"{path}/next"), f"{path}/next").fields)
    for _ in range(2):
        page = shelf.author.post(f"{path}/next", **{**begun, "title": "Presentation Brunch", "topics": "making,food,brunch"})
        assert "2 of 2" in words(page)
    page = shelf.author.post(f"{path}/next", **{**begun, "agenda": "30 Welcome\r\n60 Talks"})
    assert "3 of 3" in words(page)
    again = own_fields(form(shelf.author.get(f"{path}/next"), f"{path}/next").fields)
    wanted = {"title": "Presentation Brunch", "topics": "making, food, brunch", "agenda": "30 Welcome\n60 Talks"}
    assert {name: again[name] for name in wanted} == wanted
    page = shelf.author.post(f"{path}/next", **{**begun, "title": "Presentation Dinner", "summary": "At night."})
    assert (page.status_code, "Title: Somebody has changed this to “Presentation Brunch”" in words(page)) == (409, True)
    insisting = own_fields(form(page, f"{path}/next").fields)
    assert (insisting["title"], insisting["agenda"]) == ("Presentation Dinner", "30 Welcome\n60 Talks")
    said = words(shelf.author.post(f"{path}/next", **insisting))
    for part in ("4 of 4", "Presentation Dinner", "At night.", "brunch"):
        assert part in said


def test_members_read_and_managers_make(sqlite_guests: Guests) -> None:
    shelf = Shelf(sqlite_guests)
    path = shelf.make()
    member = Browser(sqlite_guests.home, Role.DESK)
    assert "Replay here" not in words(member.get(path))
    assert shelf.other.get(shelf.path).status_code == 409
    assert shelf.other.get(f"/formats/{new_id()}").status_code == 404


def test_the_author_is_named_with_consent_and_taken_off(sqlite_guests: Guests) -> None:
    """Edge case 72: pages show the name while its person agrees, and afterwards say why there is none."""
    shelf = Shelf(sqlite_guests)
    begun = own_fields(form(shelf.author.get(shelf.path), shelf.path).fields)
    assert "agreed" not in begun
    page = shelf.author.post(shelf.path, **{**begun, "author": "Sample Author"})
    assert (page.status_code, "Ask the author first, or leave the name away." in words(page)) == (422, True)
    path = shelf.make(author="Sample Author", agreed="yes")
    replay = f"{path}/1/replay"
    for seen in ("/formats", path, replay):
        assert "Sample Author" in words(shelf.other.get(seen))
    begun = own_fields(form(shelf.other.get(replay), replay).fields)
    shelf.other.post(replay, **{**begun, "on": (sqlite_guests.today + DAY).isoformat(), "at": "12:30"})
    event_id = begun["event_id"]
    sqlite_guests.home.command(lambda s: organiser.publish(s, event_id=event_id, now=sqlite_guests.now))
    shelf.evening.sync()
    followed = (f"/events/{event_id}", f"/formats/plans/{event_id}")
    assert "“Presentation Lunch”: Sample Author, Thecube (CC-BY-SA-4.0)" in words(shelf.author.get(followed[0]))
    assert "Sample Author" in words(shelf.other.get(followed[1]))
    assert shelf.other.get(f"{path}/author").status_code == 409
    assert shelf.author.post(f"{path}/author", author="Other Name").status_code == 422
    assert "Named, for as long as they agree." in words(shelf.author.post(f"{path}/author", author="Other Name", agreed="yes"))
    assert "Other Name is named with this format now." in words(shelf.author.get(f"{path}/author"))
    assert "The name is taken off." in words(shelf.author.post(f"{path}/author/withdraw"))
    shelf.evening.sync()
    for seen in (path, replay, *followed):
        said = words(shelf.other.get(seen))
        assert "Named by the space only" in said
        assert "Sample Author" not in said
        assert "Other Name" not in said


def test_the_library_on_the_command_line(guests: Guests, tmp_path: Path) -> None:
    evening = Evening(guests)
    file = tmp_path / "format.json"
    file.write_text(json.dumps({name: RECIPE[name] for name in ("agenda", "checklist", "roles")}))
    commands = group.commands
    made = guests.host.run_json(commands["make"], evening.event_id, "--file", str(file))
    assert guests.host.run(commands["make"], evening.event_id).output.startswith("Published: ")
    evening.sync()
    rows = {row["format_id"]: row for row in guests.home.run_json(commands["list"])}
    row = rows[made["format_id"]]
    assert (row["version"], row["title"], row["author"], row["replays"]) == (1, "Presentation Lunch", "thecube", 0)
    assert "Presentation Lunch" in guests.home.run(commands["list"]).output
    name, withdraw = commands["name-author"], commands["withdraw-author"]
    assert guests.host.run(name, made["format_id"], "Sample Author").exit_code != 0
    assert guests.host.run(name, made["format_id"], "Sample Author", "--agreed").output.startswith("Named,")
    evening.sync()
    assert "Presentation Lunch (Sample Author)" in guests.home.run(commands["list"]).output
    assert guests.host.run(withdraw, made["format_id"]).output.startswith("Taken off.")
    assert guests.host.run(withdraw, made["format_id"]).output.startswith("Nobody is named")
