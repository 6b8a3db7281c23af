"""What becomes of a stay: cancelled by either side, checked in by the named host on its day, not come, completed."""

import datetime as dt
from typing import Any

import pytest

from federation.credits import service as ledger
from federation.db import db
from shared.clock import wall
from shared.ids import new_id
from tests.support.wire_space import PROOF, THURSDAY, WireHub, WireSpace, body, good, pointers, slug_of

GUEST = "019ab3c0-0000-7000-8000-00000000000a"
OPENING = wall(THURSDAY, dt.time(9), "Europe/London")
CLOSING = wall(THURSDAY, dt.time(18), "Europe/London")
WEEK = dt.timedelta(days=7)


@pytest.fixture
def terms(nyc: WireSpace, london: WireSpace) -> dict[str, Any]:
    good(london.offer())
    good(nyc.grant(GUEST))
    steps = [{"hours_before": 48, "charge_percent": 0}, {"hours_before": 24, "charge_percent": 50}]
    return nyc.twin(london, cancellation=[*steps, {"hours_before": 0, "charge_percent": 100}], no_show_percent=80)


@pytest.fixture
def booking(nyc: WireSpace, london: WireSpace, terms: dict[str, Any]) -> dict[str, Any]:
    return nyc.book(london, terms, GUEST)


def lots(space: WireSpace) -> tuple[int, int, int]:
    [lot] = space.snapshot("wallets")[f"wallet/{GUEST}"]["lots"]
    return lot["credits"], lot["held"], lot["spent"]


def state(space: WireSpace, booking: dict[str, Any]) -> tuple[str, int | None]:
    found = good(space.call("GET", f"/bookings/{booking['id']}"))
    return found["state"], found["charged_credits"]


def free(space: WireSpace, host: WireSpace) -> int:
    return int(space.snapshot("availability")[f"availability/{host.slug}/{THURSDAY}"]["morning_free"])


def wait(hub: WireHub, at: dt.datetime) -> None:
    hub.clock.set(at)


@pytest.mark.parametrize(
    ("before", "charge"),
    [
        (dt.timedelta(hours=48), 0),
        (dt.timedelta(hours=48) - dt.timedelta(seconds=1), 75),
        (dt.timedelta(hours=24), 75),
        (dt.timedelta(hours=1), 150),
        (dt.timedelta(hours=-8), 150),
    ],
    ids=["two days", "a second less", "a day", "an hour", "during the stay"],
)
def test_the_home_cancels_by_the_frozen_steps_at_the_hubs_receipt(
    hub: WireHub, nyc: WireSpace, london: WireSpace, booking, before: dt.timedelta, charge: int
) -> None:
    wait(hub, OPENING - before)
    cursor = london.cursor()
    answer = good(nyc.cancel(booking))
    assert (answer["state"], answer["charged_credits"], answer["rev"]) == ("cancelled_by_guest", charge, 2)
    assert (lots(nyc), free(nyc, london)) == ((1000, 0, charge), 3)
    [item] = london.news(cursor)[0]
    assert (item["type"], item["data"]["state"], item["rev"]) == ("booking.updated", "cancelled_by_guest", 2)


def test_the_host_cancels_for_nothing_whenever_it_is(hub: WireHub, nyc: WireSpace, london: WireSpace, booking) -> None:
    wait(hub, OPENING)
    answer = good(london.cancel(booking))
    assert (answer["state"], answer["charged_credits"]) == ("cancelled_by_host", 0)
    assert (lots(nyc), free(nyc, london)) == ((1000, 0, 0), 3)


def test_cancelling_twice_is_cancelling_once(nyc: WireSpace, london: WireSpace, booking) -> None:
    first = nyc.cancel(booking, key="one-key")
    again = nyc.cancel(booking, key="one-key")
    assert (again.json, again.headers["Idempotency-Replayed"]) == (first.json, "true")
    assert good(nyc.cancel(booking)) == first.json
    assert (good(london.cancel(booking))["state"], good(london.cancel(booking))["rev"]) == ("cancelled_by_guest", 2)
    assert free(nyc, london) == 3


def test_a_key_is_for_one_request(nyc: WireSpace, booking) -> None:
    good(nyc.cancel(booking, key="one-key"))
    path = f"/bookings/{booking['id']}/cancel"
    other = nyc.call("POST", path, {"pressed_at": "2026-11-01T00:00:00Z"}, key="one-key")
    assert slug_of(other) == (409, "key-reused")
    assert slug_of(nyc.call("POST", path, {"pressed_at": nyc.now.isoformat()}, key="")) == (400, "key-needed")
    for key in ("x" * 101, "two words", "ünï"):
        answer = nyc.call("POST", path, {"pressed_at": nyc.now.isoformat()}, key=key)
        assert slug_of(answer) == (400, "key-unusable"), key


