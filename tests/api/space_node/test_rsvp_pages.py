"""The member's pages of events: take part in one step, see the hub's answer on the same page, give back, switch, share, tell."""

import datetime as dt

from sqlalchemy import select
from werkzeug.test import TestResponse

from shared.ids import new_id
from shared.protocol.states import RsvpState, SeatKind, SessionMode
from space_node.hosting import queries as hosting
from space_node.hosting import service as host
from space_node.members.service import Role
from space_node.rsvps.models import Rsvp
from tests.support.browsing import Browser
from tests.support.evening import LINK, SHARED, Evening
from tests.support.guests import Guests
from tests.support.reading import form, forms, words

HOUR = dt.timedelta(hours=1)
SOON = dt.timedelta(seconds=10)
HYBRID = {"mode": SessionMode.HYBRID, "seats_remote": None, "join_url": LINK}


def ada(guests: Guests) -> Browser:
    return Browser(guests.home, Role.MEMBER, email=guests.ada.email)


def member(guests: Guests, name: str) -> Browser:
    return Browser(guests.home, Role.MEMBER, email=guests.member(name, credits=0).email)


def places(guests: Guests) -> list[Rsvp]:
    return guests.home.look(lambda session: list(session.scalars(select(Rsvp).order_by(Rsvp.asked_at, Rsvp.id))))


def take_part(browser: Browser, evening: Evening, **changed: str) -> TestResponse:
    """Press the button on the page of the event, or send the form that it leads to."""
    page = browser.get(f"/events/{evening.event_id}")
    if not forms(page, "/my-events"):
        page = browser.get(f"/my-events/new/{evening.session_id}")
    return browser.post("/my-events", **{**form(page, "/my-events").fields, **changed})


def press(browser: Browser, page: TestResponse, end: str) -> TestResponse:
    found = form(page, end)
    return browser.post(found.action, **found.fields)


def test_one_takes_part_in_one_step_and_the_answer_is_on_the_next_page(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests, party_max=1)
    browser = ada(sqlite_guests)
    page = take_part(browser, evening)
    assert page.status_code == 200
    said = words(page)
    for part in ("You are coming", "Your seat is confirmed.", "Presentation Lunch", "155 Commercial Street", "Ring twice."):
        assert part in said
    assert "Tue 3 Mar 2026, 19:00–20:30 GMT" in said
    assert "Here: Tue 3 Mar 2026, 20:00–21:30 CET" in said
    [found] = places(sqlite_guests)
    assert page.request.path == f"/my-events/{found.id}"
    assert "My place" in words(browser.get(f"/events/{evening.event_id}"))


def test_a_double_click_books_once(sqlite_guests: Guests) -> None:
    """Edge case 2: the same form, or the same page opened twice, is one place."""
    evening = Evening(sqlite_guests, party_max=1)
    browser = ada(sqlite_guests)
    first, second = (form(browser.get(f"/events/{evening.event_id}"), "/my-events").fields for _ in range(2))
    assert first["rsvp_id"] != second["rsvp_id"]
    paths = {browser.post("/my-events", **fields).request.path for fields in (first, first, second)}
    assert len(paths) == len(places(sqlite_guests)) == 1


def test_where_there_is_something_to_choose_the_form_asks(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests, price_credits=50, **HYBRID, **SHARED)
    browser = ada(sqlite_guests)
    assert forms(browser.get(f"/events/{evening.event_id}"), "/my-events") == []
    asked = browser.get(f"/my-events/new/{evening.session_id}")
    for part in ("How would you like to take part?", "How many are you?", "Each seat costs 0.5 credits.", "see my name"):
        assert part in words(asked)
    page = take_part(browser, evening, kind="remote", party="2", shares="yes")
    [found] = places(sqlite_guests)
    assert (found.kind, found.party, found.shares, found.state) == (SeatKind.REMOTE, 2, True, RsvpState.CONFIRMED)
    assert "2 seats are confirmed." in words(page)
    assert "1 credit" in words(page)


