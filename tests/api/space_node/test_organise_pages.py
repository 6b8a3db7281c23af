"""The organiser's pages: from a draft to an event that others hold too, and what they say when something is wrong."""

import datetime as dt
import re

import pytest

from shared.ids import new_id
from shared.protocol.states import CohostState
from space_node.events import queries, service
from space_node.members.service import Role
from tests.support.browsing import Browser
from tests.support.organising import Organisers
from tests.support.reading import form, forms

TEN_MINUTES = dt.timedelta(minutes=10)
EVENT = {"title": "Show and eat", "language": "en", "reach": "network", "attendee_list": "hidden", "topics": "food, making,food"}
SESSION = {
    "starts_local": "2026-03-20T18:00",
    "zone": "Europe/London",
    "duration_minutes": "90",
    "mode": "in_person",
    "language": "en",
    "venue_name": "Long table",
    "seats_in_person": "20",
    "door_seats": "2",
    "waiting_list": "yes",
    "party_max": "2",
    "price_credits": "0,5",
}


@pytest.fixture
def town(sqlite_organisers: Organisers) -> Organisers:
    return sqlite_organisers


@pytest.fixture
def manager(town: Organisers) -> Browser:
    return Browser(town.london, Role.MANAGER)


def text_of(browser: Browser) -> str:
    assert browser.page is not None
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", browser.page.get_data(as_text=True)))


def text_of_get(browser: Browser, path: str) -> str:
    browser.get(path)
    return text_of(browser)


def made(manager: Browser) -> str:
    """A draft with a session, made on the pages; its address."""
    page = manager.get("/organise/new").get_data(as_text=True)
    action = re.search(r'action="(/organise/[^"]+/text)"', page)
    assert action is not None
    assert manager.post(action[1], **EVENT).status_code == 200
    address = action[1].removesuffix("/text")
    blank = manager.get(f"{address}/sessions/new").get_data(as_text=True)
    save = re.search(r'action="(/organise/[^"]+/sessions/[^"]+)"', blank)
    assert save is not None
    assert manager.post(save[1], **SESSION).status_code == 200
    return address


def test_from_a_draft_to_what_the_network_sees(town: Organisers, manager: Browser) -> None:
    address = made(manager)
    event_id = address.rpartition("/")[2]
    manager.get(address)
    assert "Draft" in text_of(manager)
    [own] = town.sessions(event_id)
    assert (own.price_credits, own.party_max, own.door_seats, own.waiting_list, own.approval) == (50, 2, 2, True, False)
    assert town.event(event_id).topics == ["food", "making"]
    manager.post(f"{address}/cohosts", space=town.milan.slug)
    assert "Only here" in text_of(manager)
    manager.post(f"{address}/publish")
    assert "Done. The network has it." in text_of(manager)
    manager.get("/organise")
    assert "Show and eat" in text_of(manager)
    town.network.sync()
    theirs = Browser(town.milan, Role.MANAGER)
    theirs.get("/organise")
    assert "asks whether your space holds it too" in text_of(theirs)
    theirs.get(address)
    theirs.post(f"{address}/answer", answer="accepted", note="With pleasure.")
    town.network.sync()
    manager.get(address)
    said = text_of(manager)
    assert ("With pleasure." in said, "no session yet" in said, "Holds it too" in said) == (True, True, True)


def test_the_form_of_a_session_shows_the_local_times_before_it_is_kept(town: Organisers, manager: Browser) -> None:
    address = made(manager)
    manager.post(f"{address}/cohosts", space=town.new_york.slug)
    page = manager.post(f"{address}/sessions/{new_id()}", **SESSION, step="look")
    assert page.status_code == 200
    assert "Fri 20 Mar 2026, 14:00 EDT" in text_of(manager)
    assert len(town.sessions(address.rpartition("/")[2])) == 1


def test_a_time_that_does_not_exist_comes_back_with_two_that_do(manager: Browser) -> None:
    """Edge case 43: on the page."""
    address = made(manager)
    page = manager.post(f"{address}/sessions/{new_id()}", **{**SESSION, "starts_local": "2027-03-28T01:30"})
    assert page.status_code == 422
    assert "Choose 2027-03-28 00:30 or 2027-03-28 02:30." in text_of(manager)


