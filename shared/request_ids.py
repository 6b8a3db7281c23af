"""The id of the work at hand: a request's, a command's, or that of one turn of the worker. It is what log lines have in common.

It goes along on every call to the hub, which notes it beside its own: whoever asks can name their request, but never ours.
"""

import flask

from shared.errors import Malformed
from shared.ids import new_id, parse_id

HEADER = "X-Request-Id"
IDEMPOTENCY_KEY = "Idempotency-Key"


def begin() -> None:
    """Give the request at hand its id, and note by what the caller knows it: its own request and its command."""
    told = flask.request.headers
    flask.g.request_id = new_id()
    flask.g.told_ids = {"caller_request_id": _id_or_none(told.get(HEADER)), "message_id": _id_or_none(told.get(IDEMPOTENCY_KEY))}


def current() -> str | None:
    """The id of the work at hand, given to it now if it has none yet; None outside of an app."""
    if not flask.has_app_context():
        return None
    if "request_id" not in flask.g:
        flask.g.request_id = new_id()
    return str(flask.g.request_id)


def known() -> dict[str, str | None]:
    """Every id of the work at hand, by the name that it has in the log; nothing outside of an app."""
    if not flask.has_app_context():
        return {}
    return {"request_id": current(), **flask.g.get("told_ids", {})}


def _id_or_none(text: str | None) -> str | None:
    try:
        return None if text is None else parse_id(text)
    except Malformed:
        return None
