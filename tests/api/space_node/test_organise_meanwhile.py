"""Forms of the organiser that were open while somebody else changed the same: nobody's change is undone, nothing typed lost."""

import pytest

from space_node.events import service
from space_node.members.service import Role
from tests.support.browsing import Browser
from tests.support.organising import Organisers
from tests.support.reading import form, forms, words


@pytest.fixture
def town(sqlite_organisers: Organisers) -> Organisers:
    return sqlite_organisers


@pytest.fixture
def manager(town: Organisers) -> Browser:
    return Browser(town.london, Role.MANAGER)


@pytest.fixture(params=[False, True], ids=["draft", "published"])
def event_id(town: Organisers, request: pytest.FixtureRequest) -> str:
    return town.published() if request.param else town.draft()


def fields(browser: Browser, path: str) -> dict[str, str]:
    """What the form of a page is filled with."""
    return form(browser.get(path), path).fields


def test_a_session_that_another_tab_has_changed_is_not_undone(town: Organisers, manager: Browser, event_id: str) -> None:
    [own] = town.sessions(event_id)
    path = f"/organise/{event_id}/sessions/{own.id}"
    stale = fields(manager, path)
    manager.post(path, **{**stale, "seats_in_person": "3", "starts_local": "2026-03-21T18:00"})
    unticked = {name: value for name, value in stale.items() if name != "waiting_list"}
    assert manager.post(path, **{**unticked, "venue_access": "Ring thrice.", "price_credits": "2"}).status_code == 200
    [own] = town.sessions(event_id)
    assert (own.seats_in_person, own.starts_local) == (3, "2026-03-21T18:00")
    assert own.venue is not None
    assert (own.venue["access"], own.waiting_list, own.price_credits) == ("Ring thrice.", False, 200)


def test_what_both_have_changed_of_a_session_is_asked_for_again(town: Organisers, manager: Browser, event_id: str) -> None:
    [own] = town.sessions(event_id)
    path = f"/organise/{event_id}/sessions/{own.id}"
    stale = fields(manager, path)
    manager.post(path, **{**stale, "seats_in_person": "3", "approval": "yes"})
    page = manager.post(path, **{**stale, "seats_in_person": "4", "venue_access": "Ring thrice."})
    assert page.status_code == 409
    assert "Seats in the room: Somebody has changed this to “3” meanwhile." in words(page)
    kept = form(page, path).fields
    assert [kept.get(name) for name in ("seats_in_person", "venue_access", "approval")] == ["4", "Ring thrice.", "yes"]
    assert town.sessions(event_id)[0].seats_in_person == 3
    assert manager.post(path, **kept).status_code == 200
    [own] = town.sessions(event_id)
    assert (own.seats_in_person, own.approval) == (4, True)


def test_a_text_that_another_tab_has_changed_is_not_undone(town: Organisers, manager: Browser, event_id: str) -> None:
    path = f"/organise/{event_id}/text"
    stale = fields(manager, path)
    manager.post(path, **{**stale, "title": "Supper", "topics": "bread, soup"})
    manager.post(path, **{**stale, "summary": "With bread."})
    event = town.event(event_id)
    assert (event.title, event.summary, event.topics) == ("Supper", "With bread.", ["bread", "soup"])


def test_what_both_have_changed_of_a_text_is_asked_for_again(town: Organisers, manager: Browser, event_id: str) -> None:
    path = f"/organise/{event_id}/text"
    stale = fields(manager, path)
    manager.post(path, **{**stale, "title": "Supper", "topics": "bread"})
    page = manager.post(path, **{**stale, "title": "Dinner", "summary": "With bread."})
    assert page.status_code == 409
    assert "Title: Somebody has changed this to “Supper” meanwhile." in words(page)
    kept = form(page, path).fields
    assert [kept[name] for name in ("title", "summary", "topics")] == ["Dinner", "With bread.", "bread"]
    assert town.event(event_id).title == "Supper"
    manager.post(path, **kept)
    assert town.event(event_id).title == "Dinner"


def test_a_session_that_was_postponed_meanwhile_takes_place_again_only_if_asked(town: Organisers, manager: Browser) -> None:
    event_id = town.published()
    [own] = town.sessions(event_id)
    path = f"/organise/{event_id}/sessions/{own.id}"
    stale = fields(manager, path)
    town.london.command(lambda s: service.postpone_session(s, session_id=own.id, note="Painters.", now=town.now))
    page = manager.post(path, **{**stale, "seats_in_person": "4"})
    assert (page.status_code, town.sessions(event_id)[0].state) == (409, "postponed")
    assert "Start: Somebody has emptied this meanwhile." in words(page)
    manager.post(path, **form(page, path).fields)
    [own] = town.sessions(event_id)
    assert (own.state, own.seats_in_person, own.note) == ("scheduled", 4, "Painters.")


