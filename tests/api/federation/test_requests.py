"""Requests: confirmed at once inside the allotment, or refused with a reason that is data; all stays of a request or none."""

import datetime as dt
from typing import Any

import pytest

from shared.clock import wall
from shared.ids import new_id
from tests.support.wire_space import THURSDAY, WireHub, WireSpace, body, good, slug_of

GUEST = "019ab3c0-0000-7000-8000-00000000000a"
FRIDAY = THURSDAY + dt.timedelta(days=1)


@pytest.fixture
def terms(nyc: WireSpace, london: WireSpace) -> dict[str, Any]:
    """Twins, a day with three seats, and a member with ten credits."""
    good(london.offer())
    good(nyc.grant(GUEST))
    return nyc.twin(london)


def outcome(answer: Any) -> list[tuple[str, str | None]]:
    return [(booking["state"], booking["reason"]) for booking in good(answer)["bookings"]]


def lots(space: WireSpace, guest: str = GUEST) -> list[tuple[int, int, int]]:
    found = space.snapshot("wallets")[f"wallet/{guest}"]["lots"]
    return [(lot["credits"], lot["held"], lot["spent"]) for lot in found]


def free(space: WireSpace, host: WireSpace, on: dt.date = THURSDAY) -> tuple[int, int]:
    day = space.snapshot("availability")[f"availability/{host.slug}/{on}"]
    return day["morning_free"], day["afternoon_free"]


def test_a_stay_inside_the_allotment_is_confirmed_at_once(nyc: WireSpace, london: WireSpace, terms) -> None:
    request_id, cursors = new_id(), (nyc.cursor(), london.cursor())
    answer = good(nyc.request(london, terms, GUEST, request_id=request_id))
    [booking] = answer["bookings"]
    assert (answer["request_id"], booking["state"], booking["rev"]) == (request_id, "confirmed", 1)
    assert (booking["opens_at"], booking["closes_at"]) == ("2026-11-12T09:00:00Z", "2026-11-12T18:00:00Z")
    assert (booking["cancellation"], booking["guest"], booking["card"]) == (terms["cancellation"], GUEST, None)
    assert (lots(nyc), free(nyc, london)) == ([(1000, 150, 0)], (2, 2))
    home, _ = nyc.news(cursors[0])
    assert [item["type"] for item in home] == ["wallet.updated", "booking.updated", "availability.updated"]
    [host] = london.news(cursors[1])[0]
    assert (host["data"]["card"], host["data"]["guest"]) == (nyc.stay()["card"], None)
    assert host["data"]["host_guest"] == booking["host_guest"]
    assert good(nyc.call("GET", f"/bookings/{booking['id']}")) == booking


def test_a_half_day_takes_one_half_and_costs_its_price(nyc: WireSpace, london: WireSpace, terms) -> None:
    booking = nyc.book(london, terms, GUEST, part="morning", price_credits=85)
    assert booking["closes_at"] == "2026-11-12T13:00:00Z"
    assert (free(nyc, london), lots(nyc)) == ((2, 3), [(1000, 85, 0)])


def test_a_day_is_booked_in_the_hosts_time_while_it_is_still_yesterday_at_home(
    hub: WireHub, nyc: WireSpace, london: WireSpace
) -> None:
    terms = nyc.twin(london)
    hub.clock.set(wall(THURSDAY, dt.time(3), "Europe/London"))
    good(london.offer())
    good(nyc.grant(GUEST))
    assert wall(THURSDAY, dt.time(3), "Europe/London").astimezone(dt.timezone(dt.timedelta(hours=-5))).date() < THURSDAY
    nyc.book(london, terms, GUEST)


REFUSED: dict[str, Any] = {
    "terms-changed": lambda nyc, london, terms: [nyc.stay(price_credits=149)],
    "day-too-far": lambda nyc, london, terms: [nyc.stay(on=(THURSDAY + dt.timedelta(days=60)).isoformat())],
    "space-closed": lambda nyc, london, terms: [nyc.stay(on=FRIDAY.isoformat())],
    "day-past": lambda nyc, london, terms: [nyc.stay(on="2026-11-08")],
}


