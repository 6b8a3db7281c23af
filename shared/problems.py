"""The one table between the nine kinds of refusal and HTTP, both ways (RFC 9457).

Towards the caller: `install` turns refusals, the framework's own errors and bugs into problem bodies under the machines'
paths, and into a page in the reader's language elsewhere. From a peer: `read` turns its answer back into the same kinds,
so that callers decide by kind and slug, never by text.
"""

import json
import logging
from http import HTTPStatus
from typing import Any, NoReturn

import marshmallow as ma
from flask import Flask, Response, g, render_template, request
from flask_smorest import Api, Blueprint
from jinja2 import TemplateNotFound
from markupsafe import Markup
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from shared import errors, kept
from shared.csrf import FormExpired
from shared.errors import FieldFault, Refusal
from shared.ids import new_id
from shared.loader import MalformedJson, strict_loads
from shared.logging import log_event
from shared.marking import N_
from shared.peer_problems import PROBLEM_BASE, STATUS, read, status_of
from shared.redirects import page_before
from shared.schemas import pointers
from shared.spoken import translated

__all__ = [
    "JSON_PATHS",
    "PROBLEM_BASE",
    "STATUS",
    "ProblemApi",
    "ProblemBlueprint",
    "ProblemSchema",
    "StrictParser",
    "install",
    "read",
    "respond",
    "status_of",
    "title_of",
    "wants_json",
]

JSON_PATHS = ("/fed/", "/oauth/", "/api/", "/.well-known/")
_KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate", "Content-Range")
_INTERNAL = ("internal", N_("Something broke on our side"), N_("Quote the number below when you report it."))
_REFUSED = ("http-error", N_("The request was refused"), N_("This request cannot be answered as it was sent."))
# Errors of the framework that are none of the nine kinds keep their status.
_FRAMEWORK = {
    405: ("method-not-allowed", N_("Not possible here"), N_("This address does not take this kind of request.")),
    412: ("precondition-failed", N_("Changed meanwhile"), N_("Somebody has changed this since you read it.")),
    413: ("content-too-large", N_("Too large"), N_("What was sent is larger than this address takes.")),
    414: ("address-too-long", N_("The address is too long"), N_("The address is longer than it may be.")),
    415: ("unsupported-media-type", N_("Wrong kind of content"), N_("This address does not take this kind of content.")),
    428: ("precondition-required", N_("Say which state you mean"), N_("Send the state that you read before (If-Match).")),
}
_BARE_PAGE = Markup(
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
    "<h1>{title}</h1><p>{detail}</p><p><small>{instance}</small></p></html>"
)
# What is wrong with the moment and not with the form: the same can be sent once more.
_LATER = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS})
_log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    """Register the only error handlers of the app. Call it after every extension."""
    app.register_error_handler(Refusal, respond)
    app.register_error_handler(HTTPException, _framework_error)
    app.register_error_handler(Exception, _bug)


def wants_json() -> bool:
    """Whether the present request comes from a machine; by path, since Flask gives unrouted errors to no blueprint."""
    return request.path.startswith(JSON_PATHS)


def title_of(slug: str | None, told: str = "") -> str:
    """What a refusal is called in the reader's language; one of which this side knows nothing, as its sender calls it.

    Without that, by its slug.
    """
    known = Refusal.registry.get(slug or "")
    return translated(known.title if known else told) or slug or ""


def respond(refusal: Refusal) -> Response:
    """The answer to a request that was refused: a problem body or a page."""
    status = status_of(type(refusal))
    headers: dict[str, str] = {}
    if refusal.retry_after_seconds is not None:
        headers["Retry-After"] = str(refusal.retry_after_seconds)
    if status == HTTPStatus.UNAUTHORIZED and wants_json():
        headers["WWW-Authenticate"] = "Bearer"
    more = {**refusal.params, "errors": refusal.errors} if refusal.errors else refusal.params
    return _answer(status, (refusal.slug, refusal.title, refusal.detail), more, headers)


