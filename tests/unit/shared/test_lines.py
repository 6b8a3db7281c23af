"""Standing in line: one at a time, in the order of arrival, each name for itself, and nobody for ever."""

import threading

import pytest

from shared.lines import Lines
from shared.storage_errors import Busy
from tests.support.threads import together


class Counter:
    """Threads that arrive one after the other while the first still has its turn."""

    def __init__(self, lines: Lines) -> None:
        self.lines, self.served, self.there = lines, list[int](), 0

    def arrive(self, number: int) -> None:
        thread = threading.Thread(target=self.be_served, args=(number,))
        thread.start()
        while len(self.lines._lines["seat"]) <= number:
            threading.Event().wait(0.001)

    def be_served(self, number: int) -> None:
        with self.lines.turn("seat"):
            self.there += 1
            assert self.there == 1
            self.served.append(number)
            self.there -= 1


def test_who_comes_first_is_served_first_and_one_at_a_time() -> None:
    lines = Lines()
    counter = Counter(lines)
    with lines.turn("seat"):
        for number in range(1, 6):
            counter.arrive(number)
        assert counter.served == []
    while len(lines):
        threading.Event().wait(0.001)
    assert counter.served == [1, 2, 3, 4, 5]


def test_who_wants_something_else_does_not_wait() -> None:
    lines = Lines()
    with lines.turn("seat"), lines.turn("another seat"):
        assert len(lines) == 2
    assert len(lines) == 0


def test_who_waits_too_long_leaves_the_line_and_the_next_is_served() -> None:
    lines, go_on, left = Lines(), threading.Event(), threading.Event()

    def slow() -> None:
        with lines.turn("seat"):
            assert go_on.wait(10)

    def impatient() -> None:
        while not len(lines):
            threading.Event().wait(0.001)
        with pytest.raises(Busy), lines.turn("seat", patience_seconds=0.02):
            raise AssertionError("served out of turn")
        left.set()

    def patient() -> None:
        assert left.wait(10)
        go_on.set()
        with lines.turn("seat"):
            return

    assert together(slow, impatient, patient) == [None] * 3
    assert len(lines) == 0


def test_who_fails_gives_the_turn_on() -> None:
    lines = Lines()
    with pytest.raises(ValueError, match="seat"), lines.turn("seat"):
        raise ValueError("seat")
    with lines.turn("seat", patience_seconds=0.01):
        assert len(lines) == 1
