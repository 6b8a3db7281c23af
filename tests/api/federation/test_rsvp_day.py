"""The day itself: the door, who came, what it cost, what is said afterwards, and what is forgotten."""

import datetime as dt
from typing import Any

import pytest

from shared.ids import new_id
from tests.support.wire_events import told
from tests.support.wire_seats import (
    act,
    acted,
    asked,
    at_door,
    change_seats,
    check_counters,
    now_is,
    open_seats,
    seats_of,
    starts_in,
    states,
    stored,
)
from tests.support.wire_space import WireHub, WireSpace, example, good, slug_of

GUEST = "019ab3c0-0000-7000-8000-00000000000a"
BOX = example("feedback")["box"]


@pytest.fixture(autouse=True)
def _counted(hub: WireHub):
    yield
    check_counters(hub)


def wallet(space: WireSpace, guest: str = GUEST) -> list[tuple[int, int, int]]:
    found = space.snapshot("wallets")[f"wallet/{guest}"]["lots"]
    return [(lot["credits"], lot["held"], lot["spent"]) for lot in found]


def settle(hub: WireHub, session: dict[str, Any]) -> None:
    """Six hours after the end."""
    starts_in(hub, session, hours=-8)
    assert hub.reconcile("settle sessions")["settle sessions"] == 1


def test_seats_of_the_door_are_the_doors_alone(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 3, door_seats=2)
    assert [asked(nyc, session)["state"] for _ in range(2)] == ["confirmed", "waitlisted"]
    starts_in(hub, session, minutes=5)
    found = [at_door(london, session, door_seat=True) for _ in range(3)]
    assert [one["state"] for one in found] == ["confirmed", "confirmed", "refused"]
    assert seats_of(nyc, session) == (0, 1, 0, 1)
    assert london.snapshot("rsvps")[f"seats/{session['id']}"]["homes"] == [
        {"home": london.slug, "confirmed": 2, "waiting": 0, "attended": 0},
        {"home": nyc.slug, "confirmed": 1, "waiting": 1, "attended": 0},
    ]


def test_whom_the_door_let_in_while_the_hub_was_away_is_told_later(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 3, door_seats=2)
    starts_in(hub, session)
    let_in = hub.clock.now().isoformat()
    starts_in(hub, session, hours=-9)
    late = at_door(london, session, door_seat=True, intent_at=let_in)
    assert (late["state"], acted(london, late, "attendance", at=let_in)["state"]) == ("confirmed", "attended")
    assert at_door(london, session, door_seat=True)["reason"] == "closed"


def test_a_guest_at_the_door_is_known_by_the_passport(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 5)
    good(nyc.announce_passport("a1" * 32, GUEST))
    starts_in(hub, session, days=9, hours=23)
    since = nyc.cursor()
    walk_in = at_door(london, session, home=nyc.slug, passport_ref="a1" * 32)
    assert (walk_in["state"], walk_in["guest"], walk_in["home"]) == ("confirmed", None, nyc.slug)
    [home] = told(nyc, since, "rsvp.updated")
    assert (home["guest"], home["origin"]) == (GUEST, "door")
    again = at_door(london, session, home=nyc.slug, passport_ref="a1" * 32)
    assert (again["state"], again["reason"]) == ("refused", "duplicate")
    assert asked(nyc, session, GUEST)["reason"] == "duplicate"
    unknown = [at_door(london, session, home=nyc.slug, passport_ref="b2" * 32) for _ in range(2)]
    assert [one["state"] for one in unknown] == ["confirmed", "refused"]


def test_a_host_names_nobody_elses_members(nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 5, price_credits=100)
    good(nyc.grant(GUEST))
    walk_in = at_door(london, session, home=nyc.slug, guest=GUEST)
    assert (walk_in["state"], walk_in["price_credits"], wallet(nyc)) == ("confirmed", 0, [(1000, 0, 0)])