def test_who_has_come_cannot_cancel_any_more(hub: WireHub, nyc: WireSpace, london: WireSpace, booking) -> None:
    wait(hub, OPENING)
    good(london.check_in(booking))
    for space in (nyc, london):
        answer = space.cancel(booking)
        assert (slug_of(answer), body(answer)["state"]) == ((409, "booking-over"), "checked_in")


def test_a_day_that_is_over_cannot_be_cancelled(hub: WireHub, nyc: WireSpace, booking) -> None:
    wait(hub, CLOSING)
    assert slug_of(nyc.cancel(booking)) == (409, "booking-over")


def test_a_scanned_pass_pays_at_once(hub: WireHub, nyc: WireSpace, london: WireSpace, booking) -> None:
    wait(hub, OPENING)
    cursor = nyc.cursor()
    answer = good(london.check_in(booking))
    assert (answer["state"], answer["charged_credits"], answer["guest"]) == ("checked_in", 150, None)
    assert lots(nyc) == (1000, 0, 150)
    assert [item["type"] for item in nyc.news(cursor)[0]] == ["wallet.updated", "booking.updated"]


def test_a_check_in_again_gets_its_answer(hub: WireHub, nyc: WireSpace, london: WireSpace, booking) -> None:
    wait(hub, OPENING)
    first = london.check_in(booking, key="one-key")
    report = {"at": london.now.isoformat(), "proof_sha256": PROOF, "record": london.record(booking)}
    path = f"/bookings/{booking['id']}/check-in"
    assert slug_of(london.call("POST", path, report, key="one-key")) == (409, "key-reused"), "signatures differ"
    assert good(london.call("POST", path, report, key="another-key")) == first.json
    assert good(london.call("POST", path, report, key="another-key")) == first.json
    assert lots(nyc) == (1000, 0, 150)


def test_only_the_named_host_checks_in(hub: WireHub, nyc: WireSpace, london: WireSpace, booking) -> None:
    wait(hub, OPENING)
    assert slug_of(nyc.check_in(booking)) == (404, "booking-unknown")
    path = f"/bookings/{booking['id']}/check-in"
    theirs = {"at": nyc.now.isoformat(), "proof_sha256": PROOF, "record": nyc.record(booking)}
    assert london.call("POST", path, theirs).status_code == 422
    assert state(nyc, booking) == ("confirmed", None)


@pytest.mark.parametrize(
    "changes",
    [{"id": new_id()}, {"home": "cowo-milano"}, {"on": "2026-11-13"}, {"part": "morning"}, {"origin": "walk_in"}],
    ids=lambda changes: next(iter(changes)),
)
def test_a_record_of_something_else_is_refused(hub: WireHub, london: WireSpace, booking, changes: dict[str, Any]) -> None:
    wait(hub, OPENING)
    assert slug_of(london.check_in(booking, **changes)) == (422, "record-invalid")


def test_a_record_says_what_the_call_says(hub: WireHub, london: WireSpace, booking) -> None:
    wait(hub, OPENING)
    path, record = f"/bookings/{booking['id']}/check-in", london.record(booking)
    other_time = {"at": (london.now + dt.timedelta(minutes=1)).isoformat(), "proof_sha256": PROOF, "record": record}
    assert slug_of(london.call("POST", path, other_time)) == (422, "record-invalid")
    no_proof = {"at": london.now.isoformat(), "proof_sha256": None, "record": record}
    assert slug_of(london.call("POST", path, no_proof)) == (422, "record-invalid")
    foreign = london.record({**booking, "host": "wecreate-nyc"})
    named = {"at": london.now.isoformat(), "proof_sha256": PROOF, "record": foreign}
    assert slug_of(london.call("POST", path, named)) == (403, "identity-mismatch")


@pytest.mark.parametrize("record", ["a.b.c", "nonsense", "x" * 4001])
def test_what_is_no_record_is_refused(hub: WireHub, london: WireSpace, booking, record: str) -> None:
    wait(hub, OPENING)
    report = {"at": london.now.isoformat(), "proof_sha256": PROOF, "record": record}
    assert london.call("POST", f"/bookings/{booking['id']}/check-in", report).status_code == 422


