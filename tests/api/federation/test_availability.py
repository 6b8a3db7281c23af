"""What hosts offer: seats of half days, told to each twin as that twin may take them."""

import datetime as dt
from typing import Any

import pytest

from shared.clock import FixedClock, day_range, wall
from shared.ids import new_id
from tests.support.wire_space import THURSDAY, WireHub, WireSpace, good, pointers, slug_of

GUEST = new_id()
FRIDAY = THURSDAY + dt.timedelta(days=1)
CLOSED: dict[str, Any] = {"is_open": False, "opens_at": None, "noon_at": None, "closes_at": None}


def put(space: WireSpace, rev: int, *days: dict[str, Any]):
    return space.call("PUT", "/self/availability", {"rev": rev, "days": list(days)})


def seen(space: WireSpace, host: WireSpace, on: dt.date = THURSDAY) -> tuple[int, int]:
    day = space.snapshot("availability")[f"availability/{host.slug}/{on}"]
    return day["morning_free"], day["afternoon_free"]


def test_a_higher_rev_replaces_the_days_it_names_and_leaves_the_others(nyc: WireSpace, london: WireSpace) -> None:
    nyc.twin(london)
    assert good(put(london, 2, london.day(seats=2), london.day(FRIDAY, seats=5))) == {"rev": 2}
    assert good(put(london, 5, london.day(seats=4))) == {"rev": 5}
    assert (seen(nyc, london), seen(nyc, london, FRIDAY)) == ((4, 4), (5, 5))
    assert good(london.call("GET", "/self"))["availability_rev"] == 5


def test_an_older_rev_changes_nothing_and_an_equal_one_only_repeats(nyc: WireSpace, london: WireSpace) -> None:
    nyc.twin(london)
    good(put(london, 3, london.day(seats=2)))
    cursor = nyc.cursor()
    assert good(put(london, 3, london.day(seats=2))) == {"rev": 3}
    assert good(put(london, 2, london.day(seats=9))) == {"rev": 3}
    assert slug_of(put(london, 3, london.day(seats=9))) == (409, "rev-conflict")
    assert (seen(nyc, london), nyc.news(cursor)[0]) == ((2, 2), [])


def test_each_twin_sees_the_seats_that_are_kept_for_it(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    milano = hub.join("cowo-milano")
    kept = {"set_aside_seats": 2}
    nyc_terms, _ = nyc.twin(london, offered=kept), milano.twin(london)
    good(london.offer(seats=1))
    assert (seen(nyc, london), seen(milano, london)) == ((3, 3), (1, 1))
    for space in (nyc, milano):
        good(space.grant(GUEST))
    cursor = milano.cursor()
    nyc.book(london, nyc_terms, GUEST)
    assert (seen(nyc, london), seen(milano, london)) == ((2, 2), (1, 1)), "a kept seat goes first"
    [item] = milano.news(cursor)[0]
    assert (item["data"]["morning_free"], item["data"]["afternoon_free"]) == (1, 1)


def test_what_the_feed_tells_is_what_the_snapshot_shows_after_every_change(nyc: WireSpace, london: WireSpace) -> None:
    terms = nyc.twin(london, offered={"set_aside_seats": 1})
    good(nyc.grant(GUEST, 10_000))
    good(london.offer(seats=2))
    cursor, told = nyc.cursor(), []

    def look() -> None:
        [item] = [item for item in nyc.news(cursor)[0] if item["type"] == "availability.updated"]
        told.append((item["data"]["morning_free"], item["data"]["afternoon_free"]))
        assert told[-1] == seen(nyc, london)

    first = nyc.book(london, terms, GUEST, part="morning", price_credits=85)
    look()
    nyc.book(london, terms, GUEST, part="afternoon", price_credits=85)
    look()
    good(nyc.cancel(first))
    look()
    good(london.offer(seats=7))
    look()
    assert told == [(2, 3), (2, 2), (3, 2), (8, 7)]


def test_fewer_seats_than_are_taken_evict_nobody(nyc: WireSpace, london: WireSpace) -> None:
    terms = nyc.twin(london)
    good(nyc.grant(GUEST))
    good(london.offer(seats=2))
    booking = nyc.book(london, terms, GUEST)
    good(london.offer(seats=0))
    assert seen(nyc, london) == (0, 0)
    assert good(nyc.call("GET", f"/bookings/{booking['id']}"))["state"] == "confirmed"
    good(london.offer(seats=1))
    assert seen(nyc, london) == (0, 0)


def test_a_closed_day_has_nothing_free_not_even_what_is_kept(nyc: WireSpace, london: WireSpace) -> None:
    terms = nyc.twin(london, offered={"set_aside_seats": 2})
    good(nyc.grant(GUEST))
    good(london.offer())
    good(london.offer(**CLOSED))
    assert seen(nyc, london) == (0, 0)
    [booking] = good(nyc.request(london, terms, GUEST))["bookings"]
    assert booking["reason"] == "space-closed"


def test_a_day_that_was_closed_from_the_first_is_told_once_it_opens(nyc: WireSpace, london: WireSpace) -> None:
    nyc.twin(london)
    cursor = nyc.cursor()
    good(london.offer(FRIDAY, **CLOSED))
    assert (nyc.news(cursor)[0], nyc.snapshot("availability")) == ([], {})
    good(london.offer(FRIDAY, seats=2))
    [told] = nyc.news(cursor)[0]
    assert (told["rev"], seen(nyc, london, FRIDAY)) == (1, (2, 2))


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"opens_at": None}, "/days/0"),
        ({"noon_at": None}, "/days/0"),
        ({"closes_at": None}, "/days/0"),
        ({"opens_at": "2026-11-13T09:00:00Z"}, "/days/0/opens_at"),
        ({"opens_at": "2026-11-12T19:00:00Z"}, "/days/0/opens_at"),
        ({"noon_at": "2026-11-12T08:00:00Z"}, "/days/0/opens_at"),
        ({"closes_at": "2026-11-14T08:00:00Z"}, "/days/0/opens_at"),
        ({"opens_at": "2026-11-12T18:00:00Z", "noon_at": "2026-11-12T18:00:00Z"}, "/days/0/opens_at"),
        ({"morning_seats": -1}, "/days/0/morning_seats"),
        ({"morning_seats": 501}, "/days/0/morning_seats"),
        ({"afternoon_seats": 1.5}, "/days/0/afternoon_seats"),
        ({"on": "2026-02-30"}, "/days/0/on"),
        ({"open": "yes"}, "/days/0/open"),
    ],
)
def test_a_day_that_cannot_be_is_told_by_its_place(london: WireSpace, changes: dict[str, Any], pointer: str) -> None:
    answer = put(london, 1, {**london.day(), **changes})
    assert (answer.status_code, pointers(answer)) == (422, [pointer])