def test_who_came_is_marked_and_unmarked(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 5)
    rsvp, waiting = asked(nyc, session), asked(nyc, {**session}, party=1)
    starts_in(hub, session)
    came = acted(london, rsvp, "attendance")
    assert (came["state"], came["checked_in_at"]) == ("attended", session["starts_at"])
    assert acted(london, rsvp, "attendance") == came
    undone = acted(london, rsvp, "attendance", came=False)
    assert (undone["state"], undone["checked_in_at"]) == ("confirmed", None)
    acted(london, waiting, "attendance")
    [home] = london.snapshot("rsvps")[f"seats/{session['id']}"]["homes"]
    assert home == {"home": nyc.slug, "confirmed": 2, "waiting": 0, "attended": 1}


def test_once_anybody_is_marked_the_others_did_not_come(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 5)
    came, absent = asked(nyc, session), asked(nyc, session)
    walk_in = at_door(london, session)
    starts_in(hub, session)
    acted(london, came, "attendance")
    settle(hub, session)
    assert states(london, came, absent, walk_in) == ["attended", "no_show", "attended"]
    assert acted(london, absent, "attendance")["state"] == "attended"
    assert acted(london, absent, "attendance", came=False)["state"] == "no_show"
    assert slug_of(act(nyc, absent, "cancel")) == (409, "rsvp-over")


def test_where_nobody_is_marked_all_came(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 5)
    found = [asked(nyc, session) for _ in range(2)]
    settle(hub, session)
    assert states(nyc, *found) == ["attended", "attended"]
    assert hub.reconcile("settle sessions", after=dt.timedelta(hours=1))["settle sessions"] == 0


@pytest.mark.parametrize("marked", [True, False], ids=["came", "did not come"])
def test_a_seat_is_reserved_at_confirmation_and_paid_after_the_session(
    hub: WireHub, nyc: WireSpace, london: WireSpace, marked: bool
) -> None:
    session = open_seats(london, 5, price_credits=100, party_max=2)
    good(nyc.grant(GUEST))
    rsvp, other = asked(nyc, session, GUEST, party=2), at_door(london, session)
    assert (rsvp["state"], wallet(nyc)) == ("confirmed", [(1000, 200, 0)])
    starts_in(hub, session)
    acted(london, rsvp if marked else other, "attendance")
    settle(hub, session)
    paid = now_is(nyc, rsvp)
    assert (paid["state"], paid["charged_credits"]) == ("attended" if marked else "no_show", 200)
    assert wallet(nyc) == [(1000, 0, 200)]


def test_without_credit_there_is_no_seat(nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 5, price_credits=100)
    assert asked(nyc, session)["reason"] == "no-credit"
    assert seats_of(nyc, session) == (5, 0, 0, 0)


def test_the_hosts_own_members_pay_too(hub: WireHub, london: WireSpace) -> None:
    session = open_seats(london, 5, price_credits=100)
    good(london.grant(GUEST))
    rsvp = asked(london, session, GUEST)
    assert (rsvp["state"], wallet(london)) == ("confirmed", [(1000, 100, 0)])
    assert rsvp["card"] is not None, "home and host are one"
    settle(hub, session)
    assert wallet(london) == [(1000, 0, 100)]


def test_cancelling_is_free_until_registration_closes(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 5, price_credits=100)
    good(nyc.grant(GUEST))
    free = acted(nyc, asked(nyc, session, GUEST), "cancel")
    assert (free["charged_credits"], wallet(nyc)) == (0, [(1000, 0, 0)])
    rsvp = asked(nyc, session, GUEST)
    starts_in(hub, session, minutes=-5)
    late = acted(nyc, rsvp, "cancel")
    assert (late["state"], late["charged_credits"], wallet(nyc)) == ("cancelled_by_member", 100, [(1000, 0, 100)])


@pytest.mark.parametrize("how", ["seat", "session"])
def test_what_the_host_cancels_costs_nothing(hub: WireHub, nyc: WireSpace, london: WireSpace, how: str) -> None:
    session = open_seats(london, 5, price_credits=100)
    good(nyc.grant(GUEST))
    rsvp = asked(nyc, session, GUEST)
    starts_in(hub, session, minutes=-5)
    if how == "seat":
        acted(london, rsvp, "cancel")
    else:
        change_seats(london, session, state="cancelled")
    gone = now_is(nyc, rsvp)
    assert (gone["state"], gone["charged_credits"]) == ("cancelled_by_host" if how == "seat" else "session_cancelled", 0)
    assert wallet(nyc) == [(1000, 0, 0)]


