"""The library's pages and commands: find a format, make one of an event, replay it, tick off what is done."""

import datetime as dt
import json
from pathlib import Path

from shared.ids import new_id
from space_node.events import queries as organised
from space_node.events import service as organiser
from space_node.formats.cli import group
from space_node.members.service import Role
from tests.support.browsing import Browser
from tests.support.evening import LINK, Evening
from tests.support.guests import Guests
from tests.support.reading import form, forms, words
from tests.support.sample_door import RECIPE

DAY = dt.timedelta(days=1)
SECRETS = {"mode": "hybrid", "seats_remote": None, "join_url": LINK, "price_credits": 100}
WRITTEN = {
    "agenda": "20 Welcome\n60 Talks",
    "roles": "host\nscribe",
    "checklist": "14 host: Ask three presenters\n-2 scribe: Send the notes",
    "topics": "making, food",
}


class Shelf:
    """TheCube makes a format, Lambrate replays it."""

    def __init__(self, guests: Guests, **session: str | int | None) -> None:
        self.guests, self.evening = guests, Evening(guests, **session)
        self.author, self.other = Browser(guests.host, Role.MANAGER), Browser(guests.home, Role.MANAGER)
        self.path = f"/formats/from/{self.evening.event_id}"

    def make(self, **changed: str) -> str:
        """Fill the form and send it; the page of the format."""
        begun = form(self.author.get(self.path), self.path)
        page = self.author.post(self.path, **{**_own(begun.fields), **WRITTEN, **changed})
        assert "Published." in words(page), words(page)
        self.evening.sync()
        return page.request.path


def _own(fields: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if name != "csrf_token"}


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
    begun = _own(form(shelf.author.get(shelf.path), shelf.path).fields)
    page = shelf.author.post(shelf.path, **{**begun, "agenda": "Welcome", "title": ""})
    assert page.status_code == 422
    page = shelf.author.post(shelf.path, **{**begun, "agenda": "Welcome"})
    assert page.status_code == 422
    assert "begin with the minutes that it takes" in words(page)
    assert form(page, shelf.path).fields["agenda"] == "Welcome"


def test_a_replay_makes_a_draft_and_its_plan(guests: Guests) -> None:
    shelf = Shelf(guests)
    path = f"{shelf.make()}/1/replay"
    begun = _own(form(shelf.other.get(path), path).fields)
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
    tasks = f"/formats/plans/{event_id}/tasks"
    first, _second = forms(page, tasks)
    page = shelf.other.post(tasks, **_own(first.fields))
    assert [one.fields["done"] for one in forms(page, tasks)] == ["no", "yes"]
    begun = _own(form(shelf.other.get(path), path).fields)
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


def test_the_author_publishes_a_next_version_and_another_space_its_own(guests: Guests) -> None:
    shelf = Shelf(guests)
    path = shelf.make()
    begun = _own(form(shelf.author.get(f"{path}/next"), f"{path}/next").fields)
    assert begun["agenda"] == WRITTEN["agenda"]
    assert begun["checklist"] == WRITTEN["checklist"]
    page = shelf.author.post(f"{path}/next", **{**begun, "title": "Presentation Brunch"})
    assert "2 of 2" in words(page)
    assert "There is a newer version" in words(shelf.author.get(f"{path}?version=1"))
    shelf.other.get("/formats")
    page = shelf.other.post(f"{path}/next", **begun)
    assert (page.status_code, "Only Thecube can publish the next version." in words(page)) == (409, True)
    shelf.evening.sync()
    begun = _own(form(shelf.other.get(f"{path}/2/adapt"), f"{path}/2/adapt").fields)
    page = shelf.other.post(f"{path}/2/adapt", **{**begun, "title": "Presentation Breakfast"})
    said = words(page)
    for part in ("Presentation Breakfast", "Where it comes from, and what came of it", "Presentation Brunch"):
        assert part in said


