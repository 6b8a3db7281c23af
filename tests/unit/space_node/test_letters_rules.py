"""Which change of a place is worth a letter, and which is not."""

import datetime as dt
from dataclasses import replace

import pytest

from shared.protocol.states import RsvpReason, RsvpState, SeatKind
from space_node.letters.rules import Stand, Subject, is_due, is_silent, subject, urgent

AT = dt.datetime(2026, 11, 12, 18, tzinfo=dt.UTC)
SEAT = Stand(state=RsvpState.CONFIRMED, kind=SeatKind.REMOTE, sequence=1, starts_at=AT, is_postponed=False, link_sha256="a" * 64)
STATES = {
    (RsvpState.ASKED, RsvpState.CONFIRMED): Subject.CONFIRMED,
    (RsvpState.ASKED, RsvpState.PENDING): None,
    (RsvpState.ASKED, RsvpState.WAITLISTED): Subject.WAITLISTED,
    (RsvpState.ASKED, RsvpState.REFUSED): Subject.REFUSED,
    (RsvpState.PENDING, RsvpState.CONFIRMED): Subject.LET_IN,
    (RsvpState.PENDING, RsvpState.WAITLISTED): Subject.LET_WAIT,
    (RsvpState.PENDING, RsvpState.REFUSED): Subject.REFUSED,
    (RsvpState.WAITLISTED, RsvpState.CONFIRMED): Subject.MOVED_UP,
    (RsvpState.WAITLISTED, RsvpState.OFFERED): Subject.OFFERED,
    (RsvpState.OFFERED, RsvpState.CONFIRMED): Subject.CONFIRMED,
    (RsvpState.OFFERED, RsvpState.OFFER_EXPIRED): Subject.OFFER_EXPIRED,
    (RsvpState.OFFERED, RsvpState.DECLINED): None,
    (RsvpState.CONFIRMED, RsvpState.CANCELLED_BY_HOST): Subject.CANCELLED_BY_HOST,
    (RsvpState.WAITLISTED, RsvpState.SESSION_CANCELLED): Subject.SESSION_CANCELLED,
    (RsvpState.CONFIRMED, RsvpState.ATTENDED): None,
    (RsvpState.CONFIRMED, RsvpState.NO_SHOW): None,
    (RsvpState.ATTENDED, RsvpState.CONFIRMED): None,
    (RsvpState.CONFIRMED, RsvpState.CONFIRMED): None,
}


@pytest.mark.parametrize(("states", "about"), STATES.items(), ids=lambda case: "-".join(case) if isinstance(case, tuple) else "")
def test_what_the_hub_says_of_a_place_is_told_if_a_member_cares(states, about):
    before, after = (replace(SEAT, state=state) for state in states)
    assert subject(before, after) is about


def test_the_first_answer_is_told_to_who_was_told_nothing_before():
    assert subject(None, SEAT) is Subject.CONFIRMED
    assert subject(None, replace(SEAT, state=RsvpState.ASKED)) is None


def test_what_members_do_themselves_is_told_only_where_something_is_to_be_struck_from_a_calendar():
    given_back = replace(SEAT, state=RsvpState.CANCELLED_BY_MEMBER)
    assert subject(SEAT, given_back) is Subject.GIVEN_BACK
    assert subject(replace(SEAT, state=RsvpState.WAITLISTED), given_back) is None
    refused = replace(SEAT, state=RsvpState.REFUSED)
    assert subject(None, refused, reason=RsvpReason.WITHDRAWN) is None
    assert subject(None, refused, reason=RsvpReason.FULL) is Subject.REFUSED


