"""A peer's problem answer, read back into the nine kinds: trusted for its status and slug, never for its text."""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from shared import errors
from shared.errors import RESERVED_PARAMS, FieldFault, Refusal
from shared.loader import MAX_BODY_BYTES, strict_loads
from shared.text import harmless

PROBLEM_BASE = "https://twindesk.example/problems/"
STATUS: dict[type[Refusal], int] = {
    errors.Malformed: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Gone: 410,
    errors.Invalid: 422,
    errors.TooMany: 429,
    errors.Unavailable: 503,
}
_KIND = {status: kind for kind, status in STATUS.items()} | {408: errors.Unavailable, 425: errors.Unavailable}
_SLUG = re.compile(r"[a-z][a-z0-9-]{0,63}")
_SECONDS = re.compile(r"[0-9]{1,6}")
_LONGEST_WAIT_SECONDS = 86_400
_TEXT_MAX = 500
_FAULTS_MAX = 100


def status_of(refusal: type[Refusal]) -> int:
    """The HTTP status of a refusal's kind."""
    return next(STATUS[kind] for kind in refusal.__mro__ if kind in STATUS)


def read(status: int, headers: Mapping[str, str], body: bytes) -> Refusal:
    """The refusal that a peer's answer (status 300 or more) means.

    An instance of the registered class where the slug is known and belongs to this status, else of the status's kind; the
    slug is the peer's in either case. What cannot be read is judged by its status; every 5xx may succeed later.
    """
    problem = _problem(body)
    slug = _slug(problem)
    kind = _kind(status)
    known = Refusal.registry.get(slug or "", kind)
    cls = known if issubclass(known, kind) else kind
    params = _params(problem)
    refusal = cls.__new__(cls)
    # Past the subclass's own constructor, whose parameters a peer cannot be trusted to send.
    detail = _detail(cls, kind, problem, params)
    Refusal.__init__(refusal, detail, errors=_faults(problem), retry_after_seconds=_retry_after_seconds(headers), **params)
    refusal.slug = slug or cls.slug
    return refusal


def title_in(body: str | None) -> str:
    """What a peer's answer calls the problem, in English; empty for an answer that is none."""
    said = _problem((body or "").encode()).get("title")
    return harmless(said, max_length=_TEXT_MAX) if isinstance(said, str) else ""


def _kind(status: int) -> type[Refusal]:
    if status in _KIND:
        return _KIND[status]
    # Redirects are not followed: a peer that sends one is set up wrongly, and may be put right.
    return errors.Malformed if 400 <= status < 500 else errors.Unavailable


def _problem(body: bytes) -> dict[str, Any]:
    try:
        found = strict_loads(body)
    except errors.Malformed:
        return {}
    return found if isinstance(found, dict) else {}


def _slug(problem: Mapping[str, Any]) -> str | None:
    address = problem.get("type")
    slug = address.removeprefix(PROBLEM_BASE) if isinstance(address, str) else ""
    return slug if _SLUG.fullmatch(slug) else None


def _params(problem: Mapping[str, Any]) -> dict[str, Any]:
    own = RESERVED_PARAMS | {"retry_after_seconds"}
    return {
        name: harmless(value, max_length=MAX_BODY_BYTES) if isinstance(value, str) else value
        for name, value in problem.items()
        if name not in own
    }


def _detail(cls: type[Refusal], kind: type[Refusal], problem: Mapping[str, Any], params: dict[str, Any]) -> str | None:
    said = problem.get("detail")
    text = harmless(said, max_length=_TEXT_MAX) if isinstance(said, str) else ""
    try:
        ours = cls.sentence % params
    except (KeyError, TypeError, ValueError):
        return text or kind.sentence
    # None lets a page say our own sentence in the reader's language, where the peer said the same or nothing.
    return None if text in {"", ours} else text


def _faults(problem: Mapping[str, Any]) -> list[FieldFault]:
    said = problem.get("errors")
    entries = [entry for entry in said if isinstance(entry, dict)] if isinstance(said, list) else []
    return [
        FieldFault(pointer=harmless(pointer, max_length=_TEXT_MAX), detail=harmless(detail, max_length=_TEXT_MAX))
        for pointer, detail in ((entry.get("pointer"), entry.get("detail")) for entry in entries[:_FAULTS_MAX])
        if isinstance(pointer, str) and isinstance(detail, str)
    ]


def _retry_after_seconds(headers: Mapping[str, str]) -> int | None:
    by_name = {name.lower(): value for name, value in headers.items()}
    said = by_name.get("retry-after", "").strip()
    if _SECONDS.fullmatch(said):
        return min(int(said), _LONGEST_WAIT_SECONDS)
    try:
        # Against the peer's own Date: the clocks of two machines are never compared.
        wait = parsedate_to_datetime(said) - parsedate_to_datetime(by_name.get("date", ""))
    except (ValueError, TypeError):
        return None
    return min(max(int(wait.total_seconds()), 0), _LONGEST_WAIT_SECONDS)
