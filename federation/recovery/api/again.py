"""Doing again what was told again: each call as of the time of its first answer, in the order of those, with their outcome.

Two calls that were under way at once may have been answered in another order than they took effect in. So what does not come
out as before is put off until the others are done, for as long as that helps; only what then still cannot be honoured is
decided anew.
"""

import logging

from flask import Flask
from werkzeug.test import EnvironBuilder

from federation.config import present_hub
from federation.db import db, read_only, transactional
from federation.recovery import queries, service
from federation.recovery.models import RetoldCall
from shared import answer_seal
from shared.clock import current_clock
from shared.logging import log_event
from shared.replay import RETOLD, Retold
from shared.request_ids import IDEMPOTENCY_KEY

_log = logging.getLogger(__name__)


def hear_again(app: Flask) -> int:
    """Do what was told again, once all that will be told has been, and end the recovery. Returns how many calls that were."""

    @read_only
    def look() -> tuple[bool, list[RetoldCall]]:
        session = db.session()
        may_begin = queries.may_begin(session, current_clock().now())
        return queries.recovering_since(session) is not None, queries.calls(session) if may_begin else []

    recovering, calls = look()
    if calls:
        _do_again(app, calls)
        transactional(lambda: service.forget(db.session(), [call.seal for call in calls]))()
        log_event(_log, "recovery.heard", count=len(calls))
    if recovering and read_only(lambda: queries.may_begin(db.session(), current_clock().now()))():
        transactional(lambda: service.end(db.session()))()
    return len(calls)


def _do_again(app: Flask, calls: list[RetoldCall]) -> None:
    left = calls
    while left:
        put_off = [call for call in left if not _answered(app, call, as_before=True)]
        if len(put_off) == len(left):
            break
        left = put_off
    for call in left:
        decided = _answered(app, call, as_before=False)
        log_event(_log, "recovery.not-as-before", level=logging.WARNING, space=call.space, ok=decided)


def _answered(app: Flask, call: RetoldCall, *, as_before: bool) -> bool:
    """Whether a call is answered well, with the outcome that it had."""
    about = answer_seal.Call(call.space, call.method, call.path, call.message_id, call.body.encode())
    sealed = answer_seal.unseal(str(app.config["SECRET_KEY"]), about, call.seal)
    assert sealed is not None
    builder = EnvironBuilder(
        path=call.path,
        base_url=present_hub().settings.public_url,
        method=call.method,
        data=about.body,
        content_type=call.content_type,
    )
    if call.message_id:
        builder.headers[IDEMPOTENCY_KEY] = call.message_id
    environ = builder.get_environ()
    environ[RETOLD] = Retold(call.space, sealed.answered_at, sealed.outcome if as_before else None)
    # A context of its own: what is known of this call, its time too, must not outlive it.
    with app.app_context(), app.request_context(environ):
        response = app.full_dispatch_request()
        response.close()
        return 200 <= response.status_code < 300