def test_nobody_comes_on_another_day(hub: WireHub, london: WireSpace, booking) -> None:
    answer = london.check_in(booking)
    assert (slug_of(answer), body(answer)["on"]) == ((409, "wrong-day"), THURSDAY.isoformat())


def test_nobody_has_come_before_it_is_time(hub: WireHub, nyc: WireSpace, london: WireSpace, booking) -> None:
    early = london.check_in(booking, at=OPENING.isoformat())
    assert (slug_of(early), pointers(early)) == ((422, "record-invalid"), ["/record/at"])


def test_a_host_whose_clock_is_hours_ahead_has_its_guest_received_now(hub: WireHub, london: WireSpace, booking) -> None:
    now = OPENING - dt.timedelta(hours=2)
    wait(hub, now)
    received = good(london.check_in(booking, at=OPENING.isoformat()))
    assert (received["state"], dt.datetime.fromisoformat(received["checked_in_at"])) == ("checked_in", now)


def test_a_clock_that_is_ahead_brings_no_guest_a_day_early(hub: WireHub, london: WireSpace, booking) -> None:
    midnight = OPENING.replace(hour=0)
    wait(hub, midnight - dt.timedelta(minutes=2))
    assert slug_of(london.check_in(booking, at=midnight.isoformat())) == (409, "wrong-day")


def test_a_report_that_comes_late_counts_for_its_day(hub: WireHub, nyc: WireSpace, london: WireSpace, booking) -> None:
    wait(hub, OPENING + 3 * dt.timedelta(days=1))
    assert good(london.check_in(booking, at=OPENING.isoformat()))["state"] == "checked_in"
    hub.reconcile("complete stays")
    assert state(nyc, booking) == ("completed", 150)


def test_a_stay_is_completed_when_its_part_of_the_day_is_over(hub: WireHub, nyc: WireSpace, london: WireSpace, booking) -> None:
    wait(hub, OPENING)
    good(london.check_in(booking))
    assert hub.reconcile("complete stays") == {"complete stays": 0}
    wait(hub, CLOSING)
    cursors = nyc.cursor(), london.cursor()
    assert hub.reconcile("complete stays") == {"complete stays": 1}
    assert (state(nyc, booking), state(london, booking)) == (("completed", 150), ("completed", 150))
    for space, cursor in zip((nyc, london), cursors, strict=True):
        [item] = space.news(cursor)[0]
        assert item["data"]["state"] == "completed"
    assert good(london.check_in(booking, at=OPENING.isoformat()))["state"] == "completed", "a late repeat changes nothing"


def test_without_a_scan_the_stay_is_paid_after_a_week_of_silence(
    hub: WireHub, nyc: WireSpace, london: WireSpace, booking
) -> None:
    wait(hub, OPENING)
    assert good(london.check_in(booking, proof=None))["charged_credits"] is None
    assert lots(nyc) == (1000, 150, 0)
    wait(hub, OPENING + WEEK - dt.timedelta(hours=1))
    assert hub.reconcile("post silent claims", "complete stays") == {"post silent claims": 0, "complete stays": 0}
    wait(hub, OPENING + WEEK)
    assert hub.reconcile("post silent claims") == {"post silent claims": 1}
    assert hub.reconcile("complete stays") == {"complete stays": 1}
    assert (state(nyc, booking), lots(nyc)) == (("completed", 150), (1000, 0, 150))


def test_nobody_who_came_is_claimed_not_to_have_come_until_the_host_has_spoken(
    hub: WireHub, nyc: WireSpace, london: WireSpace, booking
) -> None:
    def claimed(after: dt.timedelta) -> int:
        return hub.reconcile("claim no-shows", after=after)["claim no-shows"]

    wait(hub, CLOSING)
    assert claimed(dt.timedelta(minutes=1)) == 0, "the host has never been heard of"
    good(london.report(outbox_oldest_at=OPENING.isoformat()))
    assert claimed(dt.timedelta(minutes=10)) == 0, "it still has something to say"
    good(london.report())
    cursor = nyc.cursor()
    assert claimed(dt.timedelta(minutes=10)) == 1
    assert state(nyc, booking) == ("no_show", None)
    [item] = nyc.news(cursor)[0]
    assert item["data"]["state"] == "no_show"


def test_what_the_host_said_before_the_day_was_over_does_not_count(hub: WireHub, london: WireSpace, booking) -> None:
    wait(hub, CLOSING - dt.timedelta(hours=1))
    good(london.report())
    wait(hub, CLOSING)
    assert hub.reconcile("claim no-shows") == {"claim no-shows": 0}