def test_a_time_that_comes_twice_is_asked_about_and_the_earlier_one_proposed(town: Organisers, manager: Browser) -> None:
    """Edge case 44: on the page."""
    address = made(manager)
    where = f"{address}/sessions/{new_id()}"
    page = manager.post(where, **{**SESSION, "starts_local": "2026-10-25T01:30"})
    assert page.status_code == 422
    html = page.get_data(as_text=True)
    assert 'name="fold" value="0" checked' in html
    assert ("01:30 BST" in html, "01:30 GMT" in html) == (True, True)
    manager.post(where, **{**SESSION, "starts_local": "2026-10-25T01:30", "fold": "1"})
    kept = town.sessions(address.rpartition("/")[2])[-1]
    assert (kept.fold, kept.starts_at.isoformat()) == (1, "2026-10-25T01:30:00+00:00")


def test_a_draft_can_be_deleted_and_what_is_published_cancelled_with_a_note(town: Organisers, manager: Browser) -> None:
    """Edge case 75: on the pages there is one button or the other."""
    address = made(manager)
    assert "Delete the draft" in text_of_get(manager, address)
    manager.post(f"{address}/publish")
    said = text_of_get(manager, address)
    assert ("Delete the draft" in said, "Cancel the event" in said) == (False, True)
    assert manager.post(f"{address}/delete").status_code == 409
    manager.get(address)
    assert manager.post(f"{address}/cancel", note="").status_code == 422
    manager.post(f"{address}/cancel", note="The cook is ill.")
    said = text_of(manager)
    assert ("This event is cancelled" in said, "The cook is ill." in said) == (True, True)
    other = made(manager)
    [session] = town.sessions(other.rpartition("/")[2])
    manager.post(f"{other}/sessions/{session.id}/delete")
    assert manager.post(f"{other}/publish").status_code in (409, 422)
    said = text_of(manager)
    assert ("needs at least one session" in said, "Delete the draft" in said) == (True, True)
    manager.post(f"{other}/delete")
    assert "The draft is gone." in text_of(manager)
    assert manager.get(other).status_code == 404


def test_a_session_is_changed_postponed_and_cancelled(town: Organisers, manager: Browser) -> None:
    address = made(manager)
    event_id = address.rpartition("/")[2]
    [own] = town.sessions(event_id)
    extra = f"{address}/sessions/{new_id()}"
    manager.post(extra, **SESSION)
    manager.post(f"{extra}/delete")
    assert len(town.sessions(event_id)) == 1
    manager.post(f"{address}/publish")
    where = f"{address}/sessions/{own.id}"
    filled = form(manager.get(where), where).fields
    assert filled["venue_name"] == "Long table"
    manager.post(where, **{**filled, "seats_in_person": ""})
    assert "Room for everybody" in text_of(manager)
    assert manager.post(f"{where}/postpone", note=" ").status_code == 422
    assert "Note to those who come: This is needed." in text_of(manager)
    manager.post(f"{where}/postpone", note="Painters.")
    assert ("Postponed" in text_of(manager), "Set a new time" in text_of(manager)) == (True, True)
    manager.post(f"{where}/cancel", note="No room.")
    assert "No room." in text_of(manager)
    assert manager.post(where, **SESSION).status_code == 409


def test_a_changed_text_goes_out_and_a_wrong_one_comes_back(town: Organisers, manager: Browser) -> None:
    address = made(manager)
    manager.post(f"{address}/publish")
    page = manager.get(f"{address}/text")
    assert "What has changed" in text_of(manager)
    manager.post(f"{address}/text", **{**form(page, "/text").fields, "title": "Supper", "note": "Later."})
    event = town.event(address.rpartition("/")[2])
    assert (event.title, event.note, event.acked_rev) == ("Supper", "Later.", 2)
    manager.get(f"{address}/text")
    page = manager.post(f"{address}/text", **{**EVENT, "topics": ",".join("abcdefghi")})
    assert (page.status_code, "At most eight topics" in text_of(manager)) == (422, True)


def test_what_waits_and_what_was_refused_is_said(town: Organisers, manager: Browser) -> None:
    """Edge case 33: what the hub refuses stands on the page with its reason."""
    theirs = town.published(town.milan)
    town.london.command(
        lambda session: service.save_draft(
            session, event_id=theirs, text=service.EventText(title="Mine", language="en", reach="network"), now=town.now
        )
    )
    town.session(town.london, theirs)
    town.network.transport.cut()
    manager.get(f"/organise/{theirs}")
    manager.post(f"/organise/{theirs}/publish")
    assert "The hub is away" in text_of(manager)
    town.network.transport.heal()
    town.clock.advance(TEN_MINUTES)
    town.network.sync()
    said = text_of_get(manager, f"/organise/{theirs}")
    assert ("The hub has refused something" in said, "There is no such event that your space may see" in said) == (True, True)
    manager.post(f"/organise/{theirs}/resend")
    assert "The hub has refused something" in text_of(manager)


