"""The skeleton that the hub and every node stand on: one Flask app with nothing left to defaults that are not ours.

Request ids, security headers, body limits, the hosts it answers to, cookies, form tokens, languages, health, errors
and default deny. A service calls `make_app`, registers its blueprints, and closes with `access.install`.
"""

import logging
import re
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from itsdangerous import URLSafeSerializer
from werkzeug.exceptions import LengthRequired, RequestEntityTooLarge, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from shared import access, csrf, headers, health, metrics, problems, request_ids, ui
from shared.clock import Clock
from shared.config import ServiceSettings
from shared.db import Database
from shared.logging import log_event
from shared.setting_values import is_loopback

KIB = 1024
BODY_LIMIT_BYTES = 64 * KIB
IMPORT_LIMIT_BYTES = 16 * KIB * KIB
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")
_WHOLE_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://([^/?#]*)", re.IGNORECASE)
_log = logging.getLogger(__name__)
View = TypeVar("View", bound=Callable[..., Any])


def make_app(name: str, settings: ServiceSettings, *, db: Database, clock: Clock) -> Flask:
    """Return the app of the package `name`, without the service's own routes. It refuses everything until `access.install`."""
    app = Flask(name, static_folder=None)
    _configure(app, settings)
    app.extensions.update(clock=clock, settings=settings)
    app.before_request(_begin)
    app.before_request(_check_host)
    app.before_request(_check_body_size)
    app.after_request(_log_answer)
    headers.install(app)
    db.init_app(app)
    ui.install(app)
    csrf.install(app)
    access.prepare(app)
    health.install(app, db)
    metrics.install(app, settings)
    problems.install(app)
    app.register_error_handler(SecurityError, _foreign_host)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def body_limit(limit_bytes: int) -> Callable[[View], View]:
    """Let one view take a larger body than 64 KiB; for imports only."""

    def mark(view: View) -> View:
        view.__dict__["body_limit_bytes"] = limit_bytes
        return view

    return mark


def public_url(path: str) -> str:
    """Return the address of a path as the world knows it: from the settings, never from the Host header."""
    return _settings().public_url + path


def address_signer(purpose: str) -> URLSafeSerializer:
    """Return what signs words that stand in an address, by this service's key and for one purpose alone."""
    return URLSafeSerializer(str(current_app.secret_key), salt=purpose)


def cookie_name(use: str) -> str:
    """Return the name of a cookie of this service, with the `__Host-` prefix where cookies are Secure."""
    return cast(str, current_app.config["COOKIE_STEM"]) + use


def cookie_is_secure() -> bool:
    """Whether cookies travel over https only, which the public URL decides."""
    return bool(current_app.config["SESSION_COOKIE_SECURE"])


def _configure(app: Flask, settings: ServiceSettings) -> None:
    public = urlsplit(settings.public_url)
    secure = public.scheme == "https"
    # Cookies know no ports: without the port in their names, the nodes of a demo would sign each other's people out.
    port = f"_{public.port}" if public.port else ""
    stem = ("__Host-" if secure else "") + re.sub(r"\W+", "_", settings.service) + port + "_"
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        COOKIE_STEM=stem,
        SESSION_COOKIE_NAME=stem + "state",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PREFERRED_URL_SCHEME=public.scheme,
        MAX_CONTENT_LENGTH=BODY_LIMIT_BYTES,
        MAX_FORM_MEMORY_SIZE=BODY_LIMIT_BYTES,
    )


def _settings() -> ServiceSettings:
    return cast(ServiceSettings, current_app.extensions["settings"])


def _begin() -> None:
    request_ids.begin()
    g.began_at = time.monotonic()


def _check_host() -> None:
    """Flask's own TRUSTED_HOSTS fails for IPv6 addresses, and leaves error pages without a way to build addresses."""
    settings = _settings()
    own = LOOPBACK_NAMES if is_loopback(settings.public_host) else (settings.public_host,)
    for asked in _hosts_asked_for():
        if not any(asked == name or (name[:1] == "." and asked.endswith(name)) for name in (*own, *settings.trusted_hosts)):
            raise SecurityError


def _hosts_asked_for() -> Iterator[str]:
    """The host of the Host header, and that of the address where it is a whole one: a proxy may go by either."""
    whole = _WHOLE_ADDRESS.match(str(request.environ.get("RAW_URI", "")))
    for place in (request.host, whole[1] if whole else None):
        if place is not None:
            try:
                yield urlsplit(f"//{place}").hostname or ""
            except ValueError:
                raise SecurityError from None


def _check_body_size() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    limit = getattr(view, "body_limit_bytes", BODY_LIMIT_BYTES)
    request.max_content_length = limit
    if limit > BODY_LIMIT_BYTES:
        # What Werkzeug holds back of a file, up to the last line end before a piece of 64 KiB, counts as a form's text.
        request.max_form_memory_size = 4 * BODY_LIMIT_BYTES
    if (request.content_length or 0) > limit:
        raise RequestEntityTooLarge
    if "Transfer-Encoding" in request.headers and request.content_length is None:
        # Werkzeug cuts such a body off at the limit without a word, so half a form would be taken for a whole one.
        raise LengthRequired


def _log_answer(response: Response) -> Response:
    seconds = time.monotonic() - g.began_at
    metrics.observe(response, seconds)
    # A space that has shown its token is named; a person never is.
    space: dict[str, Any] = {"space": g.caller} if isinstance(g.get("caller"), str) else {}
    log_event(_log, "request.answered", status=response.status_code, duration_ms=round(seconds * 1000), **space)
    return response


def _foreign_host(_error: SecurityError) -> Response:
    """Answer without a page: no address can be built for a host that is not ours."""
    return Response("This host is not served here.\n", 400, content_type="text/plain; charset=utf-8")
