"""Formats at the hub: a version never changes, its lineage is true, and where it was played again is known to all."""

import datetime as dt

import pytest

from shared.ids import new_id
from shared.protocol.formats import content_hash
from tests.support.wire_events import NEXT_THURSDAY, add_session, publish_event, put_event, put_format, told
from tests.support.wire_space import WireHub, WireSpace, example, good, pointers, slug_of


def test_a_version_is_the_whole_networks_with_its_hash(london: WireSpace, nyc: WireSpace) -> None:
    since = nyc.cursor()
    entry = good(put_format(london, title="Show and tell"))
    assert (entry["version"], entry["rev"], entry["author"], entry["replays"]) == (1, 1, london.slug, [])
    assert told(nyc, since, "format.updated") == [entry]
    assert entry["hash"] == content_hash(entry["content"])
    assert good(nyc.call("GET", f"/formats/{entry['id']}/versions/1")) == entry
    assert nyc.snapshot("formats") == {f"format/{entry['id']}/1": entry}
    assert slug_of(nyc.call("GET", f"/formats/{entry['id']}/versions/2")) == (404, "format-version-unknown")


def test_a_version_is_made_once(london: WireSpace, nyc: WireSpace) -> None:
    entry = good(put_format(london))
    since = nyc.cursor()
    path = f"/formats/{entry['id']}/versions/1"
    assert good(london.call("PUT", path, {"content": entry["content"], "x_later": 1})) == entry
    assert slug_of(put_format(london, entry["id"], title="Other")) == (409, "id-conflict")
    assert slug_of(nyc.call("PUT", path, {"content": entry["content"]})) == (409, "id-conflict")
    assert told(nyc, since, "format.updated") == []


def test_a_version_follows_the_one_before_by_the_same_space(london: WireSpace, nyc: WireSpace) -> None:
    entry = good(put_format(london))
    assert slug_of(put_format(london, entry["id"], version=3)) == (409, "format-order")
    assert slug_of(put_format(nyc, entry["id"], version=2)) == (409, "format-order")
    assert slug_of(put_format(nyc, version=2)) == (409, "format-order")
    second = good(put_format(london, entry["id"], version=2, title="Better"))
    assert len(nyc.snapshot("formats")) == 2
    assert second["hash"] != entry["hash"]


def test_what_a_format_was_made_from_must_be_what_it_says(london: WireSpace, nyc: WireSpace) -> None:
    """Edge case 72: the hash of the parent is that of the version it names."""
    entry = good(put_format(london))
    parent = {"id": entry["id"], "version": 1, "hash": entry["hash"]}
    made = good(put_format(nyc, parent=parent, attribution="After TheCube London"))
    assert made["content"]["parent"] == parent
    wrong = put_format(nyc, parent={**parent, "hash": "0" * 64})
    unknown = put_format(nyc, parent={**parent, "version": 2})
    assert (slug_of(wrong), pointers(wrong)) == ((422, "format-parent-invalid"), ["/content/parent/hash"])
    assert (slug_of(unknown), pointers(unknown)) == ((422, "format-parent-invalid"), ["/content/parent"])


def test_no_date_person_link_venue_or_price_can_be_in_a_format(london: WireSpace) -> None:
    """Edge case 72: what is not part of a recipe is not kept, and not hashed."""
    plain = good(put_format(london))
    secret = {
        "venue": "The roof",
        "join_url": "https://meet.example",
        "people": ["Ada"],
        "price_credits": 100,
        "on": "2026-11-19",
    }
    kept = good(put_format(london, **secret))
    assert (kept["content"], kept["hash"]) == (plain["content"], plain["hash"])


