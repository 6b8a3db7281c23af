"""One person, two memberships: linked by a code made at one home and entered at the other, and from then on one to the hub."""

import datetime as dt
from typing import Any

import pytest
from werkzeug.test import TestResponse

from federation.db import db
from federation.memberships.models import Membership
from shared.ids import new_id, sha256_hex
from tests.support.wire_events import told
from tests.support.wire_seats import acted, asked, at_door, open_seats, states
from tests.support.wire_space import WireHub, WireSpace, example, good, slug_of

# The same three in every test, so that the hub is founded once.
pytestmark = pytest.mark.usefixtures("london")
MINUTE = dt.timedelta(minutes=1)
Person = tuple[WireSpace, str]
sqlite_alone = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def digest(code: str) -> str:
    return sha256_hex(code.encode())


def step(person: Person, name: str, **content: str) -> TestResponse:
    space, guest = person
    return space.call("POST", f"/self/memberships/{name}", {"guest": guest, **content})


def make(person: Person, code: str = "a code") -> dict[str, Any]:
    return good(step(person, "code", code_sha256=digest(code)))


def enter(person: Person, code: str = "a code") -> TestResponse:
    return step(person, "link", code_sha256=digest(code))


def link(maker: Person, other: Person) -> dict[str, Any]:
    code = new_id()
    make(maker, code)
    return good(enter(other, code))


def linked(person: Person) -> list[str]:
    """With which spaces, by the snapshot."""
    space, guest = person
    return list(space.snapshot("rsvps")[f"membership/{guest}"]["spaces"])


def outcome(rsvp: dict[str, Any]) -> tuple[str, str | None]:
    return rsvp["state"], rsvp["reason"]


@pytest.fixture
def here(nyc: WireSpace) -> Person:
    return nyc, new_id()


@pytest.fixture
def there(milan: WireSpace) -> Person:
    return milan, new_id()


def test_each_home_hears_at_which_space_the_other_is_and_no_more(here: Person, there: Person) -> None:
    cursors = [space.cursor() for space, _ in (here, there)]
    entry = link(here, there)
    assert entry == {"guest": there[1], "rev": 1, "spaces": [here[0].slug]}
    news = [told(space, cursor, "membership.updated") for (space, _), cursor in zip((here, there), cursors, strict=True)]
    assert news == [[{"guest": here[1], "rev": 1, "spaces": [there[0].slug]}], [entry]]


def test_of_two_linked_memberships_one_has_a_seat(here: Person, there: Person, london: WireSpace) -> None:
    """Edge case 3: two names of one person, who has linked them at both homes: one seat, the second is answered `duplicate`."""
    session, other = open_seats(london, 5), open_seats(london, 5)
    link(here, there)
    cursor = there[0].cursor()
    first = asked(here[0], session, here[1])
    second = asked(there[0], session, there[1])
    assert outcome(second) == ("refused", "duplicate")
    same = asked(here[0], session, here[1])
    private = ("id", "home", "guest")
    assert {name: value for name, value in second.items() if name not in private} == {
        name: value for name, value in same.items() if name not in private
    }, "it is told what the same name would be told"
    assert {one["id"] for one in told(there[0], cursor, "rsvp.updated")} == {second["id"]}
    assert outcome(asked(there[0], session)) == ("confirmed", None), "who is somebody else is not kept out"
    assert outcome(asked(there[0], other, there[1])) == ("confirmed", None)
    acted(here[0], first, "cancel")
    assert outcome(asked(there[0], session, there[1])) == ("confirmed", None)


@sqlite_alone
def test_the_door_finds_the_other_membership_too(here: Person, there: Person, london: WireSpace) -> None:
    """Edge case 3: whoever shows the other home's passport at the door has a seat already."""
    session = open_seats(london, 5)
    link(here, there)
    asked(here[0], session, here[1])
    good(there[0].announce_passport("a1" * 32, there[1]))
    walk_in = at_door(london, session, home=there[0].slug, passport_ref="a1" * 32)
    assert outcome(walk_in) == ("refused", "duplicate")


@sqlite_alone
def test_who_had_two_seats_when_linking_keeps_both_and_gets_no_third(here: Person, there: Person, london: WireSpace) -> None:
    """Edge case 3: linking takes nothing away from anybody."""
    session = open_seats(london, 5)
    both = [asked(space, session, guest) for space, guest in (here, there)]
    link(here, there)
    assert [states(space, rsvp) for (space, _), rsvp in zip((here, there), both, strict=True)] == [["confirmed"]] * 2
    acted(there[0], both[1], "cancel")
    assert outcome(asked(there[0], session, there[1])) == ("refused", "duplicate")