def test_who_declines_sees_no_more_of_it_here_and_who_withdraws_ends_its_sessions(town: Organisers) -> None:
    """Edge cases 73 and 74: on the pages."""
    event_id = town.published()
    town.invite(event_id, town.milan)
    manager, address = Browser(town.milan, Role.MANAGER), f"/organise/{event_id}"
    assert "Accept" in text_of_get(manager, address)
    manager.post(f"{address}/answer", answer="declined")
    assert "Presentation Lunch" not in text_of_get(manager, "/organise")
    town.network.sync()
    town.invite(event_id, town.milan, answer=CohostState.ACCEPTED)
    town.session(town.milan, event_id)
    manager.get(address)
    manager.post(f"{address}/answer", answer="withdrawn", note="Sorry.")
    assert [one.state for one in town.sessions(event_id, town.milan)] == ["cancelled"]
    assert town.milan.look(queries.invitation_count) == 0


def test_the_lead_takes_an_invitation_back(town: Organisers, manager: Browser) -> None:
    event_id = town.published()
    town.invite(event_id, town.milan)
    address = f"/organise/{event_id}"
    assert "Take back" in text_of_get(manager, address)
    manager.post(f"{address}/cohosts/{town.milan.slug}/remove")
    assert "Taken back" in text_of(manager)
    page = manager.post(f"{address}/cohosts", space="nowhere")
    assert (page.status_code, "No space called nowhere" in text_of(manager)) == (422, True)


def test_the_calendar_leads_a_manager_to_what_can_be_done(town: Organisers, manager: Browser) -> None:
    event_id = town.published()
    town.invite(event_id, town.milan)
    link = f'href="/organise/{event_id}"'
    assert link in manager.get(f"/events/{event_id}").get_data(as_text=True)
    invited, other, member = (
        Browser(town.milan, Role.MANAGER),
        Browser(town.new_york, Role.MANAGER),
        Browser(town.london, Role.DESK),
    )
    assert "Answer the invitation" in text_of_get(invited, f"/events/{event_id}")
    assert link not in other.get(f"/events/{event_id}").get_data(as_text=True)
    assert link not in member.get(f"/events/{event_id}").get_data(as_text=True)


def test_the_pages_are_for_managers_alone(town: Organisers) -> None:
    event_id = town.draft()
    desk = Browser(town.london, Role.DESK)
    for path in ("/organise", "/organise/new", f"/organise/{event_id}", f"/organise/{event_id}/sessions/new"):
        assert desk.get(path).status_code == 403


def test_a_note_that_cannot_be_taken_stands_where_it_was_typed(town: Organisers, manager: Browser) -> None:
    event_id = town.published()
    address, [own] = f"/organise/{event_id}", town.sessions(event_id)
    note = ("The cook is ill. " * 40).strip()
    manager.get(address)
    for path in (f"{address}/sessions/{own.id}/postpone", f"{address}/sessions/{own.id}/cancel", f"{address}/cancel"):
        page = manager.post(path, note=note)
        assert page.status_code == 422
        typed = [one.fields["note"] for one in forms(page, "") if one.fields.get("note")]
        assert typed == [form(page, path).fields["note"]] == [note]
        assert re.search(r"<details[^>]* open>(?:(?!</details>).)*The cook is ill", page.get_data(as_text=True), re.DOTALL)


def test_a_word_to_the_lead_that_cannot_be_taken_stands_where_it_was_typed(town: Organisers) -> None:
    event_id, word = town.published(), ("With pleasure. " * 40).strip()
    town.invite(event_id, town.milan)
    manager, path = Browser(town.milan, Role.MANAGER), f"/organise/{event_id}/answer"
    manager.get(f"/organise/{event_id}")
    page = manager.post(path, answer="accepted", note=word)
    assert [one.fields.get("note") for one in forms(page, path)] == [word, None]
    town.answer(event_id, town.milan, CohostState.ACCEPTED)
    page = manager.post(path, answer="withdrawn", note=word)
    assert form(page, path).fields["note"] == word


def test_an_event_that_has_taken_place_is_not_cancelled_any_more(town: Organisers, manager: Browser) -> None:
    event_id = town.published()
    address, [own] = f"/organise/{event_id}", town.sessions(event_id)
    assert "Cancel the event" in text_of_get(manager, address)
    town.clock.set(own.ends_at)
    manager = Browser(town.london, Role.MANAGER, email="later@thecube.test")
    assert "Cancel the event" not in text_of_get(manager, address)
    page = manager.post(f"{address}/cancel", note="Too late.")
    assert (page.status_code, town.event(event_id).state) == (409, "published")
    assert "All its sessions are over, so there is nothing left to cancel." in text_of(manager)
