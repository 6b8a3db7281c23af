"""Idempotency at the HTTP edge: the key of a request, and an answer that says when it is an earlier one (DESIGN §6)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import Response, jsonify, request
from sqlalchemy.orm import Session, scoped_session

from shared.errors import Conflict, Malformed
from shared.idempotency import Answered, AnswerMixin, KeyReused, answered_once
from shared.marking import N_
from shared.request_ids import IDEMPOTENCY_KEY

# What only this process itself can put beside a request: no header comes in under such a name.
RETOLD = "twindesk.retold"
REPLAYED_HEADER = "Idempotency-Replayed"


@dataclass(frozen=True)
class Retold:
    """A call that was answered before, in a life that its hub forgot: of whom, when, and with which outcome, if that counts."""

    caller: str
    answered_at: datetime
    outcome: tuple[str, ...] | None


def retold() -> Retold | None:
    """What the present request repeats, if it is one that the hub does again."""
    return cast("Retold | None", request.environ.get(RETOLD))


def told_outcome() -> tuple[str, ...] | None:
    """The outcome that the present request must have again, or None for one that is decided now."""
    again = retold()
    return None if again is None else again.outcome


class KeyNeeded(Malformed):
    """An action without an Idempotency-Key."""

    slug = "key-needed"
    title = N_("An Idempotency-Key is needed")
    sentence = N_("Send an Idempotency-Key with this call, so that it can be repeated safely.")


def idempotency_key() -> str:
    """The key of the present request. Raises KeyNeeded."""
    key = request.headers.get(IDEMPOTENCY_KEY, "")
    if not key:
        raise KeyNeeded
    return key


def as_response(answer: Answered) -> Response:
    """The answer as JSON; a repeated one says so."""
    response = jsonify(answer.body)
    response.status_code = answer.status
    if answer.replayed:
        response.headers[REPLAYED_HEADER] = "true"
    return response


def respond_once(
    session: Session | scoped_session[Any],
    Model: type[AnswerMixin],
    *,
    caller: str,
    key: str,
    now: datetime,
    work: Callable[[], dict[str, Any]],
    conflict: type[Conflict] = KeyReused,
) -> Response:
    """Answer the caller's present request; the same key again, for the same path and with the same body, repeats that answer.

    Raises the given conflict for another body, KeyUnusable, and whatever the work raises.
    """
    answer = answered_once(
        session,
        Model,
        scope=f"{caller} {request.method} {request.path}",
        key=key,
        raw_body=request.get_data(cache=True),
        now=now,
        work=lambda: (200, work()),
        conflict=conflict,
    )
    return as_response(answer)