@pytest.mark.parametrize("reason", REFUSED)
def test_a_stay_that_cannot_be_is_refused_as_data(nyc: WireSpace, london: WireSpace, terms, reason: str) -> None:
    cursors, request_id = (nyc.cursor(), london.cursor()), new_id()
    stays = REFUSED[reason](nyc, london, terms)
    answer = nyc.request(london, terms, GUEST, *stays, request_id=request_id)
    assert outcome(answer) == [("refused", reason)]
    assert nyc.request(london, terms, GUEST, *stays, request_id=request_id).json == answer.json
    [booking] = body(answer)["bookings"]
    assert good(nyc.call("GET", f"/bookings/{booking['id']}")) == booking
    assert (lots(nyc), free(nyc, london)) == ([(1000, 0, 0)], (3, 3))
    assert [item["type"] for item in nyc.news(cursors[0])[0]] == ["booking.updated"]
    assert london.news(cursors[1])[0] == []
    assert london.call("GET", f"/bookings/{booking['id']}").status_code == 404
    assert london.snapshot("bookings") == {}


def test_a_changed_price_is_told_with_the_refusal(nyc: WireSpace, london: WireSpace, terms) -> None:
    answer = good(nyc.request(london, terms, GUEST, nyc.stay(part="morning", price_credits=150)))
    assert (answer["price_now_credits"], answer["terms_version_now"]) == (85, 1)
    old = good(nyc.request(london, terms, GUEST, nyc.stay(terms_version=0)))
    assert (old["bookings"][0]["reason"], old["price_now_credits"]) == ("terms-changed", 150)


def test_the_price_told_is_that_of_the_stay_in_the_way(nyc: WireSpace, london: WireSpace, terms) -> None:
    good(london.offer(FRIDAY))
    wrong = nyc.stay(on=FRIDAY.isoformat(), part="morning", price_credits=1)
    answer = good(nyc.request(london, terms, GUEST, nyc.stay(), wrong))
    assert answer["price_now_credits"] == 85


def test_the_last_desk_goes_to_the_first_and_no_desk_is_the_answer_to_the_next(nyc: WireSpace, london: WireSpace, terms) -> None:
    good(london.offer(seats=1))
    other = new_id()
    good(nyc.grant(other))
    nyc.book(london, terms, GUEST, part="morning", price_credits=85)
    assert outcome(nyc.request(london, terms, other)) == [("refused", "no-desk")]
    assert free(nyc, london) == (0, 1), "the afternoon seat that the whole day had taken already is free again"
    nyc.book(london, terms, other, part="afternoon", price_credits=85)


