"""The front desk's pages: the list, the verdict, the walk-in, with the hub there and away."""

import datetime as dt
import re

import pytest

from shared.protocol.states import BookingState, Part
from space_node.members.service import Role
from space_node.visits import queries
from tests.support.browsing import Browser
from tests.support.guests import Guests
from tests.support.reading import form, forms, words

LIST, SCAN, CHECK_IN, WALK_IN = "/arrivals", "/arrivals/scan", "/arrivals/check-in", "/arrivals/walk-in"
DAY = dt.timedelta(days=1)


def desk(guests: Guests) -> Browser:
    browser = Browser(guests.host, Role.DESK, name="Marta")
    browser.get(LIST)
    return browser


def test_the_list_shows_todays_guests_with_a_button_each(guests: Guests) -> None:
    first = guests.booked(note="I finish a book.")
    second = guests.booked(member=guests.member("Bob Rossi"))
    browser = desk(guests)
    page = browser.get(LIST)
    said = words(page)
    for part in ("Tue 3 Mar 2026", "Ada", "Bob", "from Lambrate", "I finish a book.", "Whole day", "As of"):
        assert part in said
    assert {one.fields["booking_id"] for one in forms(page, CHECK_IN)} == {first, second}
    assert "Bob" not in words(browser.get(f"{LIST}?q=ada"))
    assert "Nobody of that name today" in words(browser.get(f"{LIST}?q=zoe"))


def test_an_empty_day_says_what_can_still_happen(sqlite_guests: Guests) -> None:
    assert "Nobody is booked for today" in words(desk(sqlite_guests).get(LIST))


def test_a_guest_is_checked_in_with_one_button(guests: Guests) -> None:
    booking_id = guests.booked()
    browser = desk(guests)
    page = browser.post(CHECK_IN, booking_id=booking_id)
    assert "Welcome, Ada!" in words(page)
    assert "Here now" in words(page)
    assert forms(page, CHECK_IN) == []
    assert guests.visit(booking_id).state == BookingState.CHECKED_IN
    page = browser.get(f"{LIST}/{booking_id}")
    assert "came, checked in by hand" in words(page)


def test_a_scanned_pass_is_green_and_leads_to_the_check_in(guests: Guests) -> None:
    booking_id = guests.booked()
    browser = desk(guests)
    text = guests.visit_pass(booking_id)
    assert len(forms(browser.get(SCAN), SCAN)) == 1
    page = browser.post(SCAN, passport=text)
    said = words(page)
    for part in ("Welcome", "Ada from Lambrate", "Expected today.", "Compare the name with an identity card"):
        assert part in said
    step = form(page, CHECK_IN)
    assert step.fields["passport"] == text
    browser.post(CHECK_IN, booking_id=step.fields["booking_id"], passport=step.fields["passport"])
    assert guests.visit(booking_id).charged_credits == 150
    page = browser.post(SCAN, passport=text)
    assert "checked in today already" in words(page)
    assert f"{LIST}/{booking_id}" in page.get_data(as_text=True)
    assert "came, with a scanned passport" in words(browser.get(f"{LIST}/{booking_id}"))


def test_white_space_around_a_pasted_pass_does_not_matter(sqlite_guests: Guests) -> None:
    text = sqlite_guests.visit_pass(sqlite_guests.booked())
    assert "Expected today." in words(desk(sqlite_guests).post(SCAN, passport=f"\r\n {text}\r\n"))


@pytest.mark.parametrize("text", ["hello", "FP1:<script>alert(1)</script>", "https://evil.example"])
def test_whatever_is_pasted_is_red_with_a_next_step(sqlite_guests: Guests, text: str) -> None:
    page = desk(sqlite_guests).post(SCAN, passport=text)
    said = words(page)
    assert page.status_code == 200
    assert "Not valid" in said
    assert "This is not a passport of the network." in said
    assert "find the guest by name" in said
    assert "<script>alert" not in page.get_data(as_text=True)
    assert forms(page, CHECK_IN) == forms(page, WALK_IN) == []


@pytest.mark.parametrize(
    ("typed", "said"), [("", "Scan a passport, or paste its code here."), ("FP1:" + "Ä" * 2_000, "too long to be")]
)
def test_what_cannot_be_a_passport_is_said_at_the_field_which_keeps_it(sqlite_guests: Guests, typed: str, said: str) -> None:
    page = desk(sqlite_guests).post(SCAN, passport=typed)
    assert page.status_code == 422
    assert said in words(page)
    assert form(page, SCAN).fields["passport"].strip() == typed
    assert 'aria-invalid="true"' in page.get_data(as_text=True)


