"""Guests whom nobody booked: kept as the host reports them, paid by lots, by the home's hospitality, or by the host itself."""

import datetime as dt
from typing import Any

import pytest

from shared.clock import wall
from shared.ids import new_id
from shared.keys.key_set import build_key_set
from shared.keys.status_list import Status, StatusList
from tests.support.wire_space import THURSDAY, WireHub, WireSpace, body, good, pointers, slug_of

GUEST = "019ab3c0-0000-7000-8000-00000000000a"
REF, OTHER_REF, THIRD_REF = "a1" * 32, "b2" * 32, "c3" * 32
NOON = wall(THURSDAY, dt.time(12), "Europe/London")
DAYS = dt.timedelta(days=1)


@pytest.fixture
def hub(hub: WireHub) -> WireHub:
    """It is noon on Thursday."""
    hub.clock.set(NOON)
    return hub


@pytest.fixture
def terms(nyc: WireSpace, london: WireSpace) -> dict[str, Any]:
    return nyc.twin(london)


def lots(space: WireSpace) -> tuple[int, int, int]:
    [lot] = space.snapshot("wallets")[f"wallet/{GUEST}"]["lots"]
    return lot["credits"], lot["held"], lot["spent"]


def said(answer: Any) -> tuple[str, str, int | None]:
    found = good(answer)
    return found["state"], found["payer"], found["charged_credits"]


def balance(space: WireSpace) -> int:
    return int(good(space.call("GET", "/accounts/position"))["position_credits"])


def test_a_walk_in_is_paid_from_the_members_lots(hub: WireHub, nyc: WireSpace, london: WireSpace, terms) -> None:
    good(nyc.grant(GUEST))
    good(nyc.announce_passport(REF, GUEST))
    cursors, visit_id = (nyc.cursor(), london.cursor()), new_id()
    answer = good(london.walk_in(nyc, REF, visit_id=visit_id))
    assert (answer["id"], answer["origin"], answer["state"], answer["payer"]) == (visit_id, "walk_in", "checked_in", "lots")
    assert (answer["charged_credits"], answer["guest"]) == (150, None)
    assert (lots(nyc), balance(nyc), balance(london)) == ((1000, 0, 150), -150, 150)
    home = [item for item in nyc.news(cursors[0])[0] if item["type"] == "booking.updated"]
    assert [(item["data"]["guest"], item["data"]["rev"]) for item in home] == [(GUEST, 1)]
    assert [item["type"] for item in london.news(cursors[1])[0]] == ["booking.updated"]


def test_the_hours_of_a_walk_in_are_the_days(hub: WireHub, nyc: WireSpace, london: WireSpace, terms) -> None:
    answer = good(london.walk_in(nyc, REF))
    assert (answer["opens_at"], answer["closes_at"]) == ("2026-11-12T00:00:00Z", "2026-11-13T00:00:00Z")
    good(london.offer())
    answer = good(london.walk_in(nyc, OTHER_REF, part="morning"))
    assert (answer["opens_at"], answer["closes_at"]) == ("2026-11-12T09:00:00Z", "2026-11-12T13:00:00Z")


def test_who_has_no_credits_is_the_homes_guest_up_to_two_credits_a_day(
    hub: WireHub, nyc: WireSpace, london: WireSpace, terms
) -> None:
    good(nyc.announce_passport(REF, GUEST))
    assert said(london.walk_in(nyc, REF)) == ("checked_in", "hospitality", 150)
    assert (balance(nyc), balance(london)) == (-150, 150)
    milano = hub.join("cowo-milano")
    milano.twin(nyc)
    assert said(milano.walk_in(nyc, REF)) == ("checked_in", "host", 0)
    assert (balance(nyc), balance(milano)) == (-150, 0)


def test_a_report_again_gets_its_answer_and_another_body_a_conflict(nyc: WireSpace, london: WireSpace, terms) -> None:
    good(nyc.announce_passport(REF, GUEST))
    visit_id = new_id()
    record = london.record(
        {"id": visit_id, "home": nyc.slug, "host": london.slug, "on": THURSDAY.isoformat(), "part": "day"},
        origin="walk_in",
        passport_ref=REF,
    )
    first = london.call("PUT", f"/visits/{visit_id}", {"record": record})
    again = london.call("PUT", f"/visits/{visit_id}", {"record": record})
    assert (again.json, again.headers["Idempotency-Replayed"]) == (first.json, "true")
    assert slug_of(london.walk_in(nyc, REF, visit_id=visit_id)) == (409, "id-conflict")
    assert balance(london) == 150