def test_seats_kept_for_a_twin_go_first_and_no_other_twin_gets_them(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    milano = hub.join("cowo-milano")
    ours, theirs = nyc.twin(london, offered={"set_aside_seats": 1}), milano.twin(london)
    good(london.offer(seats=1))
    guests = [new_id() for _ in range(3)]
    for guest in guests:
        good(nyc.grant(guest))
    good(milano.grant(GUEST))
    nyc.book(london, ours, guests[0])
    milano.book(london, theirs, GUEST)
    assert outcome(nyc.request(london, ours, guests[1])) == [("refused", "no-desk")]
    good(london.offer(seats=2))
    nyc.book(london, ours, guests[1])
    assert outcome(milano.request(london, theirs, GUEST)) == [("refused", "no-desk")]


def test_without_credits_there_is_no_stay_and_the_seat_is_free_again(nyc: WireSpace, london: WireSpace, terms) -> None:
    poor = new_id()
    assert outcome(nyc.request(london, terms, poor)) == [("refused", "no-credit")]
    good(nyc.grant(poor, 149))
    assert outcome(nyc.request(london, terms, poor)) == [("refused", "no-credit")]
    assert free(nyc, london) == (3, 3)
    good(nyc.grant(poor, 1))
    nyc.book(london, terms, poor)


def test_credits_that_end_before_the_day_do_not_pay_it(nyc: WireSpace, london: WireSpace, terms) -> None:
    guest = new_id()
    good(nyc.grant(guest, expires_on="2026-11-11"))
    assert outcome(nyc.request(london, terms, guest)) == [("refused", "no-credit")]


def test_a_pair_owes_no_more_than_it_agreed(nyc: WireSpace, london: WireSpace) -> None:
    good(london.offer())
    terms = nyc.twin(london, offered={"pair_limit_credits": 200})
    guests = [new_id(), new_id()]
    for guest in guests:
        good(nyc.grant(guest))
    nyc.book(london, terms, guests[0])
    assert outcome(nyc.request(london, terms, guests[1])) == [("refused", "limit-reached")]


def test_a_space_on_probation_has_few_stays_open_at_a_time(hub_url: str, tmp_path) -> None:
    hub = WireHub(hub_url, tmp_path, probation_open_bookings_max=1)
    nyc, london = hub.join("wecreate-nyc", admit=False), hub.join("thecube-london")
    terms = nyc.twin(london)
    for on in (THURSDAY, FRIDAY):
        good(london.offer(on))
    good(nyc.grant(GUEST))
    both = (nyc.stay(), nyc.stay(on=FRIDAY.isoformat()))
    assert outcome(nyc.request(london, terms, GUEST, *both)) == [("refused", "limit-reached")] * 2
    first = nyc.book(london, terms, GUEST)
    assert outcome(nyc.request(london, terms, GUEST, nyc.stay(on=FRIDAY.isoformat()))) == [("refused", "limit-reached")]
    good(nyc.cancel(first))
    nyc.book(london, terms, GUEST, on=FRIDAY.isoformat())
    hub.close()


def test_a_member_has_so_many_days_a_month_at_a_twin(nyc: WireSpace, london: WireSpace) -> None:
    days = [THURSDAY + dt.timedelta(days=count) for count in range(3)]
    for on in days:
        good(london.offer(on))
    terms = nyc.twin(london, offered={"days_a_month": 2})
    other = new_id()
    for guest in (GUEST, other):
        good(nyc.grant(guest))
    first = nyc.book(london, terms, GUEST, on=days[0].isoformat())
    nyc.book(london, terms, GUEST, on=days[1].isoformat())
    third = nyc.stay(on=days[2].isoformat())
    assert outcome(nyc.request(london, terms, GUEST, third)) == [("refused", "days-spent")]
    nyc.book(london, terms, other, on=days[2].isoformat())
    good(nyc.cancel(first))
    nyc.book(london, terms, GUEST, on=days[2].isoformat())


def test_nobody_has_one_half_day_twice(nyc: WireSpace, london: WireSpace, terms) -> None:
    morning = nyc.book(london, terms, GUEST, part="morning", price_credits=85)
    assert outcome(nyc.request(london, terms, GUEST)) == [("refused", "already-booked")]
    assert free(nyc, london) == (2, 3)
    nyc.book(london, terms, GUEST, part="afternoon", price_credits=85)
    good(nyc.cancel(morning))
    nyc.book(london, terms, GUEST, part="morning", price_credits=85)
    both = (nyc.stay(on=FRIDAY.isoformat()), nyc.stay(on=FRIDAY.isoformat(), part="morning", price_credits=85))
    good(london.offer(FRIDAY))
    assert outcome(nyc.request(london, terms, GUEST, *both))[1] == ("refused", "already-booked")


def test_a_host_that_is_not_in_action_takes_nobody(hub: WireHub, nyc: WireSpace, london: WireSpace, terms) -> None:
    hub.suspend(london.slug)
    assert outcome(nyc.request(london, terms, GUEST)) == [("refused", "host-not-active")]
    hub.reinstate(london.slug)
    nyc.book(london, terms, GUEST)


def test_who_is_no_twin_gets_no_stay_and_their_records_stay_readable(
    hub: WireHub, nyc: WireSpace, london: WireSpace, terms
) -> None:
    milano = hub.join("cowo-milano")
    good(milano.grant(GUEST))
    assert outcome(milano.request(london, terms, GUEST)) == [("refused", "not-twinned")]
    other = {"twinning_id": new_id()}
    assert outcome(nyc.request(london, other, GUEST)) == [("refused", "not-twinned")]
    for space in (milano, nyc):
        [booking] = space.snapshot("bookings").values()
        assert (booking["reason"], booking["cancellation"]) == ("not-twinned", [])
        assert good(space.call("GET", f"/bookings/{booking['id']}")) == booking


def test_a_host_that_there_is_not_is_told_as_such(nyc: WireSpace, terms) -> None:
    answer = nyc.request(nyc.hub.space("nowhere-at-all"), terms, GUEST)
    assert slug_of(answer) == (404, "space-unknown")


def test_nobody_is_a_guest_at_home(nyc: WireSpace, terms) -> None:
    assert slug_of(nyc.request(nyc, terms, GUEST)) == (422, "stay-invalid")


def test_all_stays_of_a_request_are_possible_or_none_is(nyc: WireSpace, london: WireSpace, terms) -> None:
    good(london.offer(FRIDAY, seats=0))
    stays = [nyc.stay(on=FRIDAY.isoformat()), nyc.stay()]
    assert outcome(nyc.request(london, terms, GUEST, *stays)) == [("refused", "no-desk"), ("refused", "together")]
    assert (lots(nyc), free(nyc, london)) == ([(1000, 0, 0)], (3, 3))
    good(london.offer(FRIDAY))
    stays = [nyc.stay(on=FRIDAY.isoformat()), nyc.stay()]
    answer = good(nyc.request(london, terms, GUEST, *stays))
    assert [booking["id"] for booking in answer["bookings"]] == [stay["id"] for stay in stays]
    assert (lots(nyc), free(nyc, london)) == ([(1000, 300, 0)], (2, 2))


def test_of_several_stays_credits_that_reach_for_one_reach_for_none(nyc: WireSpace, london: WireSpace, terms) -> None:
    good(london.offer(FRIDAY))
    guest = new_id()
    good(nyc.grant(guest, 299))
    stays = [nyc.stay(on=FRIDAY.isoformat()), nyc.stay()]
    assert outcome(nyc.request(london, terms, guest, *stays)) == [("refused", "no-credit"), ("refused", "together")]
    assert (lots(nyc, guest), free(nyc, london)) == ([(299, 0, 0)], (3, 3))


def test_the_same_request_again_gets_its_answer_and_another_body_a_conflict(nyc: WireSpace, london: WireSpace, terms) -> None:
    stay, request_id = nyc.stay(), new_id()
    first = nyc.request(london, terms, GUEST, stay, request_id=request_id)
    good(nyc.cancel(good(first)["bookings"][0]))
    again = nyc.request(london, terms, GUEST, stay, request_id=request_id)
    assert (again.json, again.headers["Idempotency-Replayed"]) == (first.json, "true")
    other = nyc.request(london, terms, GUEST, {**stay, "part": "morning"}, request_id=request_id)
    assert slug_of(other) == (409, "id-conflict")


def test_the_id_of_a_stay_is_used_once_by_whomever(hub: WireHub, nyc: WireSpace, london: WireSpace, terms) -> None:
    stay = nyc.stay()
    good(nyc.request(london, terms, GUEST, stay))
    assert slug_of(nyc.request(london, terms, GUEST, stay)) == (409, "id-conflict")
    milano = hub.join("cowo-milano")
    theirs = milano.twin(london)
    assert slug_of(milano.request(london, theirs, GUEST, stay)) == (409, "id-conflict")
    twice = nyc.stay()
    assert slug_of(nyc.request(london, terms, GUEST, twice, twice)) == (422, "stay-invalid")


def test_another_spaces_booking_is_not_there(hub: WireHub, nyc: WireSpace, london: WireSpace, terms) -> None:
    milano = hub.join("cowo-milano")
    booking = nyc.book(london, terms, GUEST)
    assert slug_of(milano.call("GET", f"/bookings/{booking['id']}")) == (404, "booking-unknown")
    assert slug_of(milano.cancel(booking)) == (404, "booking-unknown")
    assert slug_of(milano.check_in({**booking, "host": milano.slug})) == (404, "booking-unknown")
    assert slug_of(nyc.cancel({"id": new_id()})) == (404, "booking-unknown")
