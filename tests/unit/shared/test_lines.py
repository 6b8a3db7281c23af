"""Standing in line: one at a time, in the order of arrival, nobody for ever, and nobody behind who is slow."""

import io
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask

from shared import lines
from shared.lines import SLOW_SECONDS, Line
from shared.storage_errors import Busy
from tests.support.stopwatch import Stopwatch
from tests.support.waiting import wait_until


def arrive(line: Line, number: int, serve: Callable[[], object]) -> threading.Thread:
    """Somebody who stands in line from now on."""

    def be_served() -> None:
        with line.turn():
            serve()

    thread = threading.Thread(target=be_served)
    thread.start()
    wait_until(lambda: len(line) == number)
    return thread


def test_who_comes_first_is_served_first_and_one_at_a_time() -> None:
    line, served, at_once = Line(1, monotonic=Stopwatch()), list[int](), threading.Semaphore(1)

    def serve(number: int) -> None:
        assert at_once.acquire(blocking=False)
        served.append(number)
        at_once.release()

    with line.turn():
        threads = [arrive(line, number, partial(serve, number)) for number in range(1, 6)]
        assert served == []
    for thread in threads:
        thread.join()
    assert served == [1, 2, 3, 4, 5]


def test_as_many_as_may_go_abreast() -> None:
    line = Line(2, monotonic=Stopwatch())
    with line.turn(), line.turn(patience_seconds=0), pytest.raises(Busy), line.turn(patience_seconds=0):
        raise AssertionError("three abreast")


def test_who_waits_too_long_leaves_the_line_and_the_next_is_served() -> None:
    line, served = Line(1, monotonic=Stopwatch()), list[str]()
    with line.turn():
        with pytest.raises(Busy), line.turn(patience_seconds=0):
            raise AssertionError("served out of turn")
        next_one = arrive(line, 1, lambda: served.append("the next"))
    next_one.join()
    assert (served, len(line)) == (["the next"], 0)


def test_who_is_slow_no_longer_holds_up_the_next() -> None:
    watch = Stopwatch()
    line = Line(1, monotonic=watch)
    with line.turn():
        watch.seconds += SLOW_SECONDS
        with line.turn(patience_seconds=0), pytest.raises(Busy), line.turn(patience_seconds=0):
            raise AssertionError("the second is not slow yet")


def test_who_waits_behind_somebody_that_turns_out_to_be_slow_is_called() -> None:
    line, served = Line(1), list[str]()
    with line.turn(), line.turn():
        served.append("meanwhile")
    assert served == ["meanwhile"]


def test_who_fails_gives_the_turn_on() -> None:
    line = Line(1, monotonic=Stopwatch())
    with pytest.raises(ValueError, match="seat"), line.turn():
        raise ValueError("seat")
    with line.turn(patience_seconds=0):
        assert len(line) == 0


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Flask:
    """Something that answers in turn."""
    monkeypatch.setattr(lines, "ABREAST", 1)
    app = Flask("toy")
    lines.install(app)
    app.before_request(lines.take_turn)

    @app.post("/good")
    def good() -> str:
        return "ok"

    @app.post("/bad")
    def bad() -> str:
        raise ValueError("bad")

    return app


def test_a_turn_ends_with_the_answer_whatever_it_is(app: Flask) -> None:
    client = app.test_client()
    assert [client.post(path).status_code for path in ("/good", "/bad", "/nowhere", "/good")] == [200, 500, 404, 200]


class SlowBody(io.BytesIO):
    """What is still on its way."""

    line: Line
    others_served = 0

    def readinto(self, buffer: Any, /) -> int:
        with self.line.turn(patience_seconds=0):
            self.others_served += 1
        return super().readinto(buffer)


def test_nobody_has_a_turn_whose_request_has_not_come_to_its_end(app: Flask) -> None:
    body = SlowBody(b"at last")
    body.line = app.extensions["twindesk-line"]
    assert app.test_client().post("/good", input_stream=body).status_code == 200
    assert body.others_served
