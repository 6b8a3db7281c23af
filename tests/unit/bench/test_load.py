"""What a benchmark says of its load is what the load was."""

import itertools
import time

import pytest

from bench.load import drive


def test_answers_are_counted_after_the_warm_up_and_wrong_ones_apart() -> None:
    turns = itertools.count()

    def call() -> bool:
        time.sleep(0.005)
        return next(turns) % 2 == 0

    found = drive([call, call], 0.3, lambda: None)
    assert found.clients_count == 2
    assert found.answers_count + found.wrong_count < next(turns)
    assert abs(found.answers_count - found.wrong_count) <= 4
    assert 5 <= found.p50_ms <= found.p95_ms <= found.worst_ms + 0.1
    assert found.per_second == pytest.approx(found.answers_count / found.seconds, rel=0.1)


def test_the_computing_of_a_service_is_shared_by_all_its_answers() -> None:
    calls = itertools.count()

    def call() -> bool:
        next(calls)
        time.sleep(0.001)
        return True

    had = iter((10.0, 12.0))
    found = drive([call], 0.1, lambda: next(had))
    assert found.cpu_ms == pytest.approx(2000 / next(calls), abs=0.01)


def test_a_client_that_fails_ends_the_measurement() -> None:
    def broken() -> bool:
        raise ConnectionError("no")

    with pytest.raises(ConnectionError):
        drive([broken], 0.01, lambda: None)


def test_a_load_without_an_answer_has_numbers_all_the_same() -> None:
    assert drive([lambda: False], 0.01, lambda: None).per_second == 0.0


def test_at_a_pace_so_many_are_asked_a_second() -> None:
    found = drive([lambda: True] * 4, 0.5, lambda: None, per_second=100)
    assert found.per_second == pytest.approx(100, rel=0.1)


def test_at_a_pace_who_waits_for_others_waits_all_the_same() -> None:
    calls = itertools.count()

    def stumbles_once() -> bool:
        time.sleep(0.1 if next(calls) == 8 else 0.0)
        return True

    found = drive([stumbles_once], 0.4, lambda: None, per_second=50)
    assert found.worst_ms >= 100
    assert found.p95_ms > 50, "the calls behind it were late, though each was answered at once"