@sqlite_alone
def test_either_side_undoes_the_link_and_they_are_two_again(here: Person, there: Person, london: WireSpace) -> None:
    for one, other in ((here, there), (there, here)):
        link(here, there)
        cursor = other[0].cursor()
        assert good(step(one, "unlink"))["spaces"] == []
        assert [entry["spaces"] for entry in told(other[0], cursor, "membership.updated")] == [[]]
    session = open_seats(london, 5)
    assert [outcome(asked(space, session, guest))[0] for space, guest in (here, there)] == ["confirmed", "confirmed"]
    cursor = there[0].cursor()
    assert (good(step(here, "unlink"))["rev"], told(there[0], cursor, "membership.updated")) == (4, [])


@sqlite_alone
def test_a_code_works_once_for_a_quarter_of_an_hour_and_only_the_newest(hub: WireHub, here: Person, there: Person) -> None:
    assert slug_of(enter(there)) == (404, "link-code-unknown")
    until = dt.datetime.fromisoformat(make(here, "first")["expires_at"])
    assert until == hub.clock.now() + 15 * MINUTE
    hub.clock.advance(15 * MINUTE)
    assert slug_of(enter(there, "first")) == (410, "link-code-expired")
    make(here, "second")
    assert slug_of(enter(there, "first")) == (404, "link-code-unknown")
    hub.clock.advance(14 * MINUTE)
    good(enter(there, "second"))
    third = (there[0], new_id())
    assert slug_of(enter(third, "second")) == (410, "link-code-used")


def test_no_code_links_at_one_space_nor_twice(here: Person, there: Person, london: WireSpace) -> None:
    make(here)
    assert slug_of(enter(here)) == (409, "link-code-own")
    assert slug_of(enter((here[0], new_id()))) == (409, "link-code-of-same-space")
    assert slug_of(step(there, "code", code_sha256=digest("a code"))) == (409, "id-conflict")
    good(enter(there))
    make(here, "again")
    assert slug_of(enter(there, "again")) == (409, "already-linked")
    others = (here[0], new_id()), (london, new_id())
    link(*others)
    make(here, "more")
    assert slug_of(enter(others[1], "more")) == (409, "already-linked"), "both belong to somebody"
    good(enter((london, new_id()), "more"))


def test_a_person_has_one_membership_at_a_space(here: Person, there: Person) -> None:
    link(here, there)
    make(here, "more")
    assert slug_of(enter((there[0], new_id()), "more")) == (409, "already-linked")
    assert linked(here) == [there[0].slug]


@sqlite_alone
def test_a_third_membership_joins_and_leaves_alone(here: Person, there: Person, london: WireSpace) -> None:
    third = (london, new_id())
    link(here, there)
    link(third, there)
    assert [linked(one) for one in (here, there, third)] == [
        [there[0].slug, london.slug],
        [london.slug, here[0].slug],
        [there[0].slug, here[0].slug],
    ]
    session = open_seats(london, 5)
    asked(london, session, third[1])
    assert outcome(asked(here[0], session, here[1])) == ("refused", "duplicate")
    good(step(third, "unlink"))
    assert [linked(one) for one in (here, there, third)] == [[there[0].slug], [here[0].slug], []]
    link(third, here)
    assert linked(third) == [there[0].slug, here[0].slug]


@sqlite_alone
def test_who_is_forgotten_is_linked_with_nobody(hub: WireHub, here: Person, there: Person) -> None:
    link(here, there)
    erasure = {**example("erasure-request"), "id": new_id(), "guest": here[1]}
    good(here[0].call("POST", "/erasures", erasure))
    assert linked(there) == []
    assert hub.read(lambda session: session.get(Membership, (here[0].slug, here[1]))) is None


@sqlite_alone
def test_a_space_that_has_left_takes_its_links_along(hub: WireHub, here: Person, there: Person) -> None:
    link(here, there)
    good(here[0].call("POST", "/self/leave", {"cancel_open": True}))
    hub.reconcile("complete leaving")
    assert linked(there) == []
    assert f"membership/{there[1]}" in there[0].snapshot("rsvps")


@sqlite_alone
def test_old_codes_go_and_with_them_who_was_never_linked(hub: WireHub, here: Person, there: Person) -> None:
    third = (there[0], new_id())
    link(here, there)
    make(third)
    assert hub.reconcile("drop old link codes") == {"drop old link codes": 0}
    hub.clock.advance(dt.timedelta(days=1, minutes=15))
    assert hub.reconcile("drop old link codes") == {"drop old link codes": 2}

    def kept() -> list[tuple[str, str | None]]:
        return [(one.guest, one.code_sha256) for one in db.session.query(Membership).order_by(Membership.home)]

    assert hub.run(kept) == [(there[1], None), (here[1], None)]
    assert slug_of(enter(there)) == (404, "link-code-unknown")
