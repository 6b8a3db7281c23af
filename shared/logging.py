"""JSON lines on standard error, with a field allow-list: what is not named here is never written.

No message of a library, no value of an exception and no body of a request gets into the log, for any of them may hold a
name, an address or a key. Of an exception stay its type and the frames it went through.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import PurePath
from types import TracebackType
from typing import Any

import flask

from shared import request_ids

FIELDS = frozenset(
    {
        *("service", "request_id", "caller_request_id", "message_id", "booking_id"),
        *("method", "path_template", "status", "duration_ms", "space", "kind", "slug", "count"),
    }
)
# Our own messages are constants; gunicorn's are templates that are written without their arguments.
_TRUSTED_LOGGERS = ("shared", "federation", "space_node", "gunicorn")
_EVENT, _FIELDS = "twindesk_event", "twindesk_fields"
_MAX_TEXT = 200
_MAX_FRAMES = 30
_policy = {"refuse_unknown": False}


def configure(level: str, *, service: str | None = None) -> None:
    """Send all log records of the process to standard error as JSON lines, from this level on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(service))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(True)


def refuse_unknown_fields(refuse: bool = True) -> None:
    """Make `log_event` raise for a field that is not allowed, as tests want it, instead of leaving it out."""
    _policy["refuse_unknown"] = refuse


def log_event(
    logger: logging.Logger,
    event: str,
    *,
    level: int = logging.INFO,
    exc_info: BaseException | None = None,
    **fields: Any,
) -> None:
    """Log that something happened. A field that is not in FIELDS is left out.

    Raises ValueError for such a field after `refuse_unknown_fields()`.
    """
    unknown = fields.keys() - FIELDS
    if unknown and _policy["refuse_unknown"]:
        raise ValueError(f"Not to be logged: {', '.join(sorted(unknown))}.")
    allowed = {name: value for name, value in fields.items() if name in FIELDS}
    logger.log(level, event, exc_info=exc_info, extra={_EVENT: event, _FIELDS: allowed})


class JsonLines(logging.Formatter):
    """One JSON object a line; the request at hand is named by id, method and route, never by its address."""

    def __init__(self, service: str | None = None) -> None:
        """`service` stands on every line."""
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        """The record with its allowed fields only."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "logger": record.name}
        line["event"] = _event(record)
        if self._service:
            line["service"] = self._service
        line |= _request_fields()
        line |= {name: _plain(value) for name, value in getattr(record, _FIELDS, {}).items()}
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = _exception(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _event(record: logging.LogRecord) -> str:
    event = getattr(record, _EVENT, None)
    if isinstance(event, str):
        return event
    trusted = record.name.partition(".")[0] in _TRUSTED_LOGGERS and isinstance(record.msg, str)
    return record.msg[:_MAX_TEXT] if trusted else "library"


def _request_fields() -> dict[str, Any]:
    found = request_ids.known()
    if flask.has_request_context():
        rule = flask.request.url_rule
        found |= {
            "method": flask.request.method[:_MAX_TEXT],
            "path_template": rule.rule if rule else None,
            "booking_id": (flask.request.view_args or {}).get("booking_id"),
        }
    return {name: value for name, value in found.items() if value is not None}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    return value[:_MAX_TEXT] if isinstance(value, str) else type(value).__name__


def _exception(error: BaseException) -> dict[str, Any]:
    found: dict[str, Any] = {"type": type(error).__qualname__, "frames": _frames(error.__traceback__)}
    cause = error.__cause__ or error.__context__
    if cause is not None:
        found["cause"] = {"type": type(cause).__qualname__, "frames": _frames(cause.__traceback__)}
    return found


def _frames(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_MAX_FRAMES:]
    return [f"{'/'.join(PurePath(f.filename).parts[-3:])}:{f.lineno} {f.name}" for f in frames]