def test_an_event_that_follows_a_format_is_noted_with_place_and_day(london: WireSpace, nyc: WireSpace, milan: WireSpace) -> None:
    entry = good(put_format(london))
    ref = {"id": entry["id"], "version": 1, "hash": entry["hash"]}
    since = milan.cursor()
    event = publish_event(nyc, format=ref)
    assert told(milan, since, "format.updated") == []
    session = add_session(nyc, event["id"], at="23:30")
    [noted] = told(milan, since, "format.updated")
    assert noted["replays"] == [{"space": nyc.slug, "event_id": event["id"], "on": "2026-11-19", "version": 1}]
    assert noted["rev"] == 2
    add_session(nyc, event["id"], session["id"], at="23:30", note="Only a word")
    publish_event(nyc, event["id"], format=ref)
    assert london.snapshot("formats")[f"format/{entry['id']}/1"] == noted
    add_session(nyc, event["id"], session["id"], at="23:30", on=NEXT_THURSDAY + dt.timedelta(days=7))
    [moved] = london.snapshot("formats")[f"format/{entry['id']}/1"]["replays"]
    assert moved["on"] == "2026-11-26"
    publish_event(nyc, event["id"], format=ref, state="cancelled")
    assert london.snapshot("formats")[f"format/{entry['id']}/1"]["replays"] == []


def test_an_event_that_turns_to_another_version_is_noted_there(london: WireSpace, nyc: WireSpace) -> None:
    first = good(put_format(london))
    second = good(put_format(london, first["id"], version=2, title="Better"))
    refs = [{"id": one["id"], "version": one["version"], "hash": one["hash"]} for one in (first, second)]
    event = publish_event(nyc, format=refs[0])
    add_session(nyc, event["id"])
    publish_event(nyc, event["id"], format=refs[1])
    held = london.snapshot("formats")
    assert [len(held[f"format/{first['id']}/{version}"]["replays"]) for version in (1, 2)] == [0, 1]
    publish_event(nyc, event["id"], format={**refs[1], "version": 3})
    assert [one["replays"] for one in london.snapshot("formats").values()] == [[], []]


def test_of_a_long_list_of_replays_the_newest_are_told(monkeypatch, london: WireSpace, nyc: WireSpace) -> None:
    monkeypatch.setattr("federation.formats.queries.REPLAYS_SHOWN", 2)
    entry = good(put_format(london))
    ref = {"id": entry["id"], "version": 1, "hash": entry["hash"]}
    days = [NEXT_THURSDAY + dt.timedelta(days=number) for number in (0, 2, 1)]
    for day in days:
        add_session(nyc, publish_event(nyc, format=ref)["id"], on=day)
    [held] = london.snapshot("formats").values()
    assert [one["on"] for one in held["replays"]] == [days[2].isoformat(), days[1].isoformat()]


def test_a_format_that_comes_after_its_event_is_noted_then(hub: WireHub, london: WireSpace, nyc: WireSpace) -> None:
    format_id, content = new_id(), example("format-version")["content"]
    event = publish_event(nyc, format={"id": format_id, "version": 1, "hash": content_hash(content)})
    add_session(nyc, event["id"])
    assert hub.reconcile("note replays") == {"note replays": 0}
    good(put_format(london, format_id))
    assert hub.reconcile("note replays", after=dt.timedelta(minutes=6)) == {"note replays": 1}
    [held] = nyc.snapshot("formats").values()
    assert [one["event_id"] for one in held["replays"]] == [event["id"]]


def test_an_event_cannot_follow_a_version_of_another_content(london: WireSpace, nyc: WireSpace) -> None:
    entry = good(put_format(london))
    refused = put_event(nyc, format={"id": entry["id"], "version": 1, "hash": "0" * 64})
    assert (slug_of(refused), pointers(refused)) == ((422, "event-invalid"), ["/format/hash"])


@pytest.mark.parametrize(
    ("field", "value"), [("licence", "GPL-3.0"), ("duration_minutes", 0), ("title", ""), ("agenda", [{"text": "x"}])]
)
def test_a_content_that_is_none_is_refused(london: WireSpace, field: str, value: object) -> None:
    refused = put_format(london, **{field: value})
    assert refused.status_code == 422
    assert all(pointer.startswith(f"/content/{field}") for pointer in pointers(refused))
