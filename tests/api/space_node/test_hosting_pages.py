"""The organiser's pages: seats and homes of an event, requests, messages, recap, feedback, and a table that obeys consent."""

import datetime as dt

from shared.protocol.states import RsvpState
from space_node.members.service import Role
from space_node.rsvps import service as taking_part
from tests.support.browsing import Browser
from tests.support.evening import SHARED, Evening
from tests.support.guests import Guests
from tests.support.reading import form, forms, words

HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)


class Organiser:
    """The manager of the host."""

    def __init__(self, evening: Evening, email: str = "") -> None:
        self.path, self.browser = f"/door/{evening.session_id}", Browser(evening.host, Role.MANAGER, email=email)
        self.board = f"/organise/{evening.event_id}/seats"
        self.browser.get(self.board)

    def read(self, end: str) -> str:
        """What one of the session's pages says."""
        return words(self.browser.get(f"{self.path}/{end}"))

    def post(self, end: str, **form: str) -> str:
        """What the page says after a form was sent."""
        return words(self.browser.post(f"{self.path}/{end}", **form))


def test_the_board_shows_seats_and_queue_and_whose_members_come(guests: Guests) -> None:
    evening = Evening(guests, seats_in_person=2, door_seats=1)
    evening.coming()
    evening.coming("Bob")
    evening.sync()
    organiser = Organiser(evening)
    said = words(organiser.browser.get(organiser.board))
    for part in ("Presentation Lunch", "Thecube", "In person", "Lambrate", "1 seat more is kept for the door.", "Waiting"):
        assert part in said
    assert organiser.browser.get(organiser.board.replace(evening.event_id, evening.session_id)).status_code == 404
    assert Browser(guests.home, Role.MANAGER).get(organiser.board).status_code == 404


def test_a_request_is_approved_or_kindly_refused(guests: Guests) -> None:
    evening = Evening(guests, approval=True)
    first, second = evening.coming(), evening.coming("Bob")
    organiser = Organiser(evening)
    page = organiser.browser.get(f"{organiser.path}/requests")
    assert "Ada" in words(page)
    assert {one.fields["rsvp_id"] for one in forms(page, f"{organiser.path}/requests")} == {first, second}
    assert "Approved: this person has a seat now." in organiser.post("requests", rsvp_id=first, decision="approve")
    assert "says so kindly" in organiser.post("requests", rsvp_id=second, decision="reject")
    assert "was decided before" in organiser.post("requests", rsvp_id=second, decision="approve")
    assert (evening.guest(first).state, evening.guest(second).state) == (RsvpState.CONFIRMED, RsvpState.REFUSED)


def test_an_approval_in_a_full_session_is_a_place_in_the_queue(guests: Guests) -> None:
    """Edge case 24: approval granted when full leads to the waiting list, not to an error."""
    evening = Evening(guests, approval=True, seats_in_person=1)
    first, second = evening.coming(), evening.coming("Bob")
    organiser = Organiser(evening)
    organiser.browser.get(f"{organiser.path}/requests")
    organiser.post("requests", rsvp_id=first, decision="approve")
    assert "so this person is on the waiting list" in organiser.post("requests", rsvp_id=second, decision="approve")
    assert evening.guest(second).state == RsvpState.WAITLISTED


def test_a_decision_is_kept_while_the_hub_is_away(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests, approval=True)
    rsvp_id = evening.coming()
    organiser = Organiser(evening)
    sqlite_guests.network.transport.cut()
    said = organiser.post("requests", rsvp_id=rsvp_id, decision="approve")
    assert "The hub hears of it as soon as it answers." in said
    assert "Not sent to the hub yet" in said


