"""What the desk of a session sees and can do: pure decisions."""

import datetime as dt

import pytest

from shared.protocol.states import DoorReason, Reach, RsvpReason, RsvpState, SessionState, Verdict
from space_node.door import rules
from space_node.door.rules import Next

STARTS = dt.datetime(2026, 3, 3, 19, 0, tzinfo=dt.UTC)
ENDS = STARTS + dt.timedelta(hours=2)
SECOND, DAY = dt.timedelta(seconds=1), dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("state", "now", "is_open"),
    [
        (SessionState.SCHEDULED, STARTS - DAY - SECOND, False),
        (SessionState.SCHEDULED, STARTS - DAY, True),
        (SessionState.SCHEDULED, ENDS + 3 * DAY, True),
        (SessionState.SCHEDULED, ENDS + 3 * DAY + SECOND, False),
        (SessionState.POSTPONED, STARTS, False),
        (SessionState.CANCELLED, STARTS, False),
    ],
)
def test_the_door_is_open_around_the_session(state: SessionState, now: dt.datetime, is_open: bool) -> None:
    assert rules.door_is_open(state=state, starts_at=STARTS, ends_at=ENDS, now=now) is is_open


def test_a_minute_of_silence_is_an_absent_hub() -> None:
    assert rules.is_offline(None, STARTS)
    assert not rules.is_offline(STARTS - 60 * SECOND, STARTS)
    assert rules.is_offline(STARTS - 61 * SECOND, STARTS)


GOOD, TWINLESS = (Verdict.GREEN, DoorReason.GOOD_PASSPORT), (Verdict.RED, DoorReason.NOT_TWINNED)
RED = (Verdict.RED, DoorReason.EXPIRED)


@pytest.mark.parametrize(
    ("found", "expected", "here", "reach", "seen"),
    [
        (GOOD, True, False, Reach.TWINS, (Verdict.AMBER, DoorReason.CHECK_IDENTITY, Next.CHECK_IN)),
        (GOOD, False, True, Reach.TWINS, (Verdict.AMBER, DoorReason.ALREADY_HERE, Next.WALK_IN)),
        (GOOD, False, False, Reach.TWINS, (Verdict.AMBER, DoorReason.GOOD_PASSPORT, Next.WALK_IN)),
        (RED, True, False, Reach.PUBLIC, (*RED, Next.NOTHING)),
        (TWINLESS, False, False, Reach.TWINS, (*TWINLESS, Next.NOTHING)),
        (TWINLESS, False, False, Reach.NETWORK, (Verdict.AMBER, DoorReason.NOT_TWINNED, Next.WALK_IN)),
        (TWINLESS, True, False, Reach.PUBLIC, (Verdict.AMBER, DoorReason.CHECK_IDENTITY, Next.CHECK_IN)),
    ],
)
def test_a_passport_and_the_list_together(
    found: tuple[Verdict, DoorReason], expected: bool, here: bool, reach: Reach, seen: tuple[Verdict, DoorReason, Next]
) -> None:
    assert rules.judge(*found, expected=expected, here=here, reach=reach) == seen


def test_names_are_the_same_whatever_their_capitals_and_blanks() -> None:
    assert rules.same_name("Ada  Bianchi", "ada bianchi")
    assert not rules.same_name("", "")
    assert not rules.same_name("Ada", "Adam")


def test_a_seat_of_the_door_is_for_whom_the_hub_had_none_or_no_answer() -> None:
    assert rules.takes_a_door_seat(state=RsvpState.ASKED, reason=None, tried=False)
    assert rules.takes_a_door_seat(state=RsvpState.REFUSED, reason=RsvpReason.FULL, tried=False)
    assert not rules.takes_a_door_seat(state=RsvpState.REFUSED, reason=RsvpReason.FULL, tried=True)
    assert not rules.takes_a_door_seat(state=RsvpState.REFUSED, reason=RsvpReason.DUPLICATE, tried=False)
