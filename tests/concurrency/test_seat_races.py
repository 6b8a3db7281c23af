"""Many at once at one session: no seat twice, no wish lost, and whoever waits stands in one line. Real commits, both engines."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from federation.credits import queries as ledger
from federation.db import db, read_only
from federation.events import service as events
from federation.rsvps import queries
from federation.rsvps.service import changes, endings
from shared.ids import new_id
from shared.protocol.events import SessionUpdate
from shared.schemas import load
from tests.support.threads import in_its_way, together
from tests.support.wire_events import session_body
from tests.support.wire_events import told as heard
from tests.support.wire_seats import (
    act,
    acted,
    asked,
    change_seats,
    check_counters,
    now_is,
    open_seats,
    seats_of,
    starts_in,
    states,
    stored,
    wish,
)
from tests.support.wire_space import WireHub, WireSpace, good, slug_of

NODES, WISHES, SEATS, AT_ONCE = 20, 500, 100, 40


@pytest.fixture
def hub(hub_url: str, tmp_path: Path) -> Iterator[WireHub]:
    made = WireHub(hub_url, tmp_path)
    yield made
    check_counters(made)
    made.close()


@pytest.fixture
def nyc(hub: WireHub) -> WireSpace:
    return hub.join("wecreate-nyc")


@pytest.fixture
def london(hub: WireHub) -> WireSpace:
    return hub.join("thecube-london")


def with_tokens(*spaces: WireSpace) -> None:
    """Let nobody stop to sign in."""
    for space in spaces:
        space.token = space.new_token()


def answered(node: WireSpace, session: dict[str, Any]) -> dict[str, Any]:
    """What a new wish was answered with. A node asks again, with the same id and body, where the hub is too busy."""
    rsvp_id, content = new_id(), wish(node, session)
    while (answer := node.call("PUT", f"/rsvps/{rsvp_id}", content)).status_code == 503:
        assert slug_of(answer) == (503, "busy")
    return good(answer)


def told(outcome: Any) -> list[dict[str, Any]]:
    """What a thread has found, or its failure."""
    if isinstance(outcome, Exception):
        raise outcome
    return list(outcome)


def test_of_five_hundred_who_want_a_hundred_seats_a_hundred_get_one_and_the_others_stand_in_line(hub: WireHub) -> None:
    """Edge case 1: 500 requests at once from 20 nodes for 100 seats: exactly 100, the rest queued, the counter is the sum."""
    nodes = [hub.join(f"cowo-node-{number:02}") for number in range(NODES)]
    session = open_seats(nodes[0], SEATS)
    with_tokens(*nodes)

    def many(first: int) -> list[dict[str, Any]]:
        return [answered(nodes[number % NODES], session) for number in range(first, WISHES, AT_ONCE)]

    found = [rsvp for outcome in together(*[partial(many, first) for first in range(AT_ONCE)]) for rsvp in told(outcome)]
    assert Counter(rsvp["state"] for rsvp in found) == {"confirmed": SEATS, "waitlisted": WISHES - SEATS}
    assert seats_of(nodes[1], session) == (0, SEATS, 0, WISHES - SEATS)
    places = sorted(rsvp["place"] for rsvp in found if rsvp["state"] == "waitlisted")
    assert places == list(range(1, WISHES - SEATS + 1)), "each was told a place of its own"
    line = [one.id for one in stored(hub, session) if one.state == "waitlisted"]
    by_id = {node.slug: node for node in nodes}
    homes = {one.id: by_id[one.home] for one in stored(hub, session)}
    assert [now_is(homes[one], {"id": one})["place"] for one in line[:5] + line[-1:]] == [1, 2, 3, 4, 5, WISHES - SEATS]
    freed = next(rsvp for rsvp in found if rsvp["state"] == "confirmed")
    acted(homes[freed["id"]], freed, "cancel")
    assert now_is(homes[line[0]], {"id": line[0]})["state"] == "offered"


def test_a_double_click_takes_one_seat_and_both_get_the_same_answer(nyc: WireSpace, london: WireSpace) -> None:
    session, rsvp_id = open_seats(london, 5), new_id()
    with_tokens(nyc)
    content = wish(nyc, session)
    answers = together(*[lambda: nyc.call("PUT", f"/rsvps/{rsvp_id}", content)] * 8)
    assert len({answer.text for answer in answers}) == 1
    assert good(answers[0])["state"] == "confirmed"
    assert seats_of(nyc, session) == (4, 1, 0, 0)


def test_of_two_homes_one_gets_the_last_seat(nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 1, waiting_list=False)
    with_tokens(nyc, london)
    answers = together(*[partial(asked, space, session) for space in (nyc, london)] * 4)
    assert Counter((rsvp["state"], rsvp["reason"]) for rsvp in answers) == {("confirmed", None): 1, ("refused", "full"): 7}


def test_one_person_at_two_homes_at_once_has_one_seat(nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 3, at once."""
    session, guest = open_seats(london, 5), new_id()
    with_tokens(nyc, london)
    answers = together(*[partial(asked, space, session, guest) for space in (nyc, london)] * 4)
    outcomes = Counter((rsvp["state"], rsvp["reason"]) for rsvp in answers)
    assert outcomes == {("confirmed", None): 1, ("refused", "duplicate"): 7}


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_of_two_linked_memberships_at_once_one_has_a_seat(nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 3, at once, under two names: each finds the other's seat, for the session is locked while they look."""
    session, names, code = open_seats(london, 1), [(nyc, new_id()), (london, new_id())], "c0" * 32
    for step, (space, guest) in zip(("code", "link"), names, strict=True):
        good(space.call("POST", f"/self/memberships/{step}", {"guest": guest, "code_sha256": code}))
    with_tokens(nyc, london)
    answers = together(*[partial(asked, space, session, guest) for space, guest in names] * 2)
    outcomes = Counter((rsvp["state"], rsvp["reason"]) for rsvp in answers)
    assert outcomes == {("confirmed", None): 1, ("refused", "duplicate"): 3}


def test_promotions_at_once_give_each_seat_once(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 13: a cancellation, an expiry and more seats at once: each free seat is offered once, in order."""
    session = open_seats(london, 3)
    seated = [asked(nyc, session) for _ in range(3)]
    waiting = []
    for _ in range(8):
        hub.clock.advance(dt.timedelta(seconds=1))
        waiting.append(asked(nyc, session))
    acted(nyc, seated[0], "cancel")
    hub.clock.advance(dt.timedelta(days=3))
    with_tokens(nyc, london)

    def expire() -> Any:
        return hub.reconcile("expire offers")

    def raise_seats() -> Any:
        return change_seats(london, session, seats_in_person=5)

    outcomes = together(lambda: acted(nyc, seated[1], "cancel"), expire, raise_seats, lambda: acted(nyc, seated[2], "cancel"))
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert states(nyc, *waiting) == ["offer_expired"] + ["offered"] * 5 + ["waitlisted"] * 2


def test_an_offer_accepted_while_it_expires_has_one_outcome(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 14, at once."""
    session = open_seats(london, 1)
    seated, first, second = (asked(nyc, session, rsvp_id=rsvp_id) for rsvp_id in sorted(new_id() for _ in range(3)))
    acted(nyc, seated, "cancel")
    hub.clock.set(dt.datetime.fromisoformat(now_is(nyc, first)["offer_expires_at"]) - dt.timedelta(milliseconds=500))
    with_tokens(nyc)
    together(lambda: act(nyc, first, "accept"), lambda: hub.reconcile("expire offers"), lambda: act(nyc, first, "decline"))
    assert tuple(states(nyc, first, second)) in {
        ("confirmed", "waitlisted"),
        ("offer_expired", "offered"),
        ("declined", "offered"),
    }


def test_a_cancellation_at_once_with_its_request_leaves_no_seat_taken(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    """Edge case 5, at once: whichever is first, nobody comes."""
    session = open_seats(london, 5)
    with_tokens(nyc)
    for _ in range(5):
        rsvp_id = new_id()
        together(partial(asked, nyc, session, rsvp_id=rsvp_id), partial(act, nyc, {"id": rsvp_id}, "cancel"))
        assert now_is(nyc, {"id": rsvp_id})["state"] in ("cancelled_by_member", "refused")
    assert seats_of(nyc, session) == (5, 0, 0, 0)


def test_members_of_many_homes_pay_for_their_seats_at_once(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 4, price_credits=100)
    guests = [(space, new_id()) for space in (nyc, london) * 4]
    for space, guest in guests:
        good(space.grant(guest, 100))
    with_tokens(nyc, london)
    answers = together(*[partial(asked, space, session, guest, take_at_once=True) for space, guest in guests])
    assert Counter(rsvp["state"] for rsvp in answers) == {"confirmed": 4, "waitlisted": 4}
    homes = {nyc.slug: nyc, london.slug: london}
    seated = [rsvp for rsvp in answers if rsvp["state"] == "confirmed"]
    together(*[partial(acted, homes[rsvp["home"]], rsvp, "cancel") for rsvp in seated])
    assert seats_of(nyc, session) == (0, 4, 0, 0)
    with hub.app.app_context():
        assert read_only(lambda: ledger.audit_faults(db.session()))() == []


def test_who_gives_up_waiting_as_the_session_begins_is_not_told_that_it_was_full(
    hub: WireHub, nyc: WireSpace, london: WireSpace
) -> None:
    session = open_seats(london, 1)
    asked(nyc, session)
    waiting = asked(nyc, session)
    starts_in(hub, session, seconds=-5)
    cancel = partial(changes.cancel, rsvp_id=waiting["id"], caller=nyc.slug, now=hub.clock.now())
    _, ended = in_its_way(hub.command, cancel, partial(hub.reconcile, "end queues"))
    assert ended == {"end queues": 0}
    assert states(nyc, waiting) == ["cancelled_by_member"]
    assert seats_of(nyc, session) == (0, 1, 0, 0)


def test_a_session_that_is_postponed_as_it_should_begin_keeps_its_queue(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session = open_seats(london, 1)
    asked(nyc, session)
    waiting = asked(nyc, session)
    starts_in(hub, session, seconds=-5)
    said = load(SessionUpdate, session_body(london, session["id"], seats_in_person=1, state="postponed"))
    rev = said.pop("rev")

    def postpone(hub_session: Session) -> str:
        about = {"event_id": session["event_id"], "session_id": session["id"], "caller": london.slug}
        return events.set_session(hub_session, **about, rev=rev, said=said, sha256="0" * 64, now=hub.clock.now()).state

    assert in_its_way(hub.command, postpone, partial(hub.reconcile, "end queues")) == ["postponed", {"end queues": 0}]
    assert states(nyc, waiting) == ["waitlisted"]


def test_a_session_that_two_settle_at_once_is_settled_and_paid_once(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    session, guest = open_seats(london, 5, price_credits=100), new_id()
    good(nyc.grant(guest))
    seated = asked(nyc, session, guest)
    starts_in(hub, session, hours=-8)
    since = nyc.cursor()
    settle = partial(endings.settle, session_id=session["id"], now=hub.clock.now())
    assert in_its_way(hub.command, settle, partial(hub.reconcile, "settle sessions")) == [True, {"settle sessions": 0}]
    assert [one["state"] for one in heard(nyc, since, "rsvp.updated") if one["id"] == seated["id"]] == ["attended"]
    [lot] = nyc.snapshot("wallets")[f"wallet/{guest}"]["lots"]
    assert (lot["held"], lot["spent"]) == (0, 100)


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_who_asks_for_a_seat_does_not_wait_until_all_queues_are_served(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    served, to_be_served = sorted((open_seats(london, 1) for _ in range(2)), key=lambda session: str(session["id"]))
    for session in (served, to_be_served):
        assert states(nyc, asked(nyc, session), asked(nyc, session)) == ["confirmed", "waitlisted"]

    def command(work: Any) -> Any:
        """While the worker waits for the seats of the second session, somebody asks for one in the first."""
        return hub.command(lambda hub_session: (work(hub_session), together(partial(asked, nyc, served)))[1])

    outcomes = in_its_way(command, lambda hub_session: queries.lock(hub_session, to_be_served["id"]), hub.serve_queues)
    assert [one["state"] for one in told(outcomes[0])] == ["waitlisted"]
    assert outcomes[1] == 0
