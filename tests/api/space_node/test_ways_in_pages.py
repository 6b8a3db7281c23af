"""The organiser's form about a way of taking part on which people count."""

from typing import Any

from shared.protocol.states import SeatKind, SessionMode
from space_node.events.queries import Standing, own_session
from space_node.hosting import queries as hosting
from space_node.members.service import Role
from tests.support.browsing import Browser
from tests.support.evening import Evening
from tests.support.guests import Guests
from tests.support.reading import forms, words

SEATS = {"seats_in_person": 5, "seats_remote": 5, "mode": SessionMode.HYBRID}


def saved(browser: Browser, evening: Evening, **changed: str) -> Any:
    """What comes of it when the session is saved on its form."""
    address = f"/organise/{evening.event_id}/sessions/{evening.session_id}"
    shown = forms(browser.get(address), address)[0].fields
    return browser.post(address, **{**shown, **changed})


def test_the_form_says_how_many_count_on_it_and_keeps_what_was_typed(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests, **SEATS)
    evening.ask(kind=SeatKind.REMOTE)
    evening.sync()
    answer = saved(Browser(evening.host, Role.MANAGER), evening, mode="in_person", note="Mind the step.")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "How one takes part: People count on the way of taking part that would go: seats held 1, waiting 0." in words(answer)
    assert "Mind the step." in page
    own = evening.host.look(lambda s: own_session(s, evening.session_id))
    assert (own.mode, own.standing) == (SessionMode.HYBRID, Standing.KNOWN), "what the network has still holds here"


def test_the_form_counts_people_and_not_their_groups(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests, **SEATS | {"seats_in_person": 2}, party_max=2)
    for name in ("Bob", "Carla"):
        evening.ask(sqlite_guests.member(name), party=2)
    evening.sync()
    assert "seats held 2, waiting 2" in words(saved(Browser(evening.host, Role.MANAGER), evening, mode="remote"))


def test_what_only_the_hub_knew_is_said_on_the_page_of_the_event(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests, **SEATS, approval=True)
    rsvp_id = evening.coming(kind=SeatKind.REMOTE)
    assert evening.host.look(lambda s: hosting.require(s, rsvp_id)).state == "pending"
    browser = Browser(evening.host, Role.MANAGER)
    saved(browser, evening, mode="in_person")
    evening.sync()
    said = words(browser.get(f"/organise/{evening.event_id}"))
    assert "The hub has refused something" in said
    assert "seats held 0, waiting 1" in said