def test_a_day_stands_once_in_what_is_sent_and_there_are_no_more_than_two_months(london: WireSpace) -> None:
    assert pointers(put(london, 1, london.day(), london.day(FRIDAY), london.day())) == ["/days/2/on"]
    assert pointers(put(london, 1, *[london.day()] * 63)) == ["/days"]
    assert pointers(put(london, 1)) == ["/days"]


def test_a_host_may_close_after_midnight(nyc: WireSpace, london: WireSpace) -> None:
    late = wall(FRIDAY, dt.time(2), "Europe/London").isoformat()
    assert good(put(london, 1, london.day(closes_at=late))) == {"rev": 1}


@pytest.mark.parametrize(("on", "hours"), [(dt.date(2027, 3, 28), 23), (dt.date(2027, 10, 31), 25)])
def test_days_of_another_length_are_offered_and_booked_like_others(hub_url: str, tmp_path, on: dt.date, hours: int) -> None:
    hub = WireHub(hub_url, tmp_path, FixedClock(wall(on - dt.timedelta(days=2), dt.time(9), "Europe/London")))
    nyc, london = hub.join("wecreate-nyc"), hub.join("thecube-london")
    terms = nyc.twin(london)
    opens, closes = day_range(on, "Europe/London")
    assert closes - opens == dt.timedelta(hours=hours)
    noon = wall(on, dt.time(12), "Europe/London")
    instants = {name: at.isoformat() for name, at in (("opens_at", opens), ("noon_at", noon), ("closes_at", closes))}
    good(put(london, 1, {**london.day(on), **instants}))
    good(nyc.grant(GUEST, expires_on="2027-12-31"))
    hub.clock.set(closes - dt.timedelta(minutes=1))
    nyc.token = london.token = ""
    booking = nyc.book(london, terms, GUEST, on=on.isoformat(), part="afternoon", price_credits=85)
    assert dt.datetime.fromisoformat(booking["closes_at"]) == closes
    assert good(london.check_in(booking))["state"] == "checked_in"
    hub.clock.set(closes)
    [late] = good(nyc.request(london, terms, GUEST, nyc.stay(on=on.isoformat())))["bookings"]
    assert late["reason"] == "day-past"
    hub.reconcile("complete stays")
    assert good(nyc.call("GET", f"/bookings/{booking['id']}"))["state"] == "completed"
    hub.close()
