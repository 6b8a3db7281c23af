"""Idempotency at the HTTP edge: the key of a request, and an answer that says when it is an earlier one (DESIGN §6)."""

from flask import Response, jsonify, request

from shared.errors import Malformed
from shared.idempotency import Answered
from shared.marking import N_

KEY_HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotency-Replayed"


class KeyNeeded(Malformed):
    """An action without an Idempotency-Key."""

    slug = "key-needed"
    title = N_("An Idempotency-Key is needed")
    sentence = N_("Send an Idempotency-Key with this call, so that it can be repeated safely.")


def idempotency_key() -> str:
    """The key of the present request. Raises KeyNeeded."""
    key = request.headers.get(KEY_HEADER, "")
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
