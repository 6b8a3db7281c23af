"""Who is next in a queue, and until when an offer stands."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.rsvps import rules
from federation.rsvps.rules import Choice, Waiting
from shared.clock import wall, zone_info
from shared.protocol.states import RsvpReason, SessionState

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
INSTANT = dt.timedelta(microseconds=1)
START = wall(dt.date(2026, 11, 19), dt.time(18), "Europe/London")
NOON = wall(dt.date(2026, 11, 18), dt.time(12), "Europe/London")


def one(name: str, party: int = 1, *, fewer: bool = False, skipped: int = 0, since: dt.datetime | None = None) -> Waiting:
    return Waiting(name, party, fewer, skipped, since)


@pytest.mark.parametrize(
    ("ahead", "kept"),
    [(16 * HOUR, 2 * HOUR), (24 * HOUR, 3 * HOUR), (5 * HOUR, 2 * HOUR), (3 * HOUR, 3 * HOUR), (HOUR, HOUR)],
)
def test_an_offer_is_kept_for_an_eighth_of_the_time_and_no_less_than_two_hours(ahead: dt.timedelta, kept: dt.timedelta) -> None:
    assert rules.offer_expires(now=START - ahead, starts_at=START, zone="Europe/London") == START - ahead + kept


def test_the_nights_of_a_member_do_not_count_while_there_is_time() -> None:
    """Edge case 48: an offer for a session in London to somebody in Tokyo stands still in the nights of Tokyo."""
    evening = wall(dt.date(2026, 11, 9), dt.time(20), "Asia/Tokyo")
    ends = rules.offer_expires(now=evening, starts_at=START + 30 * DAY, zone="Asia/Tokyo")
    # Two hours that evening, fourteen the next day, and the last eight the day after.
    assert ends == wall(dt.date(2026, 11, 11), dt.time(16), "Asia/Tokyo")
    assert rules.offer_expires(now=evening, starts_at=START + 30 * DAY, zone="UTC") != ends


def test_nights_count_in_the_last_day() -> None:
    now = wall(dt.date(2026, 11, 18), dt.time(23), "Europe/London")
    assert rules.offer_expires(now=now, starts_at=START, zone="Europe/London") - now < 3 * HOUR
    before = START - DAY - HOUR
    assert rules.offer_expires(now=before, starts_at=START, zone="Pacific/Auckland") == START - DAY + (DAY + HOUR) / 8, (
        "the hour of the night before the last day has not counted"
    )


@given(
    ahead=st.timedeltas(min_value=dt.timedelta(seconds=1), max_value=dt.timedelta(days=90)),
    zone=st.sampled_from(["Europe/London", "Asia/Tokyo", "America/New_York", "Asia/Kathmandu", "Pacific/Chatham", "UTC"]),
)
def test_an_offer_ends_after_now_and_by_the_start_and_never_in_the_night(ahead: dt.timedelta, zone: str) -> None:
    now = START - ahead
    ends = rules.offer_expires(now=now, starts_at=START, zone=zone)
    assert now < ends <= START
    assert ends - now <= 4 * DAY
    if START - ends > DAY:
        assert dt.time(8) < ends.astimezone(zone_info(zone)).time() <= dt.time(22)


def test_the_first_who_fits_is_next() -> None:
    waiting = [one("a", 2), one("b"), one("c")]
    assert rules.choose(waiting, free=2, capacity=9, now=NOON) == Choice("a", 2, ())
    assert rules.choose(waiting, free=1, capacity=9, now=NOON) == Choice("b", 1, ("a",))
    assert rules.choose(waiting, free=None, capacity=None, now=NOON) == Choice("a", 2, ())
    assert rules.choose(waiting, free=0, capacity=9, now=NOON) is None
    assert rules.choose([], free=5, capacity=9, now=NOON) is None


def test_who_accepts_fewer_gets_what_there_is() -> None:
    """Edge case 12: `accept_fewer`."""
    assert rules.choose([one("a", 3, fewer=True), one("b")], free=2, capacity=9, now=NOON) == Choice("a", 2, ())
    assert rules.choose([one("a", 3, fewer=True)], free=0, capacity=9, now=NOON) is None


@pytest.mark.parametrize(
    ("skipped", "since", "waits"),
    [(0, None, False), (2, NOON - 23 * HOUR, False), (3, NOON, True), (1, NOON - DAY, True)],
)
def test_a_group_is_passed_over_so_often_and_then_waited_for(skipped: int, since: dt.datetime | None, waits: bool) -> None:
    """Edge case 11: a party with too few seats and singles behind it."""
    found = rules.choose([one("group", 3, skipped=skipped, since=since), one("b")], free=2, capacity=9, now=NOON)
    assert found == (None if waits else Choice("b", 1, ("group",)))


def test_a_party_that_no_seats_could_ever_hold_keeps_nobody_waiting() -> None:
    waiting = [one("group", 3, skipped=9, since=NOON - 3 * DAY), one("b")]
    assert rules.choose(waiting, free=1, capacity=2, now=NOON) == Choice("b", 1, ())


def test_an_intent_counts_only_inside_an_outage_and_never_ahead_of_time() -> None:
    """Edge case 26: a forged intent_at."""
    long_ago = NOON - 365 * DAY
    came = {"received_at": NOON, "queued_until": None}
    assert rules.queue_time(intent_at=long_ago, in_outage=False, **came) == NOON
    assert rules.queue_time(intent_at=NOON - HOUR, in_outage=True, **came) == NOON - HOUR
    assert rules.queue_time(intent_at=NOON + HOUR, in_outage=True, **came) == NOON


@pytest.mark.parametrize(("last", "joins"), [(-HOUR, NOON), (0 * HOUR, NOON + INSTANT), (HOUR, NOON + HOUR + INSTANT)])
def test_who_comes_in_the_same_moment_stands_behind_all_who_are_in_line_by_then(last: dt.timedelta, joins: dt.datetime) -> None:
    came = {"intent_at": NOON, "received_at": NOON, "queued_until": NOON + last}
    assert rules.queue_time(in_outage=False, **came) == joins
    assert rules.queue_time(in_outage=True, **came) == NOON


def test_late_cancelling_costs_unless_the_seat_came_later_still() -> None:
    closes = START - 6 * HOUR
    times = {"closes_at": closes, "starts_at": START}
    assert not rules.is_late(**times, confirmed_at=closes - DAY, now=closes - HOUR)
    assert rules.is_late(**times, confirmed_at=closes - DAY, now=closes)
    assert not rules.is_late(**times, confirmed_at=closes + HOUR, now=closes + 2 * HOUR)
    assert rules.is_late(**times, confirmed_at=closes + HOUR, now=START)
    assert not rules.is_late(**times, confirmed_at=None, now=START)


def test_registration_closes_when_it_is_said_and_at_the_door_with_the_session() -> None:
    usual = {"state": SessionState.SCHEDULED, "opens_at": NOON, "closes_at": START - HOUR, "ends_at": START + HOUR}
    rest = {"pool_is_open": True, "may_come": True, "fits": True, "same_price": True}

    def at(now: dt.datetime, *, at_door: bool = False) -> RsvpReason | None:
        return rules.refusal(**usual, **rest, at_door=at_door, now=now)

    assert [at(NOON - HOUR), at(NOON), at(START - HOUR)] == [RsvpReason.NOT_OPEN, None, RsvpReason.CLOSED]
    assert [at(when, at_door=True) for when in (NOON - HOUR, START, START + HOUR)] == [None, None, RsvpReason.CLOSED]
