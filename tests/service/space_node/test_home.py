"""First pages and the statement: put together from every slice, and the same on both sides."""

import datetime as dt
from typing import Any

from federation.credits import queries as ledger
from shared.protocol.credits import statement_sha256
from shared.protocol.states import Part
from space_node.home import queries
from tests.support.away import both_sides, cancel, faults
from tests.support.guests import HOME, HOST, Guests

DAY = dt.timedelta(days=1)


def statement(guests: Guests) -> dict[str, Any]:
    """What the hub says between the two, seen from home."""
    return guests.hub.look(lambda session: ledger.statement(session, HOME, HOST))


def compare(guests: Guests, said: dict[str, Any]) -> queries.Comparison:
    return guests.home.look(lambda session: queries.compare(session, said))


def a_busy_day(guests: Guests) -> None:
    """A stay, a walk-in, a late cancellation, one in time, and a visit the other way round."""
    stay = guests.booked()
    guests.check_in(stay, guests.visit_pass(stay))
    berta = guests.member("Berta Rossi")
    text = guests.passport(berta)
    guests.network.sync()
    guests.walk_in(text)
    cancel(guests, guests.booked(on=guests.today + DAY, part=Part.MORNING))
    cancel(guests, guests.booked(on=guests.today + 3 * DAY))
    guests.network.sync()


def test_both_sides_and_the_hub_say_the_same(guests: Guests) -> None:
    a_busy_day(guests)
    said = statement(guests)
    assert [line["credits"] for line in said["lines"]] == [150, 150]
    assert compare(guests, said).agrees
    assert (both_sides(guests), faults(guests)) == ({HOME: [], HOST: []}, [])


def test_a_line_that_was_tampered_with_is_found(guests: Guests) -> None:
    a_busy_day(guests)
    said = statement(guests)
    said["lines"][0]["credits"] = 100
    found = compare(guests, said)
    assert not found.is_sound
    assert [one.booking_id for one in found.differences] == [said["lines"][0]["booking_id"]]
    # Who tampers with the sums and the digest as well is found by the records alone.
    said |= {"owed_credits": 250, "balance_credits": -250, "sha256": statement_sha256(said["lines"])}
    found = compare(guests, said)
    assert (found.is_sound, found.agrees, len(found.differences)) == (True, False, 1)


def test_a_line_that_is_missing_or_too_many_is_found(guests: Guests) -> None:
    a_busy_day(guests)
    said = statement(guests)
    gone = said["lines"].pop()
    assert [one.hub for one in compare(guests, said).differences] == [None]
    said["lines"] += [gone, {**gone, "booking_id": "019ab3c0-0000-7000-8000-000000000001"}]
    assert [one.own for one in compare(guests, said).differences] == [None]


def test_a_manager_sees_the_day_at_a_glance(guests: Guests) -> None:
    guests.booked()
    guests.network.sync()
    away, here = (node.look(lambda session: queries.for_manager(session, guests.now)) for node in (guests.home, guests.host))
    assert (away["away"], away["guests"].expected, away["given_credits"], away["members_count"]) == (1, 0, 1000, 1)
    assert (here["away"], here["guests"].expected, here["given_credits"]) == (0, 1, 0)
    assert [twin.slug for twin in away["twins"]] == [HOST]
    assert (away["contact"].parked_count, away["contact"].waiting_count) == (0, 0)


def test_a_member_sees_the_next_trips_and_the_credits(guests: Guests) -> None:
    booking_id = guests.book()
    guests.home.sync()
    found = guests.home.look(lambda session: queries.for_member(session, guests.ada, guests.now))
    assert [trip.booking_id for trip in found["coming"]] == [booking_id]
    assert found["spaces"][HOST].city == "London"
    assert (found["balance"].available_credits, found["balance"].held_credits) == (850, 150)