def test_a_time_that_comes_twice_stays_the_one_that_was_meant(town: Organisers, manager: Browser) -> None:
    event_id = town.draft()
    [own] = town.sessions(event_id)
    path = f"/organise/{event_id}/sessions/{own.id}"
    stale = fields(manager, path)
    manager.post(path, **{**stale, "starts_local": "2026-10-25T01:30", "fold": "1"})
    manager.post(path, **{**stale, "seats_in_person": "4"})
    [own] = town.sessions(event_id)
    assert (own.starts_local, own.fold, own.seats_in_person) == ("2026-10-25T01:30", 1, 4)


def test_the_same_form_sent_twice_is_no_change(town: Organisers, manager: Browser) -> None:
    """A double click, also on the form of something new."""
    for path, own in (
        ("/organise/new", {"title": "Supper"}),
        (f"/organise/{town.draft()}/sessions/new", {"starts_local": "2026-03-25T18:00"}),
    ):
        [found] = [one for one in forms(manager.get(path), "") if one.action.startswith("/organise/")]
        filled = {**found.fields, **own}
        assert [manager.post(found.action, **filled).status_code for _ in range(2)] == [200, 200]
        page = manager.post(found.action, **{**filled, "language": "fr"})
        assert page.status_code == 409


@pytest.mark.parametrize("mode", ["remote", "hybrid", "in_person"])
def test_a_new_session_sent_twice_is_one_whichever_way_people_take_part(town: Organisers, manager: Browser, mode: str) -> None:
    """What its way of taking part leaves out of a session, nobody has emptied."""
    event_id = town.draft(sessions=0)
    [found] = [one for one in forms(manager.get(f"/organise/{event_id}/sessions/new"), "") if one.action.startswith("/organise/")]
    filled = {**found.fields, "starts_local": "2026-03-21T18:00", "mode": mode, "seats_remote": "30", "door_seats": "2"}
    filled["join_url"] = "https://meet.example/room"
    assert [manager.post(found.action, **filled).status_code for _ in range(2)] == [200, 200]
    [own] = town.sessions(event_id)
    assert (own.mode, own.venue is None, own.seats_remote) == (mode, mode == "remote", None if mode == "in_person" else 30)
    page = manager.post(found.action, **{**filled, "note": "Ring thrice.", "duration_minutes": "30"})
    assert page.status_code == 409
    assert "Minutes: Somebody has changed this to “90” meanwhile." in words(page)
    assert not [field for field in ("Place", "Address", "Seats in the room") if f"{field}: Somebody" in words(page)]


@pytest.mark.parametrize("typed", ["", "2026-03-20T13:00"], ids=["no time", "the time of its source"])
def test_a_new_relay_sent_twice_is_one(town: Organisers, manager: Browser, typed: str) -> None:
    event_id = town.draft()
    [source] = town.sessions(event_id)
    [found] = [one for one in forms(manager.get(f"/organise/{event_id}/sessions/new"), "") if one.action.startswith("/organise/")]
    filled = {**found.fields, "relay_of": source.id, "starts_local": typed, "fold": "0", "mode": "remote"}
    assert [manager.post(found.action, **filled).status_code for _ in range(2)] == [200, 200]
    page = manager.post(found.action, **{**filled, "starts_local": "2026-03-21T13:00"})
    assert page.status_code == 409
    assert len(town.sessions(event_id)) == 2


def test_a_start_that_a_relay_cannot_have_is_refused_at_its_field(town: Organisers, manager: Browser) -> None:
    event_id = town.draft(sessions=2)
    source, own = town.sessions(event_id)
    path = f"/organise/{event_id}/sessions/{own.id}"
    filled = fields(manager, path)
    page = manager.post(path, **{**filled, "relay_of": source.id})
    assert (page.status_code, town.sessions(event_id)[1].relay_of) == (422, None)
    assert "Start: A relay starts in the same instant, which is 2026-03-20 13:00 here." in words(page)
    assert form(page, path).fields["starts_local"] == "2026-03-21T13:00"
    assert manager.post(path, **{**filled, "relay_of": source.id, "starts_local": ""}).status_code == 200
    relay = fields(manager, path)
    assert relay["starts_local"] == ""
    town.session(town.london, event_id, source.id, starts_local="2026-03-25T18:00")
    assert manager.post(path, **{**relay, "seats_in_person": "4"}).status_code == 200
    [kept] = [one for one in town.sessions(event_id) if one.id == own.id]
    assert (kept.starts_local, kept.seats_in_person) == ("2026-03-25T18:00", 4)
