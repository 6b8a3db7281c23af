"""Asking for a seat: every request gets its one answer, and a "no" is data with its reason."""

import datetime as dt
from typing import Any

import pytest

from federation.db import db
from federation.rsvps.service import endings
from shared.ids import new_id
from tests.support.wire_events import told
from tests.support.wire_seats import (
    act,
    acted,
    ask,
    asked,
    at_door,
    change_seats,
    check_counters,
    open_seats,
    seats_of,
    starts_in,
    wish,
)
from tests.support.wire_space import WireHub, WireSpace, good, pointers, slug_of

GUEST = "019ab3c0-0000-7000-8000-00000000000a"


@pytest.fixture(autouse=True)
def _counted(hub: WireHub):
    yield
    check_counters(hub)


@pytest.fixture
def milano(hub: WireHub) -> WireSpace:
    return hub.join("cowo-milano")


def outcome(rsvp: dict[str, Any]) -> tuple[str, str | None]:
    return rsvp["state"], rsvp["reason"]


def test_a_free_seat_is_confirmed_at_once(nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 2)
    cursors = nyc.cursor(), london.cursor()
    rsvp = asked(nyc, session, GUEST)
    assert (*outcome(rsvp), rsvp["guest"], rsvp["card"], rsvp["rev"]) == ("confirmed", None, GUEST, None, 1)
    assert seats_of(nyc, session) == (1, 1, 0, 0)
    assert told(nyc, cursors[0], "rsvp.updated") == [rsvp]
    [host] = told(london, cursors[1], "rsvp.updated")
    assert (host["card"], host["guest"], host["place"]) == (wish(nyc, session)["card"], None, None)
    assert nyc.snapshot("rsvps")[f"rsvp/{rsvp['id']}"] == rsvp


def test_everybody_is_told_once_of_seats_that_several_took(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 3)
    cursors = nyc.cursor(), london.cursor()
    for _ in range(2):
        asked(nyc, session)
    assert told(nyc, cursors[0], "seats.updated") == []
    assert [hub.tell_seats() for _ in range(2)] == [1, 0]
    [seats] = told(nyc, cursors[0], "seats.updated")
    assert ([pool["free"] for pool in seats["pools"]], seats["homes"]) == ([1], [])
    # The row for all says no more, under the same rev, and comes after: it changes nothing where the host's own is held.
    own, for_all = told(london, cursors[1], "seats.updated")
    assert own["homes"] == [{"home": nyc.slug, "confirmed": 2, "waiting": 0, "attended": 0}]
    assert (for_all["rev"], for_all["pools"]) == (own["rev"], own["pools"])


def test_who_is_told_of_seats_meanwhile_is_not_told_again(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 3)
    asked(nyc, session)
    change_seats(london, session, seats_in_person=4)
    assert hub.tell_seats() == 0
    assert not hub.run(lambda: endings.tell_seats(db.session(), session["id"], now=hub.clock.now()))