def test_the_id_of_another_stay_is_taken(nyc: WireSpace, london: WireSpace, terms) -> None:
    good(london.offer())
    good(nyc.grant(GUEST))
    booking = nyc.book(london, terms, GUEST)
    assert slug_of(london.walk_in(nyc, REF, visit_id=booking["id"])) == (409, "id-conflict")


def test_the_same_passport_twice_a_day_is_one_stay(nyc: WireSpace, london: WireSpace, terms) -> None:
    good(nyc.grant(GUEST))
    first = good(london.walk_in(nyc, REF))
    again = london.walk_in(nyc, REF)
    assert (slug_of(again), body(again)["booking_id"]) == ((409, "already-here"), first["id"])
    good(nyc.announce_passport(REF, GUEST))
    assert slug_of(london.walk_in(nyc, REF)) == (409, "already-here")


def test_another_passport_of_the_same_member_is_the_same_guest(nyc: WireSpace, london: WireSpace, terms) -> None:
    good(nyc.grant(GUEST))
    for ref in (REF, OTHER_REF):
        good(nyc.announce_passport(ref, GUEST))
    first = good(london.walk_in(nyc, REF))
    again = london.walk_in(nyc, OTHER_REF)
    assert (slug_of(again), body(again)["booking_id"]) == ((409, "already-here"), first["id"])
    assert lots(nyc) == (1000, 0, 150)


def test_who_has_booked_is_no_walk_in(hub: WireHub, nyc: WireSpace, london: WireSpace, terms) -> None:
    good(london.offer())
    good(nyc.grant(GUEST))
    good(nyc.announce_passport(REF, GUEST))
    booking = nyc.book(london, terms, GUEST, part="afternoon", price_credits=85)
    answer = london.walk_in(nyc, REF)
    assert (slug_of(answer), body(answer)["booking_id"]) == ((409, "already-here"), booking["id"])
    good(london.check_in(booking))
    assert slug_of(london.walk_in(nyc, REF)) == (409, "already-here")


def test_who_is_here_cannot_book_the_same_day_again(hub: WireHub, nyc: WireSpace, london: WireSpace, terms) -> None:
    good(london.offer())
    good(nyc.grant(GUEST))
    good(nyc.announce_passport(REF, GUEST))
    good(london.walk_in(nyc, REF))
    [booking] = good(nyc.request(london, terms, GUEST))["bookings"]
    assert booking["reason"] == "already-booked"


def test_the_next_day_is_another_stay(hub: WireHub, nyc: WireSpace, london: WireSpace, terms) -> None:
    good(nyc.grant(GUEST))
    good(nyc.announce_passport(REF, GUEST))
    good(london.walk_in(nyc, REF))
    hub.clock.advance(DAYS)
    assert said(london.walk_in(nyc, REF)) == ("checked_in", "lots", 150)


def test_an_unknown_passport_waits_for_its_home_and_is_then_paid(hub: WireHub, nyc: WireSpace, london: WireSpace, terms) -> None:
    visit = good(london.walk_in(nyc, REF))
    assert (visit["payer"], visit["charged_credits"], visit["guest"]) == ("undecided", None, None)
    assert hub.reconcile("settle unknown walk-ins") == {"settle unknown walk-ins": 0}
    good(nyc.grant(GUEST))
    good(nyc.announce_passport(REF, GUEST))
    cursor = nyc.cursor()
    assert hub.reconcile("settle unknown walk-ins", after=dt.timedelta(seconds=5)) == {"settle unknown walk-ins": 1}
    assert said(london.call("GET", f"/bookings/{visit['id']}")) == ("checked_in", "lots", 150)
    assert [item["type"] for item in nyc.news(cursor)[0]] == ["wallet.updated", "booking.updated"]
    hub.clock.advance(DAYS)
    hub.reconcile("complete stays")
    assert said(nyc.call("GET", f"/bookings/{visit['id']}"))[0] == "completed"


def test_after_three_days_the_host_bears_an_unknown_passport(hub: WireHub, nyc: WireSpace, london: WireSpace, terms) -> None:
    visit = good(london.walk_in(nyc, REF))
    hub.clock.advance(2 * DAYS)
    assert hub.reconcile("complete stays", "settle unknown walk-ins") == {"complete stays": 0, "settle unknown walk-ins": 0}
    hub.clock.advance(DAYS)
    assert hub.reconcile("settle unknown walk-ins") == {"settle unknown walk-ins": 1}
    assert said(london.call("GET", f"/bookings/{visit['id']}")) == ("checked_in", "host", 0)
    hub.clock.advance(dt.timedelta(minutes=1))
    assert hub.reconcile("complete stays") == {"complete stays": 1}


