"""The pages of the desk on the day of an event: list, check-in, passports, people without a seat; with and without the hub."""

import datetime as dt

from shared.protocol.states import RsvpState
from space_node.members.service import Role
from tests.support.browsing import Browser
from tests.support.evening import Evening
from tests.support.guests import Guests
from tests.support.reading import forms, words

MINUTES = dt.timedelta(minutes=1)


class Desk:
    """The desk of an evening."""

    def __init__(self, evening: Evening) -> None:
        self.evening, self.path = evening, f"/door/{evening.session_id}"
        self.browser = Browser(evening.host, Role.DESK, name="Marta")
        self.browser.get(self.path)

    def list(self, query: str = "") -> str:
        """What the list says."""
        return words(self.browser.get(self.path + query))

    def post(self, end: str, **form: str) -> str:
        """What the page says after a form was sent."""
        return words(self.browser.post(f"{self.path}/{end}", **form))


def test_the_desk_finds_the_sessions_of_these_days_and_who_comes(guests: Guests) -> None:
    evening = Evening(guests, party_max=3, door_seats=2)
    first, second = evening.coming(), evening.coming("Bob Rossi", party=2)
    evening.evening_comes()
    desk = Desk(evening)
    said = words(desk.browser.get("/door"))
    for part in ("Presentation Lunch", "19:00–20:30 GMT", "The door is open", "3 expected"):
        assert part in said
    page = desk.browser.get(desk.path)
    said = words(page)
    for part in ("Ada", "Bob", "from Lambrate", "2 people", "Expected", "Seats left at the door", "As of"):
        assert part in said
    assert {one.fields["rsvp_id"] for one in forms(page, f"{desk.path}/check-in")} == {first, second}
    assert "Bob" not in desk.list("?q=ada")
    assert "Nobody of that name" in desk.list("?q=zoe")


def test_somebody_is_checked_in_with_one_button_and_taken_back_with_another(guests: Guests) -> None:
    evening = Evening(guests)
    rsvp_id = evening.coming()
    evening.evening_comes()
    desk = Desk(evening)
    said = desk.post("check-in", rsvp_id=rsvp_id)
    assert "Welcome, Ada!" in said
    assert "Here" in said
    assert evening.guest(rsvp_id).state == RsvpState.ATTENDED
    assert "The check-in was taken back." in desk.post("undo", rsvp_id=rsvp_id)
    assert evening.guest(rsvp_id).state == RsvpState.CONFIRMED
    assert "there is nothing to take back" in desk.post("undo", rsvp_id=rsvp_id)


def test_a_passport_leads_to_the_name_on_the_list(guests: Guests) -> None:
    evening = Evening(guests)
    rsvp_id = evening.coming()
    evening.evening_comes()
    desk = Desk(evening)
    assert len(forms(desk.browser.get(f"{desk.path}/scan"), f"{desk.path}/scan")) == 1
    page = desk.browser.post(f"{desk.path}/scan", passport=guests.passport())
    said = words(page)
    for part in ("Check first", "Ada from Lambrate", "Somebody of this name and home is on the list."):
        assert part in said
    assert [one.fields["rsvp_id"] for one in forms(page, f"{desk.path}/check-in")] == [rsvp_id]
    said = desk.post("scan", passport="nonsense")
    assert "This is not a passport of the network." in said
    assert "Receive" not in said
    assert [one.fields["passport"].strip() for one in forms(desk.browser.page, f"{desk.path}/scan")] == ["nonsense"]
    assert "Scan a passport, or paste its code here." in desk.post("scan", passport="")
    assert "The passport is good. Nobody of this name and home is on the list." in desk.post(
        "scan", passport=guests.passport(guests.member("Carla"))
    )


def test_people_without_a_seat_are_received_while_there_is_one(guests: Guests) -> None:
    """Edge case 23: what the desk reads when every seat is taken or promised."""
    evening = Evening(guests, seats_in_person=2, door_seats=1)
    evening.evening_comes()
    desk = Desk(evening)
    assert "Welcome, Zoe!" in desk.post("receive", name="Zoe")
    said = desk.post("receive", passport=guests.passport())
    assert "It is one of the seats kept for the door." in said
    assert "Every seat is taken, also those kept for the door." in desk.post("receive", name="Yan")


def test_somebody_with_a_seat_who_is_received_again_is_pointed_to_the_list(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    evening.coming()
    evening.evening_comes()
    desk = Desk(evening)
    assert "look for the name on the list" in desk.post("receive", passport=sqlite_guests.passport())
    assert "not accepted" in desk.post("receive", passport="nonsense")


def test_the_desk_goes_on_while_the_hub_is_away(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests, door_seats=1)
    rsvp_id = evening.coming()
    evening.evening_comes()
    desk = Desk(evening)
    sqlite_guests.network.transport.cut()
    sqlite_guests.clock.advance(2 * MINUTES)
    assert "The hub cannot be reached just now" in desk.list()
    said = desk.post("check-in", rsvp_id=rsvp_id)
    assert "Welcome, Ada!" in said
    assert "Not sent to the hub yet" in said
    assert "It is one of the seats kept for the door." in desk.post("receive", name="Zoe")
    assert "All the seats kept for the door are taken." in desk.post("receive", name="Yan")


def test_a_hub_that_falls_silent_leaves_somebody_waiting_and_says_so(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    evening.evening_comes()
    desk = Desk(evening)
    sqlite_guests.network.transport.cut()
    assert "The hub does not answer, and no seat is kept for the door." in desk.post("receive", name="Zoe")
    assert "Waiting for the hub" in desk.list()


def test_who_was_missed_is_said_kindly_and_may_still_have_come(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    rsvp_id, other = evening.coming(), evening.coming("Bob")
    evening.evening_comes()
    evening.check_in(other)
    evening.evening_comes(hours=10)
    desk = Desk(evening)
    said = desk.list()
    assert "Was missed" in said
    assert "no-show" not in said.lower()
    assert "Came after all" in said
    desk.post("check-in", rsvp_id=rsvp_id)
    assert evening.guest(rsvp_id).state == RsvpState.ATTENDED


def test_a_session_far_ahead_or_called_off_has_no_buttons(sqlite_guests: Guests) -> None:
    later = sqlite_guests.today + dt.timedelta(days=5)
    evening = Evening(sqlite_guests, starts_local=f"{later.isoformat()}T19:00")
    rsvp_id = evening.coming()
    desk = Desk(evening)
    assert "The door is not open yet" in desk.list()
    assert forms(desk.browser.get(desk.path), f"{desk.path}/check-in") == []
    assert "from a day before the session" in desk.post("check-in", rsvp_id=rsvp_id)
    assert "Nothing is on here" in words(Browser(sqlite_guests.home, Role.DESK).get("/door"))


def test_other_peoples_sessions_and_strangers_are_not_found(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    path = f"/door/{evening.session_id}"
    assert Browser(sqlite_guests.home, Role.DESK).get(path).status_code == 404
    desk = Desk(evening)
    assert desk.browser.get(f"/door/{evening.event_id}").status_code == 404
    assert desk.browser.get(f"{path}/messages").status_code == 403
    assert desk.browser.post(f"{path}/check-in", rsvp_id=evening.event_id).status_code == 404
