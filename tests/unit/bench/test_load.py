"""What a benchmark says of its load is what the load was."""

import itertools
import threading

import pytest

from bench.load import drive


class Simulated(threading.local):
    """A clock that only sleeping moves. Each client has a time of its own, as if side by side; who drives them has the latest."""

    def __init__(self, driver: int, latest: list[float]) -> None:
        self._drives = threading.get_ident() == driver
        self._latest, self._passed = latest, 0.0

    def perf_counter(self) -> float:
        return self._latest[0] if self._drives else self._passed

    def sleep(self, seconds: float, /) -> None:
        self._passed += seconds
        self._latest[0] = max(self._latest[0], self._passed)


@pytest.fixture
def clock() -> Simulated:
    return Simulated(threading.get_ident(), [0.0])


def test_answers_are_counted_after_the_warm_up_and_wrong_ones_apart(clock) -> None:
    def client(seconds, right):
        def call() -> bool:
            clock.sleep(seconds)
            return right

        return call

    found = drive([client(0.25, True), client(0.5, False)], 20, lambda: None, clock=clock)
    assert (found.clients_count, found.answers_count, found.wrong_count) == (2, 80, 40)
    assert (found.seconds, found.per_second) == (20, 4)
    assert (found.p50_ms, found.p95_ms, found.worst_ms) == (250, 250, 250)


def test_the_computing_of_a_service_is_shared_by_all_its_answers(clock) -> None:
    def call() -> bool:
        clock.sleep(0.25)
        return True

    had = iter((10.0, 12.0))
    assert drive([call], 10, lambda: next(had), clock=clock).cpu_ms == pytest.approx(2000 / 48, abs=0.01)


def test_a_client_that_fails_ends_the_measurement() -> None:
    def broken() -> bool:
        raise ConnectionError("no")

    with pytest.raises(ConnectionError):
        drive([broken], 0.01, lambda: None)


def test_a_load_without_an_answer_has_numbers_all_the_same() -> None:
    found = drive([lambda: False], 0.01, lambda: None)
    assert (found.per_second, found.worst_ms) == (0.0, 0.0)
    assert found.wrong_count > 0


def test_at_a_pace_so_many_are_asked_a_second(clock) -> None:
    found = drive([lambda: True] * 4, 32, lambda: None, per_second=16, clock=clock)
    assert found.per_second == pytest.approx(16, rel=0.01)
    assert found.worst_ms == 0


def test_at_a_pace_who_waits_for_others_waits_all_the_same(clock) -> None:
    calls = itertools.count()

    def stumbles_once() -> bool:
        clock.sleep(4 if next(calls) == 8 else 0)
        return True

    found = drive([stumbles_once], 16, lambda: None, per_second=2, clock=clock)
    assert found.worst_ms == 4000
    assert found.p95_ms > 2000, "the calls behind it were late, though each was answered at once"