def test_somebody_is_taken_off_the_list(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    rsvp_id = evening.coming()
    organiser = Organiser(evening)
    assert "was taken off the list" in organiser.post("cancel", rsvp_id=rsvp_id)
    assert "Nobody is on the list" in organiser.read("requests")


def test_a_message_reaches_the_home_of_those_who_come(guests: Guests) -> None:
    evening = Evening(guests)
    organiser = Organiser(evening)
    assert "there is nobody to write to" in organiser.post("messages", text="Is anybody there?")
    evening.coming()
    said = organiser.post("messages", text="Bring a cup.")
    assert "Bring a cup." in said
    guests.home.sync()
    assert [one["text"] for one in evening.brief().notices] == ["Bring a cup."]
    page = organiser.browser.post(f"{organiser.path}/messages", text=" ")
    assert page.status_code == 422


def test_a_message_that_is_posted_twice_is_sent_once(guests: Guests) -> None:
    evening = Evening(guests)
    evening.coming()
    organiser, path = Organiser(evening), f"/door/{evening.session_id}/messages"
    found = form(organiser.browser.get(path), "/messages").fields

    def sent(text: str) -> list[str]:
        organiser.browser.post(path, **{**found, "text": text})
        guests.home.sync()
        return [one["text"] for one in evening.brief().notices]

    assert (sent("Bring a cup."), sent("Bring a cup.")) == (["Bring a cup."], ["Bring a cup."])
    # Back in the browser, and something else written: that is another message.
    for _ in range(2):
        guests.clock.advance(MINUTE)
        assert sent("And a spoon.") == ["Bring a cup.", "And a spoon."]
    assert sent("Bring a cup.") == ["Bring a cup.", "And a spoon."]


def test_a_recap_is_written_when_it_is_over(guests: Guests) -> None:
    evening = Evening(guests, starts_local=f"{guests.today}T10:00")
    evening.coming()
    organiser = Organiser(evening)
    assert "How was it?" not in organiser.read("messages")
    assert "A recap is written when the session is over." in organiser.post("recap", recap="Lovely.")
    evening.evening_comes(hours=4)
    organiser = Organiser(evening, "later@thecube.test")
    assert "How was it?" in organiser.read("messages")
    fields = form(organiser.browser.get(f"{organiser.path}/messages"), "/recap").fields
    assert "The recap is on its way" in organiser.post("recap", **{**fields, "recap": "Twelve of us talked until noon."})
    guests.home.sync()
    assert evening.brief().recap == "Twelve of us talked until noon."


def test_a_recap_that_somebody_else_has_written_meanwhile_is_not_lost(guests: Guests) -> None:
    evening = Evening(guests, starts_local=f"{guests.today}T10:00")
    evening.coming()
    evening.evening_comes(hours=4)
    organiser = Organiser(evening)
    page = f"{organiser.path}/messages"
    stale = form(organiser.browser.get(page), "/recap").fields
    organiser.post("recap", **{**stale, "recap": "Two soups."})
    said = organiser.post("recap", **{**stale, "recap": "One soup."})
    assert "Recap: Somebody has changed this to “Two soups.” meanwhile." in said
    fields = form(organiser.browser.page, "/recap").fields
    assert fields["recap"] == "One soup."
    guests.home.sync()
    assert evening.brief().recap == "Two soups."
    assert "The recap is on its way" in organiser.post("recap", **fields)
    guests.home.sync()
    written = evening.brief()
    unchanged = form(organiser.browser.get(page), "/recap").fields
    assert unchanged["recap"] == "One soup."
    evening.evening_comes(hours=1)
    organiser.post("recap", **unchanged)
    guests.home.sync()
    assert evening.brief().rev == written.rev, "what nobody changed is not told again"


def test_feedback_is_read_without_names(guests: Guests) -> None:
    evening = Evening(guests, starts_local=f"{guests.today}T10:00")
    rsvp_id = evening.coming()
    organiser = Organiser(evening)
    assert "Nobody has said anything yet" in organiser.read("feedback")
    evening.evening_comes(hours=1)
    evening.check_in(rsvp_id)
    evening.evening_comes(hours=3)
    guests.home.command(
        lambda s: taking_part.tell(s, member_id=guests.ada.id, rsvp_id=rsvp_id, stars=4, text="Good soup.", now=guests.now)
    )
    guests.host.sync()
    said = Organiser(evening, "later@thecube.test").read("feedback")
    for part in ("4.0 of 5", "Good soup.", "somebody from Lambrate"):
        assert part in said
    assert "Ada" not in said


def test_the_table_of_people_names_those_who_share_and_runs_nothing(guests: Guests) -> None:
    """Edge case 64: the export obeys consent too, and who waits is not in it."""
    evening = Evening(guests, **SHARED, seats_in_person=2)
    evening.ask(guests.member("=1+1 Rossi"), shares=True)
    evening.ask(guests.ada)
    evening.ask(guests.member("Waiting"), shares=True)
    evening.sync()
    organiser = Organiser(evening)
    page = organiser.browser.get(f"{organiser.path}/people.csv")
    text = page.get_data(as_text=True).removeprefix("\ufeff")
    assert page.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="people-2026-03-03.csv"' in page.headers["Content-Disposition"]
    assert text.splitlines() == [
        "Name,Home space,How,People,State,Checked in",
        "'=1+1,Lambrate,In person,1,Expected,",
        ",Lambrate,In person,1,Expected,",
    ]
