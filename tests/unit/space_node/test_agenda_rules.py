"""What stands in a member's own calendar, how sure it is, and how it grows."""

import pytest

from shared.calendar.writer import EntryStatus
from space_node.agenda.rules import is_in_calendar, status, steps

SURE, MAYBE, OFF = EntryStatus.CONFIRMED, EntryStatus.TENTATIVE, EntryStatus.CANCELLED


def test_the_calendar_shows_seats_and_waiting_only_if_wished():
    assert is_in_calendar(SURE, was_sure=True, with_waiting=False)
    assert is_in_calendar(MAYBE, was_sure=False, with_waiting=True)
    assert not is_in_calendar(MAYBE, was_sure=False, with_waiting=False)
    assert is_in_calendar(OFF, was_sure=True, with_waiting=False)
    assert not is_in_calendar(OFF, was_sure=False, with_waiting=True)


@pytest.mark.parametrize(
    ("own", "everybodys", "shown"),
    [(SURE, SURE, SURE), (SURE, MAYBE, MAYBE), (MAYBE, SURE, MAYBE), (SURE, OFF, OFF), (OFF, SURE, OFF), (OFF, MAYBE, OFF)],
)
def test_an_entry_is_as_unsure_as_the_less_sure_of_the_seat_and_its_session(own, everybodys, shown):
    assert status(own=own, everybodys=everybodys) is shown


def test_the_sequence_of_an_entry_grows_with_every_change_and_every_new_wish():
    assert [steps([1]), steps([2]), steps([2, 0]), steps([2, 1])] == [1, 2, 3, 4]
