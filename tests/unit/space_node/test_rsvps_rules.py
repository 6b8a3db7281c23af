"""What a member is told before asking for a seat, and what is open to them after."""

import datetime as dt
from dataclasses import replace

import pytest

from shared.calendar.writer import EntryStatus
from shared.protocol.states import AttendeeList, RsvpState, SeatKind
from space_node.rsvps.rules import (
    OPEN_STATES,
    Facts,
    Hindrance,
    Place,
    Pressed,
    calendar_status,
    free_kinds,
    goes_on,
    hindrance,
    is_done,
    may_share,
    may_tell,
    open_to,
    other_kind,
    sees_brief,
    sees_people,
)

NOW = dt.datetime(2026, 11, 12, 9, 30, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
BOTH = (SeatKind.IN_PERSON, SeatKind.REMOTE)
POSSIBLE = Facts(
    home_is_live=True,
    event_state="published",
    session_state="scheduled",
    already=False,
    ends_at=NOW + 2 * HOUR,
    opens_at=NOW,
    closes_at=NOW + HOUR,
    takes_anybody=True,
    price_credits=50,
    available_credits=50,
    now=NOW,
)
SEAT = Place(
    state=RsvpState.CONFIRMED,
    pressed=None,
    kind=SeatKind.IN_PERSON,
    kinds=BOTH,
    starts_at=NOW + HOUR,
    ends_at=NOW + 2 * HOUR,
    offer_expires_at=None,
    now=NOW,
)
OFFER = replace(SEAT, state=RsvpState.OFFERED, offer_expires_at=NOW + HOUR)


def test_what_has_just_opened_can_be_asked_for_with_the_last_credit():
    assert hindrance(POSSIBLE) is None
    assert hindrance(replace(POSSIBLE, opens_at=None)) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"event_state": "cancelled"}, Hindrance.CANCELLED),
        ({"session_state": "cancelled"}, Hindrance.CANCELLED),
        ({"session_state": "postponed"}, Hindrance.POSTPONED),
        ({"ends_at": NOW, "closes_at": NOW}, Hindrance.OVER),
        ({"already": True, "takes_anybody": False}, Hindrance.ALREADY),
        ({"home_is_live": False}, Hindrance.HOME_NOT_ACTIVE),
        ({"opens_at": NOW + HOUR}, Hindrance.NOT_OPEN),
        ({"closes_at": NOW}, Hindrance.CLOSED),
        ({"takes_anybody": False}, Hindrance.FULL),
        ({"available_credits": 49}, Hindrance.NOT_ENOUGH_CREDITS),
    ],
)
def test_what_stands_in_the_way_is_named(changes, reason):
    assert hindrance(replace(POSSIBLE, **changes)) is reason


def test_nobody_is_told_of_a_free_seat_for_which_somebody_waits():
    def pool(kind, free, waiting=0):
        return {"kind": kind, "free": free, "waiting": waiting}

    assert free_kinds(BOTH, [pool("in_person", 1, waiting=1), pool("remote", None)]) == [SeatKind.REMOTE]
    assert free_kinds(BOTH, [pool("in_person", 1), pool("remote", 0)]) == [SeatKind.IN_PERSON]
    assert free_kinds(BOTH, []) == [*BOTH]


def test_a_seat_can_be_given_back_until_the_end_and_changed_until_the_start():
    assert open_to(SEAT) == {Pressed.CANCEL, Pressed.SWITCH}
    assert open_to(replace(SEAT, now=SEAT.starts_at)) == {Pressed.CANCEL}
    assert open_to(replace(SEAT, now=SEAT.ends_at)) == frozenset()
    assert open_to(replace(SEAT, kinds=(SeatKind.IN_PERSON,))) == {Pressed.CANCEL}
    assert open_to(replace(SEAT, starts_at=None, ends_at=None)) == {Pressed.CANCEL, Pressed.SWITCH}


@pytest.mark.parametrize("state", RsvpState)
def test_what_is_open_can_be_given_back(state):
    assert (Pressed.CANCEL in open_to(replace(SEAT, state=state))) == (state in OPEN_STATES)


