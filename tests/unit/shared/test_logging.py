import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, g

from shared import request_ids
from shared.logging import configure, log_event, refuse_unknown_fields

log = logging.getLogger("shared.test")


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    logging.captureWarnings(False)
    refuse_unknown_fields(False)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_an_event_is_one_json_line_with_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info", service="hub")
    log_event(log, "booking.held", space="the-cube", count=2, duration_ms=1.5, status=None, slug="two\nlines")
    (line,) = lines(capsys)
    assert line.pop("at").endswith("Z")
    assert line == {
        "level": "info",
        "logger": "shared.test",
        "event": "booking.held",
        "service": "hub",
        "space": "the-cube",
        "count": 2,
        "duration_ms": 1.5,
        "status": None,
        "slug": "two\nlines",
    }


def test_a_field_that_is_not_allowed_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info")
    log_event(log, "member.joined", email="anna@example.org", count=1)
    (line,) = lines(capsys)
    assert "anna" not in json.dumps(line)
    assert line["count"] == 1


def test_a_field_that_is_not_allowed_is_an_error_where_tests_want_it() -> None:
    refuse_unknown_fields()
    with pytest.raises(ValueError, match="email, name"):
        log_event(log, "member.joined", email="x", name="y")


def test_a_field_holds_plain_short_values(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info")
    log_event(log, "odd", kind={"name": "Anna"}, slug="x" * 900)
    (line,) = lines(capsys)
    assert (line["kind"], line["slug"]) == ("dict", "x" * 200)


def test_the_level_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    configure("warning")
    log_event(log, "quiet")
    log_event(log, "loud", level=logging.ERROR)
    assert [(line["event"], line["level"]) for line in lines(capsys)] == [("loud", "error")]


def test_our_own_messages_are_written_without_their_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info")
    log.warning("the member %s left", "Anna")
    (line,) = lines(capsys)
    assert line["event"] == "the member %s left"


def test_a_library_s_message_is_never_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info")
    logging.getLogger("some.library").error("GET /?token=hunter2")
    log.error(ValueError("hunter2"))
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.warn("hunter2", UserWarning, stacklevel=1)
    told = lines(capsys)
    assert [(line["event"], line["logger"]) for line in told] == [
        ("library", "some.library"),
        ("library", "shared.test"),
        ("library", "py.warnings"),
    ]
    assert "hunter2" not in json.dumps(told)


def fail() -> None:
    try:
        raise KeyError("hunter2")
    except KeyError as error:
        raise ValueError("hunter2") from error


def test_an_exception_leaves_its_type_and_frames_but_no_value(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info")
    try:
        fail()
    except ValueError as error:
        log_event(log, "failed", level=logging.ERROR, exc_info=error)
        log.exception("failed")
    log.error("failed", exc_info=True)
    first, second, third = lines(capsys)
    assert first["exception"]["type"] == "ValueError"
    assert first["exception"]["cause"]["type"] == "KeyError"
    assert first["exception"]["frames"][-1].startswith("unit/shared/test_logging.py:")
    assert first["exception"]["frames"][-1].endswith(" fail")
    assert second["exception"] == first["exception"]
    assert "exception" not in third
    assert "hunter2" not in json.dumps([first, second])


def test_an_exception_without_a_cause_has_none(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info")
    log_event(log, "failed", exc_info=ValueError("hunter2"))
    (line,) = lines(capsys)
    assert line["exception"] == {"type": "ValueError", "frames": []}


@pytest.mark.parametrize("said", ["01a2031a-e8ac-7235-aed9-5a572ba18542", "Anna", "x" * 9000, None])
def test_what_the_caller_calls_its_request_is_noted_only_if_it_is_an_id(capsys: pytest.CaptureFixture[str], said) -> None:
    configure("info")
    app = Flask(__name__)
    with app.test_request_context(headers={} if said is None else {request_ids.HEADER: said}):
        request_ids.begin()
        log_event(log, "seen")
    (line,) = lines(capsys)
    assert line.get("caller_request_id") == (said if said and said.startswith("01a2") else None)
    assert line["request_id"] != said


def test_the_lines_of_one_piece_of_work_have_one_id(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info")
    app = Flask(__name__)
    log_event(log, "outside")
    for _ in range(2):
        with app.app_context():
            log_event(log, "one")
            log_event(log, "two")
    found = [line.get("request_id") for line in lines(capsys)]
    assert found[0] is None
    assert (found[1], found[3]) == (found[2], found[4])
    assert found[1] != found[3]


def test_the_request_at_hand_is_named_by_its_route(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info")
    app = Flask(__name__)

    @app.get("/members/<name>")
    def member(name: str) -> str:
        g.request_id = "01a200e6"
        log_event(log, "seen")
        return name

    @app.errorhandler(404)
    def missing(_error: Exception) -> str:
        log_event(log, "missed")
        return ""

    app.test_client().get("/members/anna?token=hunter2")
    app.test_client().get("/nowhere/anna")
    seen, missed = lines(capsys)
    assert (seen["request_id"], seen["method"], seen["path_template"]) == ("01a200e6", "GET", "/members/<name>")
    assert missed["method"] == "GET"
    assert "path_template" not in missed
    assert "anna" not in json.dumps([seen, missed])