def _framework_error(error: HTTPException) -> BaseResponse | HTTPException:
    if error.response is not None:
        return error
    code = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    kind = next((kind for kind, status in STATUS.items() if status == code), None)
    if kind is not None:
        words = (kind.slug, kind.title, kind.sentence)
    else:
        words = _FRAMEWORK.get(code, _REFUSED if code < HTTPStatus.INTERNAL_SERVER_ERROR else _INTERNAL)
    headers = {name: value for name, value in error.get_headers() if name in _KEPT_HEADERS}
    return _answer(code, words, {}, headers)


def _bug(error: Exception) -> Response:
    log_event(_log, "request.failed", level=logging.ERROR, exc_info=error)
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, _INTERNAL, {}, {})


def _answer(status: int, words: tuple[str, str, str], more: dict[str, Any], headers: dict[str, str]) -> Response:
    slug, title, detail = words
    instance = f"urn:uuid:{g.get('request_id') or new_id()}"
    if wants_json():
        body = {**more, "type": PROBLEM_BASE + slug, "title": title, "status": status}
        text = json.dumps({**body, "detail": detail, "instance": instance}, default=_plain, ensure_ascii=False)
        return Response(text, status, headers=headers, content_type="application/problem+json")
    faults = [FieldFault(pointer=f["pointer"], detail=translated(f["detail"])) for f in more.get("errors", [])]
    problem = {"status": status, "slug": slug, "instance": instance, "errors": faults}
    later = status in _LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR or slug == FormExpired.slug
    problem |= {"kept": kept.of_request() if later else None, "back": page_before()}
    page = _page({**problem, "title": translated(title), "detail": translated(detail)})
    return Response(page, status, headers=headers, content_type="text/html; charset=utf-8")


def _page(problem: dict[str, Any]) -> str:
    try:
        return render_template("problem.html", problem=problem)
    except TemplateNotFound:
        pass
    except Exception as error:
        # What broke the request may break the layout as well: the reader still gets an answer.
        log_event(_log, "problem.page_failed", level=logging.ERROR, exc_info=error)
    return _BARE_PAGE.format(**problem)


def _plain(value: Any) -> str:
    return str(value.isoformat() if hasattr(value, "isoformat") else value)


class ProblemSchema(ma.Schema):
    """The error body, for the OpenAPI document."""

    type = ma.fields.Url(required=True)
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String()
    instance = ma.fields.String()
    errors = ma.fields.List(ma.fields.Dict())


class StrictParser(FlaskParser):
    """webargs with the strict loader in front and the nine kinds behind it."""

    def _raw_load_json(self, req: Any) -> Any:
        # The one hook: webargs' own load_json lets NaN and duplicate keys through.
        if not req.is_json:
            raise MalformedJson(N_("Send JSON with Content-Type: application/json."))
        return strict_loads(req.get_data(cache=True))

    def handle_error(self, error: ma.ValidationError, *_: Any, **__: Any) -> NoReturn:
        """Turn marshmallow's messages into pointers; those into the body stand without their location."""
        messages: Any = error.messages  # by location
        by_place = {"_schema" if location == "json" else location: said for location, said in messages.items()}
        raise errors.Invalid(errors=pointers(by_place))


class ProblemBlueprint(Blueprint):  # type: ignore[misc]
    """A flask-smorest blueprint whose arguments pass the strict loader."""

    ARGUMENTS_PARSER = StrictParser()

    def arguments(self, schema: type[ma.Schema], **options: Any) -> Any:
        """As flask-smorest has it, with one schema for all calls of a route: webargs would make one for each."""
        return super().arguments(schema(), **options)


class ProblemApi(Api):  # type: ignore[misc]
    """flask-smorest that leaves errors to `install` and documents them as they are."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave every error of the app to `install`."""

    def _register_responses(self) -> None:
        # flask-smorest would document errors as application/json.
        content = {"application/problem+json": {"schema": ProblemSchema}}
        names = [(status.name, status.phrase) for status in HTTPStatus]
        for name, phrase in [*names, ("DEFAULT_ERROR", "Default error response")]:
            self.spec.components.response(name, {"description": phrase, "content": content}, lazy=True)