def test_an_offer_can_be_taken_or_left_until_it_expires():
    assert open_to(OFFER) == {Pressed.CANCEL, Pressed.ACCEPT, Pressed.DECLINE}
    assert open_to(replace(OFFER, now=OFFER.offer_expires_at)) == {Pressed.CANCEL}


def test_while_an_answer_is_awaited_one_can_only_give_back_and_that_once():
    for pressed in (Pressed.ACCEPT, Pressed.SWITCH):
        assert open_to(replace(OFFER, pressed=pressed)) == {Pressed.CANCEL}
    assert open_to(replace(SEAT, pressed=Pressed.CANCEL)) == frozenset()


def test_pressing_again_what_has_come_to_pass_is_nothing_new():
    assert is_done(Pressed.SWITCH, SEAT, SeatKind.IN_PERSON)
    assert not is_done(Pressed.SWITCH, SEAT, SeatKind.REMOTE)
    assert is_done(Pressed.CANCEL, replace(SEAT, state=RsvpState.CANCELLED_BY_MEMBER), None)
    assert not is_done(Pressed.ACCEPT, SEAT, None)
    assert other_kind(SEAT) is SeatKind.REMOTE


def test_one_shares_only_where_those_who_share_see_each_other():
    about = {"state": RsvpState.WAITLISTED, "ends_at": NOW, "now": NOW}
    assert may_share(attendee_list=AttendeeList.RECIPROCAL, **about)
    assert not may_share(attendee_list=AttendeeList.HIDDEN, **about)
    assert not may_share(attendee_list=AttendeeList.RECIPROCAL, **about | {"state": RsvpState.DECLINED})
    assert not may_share(attendee_list=AttendeeList.RECIPROCAL, **about | {"now": NOW + 30 * DAY})
    assert may_share(attendee_list=AttendeeList.RECIPROCAL, **about | {"ends_at": None})


def test_names_are_for_who_comes_and_shares():
    """Edge case 64: who waits is told no names, nor who does not share."""
    assert sees_people(state=RsvpState.CONFIRMED, shares=True)
    assert not sees_people(state=RsvpState.CONFIRMED, shares=False)
    assert not sees_people(state=RsvpState.WAITLISTED, shares=True)
    assert [state for state in RsvpState if sees_brief(state)] == [RsvpState.CONFIRMED, RsvpState.ATTENDED]


def test_who_was_there_can_say_once_in_two_weeks_how_it_was():
    about = {"state": RsvpState.ATTENDED, "ends_at": NOW, "given": False}
    assert may_tell(**about, now=NOW)
    assert not may_tell(**about, now=NOW - HOUR)
    assert not may_tell(**about, now=NOW + 14 * DAY)
    assert not may_tell(**about | {"given": True}, now=NOW)
    assert not may_tell(**about | {"state": RsvpState.NO_SHOW}, now=NOW)
    assert not may_tell(**about | {"ends_at": None}, now=NOW)


def test_a_calendar_says_how_sure_a_place_is():
    states = (RsvpState.CONFIRMED, RsvpState.WAITLISTED, RsvpState.SESSION_CANCELLED)
    assert [calendar_status(state) for state in states] == [
        EntryStatus.CONFIRMED,
        EntryStatus.TENTATIVE,
        EntryStatus.CANCELLED,
    ]


def test_a_seat_given_back_goes_on_only_before_the_start_and_to_somebody_who_waits_for_such_a_one():
    waits = [{"kind": SeatKind.IN_PERSON, "waiting": 2}]
    assert goes_on(SEAT, waits)
    assert not goes_on(SEAT, [{"kind": SeatKind.REMOTE, "waiting": 2}, {"kind": SeatKind.IN_PERSON, "waiting": 0}])
    assert not goes_on(replace(SEAT, starts_at=NOW), waits)
    assert not goes_on(replace(SEAT, state=RsvpState.WAITLISTED), waits)
