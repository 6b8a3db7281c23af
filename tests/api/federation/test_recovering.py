"""A hub that was restored a short while ago: it decides nothing new, keeps what it is told again, and honours its seals."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from federation.recovery import service
from federation.recovery.api.again import hear_again
from shared import answer_seal
from shared.ids import new_id
from shared.loader import dump_json
from shared.protocol.version import BASE_PATH, SEAL_HEADER
from tests.support.wire_events import publish_event, session_body
from tests.support.wire_seats import act, ask, asked, check_counters, now_is, open_seats, states, wish
from tests.support.wire_space import WireHub, WireSpace, good, slug_of

HOUR = dt.timedelta(hours=1)


def restored(hub: WireHub, *, ago: dt.timedelta = 9 * HOUR) -> None:
    """The hub comes back from a backup, in a new process."""
    now = hub.clock.now()
    hub.command(lambda session: service.begin(session, now - ago, now))
    hub.forget()


def hears(hub: WireHub) -> int:
    """What the worker does."""
    with hub.app.app_context():
        return hear_again(hub.app)


class Told:
    """Commands that a hub answered in another life, in the order in which they are listed here."""

    def __init__(self, hub: WireHub) -> None:
        self.hub, self.order = hub, 0
        self.last: Callable[[], TestResponse]

    def again(self, space: WireSpace, method: str, path: str, content: Any, outcome: str, *, key: str = "") -> TestResponse:
        self.order = answer_seal.order_at(self.hub.clock.now(), self.order)
        call = answer_seal.Call(space.slug, method, f"{BASE_PATH}{path}", key, dump_json(content))
        secret = str(self.hub.app.config["SECRET_KEY"])
        seal = answer_seal.seal(secret, call, order=self.order, outcome=outcome)
        self.last = lambda: space.call(method, path, content, key=key, seal=seal)
        return self.last()

    def wish(self, space: WireSpace, session: dict[str, Any], outcome: str, rsvp_id: str = "") -> dict[str, Any]:
        rsvp_id = rsvp_id or new_id()
        answer = self.again(space, "PUT", f"/rsvps/{rsvp_id}", wish(space, session), outcome)
        assert good(answer) == {"kept": True}
        return {"id": rsvp_id}

    def cancel(self, space: WireSpace, rsvp: dict[str, Any]) -> None:
        said = {"pressed_at": space.now.isoformat()}
        good(self.again(space, "POST", f"/rsvps/{rsvp['id']}/cancel", said, "cancelled", key=new_id()))


def test_every_answer_to_a_command_is_sealed_and_nothing_else_is(london: WireSpace) -> None:
    session = open_seats(london)
    answers = [ask(london, session), ask(london, session)]
    seals = [answer.headers[SEAL_HEADER] for answer in answers]
    assert seals[0] < seals[1]
    assert [seal.split(";")[1] for seal in seals] == ["confirmed", "waitlisted"]
    for answer in (london.call("GET", "/self"), london.call("PUT", f"/rsvps/{new_id()}", {})):
        assert SEAL_HEADER not in answer.headers


def test_nothing_new_is_decided_until_all_have_told(hub: WireHub, london: WireSpace, nyc: WireSpace) -> None:
    session = open_seats(london)
    restored(hub)
    waiting = ask(nyc, session)
    assert (slug_of(waiting), waiting.headers["Retry-After"]) == ((503, "hub-recovering"), "30")
    assert good(nyc.call("GET", f"/events/{session['event_id']}"))["id"] == session["event_id"]
    for space in (nyc, london):
        good(space.report(all_told=False))
        hears(hub)
        assert slug_of(ask(nyc, session)) == (503, "hub-recovering")
    for space in (nyc, london, london):
        good(space.report(all_told=True))
    hears(hub)
    assert asked(nyc, session)["state"] == "confirmed"


def test_who_says_nothing_is_waited_for_an_hour(hub: WireHub, london: WireSpace, nyc: WireSpace) -> None:
    assert nyc.slug != london.slug
    restored(hub)
    good(london.report(all_told=True))
    hub.clock.advance(HOUR - dt.timedelta(seconds=1))
    hears(hub)
    london.token = ""
    assert slug_of(london.call("PUT", f"/rsvps/{new_id()}", {})) == (503, "hub-recovering")
    hub.clock.advance(dt.timedelta(seconds=1))
    hears(hub)
    assert publish_event(london)["rev"] == 1


def test_who_tells_late_is_decided_nothing_new_before_what_it_tells(hub: WireHub, london: WireSpace, nyc: WireSpace) -> None:
    session, told, place = open_seats(london), Told(hub), new_id()
    restored(hub)
    good(london.report(all_told=True))
    hub.clock.advance(HOUR)
    nyc.token = london.token = ""
    hears(hub)
    assert slug_of(ask(nyc, session)) == (503, "hub-recovering")
    told.wish(nyc, session, "confirmed", place)
    good(nyc.report(all_told=True))
    assert slug_of(act(nyc, {"id": place}, "cancel")) == (503, "hub-recovering")
    # The others have waited long enough; the seat is not taken yet.
    assert states(london, asked(london, session)) == ["confirmed"]
    assert (hears(hub), states(nyc, {"id": place})) == (1, ["waitlisted"])
    assert good(act(nyc, {"id": place}, "cancel"))["state"] == "cancelled_by_member"
    check_counters(hub)


def test_a_node_without_a_word_for_it_has_told_all_when_it_has_read(hub: WireHub, london: WireSpace) -> None:
    restored(hub)
    hub.clock.advance(HOUR)
    london.token = ""
    hears(hub)
    assert slug_of(london.call("PUT", f"/rsvps/{new_id()}", {})) == (503, "hub-recovering")
    good(london.report())
    assert publish_event(london)["rev"] == 1


def test_a_backup_of_a_hub_that_was_still_being_told_reaches_as_far_back_as_it_did(
    hub: WireHub, london: WireSpace, nyc: WireSpace
) -> None:
    old, morning = london.cursor(), hub.clock.now()

    def reaches_back_to() -> dt.datetime:
        return dt.datetime.fromisoformat(london.call("GET", f"/changes?since={old}").get_json()["restored_to"])

    restored(hub, ago=9 * HOUR)
    good(london.report(all_told=True))
    hub.clock.advance(HOUR)
    nyc.token = london.token = ""
    hears(hub)
    restored(hub, ago=HOUR / 2)
    assert reaches_back_to() == morning - 9 * HOUR
    for space in (nyc, london):
        good(space.report(all_told=True))
    hears(hub)
    restored(hub, ago=HOUR / 2)
    assert reaches_back_to() == morning + HOUR / 2


def test_what_was_answered_is_done_again_in_its_order_and_at_its_time(hub: WireHub, london: WireSpace, nyc: WireSpace) -> None:
    """Edge case 32: nobody loses a seat, nor a place in the queue, and who was refused is not let in."""
    session, told = open_seats(london), Told(hub)
    restored(hub)
    # Anna got the only seat, Berta was refused, Carla waited; Anna cancelled, which seated Carla.
    berta, dora = new_id(), new_id()
    anna = told.wish(nyc, session, "confirmed")
    told.wish(london, session, "refused/full", berta)
    assert good(told.last()) == {"kept": True}
    carla = told.wish(nyc, session, "waitlisted")
    told.cancel(nyc, anna)
    hub.clock.advance(20 * HOUR)
    nyc.token = london.token = ""
    assert hears(hub) == 4
    assert states(nyc, anna, carla) == ["cancelled_by_member", "offered"]
    refused = now_is(london, {"id": berta})
    assert (refused["state"], refused["reason"]) == ("refused", "full")
    assert hears(hub) == 0
    # Told once more, and late: what is there already changes nothing, and what was never told is done when all of it is.
    late = told.wish(nyc, session, "waitlisted", dora)
    assert hears(hub) == 0
    good(nyc.report(all_told=True))
    assert (hears(hub), states(nyc, late)) == (1, ["waitlisted"])
    check_counters(hub)


def test_what_cannot_come_out_as_before_is_put_off_until_the_rest_is_done(
    hub: WireHub, london: WireSpace, nyc: WireSpace
) -> None:
    """Two calls at once: the seat was free already when the second was answered, though the first answer left later."""
    session, told = open_seats(london), Told(hub)
    restored(hub)
    anna = told.wish(nyc, session, "confirmed")
    berta = told.wish(london, session, "confirmed")
    told.cancel(nyc, anna)
    for space in (nyc, london):
        good(space.report(all_told=True))
    assert hears(hub) == 3
    assert states(nyc, anna) + states(london, berta) == ["cancelled_by_member", "confirmed"]
    check_counters(hub)


def test_what_cannot_be_honoured_at_all_is_decided_anew(hub: WireHub, london: WireSpace, nyc: WireSpace) -> None:
    session, told = open_seats(london), Told(hub)
    restored(hub)
    anna, berta = told.wish(nyc, session, "confirmed"), told.wish(london, session, "confirmed")
    hub.clock.advance(HOUR)
    nyc.token = london.token = ""
    hears(hub)
    assert states(nyc, anna) + states(london, berta) == ["confirmed", "waitlisted"]
    check_counters(hub)


def test_a_way_of_taking_part_that_was_taken_away_stays_away_though_a_cancellation_is_told_late(
    hub: WireHub, london: WireSpace, nyc: WireSpace
) -> None:
    """People left it before the host took it away, or the hub would have refused; one of their spaces is away for longer."""
    session, told = open_seats(london, mode="hybrid", seats_remote=1), Told(hub)
    there = asked(nyc, session, kind="remote")
    restored(hub)
    path = f"/events/{session['event_id']}/sessions/{session['id']}"
    in_person = session_body(london, session["id"], mode="in_person")
    assert good(told.again(london, "PUT", path, in_person, "scheduled")) == {"kept": True}
    hub.clock.advance(HOUR)
    nyc.token = london.token = ""
    good(london.report(all_told=True))
    assert (hears(hub), london.snapshot("events")[f"session/{session['id']}"]["mode"]) == (1, "in_person")
    told.cancel(nyc, there)
    good(nyc.report(all_told=True))
    assert (hears(hub), states(nyc, there)) == (1, ["cancelled_by_member"])
    check_counters(hub)


def test_a_desk_that_cannot_be_honoured_is_decided_anew(hub: WireHub, london: WireSpace, nyc: WireSpace) -> None:
    guests, told = [new_id(), new_id()], Told(hub)
    terms = nyc.twin(london)
    good(london.offer(seats=1))
    for guest in guests:
        good(nyc.grant(guest))
    restored(hub)
    stays = [nyc.stay(), nyc.stay()]
    for guest, stay in zip(guests, stays, strict=True):
        wanted = {"host": london.slug, "guest": guest, "twinning_id": terms["twinning_id"], "stays": [stay]}
        good(told.again(nyc, "PUT", f"/requests/{new_id()}", wanted, "confirmed"))
    hub.clock.advance(HOUR)
    nyc.token = ""
    assert hears(hub) == 2
    found = [good(nyc.call("GET", f"/bookings/{stay['id']}")) for stay in stays]
    assert [(one["state"], one["reason"]) for one in found] == [("confirmed", None), ("refused", "no-desk")]


@pytest.mark.parametrize("fault", ["another body", "another caller", "no seal", "too old"])
def test_a_seal_counts_for_its_own_call_alone(hub: WireHub, london: WireSpace, nyc: WireSpace, fault: str) -> None:
    session = open_seats(london)
    path, wanted = f"/rsvps/{new_id()}", wish(nyc, session)
    answer = nyc.call("PUT", path, wanted)
    seal = answer.headers[SEAL_HEADER] if fault != "no seal" else "1;confirmed;" + 43 * "A" + "!"
    restored(hub, ago=-HOUR if fault == "too old" else HOUR)
    space = london if fault == "another caller" else nyc
    body = {**wanted, "party": 2} if fault == "another body" else wanted
    assert slug_of(space.call("PUT", path, body, seal=seal)) == (503, "hub-recovering")
    if fault != "no seal":
        own = nyc.call("PUT", path, wanted, seal=seal)
        assert own.status_code == (503 if fault == "too old" else 200)
    assert act(nyc, {"id": path[7:]}, "cancel").status_code == 503
