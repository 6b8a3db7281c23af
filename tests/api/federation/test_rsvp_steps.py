"""Steps that do not fit the state an RSVP is in change nothing, and answer what is."""

import datetime as dt

import pytest
import sqlalchemy as sa

from federation.db import db
from federation.rsvps import queries
from federation.rsvps.models import Rsvp, SeatPool
from federation.rsvps.service import changes
from shared.ids import new_id
from tests.support.wire_seats import (
    act,
    acted,
    ask,
    asked,
    at_door,
    change_seats,
    check_counters,
    now_is,
    open_seats,
    seats_of,
    starts_in,
    states,
)
from tests.support.wire_space import WireHub, WireSpace, good, pointers, slug_of

GUEST = "019ab3c0-0000-7000-8000-00000000000a"


def test_steps_that_do_not_fit_change_nothing(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 1)
    rsvp, waiting = asked(nyc, session), asked(nyc, session)
    for one, step in ((rsvp, "accept"), (rsvp, "decline"), (waiting, "accept"), (waiting, "decline")):
        assert acted(nyc, one, step)["rev"] == one["rev"]
    for step in ("approve", "reject"):
        assert acted(london, rsvp, step)["rev"] == rsvp["rev"]
    assert slug_of(act(london, waiting, "attendance")) == (409, "rsvp-over")
    gone = acted(nyc, rsvp, "cancel")
    assert acted(nyc, rsvp, "cancel") == gone
    assert acted(nyc, rsvp, "switch", kind="remote") == gone
    assert slug_of(act(nyc, rsvp, "card", card="another.card")) == (409, "rsvp-over")
    check_counters(hub)


def test_a_session_that_is_over_is_cancelled_by_nobody(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 1)
    rsvp = asked(nyc, session)
    starts_in(hub, session, hours=-2)
    assert slug_of(act(nyc, rsvp, "cancel")) == (409, "rsvp-over")
    assert slug_of(act(london, rsvp, "cancel")) == (409, "rsvp-over")


def test_a_wish_that_the_host_has_to_decide_about_changes_sides_without_a_seat(nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 1, mode="hybrid", seats_remote=0, approval=True, waiting_list=False)
    rsvp = asked(nyc, session)
    moved = acted(nyc, rsvp, "switch", kind="remote")
    assert (moved["state"], moved["kind"], seats_of(nyc, session)) == ("pending", "remote", (1, 0, 0, 0))
    full = acted(london, rsvp, "approve")
    assert (full["state"], full["reason"]) == ("refused", "full")
    assert acted(london, rsvp, "approve") == full, "whoever was to decide sees what became of it"


def test_a_seat_of_the_door_changes_no_sides(hub: WireHub, london: WireSpace) -> None:
    session = open_seats(london, 2, mode="hybrid", door_seats=1)
    assert pointers(ask(london, session, guest=None, origin="door", door_seat=True, kind="remote")) == ["/kind"]
    walk_in = at_door(london, session, door_seat=True)
    assert acted(london, walk_in, "switch", kind="remote") == walk_in


def test_a_seat_that_cannot_be_paid_is_not_moved_to(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 0, mode="hybrid", seats_remote=1, price_credits=100)
    waiting = asked(nyc, session, GUEST)
    refused = acted(nyc, waiting, "switch", kind="remote")
    assert (refused["state"], refused["kind"], refused["reason"]) == ("waitlisted", "in_person", "no-credit")
    good(nyc.grant(GUEST))
    moved = acted(nyc, waiting, "switch", kind="remote")
    assert (moved["state"], moved["reason"], seats_of(nyc, session, "remote")) == ("confirmed", None, (0, 1, 0, 0))


def test_a_pair_owes_no_more_for_seats_than_it_agreed(nyc: WireSpace, london: WireSpace) -> None:
    nyc.twin(london, offered={"pair_limit_credits": 150})
    session, other = open_seats(london, 5, price_credits=100), new_id()
    for guest in (GUEST, other):
        good(nyc.grant(guest))
    assert asked(nyc, session, GUEST)["state"] == "confirmed"
    assert asked(nyc, session, other)["reason"] == "limit-reached"


