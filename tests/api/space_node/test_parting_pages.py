"""Pages and commands of ends: a person who is forgotten, a space that leaves; and the report that tells of nobody."""

import datetime as dt
import re
from typing import Any

import pytest

from shared.protocol.states import RsvpOrigin, RsvpState, SeatKind, SessionState, SpaceState
from space_node.calendar import queries as calendar
from space_node.erasures import service
from space_node.erasures.cli import commands as erasure_commands
from space_node.hosting.models import GuestRsvp, HostedSession
from space_node.leaving.cli import commands as leaving_commands
from space_node.members import queries as members
from space_node.members.service import Role
from space_node.reports.cli import commands as report_commands
from tests.support.browsing import Browser
from tests.support.evening import Evening
from tests.support.guests import ADA, HOME, Guests, address_of
from tests.support.reading import words

FORGET, FORGOTTEN = erasure_commands
(LEAVE,) = leaving_commands
(REPORT,) = report_commands


@pytest.fixture
def guests(sqlite_guests: Guests) -> Guests:
    return sqlite_guests


def known(guests: Guests) -> bool:
    return guests.home.look(lambda s: members.member_by_email(s, address_of(ADA))) is not None


def test_a_manager_has_a_member_forgotten_after_a_look_at_what_goes(guests: Guests) -> None:
    """Edge case 70: the page says who has confirmed, and who has not yet."""
    booking_id = guests.booked(on=guests.today + dt.timedelta(days=1))
    manager = Browser(guests.home, Role.MANAGER)
    assert "Nobody was forgotten" in words(manager.get("/members/erasures"))
    path = f"/members/{guests.ada.id}/forget"
    assert "Forget this member everywhere" in words(manager.get(f"/members/{guests.ada.id}"))
    shown = words(manager.get(path))
    assert "Coming trips, cancelled for nothing 1" in shown
    unsure = manager.post(path)
    assert (unsure.status_code, known(guests)) == (422, True)
    assert "Tick the box if you are sure" in words(unsure)
    shown = words(manager.post(path, sure="yes"))
    assert "Thecube not yet" in shown
    assert ADA not in shown
    assert not known(guests)
    guests.network.sync()
    assert "Forgotten everywhere" in words(manager.get("/members/erasures"))
    assert guests.visit(booking_id).guest_name == ""
    assert manager.get(path).status_code == 404
    assert Browser(guests.home).get("/erasures/019cb2b6-0800-7296-bf02-6395552aa586").status_code == 404


def test_a_member_leaves_by_their_own_hand_and_keeps_the_link(guests: Guests) -> None:
    ada = Browser(guests.home, Role.MEMBER, email=address_of(ADA), name=ADA)
    assert "Forget me everywhere" in words(ada.get("/my-account"))
    assert ada.get("/my-account/forget").status_code == 200
    assert "Forgotten everywhere" in words(ada.post("/my-account/forget", sure="yes"))
    assert not known(guests)
    assert ada.get("/my-account").location.startswith("/sign-in")


def test_who_only_works_here_has_nothing_to_be_forgotten(guests: Guests) -> None:
    desk = Browser(guests.home, Role.DESK)
    assert "Forget me" not in words(desk.get("/my-account"))
    assert desk.get("/my-account/forget").status_code == 403


def test_a_refused_request_says_so(guests: Guests) -> None:
    made = guests.home.command(lambda s: service.forget(s, member_id=guests.ada.id, now=guests.now).id)
    guests.home.command(lambda s: service.not_taken(s, erasure_id=made, slug="id-conflict"))
    assert "The hub has refused the request" in words(Browser(guests.home).get(f"/erasures/{made}"))


def test_the_command_forgets_and_lists(guests: Guests) -> None:
    booking_id = guests.booked(on=guests.today + dt.timedelta(days=1))
    assert guests.home.run(FORGET, address_of(ADA)).exit_code == 1
    assert known(guests)
    done = guests.home.run(FORGET, address_of(ADA), "--yes")
    assert f"{guests.home.origin}/erasures/" in done.output
    assert "waits  the hub is done; not yet: Thecube" in guests.home.run(FORGOTTEN).output
    guests.network.sync()
    [row] = guests.home.run_json(FORGOTTEN)
    assert (row["is_done"], row["hosts"][0]["space"]) == (True, "Thecube")
    assert guests.visit(booking_id).host_guest is None


