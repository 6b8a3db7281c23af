"""The worker: each task in its time, none stopped by another, all at once when woken."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from shared.errors import Unavailable
from shared.messaging.worker import Tick, Worker

PATIENCE_SECONDS = 10


def fail(error: Exception) -> Callable[[], object]:
    def run() -> object:
        raise error

    return run


def test_each_task_is_called_at_its_own_pace() -> None:
    seconds, called = [0.0], []
    paces = iter([1.0, 100.0])
    worker = Worker(
        [
            Tick("often", lambda: called.append("often"), 1),
            Tick("seldom", lambda: called.append("seldom"), 10),
            Tick("changing", lambda: called.append("changing"), lambda: next(paces)),
        ],
        monotonic=lambda: seconds[0],
    )
    assert worker.run_due() == 3
    assert worker.run_due() == 0
    seconds[0] = 1
    assert worker.run_due() == 2
    seconds[0] = 10
    assert worker.run_due() == 2
    assert called == ["often", "seldom", "changing", "often", "changing", "often", "seldom"]
    assert worker.run_due(everything=True) == 3


def test_a_task_that_fails_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    called = []
    broken = [
        Tick("bug", fail(KeyError("a name")), 1),
        Tick("away", fail(Unavailable()), 1),
        Tick("pace", lambda: None, fail(KeyError())),
    ]
    worker = Worker([*broken, Tick("good", lambda: called.append(1), 1)])
    assert [worker.run_due(everything=True), worker.run_due(everything=True)] == [4, 4]
    assert called == [1, 1]
    assert {record.message for record in caplog.records} >= {"worker.failed", "worker.no-pace"}


def test_each_task_has_a_context_of_its_own() -> None:
    said = []

    @contextmanager
    def context() -> Iterator[None]:
        said.append("in")
        yield
        said.append("out")

    Worker([Tick(name, lambda: said.append("task"), 1) for name in "ab"], context=context).run_due()
    assert said == ["in", "task", "out"] * 2


def test_a_thread_runs_what_is_due_and_everything_when_woken_until_it_is_stopped() -> None:
    called = threading.Semaphore(0)
    worker = Worker([Tick("seldom", called.release, 3600)])
    assert not worker.alive
    worker.start()
    assert called.acquire(timeout=PATIENCE_SECONDS)
    with pytest.raises(RuntimeError):
        worker.start()
    worker.wake()
    assert called.acquire(timeout=PATIENCE_SECONDS)
    worker.stop()
    assert not worker.alive
    worker.start()
    worker.stop()
    assert not worker.alive


def test_a_task_may_stop_the_loop_and_the_tasks_after_it_are_not_called() -> None:
    called = []

    def stop() -> None:
        worker.stop()

    worker = Worker([Tick("last", stop, 1), Tick("never", lambda: called.append(1), 1)])
    worker.start()
    worker._thread.join(PATIENCE_SECONDS)
    assert (worker.alive, called) == (False, [])


def test_many_wakes_at_once_are_one() -> None:
    called: list[int] = []
    worker = Worker([Tick("seldom", lambda: called.append(1) or (len(called) == 2 and worker.stop()), 3600)])
    for _ in range(5):
        worker.wake()
    timer = threading.Timer(0.05, worker.wake)
    timer.start()
    worker.run()
    assert called == [1, 1]


def test_a_worker_without_tasks_waits_to_be_stopped() -> None:
    worker = Worker([])
    worker.start()
    worker.stop()
    assert not worker.alive