def test_only_what_could_not_be_read_stays_in_the_field(sqlite_guests: Guests) -> None:
    browser = desk(sqlite_guests)
    assert form(browser.post(SCAN, passport="FP1:half"), SCAN).fields["passport"].strip() == "FP1:half"
    assert form(browser.post(SCAN, passport=sqlite_guests.passport()), SCAN).fields["passport"].strip() == ""


def test_a_forged_expired_or_foreign_pass_says_why(sqlite_guests: Guests) -> None:
    browser = desk(sqlite_guests)
    assert "for another space" in words(browser.post(SCAN, passport=sqlite_guests.forged(audience="elsewhere")))
    text = sqlite_guests.passport()
    sqlite_guests.clock.advance(8 * DAY)
    sqlite_guests.host.sync()
    browser = Browser(sqlite_guests.host, Role.DESK, email="second@desk.test")
    browser.get(SCAN)
    said = words(browser.post(SCAN, passport=text))
    assert "has expired" in said
    assert "renewed there" in said


def test_a_walk_in_is_confirmed_with_its_price_and_part(guests: Guests) -> None:
    browser = desk(guests)
    text = guests.passport()
    page = browser.post(SCAN, passport=text)
    said = words(page)
    assert "Nothing is booked for today" in said
    assert "1.5 credits" in said
    assert "0.75 credits" in said
    assert form(page, WALK_IN).fields["passport"] == text
    page = browser.post(WALK_IN, passport=text, part="morning")
    assert "Welcome, Ada!" in words(page)
    (one,) = guests.arrivals()
    assert one.part is Part.MORNING
    said = words(browser.get(f"{LIST}/{one.booking_id}"))
    assert "Walk-in" in said
    assert "0.75 credits" in said
    assert "The guest’s credits" in said


def test_a_booked_guest_with_a_general_passport_is_amber_and_can_still_be_a_walk_in(sqlite_guests: Guests) -> None:
    booking_id = sqlite_guests.booked()
    page = desk(sqlite_guests).post(SCAN, passport=sqlite_guests.passport())
    said = words(page)
    assert "Check first" in said
    assert "identity card with the same name" in said
    assert form(page, CHECK_IN).fields["booking_id"] == booking_id
    assert len(forms(page, WALK_IN)) == 1


def test_a_pass_of_which_no_news_has_come_is_amber_and_can_be_checked_in(guests: Guests) -> None:
    booking_id = guests.book()
    text = guests.visit_pass(booking_id)
    guests.network.transport.cut()
    guests.clock.advance(dt.timedelta(minutes=5))
    browser = desk(guests)
    page = browser.post(SCAN, passport=text)
    said = words(page)
    assert "The hub cannot be reached just now" in said
    assert "not on our list yet" in said
    step = form(page, CHECK_IN)
    page = browser.post(CHECK_IN, booking_id=step.fields["booking_id"], passport=step.fields["passport"])
    said = words(page)
    assert "Welcome, Ada!" in said
    assert "check-ins are kept here" in said
    assert "Not sent to the hub yet" in said
    assert "Not sent to the hub yet" in words(browser.get(f"{LIST}/{booking_id}"))


def test_what_cannot_be_is_said_on_the_list(sqlite_guests: Guests) -> None:
    booking_id = sqlite_guests.booked(on=sqlite_guests.today + DAY)
    browser = desk(sqlite_guests)
    page = browser.post(CHECK_IN, booking_id=booking_id)
    assert page.status_code == 200
    assert "This visit is for Wed 4 Mar 2026." in words(page)
    assert browser.post(CHECK_IN, booking_id="01a20124-2152-75cd-aaa3-2e490f65fd43").status_code == 404
    assert browser.post(CHECK_IN, booking_id="nonsense").status_code == 422
    browser.get(LIST)
    said = words(browser.post(WALK_IN, passport="FP1:", part="day"))
    assert "This passport is not accepted here. This is not a passport of the network." in said
    assert browser.post(WALK_IN, passport="FP1:", part="night").status_code == 422


def test_what_cannot_be_is_said_in_the_readers_language(sqlite_guests: Guests) -> None:
    cancelled, later = sqlite_guests.booked(), sqlite_guests.booked(on=sqlite_guests.today + DAY)
    browser = desk(sqlite_guests)
    browser.post(f"{LIST}/{cancelled}/cancel")
    browser.get(f"{LIST}?lang=it")
    assert "L’host ha annullato questa prenotazione." in words(browser.post(CHECK_IN, booking_id=cancelled))
    assert "Questa visita è per mer 4 mar 2026." in words(browser.post(CHECK_IN, booking_id=later))
    said = words(browser.post(WALK_IN, passport="FP1:", part="day"))
    assert "Questo passaporto qui non è accettato. Questo non è un passaporto della rete." in said