def test_an_owner_takes_the_space_out_and_reads_what_is_open(guests: Guests) -> None:
    guests.booked(on=guests.today + dt.timedelta(days=1))
    owner = Browser(guests.home, Role.OWNER)
    assert "Leave the network" in words(owner.get("/connection"))
    owner.get("/leave")
    assert "Nothing has changed" in words(owner.post("/leave"))
    assert "Stays of our members elsewhere 1" in words(owner.post("/leave", sure="yes"))
    shown = words(owner.post("/leave", sure="yes", cancel_open="yes"))
    assert "Nothing is open" in shown
    guests.clock.advance(dt.timedelta(minutes=2))
    guests.hub.work()
    guests.network.sync()
    assert guests.hub.state(HOME) == SpaceState.LEFT
    assert "This space has left the network" in words(owner.get("/leave"))
    assert Browser(guests.home, Role.MANAGER).get("/leave").status_code == 403
    guests.clock.advance(dt.timedelta(days=31))
    with pytest.raises(Exception, match="has left the network cannot do this"):
        guests.home.sync()


def test_the_command_leaves_and_says_what_is_open(guests: Guests) -> None:
    booking_id = guests.booked()
    guests.check_in(booking_id, guests.visit_pass(booking_id))
    evening = Evening(guests)
    assert guests.host.run(LEAVE).exit_code == 1
    refused = guests.host.run(LEAVE, "--yes", "--cancel-open")
    assert "Write a word to those" in str(refused.exception)
    told = guests.host.run(LEAVE, "--yes").output
    assert "open: 1 stays of guests here" in told
    assert "open: 1 sessions that we hold" in told
    assert "open: a position of 1.5 credits" in told
    assert guests.host.run_json(LEAVE, "--yes", "--cancel-open", "--note", "We close.")["open"]["events_led"] == 0
    guests.host.sync()
    assert evening.host.look(lambda s: calendar.session(s, evening.session_id)).state == SessionState.CANCELLED


def test_a_node_that_has_not_joined_cannot_leave(guests: Guests) -> None:
    alone = guests.network.node("alone")
    assert "has not joined" in words(Browser(alone, Role.OWNER).get("/leave"))


def fill(guests: Guests, home: str, state: RsvpState, count: int) -> None:
    """People who had a seat at the end of September."""
    at = dt.datetime(2025, 9, 30, 18, tzinfo=dt.UTC)

    def work(s: Any) -> None:
        s.merge(HostedSession(session_id="s", ends_at=at, door_taken=0, recap=""))
        about = {"session_id": "s", "event_id": "e", "kind": SeatKind.IN_PERSON, "origin": RsvpOrigin.HOME, "as_of": at}
        s.add_all(GuestRsvp(id=f"{home}-{state}-{n}", home=home, state=state, party=1, **about) for n in range(count))

    guests.host.command(work)


def test_the_report_tells_of_no_single_person(guests: Guests) -> None:
    """Edge case 71: the organiser's report as page, file and command; who is few stands under others, sums give nothing away."""
    for home, state, count in (
        ("thecube", RsvpState.ATTENDED, 20),
        ("thecube", RsvpState.NO_SHOW, 8),
        (HOME, RsvpState.ATTENDED, 12),
        (HOME, RsvpState.NO_SHOW, 2),
        ("elsewhere", RsvpState.ATTENDED, 1),
    ):
        fill(guests, home, state, count)
    manager = Browser(guests.host, Role.MANAGER)
    shown = words(manager.get("/reports?quarter=2025-Q3"))
    assert "1 session was held" in shown
    assert "elsewhere" not in shown
    assert "All together 33 10 43" in shown
    assert "Lambrate * * * Thecube * * 28 Other spaces * * *" in shown
    lines = manager.get("/reports.csv?quarter=2025-Q3").get_data(as_text=True).splitlines()
    assert "2025-Q3,Events,All together,33,10,43" in lines
    assert manager.get("/reports?quarter=2026").status_code == 422
    file = re.search(r'href="(/reports\.csv[^"]*)"', manager.get("/reports").get_data(as_text=True))
    assert file is not None
    assert manager.get(file[1]).status_code == 200
    told = guests.host.run(REPORT, "--quarter", "2025-Q3").output
    assert "all together" in told
    assert guests.host.run_json(REPORT, "--quarter", "2025-Q3")["events"]["names"] == [HOME, "thecube", "~others", "~all"]