def test_who_cannot_pay_is_passed_over_and_told_once(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session, poor, rich = open_seats(london, 1, price_credits=100), new_id(), new_id()
    for guest in (GUEST, rich):
        good(nyc.grant(guest))
    seated = asked(nyc, session, GUEST)
    first, second = asked(nyc, session, poor, take_at_once=True), asked(nyc, session, rich, take_at_once=True)
    since = nyc.cursor()
    acted(nyc, seated, "cancel")
    assert states(nyc, first, second) == ["waitlisted", "confirmed"]
    [news] = [one for one in told(nyc, since, "rsvp.updated") if one["id"] == first["id"]]
    assert (news["reason"], news["place"]) == ("no-credit", 1)
    good(nyc.grant(poor))
    acted(nyc, second, "cancel")
    assert now_is(nyc, first)["state"] == "confirmed"


def test_an_offer_that_cannot_be_paid_stays_an_offer(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session, poor = open_seats(london, 1, price_credits=100), new_id()
    good(nyc.grant(GUEST))
    seated, waiting = asked(nyc, session, GUEST), asked(nyc, session, poor)
    acted(nyc, seated, "cancel")
    no = acted(nyc, waiting, "accept")
    assert (no["state"], no["reason"]) == ("offered", "no-credit")
    good(nyc.grant(poor))
    yes = acted(nyc, waiting, "accept")
    assert (yes["state"], yes["reason"], wallet(nyc, poor)) == ("confirmed", None, [(1000, 100, 0)])


def test_feedback_and_a_new_card_go_to_the_host_alone(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 5)
    rsvp = asked(nyc, session)
    assert slug_of(act(nyc, rsvp, "feedback", box=BOX)) == (409, "rsvp-over")
    assert acted(nyc, rsvp, "card", card="another.card")["card"] is None
    assert now_is(london, rsvp)["card"] == "another.card"
    starts_in(hub, session)
    since = london.cursor()
    assert acted(nyc, rsvp, "feedback", box=BOX)["feedback"] is None
    assert [one["feedback"] for one in told(london, since, "rsvp.updated")] == [BOX]


def test_a_brief_goes_to_a_home_that_has_a_seat(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 5)
    path = f"/sessions/{session['id']}/briefs/{nyc.slug}"
    assert slug_of(london.call("PUT", path, example("brief-update"))) == (409, "brief-unwanted")
    asked(nyc, session)
    since = nyc.cursor()
    assert good(london.call("PUT", path, example("brief-update"))) == {"rev": 1}
    assert good(london.call("PUT", path, example("brief-update"))) == {"rev": 1}
    [brief] = told(nyc, since, "brief.updated")
    assert (brief["session_id"], brief["host"], brief["rev"]) == (session["id"], london.slug, 1)
    assert nyc.snapshot("rsvps")[f"brief/{session['id']}/{nyc.slug}"] == brief
    assert slug_of(nyc.call("PUT", path, example("brief-update"))) == (404, "session-unknown")
    other = {**example("brief-update"), "box": BOX + "x"}
    assert slug_of(london.call("PUT", path, other)) == (409, "rev-conflict")


def test_sealed_boxes_are_forgotten_thirty_days_after(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 5)
    rsvp = asked(nyc, session)
    good(london.call("PUT", f"/sessions/{session['id']}/briefs/{nyc.slug}", example("brief-update")))
    starts_in(hub, session, hours=-1)
    acted(nyc, rsvp, "feedback", box=BOX)
    acted(nyc, {"id": new_id()}, "cancel")
    starts_in(hub, session, days=-29)
    assert hub.reconcile("forget sealed boxes", "forget briefs") == {"forget sealed boxes": 0, "forget briefs": 0}
    starts_in(hub, session, days=-31)
    assert hub.reconcile("forget sealed boxes", "forget briefs") == {"forget sealed boxes": 1, "forget briefs": 1}
    assert hub.reconcile("audit seats") == {"audit seats": 0}
    [kept] = stored(hub, session)
    assert (kept.card, kept.feedback, kept.state) == (None, None, "confirmed")
    starts_in(hub, session, days=-100)
    assert hub.reconcile("forget sealed boxes")["forget sealed boxes"] == 1