@pytest.mark.parametrize("part", ["day", "afternoon"])
def test_a_member_known_only_later_is_not_charged_twice(
    hub: WireHub, nyc: WireSpace, london: WireSpace, terms, part: str
) -> None:
    good(london.offer())
    good(nyc.grant(GUEST))
    visit = good(london.walk_in(nyc, REF, part="morning" if part == "afternoon" else part))
    booking = nyc.book(london, terms, GUEST, part=part, price_credits=150 if part == "day" else 85)
    good(london.check_in(booking))
    good(nyc.announce_passport(REF, GUEST))
    assert hub.reconcile("settle unknown walk-ins") == {"settle unknown walk-ins": 1}
    assert said(london.call("GET", f"/bookings/{visit['id']}")) == ("checked_in", "host", 0)
    assert lots(nyc) == (1000, 0, booking["price_credits"])


def test_a_passport_that_had_ended_on_the_day_is_unknown(hub: WireHub, nyc: WireSpace, london: WireSpace, terms) -> None:
    good(nyc.announce_passport(REF, GUEST, expires_at=(NOON - dt.timedelta(minutes=1)).isoformat()))
    assert said(london.walk_in(nyc, REF))[1] == "undecided"


def test_a_passport_of_another_home_is_unknown(hub: WireHub, nyc: WireSpace, london: WireSpace, terms) -> None:
    milano = hub.join("cowo-milano")
    good(milano.announce_passport(REF, GUEST))
    assert said(london.walk_in(nyc, REF))[1] == "undecided"
    assert hub.reconcile("settle unknown walk-ins") == {"settle unknown walk-ins": 0}


def test_a_visit_reported_days_later_is_paid_as_of_its_day(hub: WireHub, nyc: WireSpace, london: WireSpace, terms) -> None:
    good(nyc.grant(GUEST, expires_on=THURSDAY.isoformat()))
    good(nyc.announce_passport(REF, GUEST))
    at = NOON.isoformat()
    hub.clock.advance(10 * DAYS)
    answer = london.walk_in(nyc, REF, at=at, on=THURSDAY.isoformat(), offline=True)
    assert said(answer) == ("checked_in", "lots", 150)
    hub.clock.advance(22 * DAYS)
    late = london.walk_in(nyc, OTHER_REF, at=at, on=THURSDAY.isoformat())
    assert (slug_of(late), pointers(late)) == ((422, "record-invalid"), ["/record/at"])


