"""The waiting list: first come first, no newcomer before it, and every freed seat goes on in the same transaction."""

import datetime as dt
from typing import Any

import pytest

from federation.rsvps import reconcilers
from shared.clock import wall
from shared.ids import new_id
from tests.support.wire_events import told
from tests.support.wire_seats import (
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
)
from tests.support.wire_space import WireHub, WireSpace, good

TICK = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _counted(hub: WireHub):
    yield
    check_counters(hub)


def line(hub: WireHub, space: WireSpace, session: dict[str, Any], count: int, **changes: Any) -> list[dict[str, Any]]:
    """So many who ask one after the other."""
    found = []
    for _ in range(count):
        hub.clock.advance(TICK)
        found.append(asked(space, session, **changes))
    return found


def test_a_freed_seat_is_offered_to_the_first_in_line(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 1)
    seated, first, second = line(hub, nyc, session, 3)
    assert [(one["place"], one["waiting"]) for one in (first, second)] == [(1, 1), (2, 2)]
    since = nyc.cursor()
    acted(nyc, seated, "cancel")
    assert states(nyc, first, second) == ["offered", "waitlisted"]
    [offer] = [one for one in told(nyc, since, "rsvp.updated") if one["id"] == first["id"]]
    assert offer["offer_expires_at"] is not None
    taken = acted(nyc, first, "accept")
    assert (taken["state"], taken["offer_expires_at"], acted(nyc, first, "accept")) == ("confirmed", None, taken)
    assert seats_of(nyc, session) == (0, 1, 0, 1)


def test_who_wanted_it_without_being_asked_is_confirmed(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 1)
    seated, first = line(hub, nyc, session, 2, take_at_once=True)
    acted(nyc, seated, "cancel")
    assert states(nyc, first) == ["confirmed"]