def test_a_next_version_begun_before_another_undoes_nothing_of_it(guests: Guests) -> None:
    shelf = Shelf(guests)
    path = shelf.make()
    begun = _own(form(shelf.author.get(f"{path}/next"), f"{path}/next").fields)
    for _ in range(2):
        page = shelf.author.post(f"{path}/next", **{**begun, "title": "Presentation Brunch", "topics": "making,food,brunch"})
        assert "2 of 2" in words(page)
    page = shelf.author.post(f"{path}/next", **{**begun, "agenda": "30 Welcome\r\n60 Talks"})
    assert "3 of 3" in words(page)
    again = _own(form(shelf.author.get(f"{path}/next"), f"{path}/next").fields)
    wanted = {"title": "Presentation Brunch", "topics": "making, food, brunch", "agenda": "30 Welcome\n60 Talks"}
    assert {name: again[name] for name in wanted} == wanted
    page = shelf.author.post(f"{path}/next", **{**begun, "title": "Presentation Dinner", "summary": "At night."})
    assert (page.status_code, "Title: Somebody has changed this to “Presentation Brunch”" in words(page)) == (409, True)
    insisting = _own(form(page, f"{path}/next").fields)
    assert (insisting["title"], insisting["agenda"]) == ("Presentation Dinner", "30 Welcome\n60 Talks")
    said = words(shelf.author.post(f"{path}/next", **insisting))
    for part in ("4 of 4", "Presentation Dinner", "At night.", "brunch"):
        assert part in said


def test_a_replay_when_the_clocks_change_is_asked_about_or_moved(sqlite_guests: Guests) -> None:
    shelf = Shelf(sqlite_guests)
    path = f"{shelf.make()}/1/replay"
    begun = _own(form(shelf.other.get(path), path).fields)
    page = shelf.other.post(path, **{**begun, "on": "2026-03-29", "at": "02:30"})
    assert page.status_code == 422
    assert "Starts at: The clocks in Europe/Rome jump over 2026-03-29 02:30." in words(page)
    page = shelf.other.post(path, **{**begun, "on": "2026-10-25", "at": "02:30"})
    assert (page.status_code, form(page, path).fields["fold"]) == (422, "0")
    assert all(part in words(page) for part in ("Which of the two: The clocks", "02:30 CEST", "02:30 CET"))
    page = shelf.other.post(path, **{**_own(form(page, path).fields), "fold": "1"})
    assert "The draft is made." in words(page)
    [own] = sqlite_guests.home.look(lambda s: organised.sessions(s, begun["event_id"]))
    assert (own.starts_local, own.fold) == ("2026-10-25T02:30", 1)


def test_who_wants_to_be_asked_is_not_replayed(sqlite_guests: Guests) -> None:
    shelf = Shelf(sqlite_guests)
    path = shelf.make(licence="LicenseRef-ask-the-author")
    page = shelf.other.get(path)
    assert "wants to be asked" in words(page)
    assert f"{path}/1/replay" not in page.get_data(as_text=True)


def test_members_read_and_managers_make(sqlite_guests: Guests) -> None:
    shelf = Shelf(sqlite_guests)
    path = shelf.make()
    member = Browser(sqlite_guests.home, Role.DESK)
    assert "Replay here" not in words(member.get(path))
    assert member.get(f"{path}/1/replay").status_code == 403
    assert shelf.other.get(shelf.path).status_code == 409
    assert shelf.other.get(f"/formats/{new_id()}").status_code == 404
    assert shelf.other.get(f"/formats/plans/{new_id()}").status_code == 404


def test_the_author_is_named_with_consent_and_taken_off(sqlite_guests: Guests) -> None:
    """Edge case 72: pages show the name while its person agrees, and afterwards say why there is none."""
    shelf = Shelf(sqlite_guests)
    begun = _own(form(shelf.author.get(shelf.path), shelf.path).fields)
    assert "agreed" not in begun
    page = shelf.author.post(shelf.path, **{**begun, "author": "Sample Author"})
    assert (page.status_code, "Ask the author first, or leave the name away." in words(page)) == (422, True)
    path = shelf.make(author="Sample Author", agreed="yes")
    replay = f"{path}/1/replay"
    for seen in ("/formats", path, replay):
        assert "Sample Author" in words(shelf.other.get(seen))
    begun = _own(form(shelf.other.get(replay), replay).fields)
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
    on = (guests.today + 14 * DAY).isoformat()
    event_id = guests.home.run_json(commands["replay"], made["format_id"], "--on", on)["event_id"]
    (session,) = guests.home.look(lambda s: organised.sessions(s, event_id))
    assert session.starts_local == f"{on}T18:00"
    again = guests.home.run(commands["replay"], made["format_id"], "--version", "1", "--on", on, "--at", "12:30", "--again")
    assert again.output.startswith("A draft was made: ")