@pytest.mark.parametrize(
    ("changed", "about"),
    [
        ({"sequence": 2, "starts_at": AT + dt.timedelta(hours=1)}, Subject.MOVED),
        ({"sequence": 2, "is_postponed": True}, Subject.POSTPONED),
        ({"sequence": 2}, Subject.CHANGED),
        ({"sequence": 0, "starts_at": AT + dt.timedelta(hours=1)}, None),
        ({"kind": SeatKind.IN_PERSON}, Subject.SWITCHED),
        ({"link_sha256": "b" * 64}, Subject.LINK),
        ({"link_sha256": None}, None),
    ],
)
def test_what_becomes_of_the_session_is_told_to_who_has_a_seat(changed, about):
    assert subject(SEAT, replace(SEAT, **changed)) is about


def test_a_new_day_after_a_postponement_is_a_new_time_also_where_it_is_the_old_one():
    postponed = replace(SEAT, is_postponed=True)
    assert subject(postponed, replace(SEAT, sequence=2)) is Subject.MOVED
    assert subject(postponed, replace(postponed, sequence=2)) is Subject.CHANGED


@pytest.mark.parametrize(
    ("state", "about"),
    [(state, Subject.MOVED) for state in (RsvpState.WAITLISTED, RsvpState.OFFERED, RsvpState.PENDING)]
    + [(state, None) for state in (RsvpState.ASKED, RsvpState.REFUSED, RsvpState.ATTENDED)],
)
def test_who_waits_is_told_of_the_session_too_and_nobody_else(state, about):
    waits = replace(SEAT, state=state)
    later = replace(waits, kind=SeatKind.IN_PERSON, sequence=2, starts_at=AT + dt.timedelta(hours=1), link_sha256="b" * 64)
    assert subject(waits, later) is about


def test_a_link_is_for_those_who_join_by_it():
    in_person = replace(SEAT, kind=SeatKind.IN_PERSON)
    assert subject(in_person, replace(in_person, link_sha256="b" * 64)) is None


def test_who_had_waited_and_takes_part_in_the_other_way_is_told_so():
    waits = replace(SEAT, state=RsvpState.WAITLISTED, kind=SeatKind.IN_PERSON)
    assert subject(waits, SEAT) is Subject.SWITCHED


def test_after_the_end_only_that_is_told_which_has_ended_it():
    assert subject(None, SEAT, is_over=True) is None
    assert subject(SEAT, replace(SEAT, sequence=2), is_over=True) is None
    off = replace(SEAT, state=RsvpState.SESSION_CANCELLED)
    assert subject(SEAT, off, is_over=True) is Subject.SESSION_CANCELLED


def test_a_guest_must_hear_of_a_session_that_moved_even_if_more_became_of_their_place():
    waits, moved = replace(SEAT, state=RsvpState.PENDING), replace(SEAT, sequence=2, starts_at=AT + dt.timedelta(hours=1))
    assert urgent(waits, moved) is Subject.MOVED
    assert urgent(waits, SEAT) is None
    assert urgent(SEAT, replace(moved, state=RsvpState.SESSION_CANCELLED)) is Subject.SESSION_CANCELLED
    assert urgent(SEAT, replace(moved, state=RsvpState.CANCELLED_BY_MEMBER)) is None


@pytest.mark.parametrize(
    ("starts_in_hours", "open_minutes", "due"),
    [(24, 2, True), (24, 1, False), (-1, 2, True), (25, 2, False), (25, 29, False), (25, 30, True)],
)
def test_a_home_has_half_an_hour_to_read_the_news_and_two_minutes_of_what_begins_within_a_day(starts_in_hours, open_minutes, due):
    """Edge case 27: from then on the home counts as having had its time."""
    since = AT - dt.timedelta(minutes=open_minutes)
    assert is_due(open_since=since, starts_at=AT + dt.timedelta(hours=starts_in_hours), now=AT) is due


@pytest.mark.parametrize(("quiet_seconds", "silent"), [(None, True), (300, True), (299, False), (0, False)])
def test_a_home_that_was_heard_of_lately_is_behind_and_not_out(quiet_seconds, silent):
    assert is_silent(quiet_seconds) is silent