def test_a_request_delivered_five_times_is_one_and_has_one_answer(nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 2: the same request five times: one row, the same answer. Edge case 6: a retry gets the stored decision."""
    session, rsvp_id = open_seats(london, 3), new_id()
    body = wish(nyc, session, GUEST)
    answers = [nyc.call("PUT", f"/rsvps/{rsvp_id}", body) for _ in range(5)]
    assert {answer.text for answer in answers} == {answers[0].text}
    acted(nyc, good(answers[0]), "cancel")
    assert nyc.call("PUT", f"/rsvps/{rsvp_id}", body).text == answers[0].text
    assert slug_of(nyc.call("PUT", f"/rsvps/{rsvp_id}", {**body, "party": 2})) == (409, "id-conflict")
    assert seats_of(nyc, session) == (3, 0, 0, 0)


def test_one_person_with_two_memberships_has_one_seat(nyc: WireSpace, london: WireSpace, milano: WireSpace) -> None:
    """Edge case 3: the same person through two memberships: one seat, the second answered `duplicate`."""
    session = open_seats(london, 3)
    first = asked(nyc, session, GUEST)
    assert outcome(asked(milano, session, GUEST)) == ("refused", "duplicate")
    assert outcome(asked(nyc, session, GUEST)) == ("refused", "duplicate")
    acted(nyc, first, "cancel")
    assert outcome(asked(milano, session, GUEST)) == ("confirmed", None)


def test_a_full_session_can_be_cancelled(nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 4: cancelling works when the session is full."""
    session = open_seats(london, 1)
    rsvp = asked(nyc, session)
    assert outcome(asked(nyc, session)) == ("waitlisted", None)
    assert outcome(acted(nyc, rsvp, "cancel")) == ("cancelled_by_member", None)
    assert seats_of(nyc, session) == (0, 0, 1, 0)


def test_a_cancellation_before_its_request_has_it_refused(nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 5: a cancellation that arrives before its request."""
    session, rsvp_id = open_seats(london, 1), new_id()
    early = acted(nyc, {"id": rsvp_id}, "cancel")
    assert (early["state"], early["rev"], early["session_id"]) == ("cancelled_by_member", 0, None)
    assert acted(nyc, {"id": rsvp_id}, "cancel") == early
    assert slug_of(nyc.call("GET", f"/rsvps/{rsvp_id}")) == (404, "rsvp-unknown")
    assert outcome(asked(nyc, session, GUEST, rsvp_id=rsvp_id)) == ("refused", "withdrawn")
    assert outcome(asked(nyc, session, GUEST)) == ("confirmed", None), "she may ask again, under another id"


def test_without_a_waiting_list_a_full_session_is_full(nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 1, waiting_list=False)
    asked(nyc, session)
    late = asked(nyc, session)
    assert outcome(late) == ("refused", "full")
    assert slug_of(london.call("GET", f"/rsvps/{late['id']}")) == (404, "rsvp-unknown")


def test_no_seats_and_a_waiting_list_put_all_on_it(nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 9: capacity 0 with a waiting list: all wait."""
    session = open_seats(london, 0)
    found = [asked(nyc, session) for _ in range(3)]
    assert [(one["state"], one["place"], one["waiting"]) for one in found] == [("waitlisted", n, n) for n in (1, 2, 3)]


def test_no_limit_takes_everybody(nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 10: a capacity of null is no limit."""
    session = open_seats(london, None, party_max=10)
    assert {asked(nyc, session, party=10)["state"] for _ in range(3)} == {"confirmed"}
    assert seats_of(nyc, session) == (None, 30, 0, 0)


def test_a_party_that_accepts_fewer_seats_gets_what_there_is(nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 12: `accept_fewer`."""
    session = open_seats(london, 2, party_max=3)
    rsvp = asked(nyc, session, party=3, accept_fewer=True)
    assert (rsvp["state"], rsvp["party"], seats_of(nyc, session)) == ("confirmed", 2, (0, 2, 0, 0))


NOT_NOW: dict[str, Any] = {
    "price-changed": lambda session: {"price_credits": 40},
    "party-too-large": lambda session: {"party": 3},
    "closed": lambda session: {"kind": "remote"},
}


@pytest.mark.parametrize("reason", NOT_NOW)
def test_what_cannot_be_is_refused_as_data(nyc: WireSpace, london: WireSpace, reason: str) -> None:
    session = open_seats(london, 5, party_max=2)
    rsvp = asked(nyc, session, **NOT_NOW[reason](session))
    assert outcome(rsvp) == ("refused", reason)
    assert rsvp["price_now_credits"] == (0 if reason == "price-changed" else None)
    assert london.snapshot("rsvps").keys() == {f"seats/{session['id']}"}


def test_registration_opens_and_closes(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 5)
    start = dt.datetime.fromisoformat(session["starts_at"])
    times = {"opens_at": (start - dt.timedelta(days=3)).isoformat(), "closes_at": (start - dt.timedelta(hours=1)).isoformat()}
    session = change_seats(london, session, **times)
    assert outcome(asked(nyc, session)) == ("refused", "not-open")
    starts_in(hub, session, days=3)
    assert outcome(asked(nyc, session)) == ("confirmed", None)
    starts_in(hub, session, hours=1)
    assert outcome(asked(nyc, session)) == ("refused", "closed")
    assert at_door(london, session)["state"] == "confirmed"
    starts_in(hub, session, minutes=-90)
    assert outcome(at_door(london, session)) == ("refused", "closed")


def test_a_cancelled_or_postponed_session_takes_nobody(nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 5)
    change_seats(london, session, state="postponed")
    assert outcome(asked(nyc, session)) == ("refused", "not-open")
    change_seats(london, session, state="cancelled")
    assert outcome(asked(nyc, session)) == ("refused", "session-cancelled")


@pytest.mark.parametrize(("reach", "own", "twin", "other"), [("space", 1, 0, 0), ("twins", 1, 1, 0), ("network", 1, 1, 1)])
def test_who_may_take_part(
    nyc: WireSpace, london: WireSpace, milano: WireSpace, reach: str, own: bool, twin: bool, other: bool
) -> None:
    nyc.twin(london)
    session = open_seats(london, 5, reach=reach)
    for space, may in ((london, own), (nyc, twin), (milano, other)):
        assert outcome(asked(space, session)) == (("confirmed", None) if may else ("refused", "not-eligible"))


def test_a_suspended_home_gets_no_seats_and_keeps_those_it_has(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 34: a home suspended with a confirmed seat: honoured, new ones refused, and it can still give it back."""
    session = open_seats(london, 1)
    rsvp = asked(nyc, session)
    hub.suspend(nyc.slug)
    assert slug_of(ask(nyc, session)) == (403, "space-not-active")
    assert acted(london, rsvp, "attendance")["state"] == "attended"
    assert acted(london, rsvp, "attendance", came=False)["state"] == "confirmed"
    assert acted(nyc, rsvp, "cancel")["state"] == "cancelled_by_member"


def test_a_suspended_host_gives_out_no_seats_and_honours_those_it_gave(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 1)
    rsvp, waiting = asked(nyc, session), asked(nyc, session)
    hub.suspend(london.slug)
    assert outcome(asked(nyc, session)) == ("refused", "not-eligible")
    assert nyc.snapshot("rsvps")[f"rsvp/{rsvp['id']}"]["state"] == "confirmed"
    acted(nyc, rsvp, "cancel")
    assert nyc.snapshot("rsvps")[f"rsvp/{waiting['id']}"]["state"] == "waitlisted"
    hub.reinstate(london.slug)
    hub.serve_queues()
    assert nyc.snapshot("rsvps")[f"rsvp/{waiting['id']}"]["state"] == "offered"


def test_calls_that_cannot_be_right_are_refused(nyc: WireSpace, london: WireSpace, milano: WireSpace) -> None:
    session = open_seats(london, 2)
    assert slug_of(ask(nyc, {**session, "id": new_id()})) == (404, "session-unknown")
    assert pointers(ask(nyc, session, guest=None, door_seat=True)) == ["/guest", "/door_seat"]
    assert pointers(ask(nyc, session, origin="door")) == ["/origin"]
    assert slug_of(ask(london, session, origin="door", home="nowhere")) == (404, "space-unknown")
    rsvp = asked(nyc, session)
    assert slug_of(ask(milano, session, rsvp_id=rsvp["id"])) == (409, "id-conflict")
    assert pointers(act(nyc, rsvp, "switch")) == ["/kind"]
    for step in ("accept", "decline", "cancel", "attendance", "approve", "reject"):
        assert slug_of(act(milano, rsvp, step)) == (404, "rsvp-unknown")
    for step in ("approve", "reject", "attendance"):
        assert slug_of(act(nyc, rsvp, step)) == (404, "rsvp-unknown")
    for step in ("accept", "decline"):
        assert slug_of(act(london, rsvp, step)) == (404, "rsvp-unknown")
