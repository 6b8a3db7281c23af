"""Many at once at the hub, beside the last desk: each call gets its one answer, and nothing is done twice or told wrongly."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy.orm import Session

from federation.bookings.service import walk_ins
from federation.db import db
from federation.operators import queries as operators
from federation.spaces.rules import Eyes
from shared.ids import new_id
from shared.keys.key_set import build_key_set
from tests.support.threads import in_its_way, together
from tests.support.wire_space import OPERATORS, THURSDAY, WireHub, WireSpace, body, good, slug_of

MANY = 8
FRIDAY = THURSDAY + dt.timedelta(days=1)
GUEST = new_id()


@pytest.fixture
def nyc(hub: WireHub) -> WireSpace:
    return hub.join("wecreate-nyc")


@pytest.fixture
def london(hub: WireHub) -> WireSpace:
    return hub.join("thecube-london")


def statuses(answers: list[Any]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


@pytest.mark.parametrize("known", [True, False], ids=["a known passport", "an unknown passport"])
def test_one_passport_at_the_door_many_times_at_once_is_one_stay(
    hub: WireHub, nyc: WireSpace, london: WireSpace, known: bool
) -> None:
    nyc.twin(london)
    good(nyc.grant(GUEST))
    if known:
        good(nyc.announce_passport("a1" * 32, GUEST))
    answers = together(*[lambda: london.walk_in(nyc, "a1" * 32)] * MANY)
    assert statuses(answers) == {200: 1, 409: MANY - 1}
    [kept] = [body(answer)["id"] for answer in answers if answer.status_code == 200]
    assert {body(answer)["booking_id"] for answer in answers if answer.status_code == 409} == {kept}


def test_two_passports_of_one_member_at_once_are_one_stay(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    nyc.twin(london)
    good(nyc.grant(GUEST))
    refs = ["a1" * 32, "b2" * 32]
    for ref in refs:
        good(nyc.announce_passport(ref, GUEST))
    answers = together(*[partial(london.walk_in, nyc, ref) for ref in refs * 3])
    assert statuses(answers) == {200: 1, 409: 5}
    [lot] = nyc.snapshot("wallets")[f"wallet/{GUEST}"]["lots"]
    assert lot["spent"] == 150


@pytest.mark.parametrize("known", [True, False], ids=["a known passport", "an unknown passport"])
def test_a_report_while_another_of_the_same_guest_is_taken_in_names_that_one(
    hub: WireHub, nyc: WireSpace, london: WireSpace, known: bool
) -> None:
    nyc.twin(london)
    good(nyc.grant(GUEST))
    if known:
        good(nyc.announce_passport("a1" * 32, GUEST))
    london.token, kept = london.new_token(), new_id()
    stay = {"id": kept, "home": nyc.slug, "host": london.slug, "on": london.now.date().isoformat(), "part": "day"}
    record = london.record(stay, origin="walk_in", passport_ref="a1" * 32)

    def first(session: Session) -> str:
        return walk_ins.walk_in(session, visit_id=kept, caller=london.slug, record=record, now=london.now).id

    taken, answer = in_its_way(hub.command, first, partial(london.walk_in, nyc, "a1" * 32))
    assert (taken, slug_of(answer), body(answer)["booking_id"]) == (kept, (409, "already-here"), kept)


def own_state(space: WireSpace) -> dict[str, Callable[[], Any]]:
    """Everything that a space says of itself, the same each time."""
    keys = build_key_set(space.ring, space.slug, 2, space.now)
    profile = {"rev": 2, "profile": {**space.profile, "welcome": "Ring twice."}}
    offer = {"rev": 1, "days": [space.day()]}
    expires_at = (space.now + dt.timedelta(days=7)).isoformat()
    passport = {"guest": GUEST, "expires_at": expires_at, "status_index": 7, "booking_id": None}
    return {
        "profile": lambda: space.call("PUT", "/self/profile", profile),
        "keys": lambda: space.call("PUT", "/self/keys", {"rev": 2, "key_set": keys}),
        "availability": lambda: space.call("PUT", "/self/availability", offer),
        "status list": lambda: space.publish_status_list(rev=1),
        "passport": lambda: space.call("PUT", f"/self/passports/{'a1' * 32}", passport),
        "cursor": space.report,
    }


@pytest.mark.parametrize("what", ["profile", "keys", "availability", "status list", "passport", "cursor"])
def test_what_a_space_says_twice_at_once_is_taken_once_and_answered_alike(nyc: WireSpace, what: str) -> None:
    nyc.token = nyc.new_token()
    answers = together(*[own_state(nyc)[what]] * MANY)
    assert statuses(answers) == {200: MANY}
    assert len({answer.text for answer in answers}) == 1


def test_different_offers_at_once_leave_one_of_them_whole(nyc: WireSpace, london: WireSpace) -> None:
    nyc.twin(london)

    def put(rev: int) -> Any:
        days = [london.day(on, seats=rev) for on in (THURSDAY, FRIDAY)]
        return london.call("PUT", "/self/availability", {"rev": rev, "days": days})

    assert statuses(together(*[partial(put, rev) for rev in range(1, MANY + 1)])) == {200: MANY}
    seen = {day["morning_free"] for day in nyc.snapshot("availability").values()}
    assert seen == {MANY}


def test_spaces_that_change_their_keys_at_once_are_all_in_the_newest_list(hub: WireHub) -> None:
    spaces = [hub.join(f"cowo-{name}") for name in ("milano", "torino", "roma", "napoli")]
    before = good(spaces[0].call("GET", "/key-list"))["seq"]
    for space in spaces:
        space.ring.create("encryption", space.now)
    assert statuses(together(*[own_state(space)["keys"] for space in spaces])) == {200: 4}
    assert good(spaces[0].call("GET", "/key-list"))["seq"] == before + 4
    hub.reconcile("reissue key list")
    listed = good(spaces[0].call("GET", "/key-list"))
    assert listed["seq"] <= before + 5


def test_spaces_that_join_at_once_all_join(hub: WireHub) -> None:
    spaces = [hub.space(f"cowo-{name}") for name in ("milano", "torino", "roma", "napoli")]
    invites = [hub.invite(space.slug) for space in spaces]
    answers = together(*[partial(space.apply, invite) for space, invite in zip(spaces, invites, strict=True)])
    assert statuses(answers) == {201: 4}
    assert hub.run(lambda: operators.broken_link(db.session())) is None


def test_one_node_that_applies_twice_at_once_joins_once(hub: WireHub) -> None:
    space, invite = hub.space("cowo-milano"), hub.invite("cowo-milano")
    application = space.application()
    answers = together(*[lambda: space.apply(invite, application)] * 4)
    assert statuses(answers) == {201: 4}
    assert len({body(answer)["application_id"] for answer in answers}) == 1


def test_two_operators_who_invite_the_same_space_at_once_leave_one_good_invite(hub: WireHub) -> None:
    tokens = together(*[lambda: hub.invite("cowo-milano")] * 4)
    space = hub.space("cowo-milano")
    answers = [space.apply(str(token)) for token in tokens]
    assert sorted(answer.status_code for answer in answers) == [201, 404, 404, 404]


def test_two_operators_who_admit_at_once_are_two(hub: WireHub) -> None:
    hub.join("cowo-milano", admit=False)
    eyes = together(*[partial(hub.admit_as, email, "cowo-milano") for email in OPERATORS])
    assert Counter(eyes) == {Eyes.WAITS_FOR_SECOND: 1, Eyes.ACTIVATES: 1}


def test_two_twinnings_of_one_pair_agreed_at_once_leave_one(nyc: WireSpace, london: WireSpace) -> None:
    ours, theirs = nyc.terms(london), london.terms(nyc)
    good(nyc.propose(ours))
    good(london.propose(theirs))
    answers = together(lambda: london.agree(ours), lambda: nyc.agree(theirs))
    assert statuses(answers) == {200: 1, 409: 1}
    assert [slug_of(answer)[1] for answer in answers if answer.status_code == 409] == ["already-twinned"]


def test_a_proposal_sent_many_times_at_once_is_one(nyc: WireSpace, london: WireSpace) -> None:
    terms = nyc.terms(london)
    answers = together(*[lambda: nyc.propose(terms)] * MANY)
    assert statuses(answers) == {200: MANY}
    assert {good(answer)["rev"] for answer in answers} == {1}


def test_requests_that_name_their_days_in_opposite_order_are_all_answered(
    hub: WireHub, nyc: WireSpace, london: WireSpace
) -> None:
    milano = hub.join("cowo-milano")
    agreed = [(space, space.twin(london, offered={"set_aside_seats": 1})) for space in (nyc, milano)]
    days = [THURSDAY + dt.timedelta(days=count) for count in range(4)]
    for on in days:
        good(london.offer(on, seats=2 * MANY))
    works = []
    for place in range(MANY):
        space, terms = agreed[place % 2]
        guest = new_id()
        good(space.grant(guest, 1000))
        stays = [space.stay(on=on.isoformat()) for on in (days if place % 4 < 2 else days[::-1])]
        works.append(partial(space.request, london, terms, guest, *stays))
    answers = [good(answer) for answer in together(*works)]
    assert {booking["state"] for answer in answers for booking in answer["bookings"]} == {"confirmed"}
    left = {day["morning_free"] for day in nyc.snapshot("availability").values()}
    assert left == {2 * MANY - (MANY - len(agreed))}, "each twin has taken the seat that was kept for it first"


def test_a_host_that_cancels_while_the_guest_does_ends_the_stay_once(nyc: WireSpace, london: WireSpace) -> None:
    terms = nyc.twin(london)
    good(london.offer())
    good(nyc.grant(GUEST))
    booking = nyc.book(london, terms, GUEST)
    london.call("GET", "/self")
    answers = together(*[lambda: nyc.cancel(booking), lambda: london.cancel(booking)] * 3)
    assert statuses(answers) == {200: 6}
    assert len({(body(answer)["state"], body(answer)["rev"]) for answer in answers}) == 1
    [day] = nyc.snapshot("availability").values()
    assert day["morning_free"] == 3