def test_after_thirty_days_of_silence_a_no_show_is_claimed_anyway(hub: WireHub, nyc: WireSpace, booking) -> None:
    wait(hub, CLOSING + dt.timedelta(days=30))
    assert hub.reconcile("claim no-shows") == {"claim no-shows": 1}


def test_a_no_show_costs_its_share_after_a_week(hub: WireHub, nyc: WireSpace, london: WireSpace, booking) -> None:
    wait(hub, CLOSING + dt.timedelta(days=30))
    hub.reconcile("claim no-shows")
    assert lots(nyc) == (1000, 150, 0)
    hub.reconcile("post silent claims", after=WEEK)
    assert (state(nyc, booking), lots(nyc)) == (("no_show", 120), (1000, 0, 120))
    assert slug_of(nyc.cancel(booking)) == (409, "booking-over")
    assert slug_of(london.check_in(booking, at=OPENING.isoformat())) == (409, "booking-over")


def test_a_signed_visit_takes_back_a_no_show_that_is_not_paid_yet(
    hub: WireHub, nyc: WireSpace, london: WireSpace, booking
) -> None:
    wait(hub, CLOSING + dt.timedelta(days=30))
    hub.reconcile("claim no-shows")
    assert good(london.check_in(booking, at=OPENING.isoformat()))["state"] == "checked_in"
    hub.reconcile("complete stays")
    assert (state(nyc, booking), lots(nyc)) == (("completed", 150), (1000, 0, 150))
    assert hub.reconcile("post silent claims", after=WEEK) == {"post silent claims": 0}


def test_a_no_show_that_costs_nothing_gives_all_back(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    good(london.offer())
    good(nyc.grant(GUEST))
    booking = nyc.book(london, nyc.twin(london, no_show_percent=0), GUEST)
    wait(hub, CLOSING + dt.timedelta(days=30))
    hub.reconcile("claim no-shows")
    hub.reconcile("post silent claims", after=WEEK)
    assert (state(nyc, booking), lots(nyc)) == (("no_show", 0), (1000, 0, 0))


def test_a_stay_that_costs_nothing_is_a_stay(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    good(london.offer())
    terms = nyc.twin(london, offered={"price_day_credits": 0})
    booking = nyc.book(london, terms, new_id(), price_credits=0)
    wait(hub, OPENING)
    assert good(london.check_in(booking))["charged_credits"] == 0


def test_a_suspended_hosts_guests_are_still_checked_in_and_still_cancel(
    hub: WireHub, nyc: WireSpace, london: WireSpace, booking
) -> None:
    another = new_id()
    good(nyc.grant(another))
    other = nyc.book(london, {"twinning_id": booking["twinning_id"]}, another)
    hub.suspend(london.slug)
    wait(hub, OPENING)
    assert good(london.check_in(booking))["state"] == "checked_in"
    assert good(nyc.cancel(other))["state"] == "cancelled_by_guest"


def test_the_sealed_card_is_the_hosts_and_ends_thirty_days_after_the_visit(
    hub: WireHub, nyc: WireSpace, london: WireSpace, booking
) -> None:
    def card(space: WireSpace) -> str | None:
        found: str | None = good(space.call("GET", f"/bookings/{booking['id']}"))["card"]
        return found

    assert (card(nyc), card(london)) == (None, nyc.stay()["card"])
    wait(hub, CLOSING + dt.timedelta(days=29))
    assert hub.reconcile("forget cards") == {"forget cards": 0}
    wait(hub, CLOSING + dt.timedelta(days=31))
    assert hub.reconcile("forget cards") == {"forget cards": 1}
    assert card(london) is None


def test_a_stay_that_cannot_be_repaired_holds_up_no_other(
    hub: WireHub, nyc: WireSpace, london: WireSpace, booking, caplog
) -> None:
    another = new_id()
    good(nyc.grant(another))
    other = nyc.book(london, {"twinning_id": booking["twinning_id"]}, another)
    wait(hub, OPENING)
    for stay in (booking, other):
        good(london.check_in(stay, proof=None))
    # What no command of the hub's does: the first has nothing reserved any more.
    hub.run(lambda: ledger.void(db.session(), booking_id=booking["id"], now=hub.clock.now()))
    wait(hub, OPENING + WEEK)
    assert hub.reconcile("post silent claims") == {"post silent claims": 1}
    assert (state(nyc, booking), state(nyc, other)) == (("checked_in", None), ("checked_in", 150))
    assert [record.levelname for record in caplog.records if record.message == "stay.not_repaired"] == ["ERROR"]