def test_what_is_typed_wrong_comes_back_with_what_is_wrong(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    page = take_part(ada(sqlite_guests), evening, party="eleven")
    assert page.status_code == 422
    assert "A whole number is expected here." in words(page)
    assert places(sqlite_guests) == []


def test_a_no_is_said_in_words_with_a_way_on(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests, price_credits=100, party_max=1)
    page = take_part(ada(sqlite_guests), evening, price_credits="50")
    for part in ("This was not possible", "The price has changed.", "It costs 1 credit now.", "Look at the event"):
        assert part in words(page)


def test_while_the_hub_is_away_a_page_says_asked_and_never_coming(sqlite_guests: Guests) -> None:
    """Edge case 28: a clear "not yet", and the answer on the same page later."""
    evening = Evening(sqlite_guests, party_max=1)
    browser = ada(sqlite_guests)
    sqlite_guests.network.transport.cut()
    page = take_part(browser, evening)
    assert "The network has not answered yet." in words(page)
    assert "You are coming" not in words(page)
    assert "every 3s" in page.get_data(as_text=True)
    sqlite_guests.network.transport.heal()
    sqlite_guests.clock.advance(SOON)
    evening.sync()
    assert "You are coming" in words(browser.get(page.request.path))


def test_a_full_session_has_a_waiting_list_with_a_place_on_it(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests, seats_in_person=1)
    take_part(member(sqlite_guests, "Berta Rossi"), evening)
    evening.sync()
    browser = ada(sqlite_guests)
    assert "Join the waiting list" in words(browser.get(f"/events/{evening.event_id}"))
    page = take_part(browser, evening)
    for part in ("You are on the waiting list", "Place 1 on the waiting list", "How the waiting list works"):
        assert part in words(page)
    assert "Place 1 on the waiting list" in words(browser.get("/my-events"))


def test_a_full_session_can_be_left_and_asked_for_again_at_the_end(sqlite_guests: Guests) -> None:
    """Edge cases 4 and 16: what is given back can be asked for again, behind those who wait."""
    evening = Evening(sqlite_guests, seats_in_person=1)
    browser = ada(sqlite_guests)
    page = take_part(browser, evening)
    take_part(member(sqlite_guests, "Berta Rossi"), evening)
    given = press(browser, page, "/cancel")
    assert "You have given your place back" in words(given)
    evening.sync()
    assert "Place" not in words(given)
    again = take_part(browser, evening)
    assert again.request.path != page.request.path
    assert "You are on the waiting list" in words(again)


def test_an_offer_stands_on_the_first_page_and_is_taken_there(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests, seats_in_person=1)
    other, browser = member(sqlite_guests, "Berta Rossi"), ada(sqlite_guests)
    first = take_part(other, evening)
    take_part(browser, evening)
    press(other, first, "/cancel")
    evening.sync()
    home = browser.get("/")
    assert "A seat is offered to you" in words(home)
    assert "The seat is kept for you until Tue 3 Mar 2026, 11:00 CET." in words(home)
    assert "Take the seat" in words(browser.get("/my-events"))
    assert "You are coming" in words(press(browser, home, "/accept"))
    assert "A seat is offered to you" not in words(browser.get("/"))


def test_an_offer_that_is_answered_too_late_is_refused_politely(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests, seats_in_person=1)
    other, browser = member(sqlite_guests, "Berta Rossi"), ada(sqlite_guests)
    first, second = take_part(other, evening), take_part(browser, evening)
    press(other, first, "/cancel")
    evening.sync()
    page = browser.get(second.request.path)
    for _ in range(2):
        sqlite_guests.clock.advance(HOUR)
        browser.get("/my-events")
    late = press(browser, page, "/accept")
    assert late.status_code == 409
    assert "This has been settled in the meantime." in words(late)
    evening.sync()
    assert "The offer has expired" in words(browser.get(second.request.path))


def test_one_changes_to_the_link_and_sees_it(sqlite_guests: Guests) -> None:
    """Edge case 20: the seat in the room is free once, and the way in is there at once."""
    evening = Evening(sqlite_guests, seats_in_person=1, **HYBRID)
    browser = ada(sqlite_guests)
    page = take_part(browser, evening)
    evening.sync()
    switched = press(browser, page, "/switch")
    assert "Come in person instead" in words(switched)
    assert LINK in words(switched)


def test_a_place_of_somebody_else_is_not_there(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    page = take_part(ada(sqlite_guests), evening)
    other = member(sqlite_guests, "Berta Rossi")
    other.get("/my-calendar")
    assert other.get(page.request.path).status_code == 404
    for end in ("cancel", "accept", "decline", "sharing", "feedback"):
        assert other.post(f"{page.request.path}/{end}").status_code == 404
    assert other.get(f"{page.request.path}.ics").status_code == 404
    assert Browser(sqlite_guests.host, Role.MANAGER).get(page.request.path).status_code == 403
    assert other.get(f"/my-events/new/{new_id()}").status_code == 404


def test_a_guest_lets_the_host_write_should_their_space_be_silent_and_takes_it_back(sqlite_guests: Guests) -> None:
    """Edge case 27: a tick with the wish for a seat, a press later; the organiser sees how many were told, and no address."""
    evening, browser = Evening(sqlite_guests, approval=True), ada(sqlite_guests)
    assert "The host may write to you." in words(take_part(browser, evening, may_write="yes"))
    (place,) = places(sqlite_guests)
    evening.host.sync()
    assert evening.guest(place.id).urgent_box
    evening.host.command(lambda s: host.note_told_directly(hosting.require(s, place.id), evening.now))
    board = Browser(evening.host, Role.MANAGER).get(f"/organise/{evening.event_id}/seats")
    assert "Told directly, because their space was silent: 1" in words(board)
    assert "does not have your address" in words(browser.post(f"/my-events/{place.id}/writing", may_write="no"))
    own = Browser(evening.host, Role.MEMBER, email=evening.own_member("Marta Rossi").email)
    assert "may write to me" not in words(own.get(f"/my-events/new/{evening.session_id}"))