def test_lower_capacity_evicts_nobody(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 7: capacity lowered below what is taken: none evicted, and nobody new until it is under."""
    session = open_seats(london, 3)
    seated = line(hub, nyc, session, 3)
    session = change_seats(london, session, seats_in_person=1)
    assert (states(nyc, *seated), seats_of(nyc, session)[0]) == (["confirmed"] * 3, 0)
    waiting = asked(nyc, session)
    acted(nyc, seated[0], "cancel")
    acted(nyc, seated[1], "cancel")
    assert states(nyc, waiting) == ["waitlisted"]
    acted(nyc, seated[2], "cancel")
    assert states(nyc, waiting) == ["offered"]


def test_raised_capacity_serves_those_who_wait(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 8: capacity raised by 3 with 5 waiting: 3 are served at once, and a newcomer does not get in."""
    session = open_seats(london, 1)
    line(hub, nyc, session, 1)
    waiting = line(hub, nyc, session, 5)
    change_seats(london, session, seats_in_person=4)
    assert states(nyc, *waiting) == ["offered"] * 3 + ["waitlisted"] * 2
    newcomer = asked(nyc, session)
    assert (newcomer["state"], newcomer["place"]) == ("waitlisted", 3)


def test_a_group_is_passed_over_three_times_and_then_waited_for(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 11: a party of 3 with seats for 2 and singles behind it: skipped at most 3 times, then seats are kept."""
    session = open_seats(london, 6, party_max=3)
    seated = line(hub, nyc, session, 6)
    [group] = line(hub, nyc, session, 1, party=3)
    singles = line(hub, nyc, session, 4, take_at_once=True)
    for one in seated[:4]:
        acted(nyc, one, "cancel")
    assert states(nyc, group, *singles) == ["waitlisted", "confirmed", "confirmed", "confirmed", "waitlisted"]
    newcomer = asked(nyc, session)
    assert (newcomer["state"], seats_of(nyc, session)[0]) == ("waitlisted", 1)
    acted(nyc, seated[4], "cancel")
    acted(nyc, seated[5], "cancel")
    assert states(nyc, group, singles[3], newcomer) == ["offered", "waitlisted", "waitlisted"]


def test_a_group_is_passed_over_for_a_day_at_most(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 11, the other bound: from a day after the first time, seats are kept for it."""
    session = open_seats(london, 3, party_max=3)
    seated = line(hub, nyc, session, 3)
    [group] = line(hub, nyc, session, 1, party=3)
    singles = line(hub, nyc, session, 2, take_at_once=True)
    acted(nyc, seated[0], "cancel")
    hub.clock.advance(dt.timedelta(days=1))
    acted(nyc, seated[1], "cancel")
    assert states(nyc, group, *singles) == ["waitlisted", "confirmed", "waitlisted"]


def test_an_offer_at_the_instant_of_its_end_has_one_outcome(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 14: accepted at the very instant of expiry: it is gone, and the next has it. A second before, it is not."""
    session = open_seats(london, 1)
    seated, first, second = line(hub, nyc, session, 3)
    acted(nyc, seated, "cancel")
    ends = dt.datetime.fromisoformat(now_is(nyc, first)["offer_expires_at"])
    hub.clock.set(ends)
    assert acted(nyc, first, "accept")["state"] == "offer_expired"
    assert states(nyc, second) == ["offered"]
    hub.clock.set(dt.datetime.fromisoformat(now_is(nyc, second)["offer_expires_at"]) - TICK)
    assert acted(nyc, second, "accept")["state"] == "confirmed"


def test_an_offer_that_has_ended_goes_to_the_next(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 15: an offer expired, the next is offered the seat, and a late accept changes nothing."""
    session = open_seats(london, 1)
    seated, first, second = line(hub, nyc, session, 3)
    acted(nyc, seated, "cancel")
    hub.clock.advance(dt.timedelta(days=3))
    assert hub.reconcile("expire offers")["expire offers"] == 1
    assert states(nyc, first, second) == ["offer_expired", "offered"]
    assert acted(nyc, first, "accept")["state"] == "offer_expired"
    assert acted(nyc, second, "decline")["state"] == "declined"
    assert seats_of(nyc, session) == (1, 0, 0, 0)


def test_who_comes_back_is_last_in_line(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 16: who rejoins after cancelling is at the tail."""
    session, guest = open_seats(london, 1), new_id()
    line(hub, nyc, session, 1)
    mine = asked(nyc, session, guest)
    line(hub, nyc, session, 2)
    acted(nyc, mine, "cancel")
    hub.clock.advance(TICK)
    again = asked(nyc, session, guest)
    assert (again["state"], again["place"]) == ("waitlisted", 3)


def test_who_was_promoted_and_cancels_is_not_offered_it_again(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 17: promoted, then cancelled: the seat goes to the next, not back."""
    session = open_seats(london, 1)
    seated, first, second = line(hub, nyc, session, 3)
    acted(nyc, seated, "cancel")
    acted(nyc, first, "cancel")
    assert states(nyc, first, second) == ["cancelled_by_member", "offered"]


def test_a_head_that_may_not_take_part_is_passed_over_and_keeps_its_place(
    hub: WireHub, nyc: WireSpace, london: WireSpace
) -> None:
    """Edge case 18: the head of the queue is ineligible: the next is tried."""
    milano = hub.join("cowo-milano")
    session = open_seats(london, 1)
    [seated] = line(hub, london, session, 1)
    [head] = line(hub, milano, session, 1)
    [second, third] = line(hub, nyc, session, 2)
    hub.suspend(milano.slug)
    acted(london, seated, "cancel")
    assert states(nyc, second, third) == ["offered", "waitlisted"]
    hub.reinstate(milano.slug)
    acted(nyc, second, "decline")
    assert states(milano, head) == ["offered"]


def test_seats_no_longer_kept_for_the_door_go_to_the_queue(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 19: a reserve that is released goes to those who wait."""
    session = open_seats(london, 3, door_seats=2)
    _seated, first, second, third = line(hub, nyc, session, 4)
    change_seats(london, session, door_seats=0)
    assert states(nyc, first, second, third) == ["offered", "offered", "waitlisted"]


def test_a_switch_frees_the_seat_once(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 20: from a seat in person to one remote: the seat is free once, and goes to the next."""
    session = open_seats(london, 1, mode="hybrid", seats_remote=1)
    seated, waiting = line(hub, nyc, session, 2)
    for _ in range(2):
        moved = acted(nyc, seated, "switch", kind="remote")
        assert (moved["kind"], moved["state"]) == ("remote", "confirmed")
    assert states(nyc, waiting) == ["offered"]
    assert (seats_of(nyc, session), seats_of(nyc, session, "remote")) == ((0, 0, 1, 0), (0, 1, 0, 0))
    refused = acted(nyc, waiting, "switch", kind="remote")
    assert (refused["kind"], refused["state"], refused["reason"]) == ("in_person", "offered", "full")


def test_a_seat_freed_after_registration_has_closed_still_goes_on(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 21: registration closed, seat freed: still promoted, until the start; under three hours, until the start."""
    session = open_seats(london, 1)
    start = dt.datetime.fromisoformat(session["starts_at"])
    session = change_seats(london, session, closes_at=(start - dt.timedelta(hours=6)).isoformat())
    seated, first, second = line(hub, nyc, session, 3)
    starts_in(hub, session, hours=2)
    acted(nyc, seated, "cancel")
    offer = now_is(nyc, first)
    assert (offer["state"], offer["offer_expires_at"]) == ("offered", session["starts_at"])
    starts_in(hub, session)
    hub.reconcile("expire offers", "end queues", after=dt.timedelta())
    assert states(nyc, first, second) == ["offer_expired", "refused"]
    assert now_is(nyc, second)["reason"] == "full"


def test_somebody_at_the_door_never_takes_an_offered_seat(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 23: a walk-in at the door while offers are out."""
    session = open_seats(london, 1)
    seated, first = line(hub, nyc, session, 2)
    starts_in(hub, session, hours=1)
    acted(nyc, seated, "cancel")
    walk_in = at_door(london, session)
    assert (walk_in["state"], walk_in["reason"], states(nyc, first)) == ("refused", "full", ["offered"])
    assert acted(nyc, first, "accept")["state"] == "confirmed"


def test_approval_of_a_full_session_is_a_place_in_its_queue(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 24: approval granted when full: the waiting list, in the place of when it was asked, not an error."""
    session = open_seats(london, 1, approval=True)
    since = london.cursor()
    first, second, third, fourth = line(hub, nyc, session, 4)
    assert {one["state"] for one in (first, second, third)} == {"pending"}
    assert all(one["card"] for one in told(london, since, "rsvp.updated"))
    assert acted(london, first, "approve")["state"] == "confirmed"
    acted(london, third, "approve")
    assert acted(london, second, "approve")["state"] == "waitlisted"
    assert (now_is(nyc, second)["place"], now_is(nyc, third)["place"]) == (1, 2)
    no = acted(london, fourth, "reject")
    assert (no["state"], no["reason"]) == ("refused", "not-approved")


def test_quiet_hours_are_the_members_own(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 48: an offer of a London seat to somebody in Tokyo: her night does not count."""
    session = open_seats(london, 1)
    seated, tokyo = asked(nyc, session), asked(nyc, session, zone="Asia/Tokyo")
    hub.clock.set(wall(dt.date(2026, 11, 12), dt.time(23), "Asia/Tokyo"))
    acted(nyc, seated, "cancel")
    ends = dt.datetime.fromisoformat(now_is(nyc, tokyo)["offer_expires_at"])
    awake = hub.clock.now() + dt.timedelta(hours=9)
    assert ends == awake + (dt.datetime.fromisoformat(session["starts_at"]) - hub.clock.now()) / 8 + dt.timedelta(hours=10)


def test_a_place_that_has_moved_is_told(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 1)
    _seated, first, second, third = line(hub, nyc, session, 4)
    acted(nyc, first, "cancel")
    since = nyc.cursor()
    assert hub.serve_queues() == 1
    assert [(one["id"], one["place"]) for one in told(nyc, since, "rsvp.updated")] == [(second["id"], 1), (third["id"], 2)]
    assert hub.serve_queues() == 0


def test_no_queue_keeps_another_from_being_told(
    hub: WireHub, nyc: WireSpace, london: WireSpace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcilers, "BATCH", 1)
    still, moving = open_seats(london, 1), open_seats(london, 1)
    line(hub, nyc, still, 2)
    _seated, first, second = line(hub, nyc, moving, 3)
    acted(nyc, first, "cancel")
    since = nyc.cursor()
    hub.serve_queues()
    assert [(one["id"], one["place"]) for one in told(nyc, since, "rsvp.updated")] == [(second["id"], 1)]


def test_a_place_that_has_moved_is_told_also_when_a_postponed_session_was_to_be_over(
    hub: WireHub, nyc: WireSpace, london: WireSpace
) -> None:
    session = open_seats(london, 1)
    _seated, first, second = line(hub, nyc, session, 3)
    change_seats(london, session, state="postponed")
    starts_in(hub, session, days=-1)
    acted(nyc, first, "cancel")
    since = nyc.cursor()
    hub.serve_queues()
    assert [(one["id"], one["place"]) for one in told(nyc, since, "rsvp.updated")] == [(second["id"], 1)]


def test_a_cancelled_session_tells_everybody(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 1)
    found = line(hub, nyc, session, 3)
    since = nyc.cursor()
    change_seats(london, session, state="cancelled")
    assert {one["state"] for one in told(nyc, since, "rsvp.updated")} == {"session_cancelled"}
    assert states(nyc, *found) == ["session_cancelled"] * 3
    assert seats_of(nyc, session) == (1, 0, 0, 0)


def test_a_moved_session_loses_nobody(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 1)
    found = line(hub, nyc, session, 2)
    change_seats(london, session, at="15:00")
    assert states(nyc, *found) == ["confirmed", "waitlisted"]


def test_only_an_outage_that_the_hub_has_noted_dates_a_wish_back(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    """Edge cases 25, 26: what was pressed in a recorded outage keeps its place; a forged instant counts as received."""
    session = open_seats(london, 0)
    milano = hub.join("cowo-milano")
    good(nyc.report())
    pressed = hub.clock.now() + dt.timedelta(minutes=2)
    hub.clock.advance(dt.timedelta(minutes=10))
    asked(milano, session)
    forged = asked(milano, session, intent_at=(pressed - dt.timedelta(days=365)).isoformat())
    late = asked(nyc, session, intent_at=pressed.isoformat())
    assert (forged["place"], late["place"]) == (2, 1)
    good(nyc.report())
    again = asked(nyc, session, intent_at=(pressed - dt.timedelta(minutes=1)).isoformat())
    assert again["place"] == 1, "also after the node is back"
    too_early = asked(nyc, session, intent_at=(pressed - dt.timedelta(days=365)).isoformat())
    assert too_early["place"] == 5


@pytest.mark.parametrize("off", [-10, 10], ids=["behind", "ahead"])
def test_a_node_whose_clock_is_off_gains_and_loses_nothing(hub: WireHub, nyc: WireSpace, london: WireSpace, off: int) -> None:
    """Edge case 38: clocks that are ten minutes off, to either side: only the hub's own counts."""
    session = open_seats(london, 0)
    for space in (nyc, london):
        good(space.report())
    pressed = (hub.clock.now() + dt.timedelta(minutes=off)).isoformat()
    first, second = asked(london, session), asked(nyc, session, intent_at=pressed)
    hub.clock.advance(TICK)
    third = asked(london, session)
    assert sorted([now_is(london, first)["place"], now_is(nyc, second)["place"]]) == [1, 2]
    assert third["place"] == 3