def test_the_desk_can_cancel_a_visit_which_costs_the_guest_nothing(guests: Guests) -> None:
    booking_id = guests.booked()
    browser = desk(guests)
    page = browser.get(f"{LIST}/{booking_id}")
    assert form(page, "/cancel").action == f"{LIST}/{booking_id}/cancel"
    page = browser.post(f"{LIST}/{booking_id}/cancel")
    assert "Cancelled by the host" in words(page)
    assert guests.visit(booking_id).charged_credits == 0
    assert browser.post(f"{LIST}/{booking_id}/cancel").status_code == 409


def test_who_is_being_cancelled_is_not_checked_in(guests: Guests) -> None:
    booking_id, browser = guests.booked(), desk(guests)
    text = guests.visit_pass(booking_id)
    guests.network.transport.cut()
    assert forms(browser.post(f"{LIST}/{booking_id}/cancel"), CHECK_IN) == []
    page = browser.get(LIST)
    assert forms(page, CHECK_IN) == []
    assert "Cancelling" in words(page)
    assert "with their passport and not with the visit pass" in words(browser.post(CHECK_IN, booking_id=booking_id))
    page = browser.post(SCAN, passport=text)
    assert "This visit was cancelled." in words(page)
    assert forms(page, CHECK_IN) == []
    guests.network.transport.heal()
    guests.clock.advance(dt.timedelta(minutes=5))
    guests.host.sync()
    visit = guests.visit(booking_id)
    assert (visit.state, visit.arrived_at, visit.problem) == (BookingState.CANCELLED_BY_HOST, None, None)


def test_a_report_that_the_hub_has_refused_is_not_said_to_wait(sqlite_guests: Guests) -> None:
    booking_id, browser = sqlite_guests.booked(), desk(sqlite_guests)
    sqlite_guests.network.transport.cut()
    browser.post(CHECK_IN, booking_id=booking_id)
    assert "Not sent to the hub yet" in words(browser.get(f"{LIST}/{booking_id}"))
    sqlite_guests.host.command(lambda session: setattr(queries.require(session, booking_id), "problem", "booking-over"))
    said = words(browser.get(f"{LIST}/{booking_id}"))
    assert "The hub objects" in said
    assert "Not sent to the hub yet" not in said
    page = browser.get(LIST)
    assert "The hub had closed this booking before." in words(page)
    # A mark is one line and cannot break: on a phone a sentence in it would be wider than the page.
    assert all(len(mark) < 30 for mark in re.findall(r'class="badge[^>]*>(?:<svg.*?</svg>)?([^<]*)', page.get_data(as_text=True)))


def test_what_the_hub_objects_to_is_shown_with_the_other_stay(sqlite_guests: Guests) -> None:
    booking_id = sqlite_guests.booked()
    sqlite_guests.host.command(lambda session: setattr(queries.require(session, booking_id), "guest_name", "A. B."))
    walked = sqlite_guests.walk_in(sqlite_guests.passport())
    page = desk(sqlite_guests).get(f"{LIST}/{walked.booking_id}")
    assert "another stay of this guest here today" in words(page)
    assert f"{LIST}/{booking_id}" in page.get_data(as_text=True)


def test_a_guest_without_a_name_is_called_by_the_home(sqlite_guests: Guests) -> None:
    booking_id = sqlite_guests.booked()
    sqlite_guests.host.command(lambda session: setattr(queries.require(session, booking_id), "guest_name", ""))
    browser = desk(sqlite_guests)
    assert "A guest from Lambrate" in words(browser.get(LIST))
    assert "The guest is checked in." in words(browser.post(CHECK_IN, booking_id=booking_id))


@pytest.mark.parametrize("path", [LIST, SCAN, f"{LIST}/01a20124-2152-75cd-aaa3-2e490f65fd43"])
def test_the_desks_pages_are_for_the_desk_and_for_managers(sqlite_guests: Guests, path: str) -> None:
    allowed = {200, 404}
    assert Browser(sqlite_guests.host, Role.DESK).get(path).status_code in allowed
    assert Browser(sqlite_guests.host, Role.MANAGER).get(path).status_code in allowed
    assert Browser(sqlite_guests.home, Role.MEMBER, email=sqlite_guests.ada.email).get(path).status_code == 403
    assert Browser(sqlite_guests.host).get(path).status_code == 303


def test_the_desk_sees_no_page_of_a_manager_or_a_member(sqlite_guests: Guests) -> None:
    browser = desk(sqlite_guests)
    for path in ("/guest-desks", "/credits", "/passport", "/trips"):
        assert browser.get(path).status_code == 403


def test_a_form_without_its_token_does_nothing(sqlite_guests: Guests) -> None:
    booking_id = sqlite_guests.booked()
    browser = Browser(sqlite_guests.host, Role.DESK)
    assert browser.post(CHECK_IN, booking_id=booking_id).status_code == 403
    assert sqlite_guests.visit(booking_id).arrived_at is None