@pytest.mark.parametrize(
    "changes",
    [
        {"id": new_id()},
        {"origin": "booking"},
        {"passport_ref": None},
        {"on": "2026-11-13"},
        {"at": "2026-11-13T13:00:00Z"},
        {"host": "wecreate-nyc"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_record_that_contradicts_itself_is_refused(nyc: WireSpace, london: WireSpace, terms, changes: dict[str, Any]) -> None:
    expected = (403, "identity-mismatch") if "host" in changes else (422, "record-invalid")
    assert slug_of(london.walk_in(nyc, REF, **changes)) == expected


def test_nobody_walks_in_at_home(london: WireSpace) -> None:
    assert slug_of(london.walk_in(london, REF)) == (422, "record-invalid")


@pytest.mark.parametrize("changes", [{"passport_ref": "A1" * 32}, {"passport_ref": "a1" * 32 + "\n"}, {"proof_sha256": "x"}])
def test_a_record_holds_hashes_where_hashes_belong(nyc: WireSpace, london: WireSpace, terms, changes: dict[str, Any]) -> None:
    answer = london.walk_in(nyc, REF, **changes)
    assert (answer.status_code, pointers(answer)) == (422, [f"/record/{next(iter(changes))}"])


def test_a_home_that_is_no_twin_has_no_walk_ins(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    assert slug_of(london.walk_in(nyc, REF)) == (404, "twin-unknown")
    assert slug_of(london.walk_in(hub.space("nowhere-at-all"), REF)) == (404, "twin-unknown")


def test_a_suspended_host_reports_no_new_guests(hub: WireHub, nyc: WireSpace, london: WireSpace, terms) -> None:
    hub.suspend(london.slug)
    assert slug_of(london.walk_in(nyc, REF)) == (403, "space-not-active")


def test_a_suspended_home_pays_for_who_came_before_and_the_host_for_who_comes_after(
    hub: WireHub, nyc: WireSpace, london: WireSpace, terms
) -> None:
    good(nyc.grant(GUEST))
    for ref, guest in ((REF, GUEST), (OTHER_REF, new_id())):
        good(nyc.announce_passport(ref, guest))
    before = (NOON - dt.timedelta(hours=1)).isoformat()
    hub.suspend(nyc.slug)
    assert said(london.walk_in(nyc, REF, at=before, offline=True)) == ("checked_in", "lots", 150)
    assert said(london.walk_in(nyc, OTHER_REF)) == ("checked_in", "host", 0)


def check(space: WireSpace, home: WireSpace, ref: str = REF) -> tuple[str, str | None]:
    answer = good(space.call("POST", "/passports/check", {"home": home.slug, "ref": ref}))
    return answer["answer"], answer["booking_id"]


def test_a_host_asks_whether_a_passport_is_good_and_who_it_was_booked_for(
    hub: WireHub, nyc: WireSpace, london: WireSpace, terms
) -> None:
    good(london.offer())
    good(nyc.grant(GUEST))
    good(nyc.announce_passport(REF, GUEST))
    assert check(london, nyc) == ("unknown", None), "its home has never sent a list"
    statuses = StatusList()
    good(nyc.publish_status_list(statuses))
    assert check(london, nyc) == ("allowed", None)
    booking = nyc.book(london, terms, GUEST)
    assert check(london, nyc) == ("allowed", booking["id"])
    for status, word in ((Status.SUSPENDED, "suspended"), (Status.INVALID, "revoked"), (3, "revoked")):
        statuses.set(7, status)
        good(nyc.publish_status_list(statuses))
        assert check(london, nyc) == (word, booking["id"])
    hub.clock.advance(7 * DAYS)
    assert check(london, nyc) == ("expired", None)
    assert check(london, nyc, OTHER_REF) == ("unknown", None)


def test_a_stranger_learns_nothing_of_a_passport(hub: WireHub, nyc: WireSpace, london: WireSpace, terms) -> None:
    good(nyc.announce_passport(REF, GUEST))
    good(nyc.publish_status_list())
    milano = hub.join("cowo-milano")
    assert check(milano, nyc) == ("unknown", None)
    assert check(london, milano) == ("unknown", None)


def test_a_passport_outside_its_list_or_of_a_lost_key_is_unknown(hub: WireHub, nyc: WireSpace, london: WireSpace, terms) -> None:
    good(nyc.announce_passport(REF, GUEST, status_index=2**31 - 1))
    good(nyc.publish_status_list())
    assert check(london, nyc) == ("unknown", None)
    good(nyc.announce_passport(OTHER_REF, GUEST))
    assert check(london, nyc, OTHER_REF) == ("allowed", None)
    nyc.ring.revoke("passport", nyc.ring.active("passport", nyc.now).thumbprint(), nyc.now)
    good(nyc.call("PUT", "/self/keys", {"rev": 2, "key_set": build_key_set(nyc.ring, nyc.slug, 2, nyc.now)}))
    assert check(london, nyc, OTHER_REF) == ("unknown", None)


def test_a_passport_is_announced_once(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    assert good(nyc.announce_passport(REF, GUEST)) == {"ref": REF}
    assert good(nyc.announce_passport(REF, GUEST)) == {"ref": REF}
    assert good(nyc.announce_passport(REF, GUEST, status_index=9)) == {"ref": REF}, "signed anew, after a restore of its home"
    assert slug_of(nyc.announce_passport(REF, new_id())) == (409, "ref-conflict")
    assert slug_of(nyc.announce_passport(REF, GUEST, booking_id=new_id())) == (409, "ref-conflict")
    assert slug_of(london.announce_passport(REF, GUEST)) == (409, "ref-conflict")


def test_of_a_members_general_passports_the_newest_two_are_good(hub: WireHub, nyc: WireSpace, london: WireSpace, terms) -> None:
    good(nyc.publish_status_list())
    week, month = ((NOON + days).isoformat() for days in (7 * DAYS, 30 * DAYS))
    good(nyc.announce_passport("d4" * 32, GUEST, booking_id=new_id()))
    for ref, until in ((REF, week), (OTHER_REF, month), (THIRD_REF, week)):
        good(nyc.announce_passport(ref, GUEST, expires_at=until))
    found = [check(london, nyc, ref)[0] for ref in (REF, OTHER_REF, THIRD_REF, "d4" * 32)]
    assert found == ["expired", "allowed", "allowed", "allowed"]


@pytest.mark.parametrize("ref", ["x", "A1" * 32, "a1" * 31, "a1" * 32 + "%0A"])
def test_a_ref_is_a_hash(nyc: WireSpace, ref: str) -> None:
    assert nyc.announce_passport(ref, GUEST).status_code == 404
