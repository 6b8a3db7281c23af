"""The page of a place says what is true, whatever has changed since it was given, or asked for."""

import datetime as dt

from shared.protocol.states import Reach
from space_node.events import service as organiser
from space_node.events.service import EventText
from space_node.members.service import Role
from space_node.rsvps import service as taking_part
from space_node.rsvps.rules import Pressed
from tests.support.browsing import Browser
from tests.support.evening import Evening
from tests.support.guests import Guests
from tests.support.reading import words


def narrow(evening: Evening) -> None:
    """The event is from now on for the space that holds it alone."""
    text = EventText(title="Presentation Lunch", language="en", reach=Reach.SPACE)
    evening.host.command(lambda s: organiser.change(s, event_id=evening.event_id, text=text, now=evening.now))
    evening.sync()


def page_of(browser: Browser, rsvp_id: str) -> str:
    """What its member reads about a place."""
    return words(browser.get(f"/my-events/{rsvp_id}"))


def ada(guests: Guests) -> Browser:
    return Browser(guests.home, Role.MEMBER, email=guests.ada.email)


def test_a_guest_of_an_event_that_is_for_others_alone_by_now_still_reads_its_new_time(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    page = f"/my-events/{evening.coming()}"
    narrow(evening)
    evening.plan(starts_local=f"{evening.guests.today.isoformat()}T20:30")
    evening.sync()
    browser = ada(sqlite_guests)
    said = words(browser.get(page))
    assert ("20:30" in said, "It was to start on" in said, "You are coming" in said) == (True, True, True)
    assert "DTSTART;TZID=Europe/London:20260303T203000" in browser.get(f"{page}.ics").get_data(as_text=True)
    assert "All about the event" not in said, "that page is not for her any more"
    assert browser.get(f"/events/{evening.event_id}").status_code == 404


def test_who_waited_until_the_start_is_not_told_that_nobody_could_wait(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests, seats_in_person=1, starts_local=f"{sqlite_guests.today.isoformat()}T09:00")
    browser = ada(sqlite_guests)
    evening.coming("Berta Rossi")
    rsvp_id = evening.coming()
    assert "You are on the waiting list" in page_of(browser, rsvp_id)
    evening.evening_comes(hours=1.5)
    said = page_of(browser, rsvp_id)
    assert "This was not possible There was no free seat." in said
    assert "waiting list" not in said


def test_the_place_on_the_waiting_list_is_the_present_one(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests, seats_in_person=1)
    browser = ada(sqlite_guests)
    evening.coming("Berta Rossi")
    first, rsvp_id = evening.ask(carla := sqlite_guests.member("Carla Verdi", credits=0)), evening.coming()
    assert "Place 2 on the waiting list" in page_of(browser, rsvp_id)
    evening.coming("Dora Neri")
    evening.home.command(lambda s: taking_part.press(s, Pressed.CANCEL, member_id=carla.id, rsvp_id=first, now=evening.now))
    sqlite_guests.clock.advance(dt.timedelta(minutes=1))
    evening.sync()
    said = page_of(browser, rsvp_id)
    assert ("Place 1 on the waiting list" in said, "As of" in said) == (True, True)


def test_who_asks_too_early_is_told_from_when_one_can(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests, opens_local=f"{sqlite_guests.today.isoformat()}T12:00")
    browser, rsvp_id = ada(sqlite_guests), evening.ask()
    said = page_of(browser, rsvp_id)
    assert "One cannot sign up yet." in said
    assert "Seats can be asked for from Tue 3 Mar 2026, 12:00 GMT" in said
    form = words(browser.get(f"/my-events/new/{evening.session_id}"))
    assert "Seats can be asked for from Tue 3 Mar 2026, 12:00 GMT" in form
    sqlite_guests.clock.advance(dt.timedelta(hours=5))
    assert "Seats can be asked for from" not in page_of(browser, rsvp_id)
