"""What this space organises, on the command line: from files, with answers for programs."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.ids import new_id
from space_node.organise.cli import commands
from tests.support.organising import ROOM, Organisers

[events] = commands
SESSION: dict[str, Any] = {
    "starts_local": "2026-03-20T13:00",
    "zone": "Europe/London",
    "duration_minutes": 90,
    "mode": "hybrid",
    "language": "en",
    "venue": ROOM,
    "seats_in_person": 20,
    "join_url": "https://meet.test/room",
}


@pytest.fixture
def town(sqlite_organisers: Organisers) -> Organisers:
    return sqlite_organisers


def written(folder: Path, **said: Any) -> str:
    file = folder / f"{new_id()}.json"
    file.write_text(json.dumps(said))
    return str(file)


def test_an_event_is_made_from_a_file_published_and_held_by_another_space_too(town: Organisers, tmp_path: Path) -> None:
    file = written(
        tmp_path, title="Lunch", language="en", reach="public", topics=["food"], sessions=[SESSION], cohosts=[town.new_york.slug]
    )
    made = town.london.run_json(events, "create", file)
    event_id = made["event_id"]
    assert (made["state"], made["standing"], made["part"], len(made["sessions"])) == ("draft", "draft", "lead", 1)
    published = town.london.run_json(events, "publish", event_id)
    assert (published["state"], published["standing"], published["waits"]) == ("published", "known", False)
    town.network.sync()
    [row] = town.new_york.run_json(events, "list")
    assert (row["event_id"], row["part"], row["lead"]) == (event_id, "invited", town.london.slug)
    assert town.new_york.run_json(events, "accept", event_id, "--note", "Gladly.")["part"] == "accepted"
    relay = {**SESSION, "zone": "America/New_York", "relay_of": made["sessions"][0]["session_id"], "starts_local": None}
    added = town.new_york.run_json(events, "session", "add", event_id, written(tmp_path, **relay))
    ours = next(one for one in added["sessions"] if one["ours"])
    assert (ours["starts_local"], ours["standing"], ours["fault"]) == ("2026-03-20T09:00", "known", None)
    town.network.sync()
    shown = town.london.run_json(events, "show", event_id)
    assert [(one["space"], one["state"]) for one in shown["cohosts"]] == [(town.new_york.slug, "accepted")]
    assert {one["host"] for one in shown["sessions"]} == {town.london.slug, town.new_york.slug}
    assert "join_url" not in json.dumps(shown)


def test_what_is_published_is_postponed_cancelled_and_never_deleted(town: Organisers, tmp_path: Path) -> None:
    """Edge case 75: on the command line."""
    file = written(tmp_path, title="Lunch", language="en", reach="network", sessions=[SESSION, SESSION])
    made = town.london.run_json(events, "create", file, "--publish")
    event_id, [first, second] = made["event_id"], [one["session_id"] for one in made["sessions"]]
    postponed = town.london.run_json(events, "session", "postpone", first, "--note", "Painters.")
    assert {one["session_id"]: one["state"] for one in postponed["sessions"]} == {first: "postponed", second: "scheduled"}
    again = written(tmp_path, **SESSION, id=first)
    assert town.london.run_json(events, "session", "add", event_id, again)["sessions"][0]["state"] == "scheduled"
    town.london.run_json(events, "session", "cancel", second, "--note", "One is enough.")
    refused = town.london.run(events, "delete", event_id)
    assert (refused.exit_code != 0, type(refused.exception).__name__) == (True, "EventNotDraft")
    assert town.london.run_json(events, "cancel", event_id, "--note", "No cook.")["state"] == "cancelled"


def test_invitations_are_declined_taken_back_and_withdrawn_from(town: Organisers) -> None:
    event_id = town.published()
    for node in (town.milan, town.new_york):
        town.london.run_json(events, "invite", event_id, node.slug)
    town.network.sync()
    assert "declined" in town.milan.run_json(events, "decline", event_id)["part"]
    town.new_york.run_json(events, "accept", event_id)
    town.network.sync()
    assert town.new_york.run_json(events, "withdraw", event_id)["part"] == "withdrawn"
    taken = town.london.run_json(events, "invite", event_id, town.milan.slug, "--take-back")
    assert {one["space"]: one["state"] for one in taken["cohosts"]}[town.milan.slug] == "declined"


def test_people_read_it_too(town: Organisers, tmp_path: Path) -> None:
    file = written(tmp_path, title="Lunch", language="en", reach="network", sessions=[SESSION], cohosts=[town.milan.slug])
    said = town.london.run(events, "create", file, "--publish").output
    assert "Done." in said
    assert ("2026-03-20T13:00 Europe/London" in said, f"{town.milan.slug}" in said) == (True, True)
    event_id = said.partition(":")[0]
    assert "Lunch" in town.london.run(events, "list").output
    assert "published  Lunch" in town.london.run(events, "show", event_id).output
    assert "Done." in town.london.run(events, "resend", event_id).output
    town.network.transport.cut()
    assert "The hub is away" in town.london.run(events, "cancel", event_id, "--note", "No cook.").output


def test_a_draft_can_be_written_anew_and_deleted(town: Organisers, tmp_path: Path) -> None:
    event_id = new_id()
    for title in ("Lunch", "Supper"):
        file = written(tmp_path, id=event_id, title=title, language="en", reach="network")
        assert town.london.run_json(events, "create", file)["title"] == title
    assert town.london.run(events, "delete", event_id).output == "The draft is gone.\n"
    assert town.london.run_json(events, "list") == []


def test_a_file_with_a_time_that_does_not_exist_leaves_nothing(town: Organisers, tmp_path: Path) -> None:
    """Edge case 43: all or nothing of a file."""
    sessions = [SESSION, {**SESSION, "starts_local": "2027-03-28T01:30"}]
    file = written(tmp_path, title="Lunch", language="en", reach="network", sessions=sessions)
    assert type(town.london.run(events, "create", file).exception).__name__ == "WallTimeSkipped"
    assert town.london.run_json(events, "list") == []