def test_a_session_that_moves_away_from_its_end_is_settled_anew(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 5)
    rsvp = asked(nyc, session)
    starts_in(hub, session, hours=-8)
    hub.reconcile("settle sessions")
    later = dt.date.fromisoformat(session["starts_local"][:10]) + dt.timedelta(days=7)
    moved = change_seats(london, session, on=later, closes_at=(hub.clock.now() + dt.timedelta(days=2)).isoformat())
    assert asked(nyc, moved)["state"] == "confirmed"
    acted(london, rsvp, "attendance", came=False)
    starts_in(hub, moved, hours=-8)
    assert hub.reconcile("settle sessions")["settle sessions"] == 1
    assert now_is(nyc, rsvp)["state"] == "attended"


def test_a_session_that_cannot_be_put_right_holds_up_no_other(
    hub: WireHub, nyc: WireSpace, london: WireSpace, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = [open_seats(london, 1) for _ in range(2)]
    found = [[asked(nyc, session) for _ in range(2)] for session in sessions]
    for seated, _ in found:
        acted(nyc, seated, "cancel")
    broken = min(session["id"] for session in sessions)
    leave = changes.leave

    def fail(session, seat, *args, **values) -> None:
        if seat.session_id == broken:
            raise RuntimeError("broken")
        leave(session, seat, *args, **values)

    monkeypatch.setattr("federation.rsvps.service.endings.leave", fail)
    hub.clock.advance(dt.timedelta(days=3))
    assert hub.reconcile("expire offers")["expire offers"] == 1
    assert sorted(states(nyc, *(waiting for _, waiting in found))) == ["offer_expired", "offered"]


def test_a_counter_that_is_wrong_is_found_and_left_as_it_is(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 3)
    asked(nyc, session)
    hub.run(lambda: db.session.execute(sa.update(SeatPool).where(SeatPool.name == "in_person").values(taken=2)))
    assert hub.reconcile("audit seats")["audit seats"] == 1
    assert hub.run(lambda: queries.miscounted(db.session())) == [session["id"]]
    hub.run(lambda: db.session.execute(sa.delete(Rsvp)))
    assert hub.run(lambda: queries.miscounted(db.session())) == [session["id"]]


def test_a_session_without_a_date_can_be_left_for_nothing_and_forgets_nobody(
    hub: WireHub, nyc: WireSpace, london: WireSpace
) -> None:
    session = open_seats(london, 3, price_credits=100)
    good(nyc.grant(GUEST))
    rsvp = asked(nyc, session, GUEST)
    change_seats(london, session, state="postponed")
    starts_in(hub, session, days=-31)
    assert hub.reconcile("forget sealed boxes", "settle sessions", "end queues")["forget sealed boxes"] == 0
    gone = acted(nyc, rsvp, "cancel")
    assert (gone["state"], gone["charged_credits"]) == ("cancelled_by_member", 0)


def test_a_decision_of_who_has_no_say_any_more_changes_nothing(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 30: neither another space nor a host that has been suspended, or is about to leave for good, lets anybody in."""
    session = open_seats(london, 3, approval=True)
    rsvp = asked(nyc, session)
    assert rsvp["state"] == "pending"
    assert slug_of(nyc.call("POST", f"/rsvps/{rsvp['id']}/approve", {})) == (404, "rsvp-unknown")
    hub.suspend(london.slug)
    assert slug_of(london.call("POST", f"/rsvps/{rsvp['id']}/approve", {})) == (403, "space-not-active")
    hub.reinstate(london.slug)
    good(london.call("POST", "/self/leave", {}))
    assert slug_of(london.call("POST", f"/rsvps/{rsvp['id']}/approve", {})) == (403, "space-not-active")
    assert good(nyc.call("GET", f"/rsvps/{rsvp['id']}"))["state"] == "pending"
