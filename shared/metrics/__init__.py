"""`/metrics` for Prometheus: how requests go, and what the database says at the moment it is asked. Few numbers, nobody's name.

Served only where METRICS_TOKEN_FILE is set, and only to who shows the token in that file: behind a proxy, every address is the
world's. Without it the library is not even loaded.
"""

import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from flask import Blueprint, Flask, Response, current_app, request

from shared.access import audience
from shared.config import ServiceSettings
from shared.errors import NotFound, Unauthenticated

if TYPE_CHECKING:
    from shared.metrics.registry import Registry

blueprint = audience(Blueprint("metrics", __name__), "public-api")
_EXTENSION = "twindesk-metrics"


@dataclass(frozen=True, slots=True)
class Gauge:
    """A number as it is now; with a label, one for each of its values."""

    name: str
    about: str
    values: Mapping[str, float] = field(default_factory=dict)
    label: str = ""


Source = Callable[[], Iterable[Gauge]]


@dataclass
class _Metrics:
    token: str
    registry: "Registry"
    sources: list[Source] = field(default_factory=list)


def install(app: Flask, settings: ServiceSettings) -> None:
    """Register the address, which is nobody's where no token is set. Raises ConfigError if others can read the token."""
    app.register_blueprint(blueprint)
    token = settings.metrics_token
    if token is None:
        return
    from shared.metrics.registry import Registry

    app.extensions[_EXTENSION] = _Metrics(token, Registry())


def add_source(app: Flask, source: Source) -> None:
    """Let a scrape ask for these as well; without metrics nothing is ever asked."""
    held = _held(app)
    if held is not None:
        held.sources.append(source)


def share_between_processes(app: Flask) -> None:
    """Before the fork: requests are to be counted over all processes of the app."""
    held = _held(app)
    if held is not None:
        held.registry = held.registry.shared()


def observe(response: Response, seconds: float) -> None:
    """Count an answer by its route, never by its address."""
    held = _held(current_app)
    if held is None:
        return
    rule = request.url_rule.rule if request.url_rule else "none"
    # Whoever asks can make methods up; a route knows its own.
    method = request.method if request.url_rule else "any"
    held.registry.observe(method, rule, f"{response.status_code // 100}xx", seconds)


def one(name: str, about: str, value: float) -> Gauge:
    """A number without a label."""
    return Gauge(name, about, {"": value})


@blueprint.get("/metrics")
def scrape() -> Response:
    """Everything as it is now, in the form that the scraper asks for. Raises NotFound where metrics are off, Unauthenticated."""
    held = _held(current_app)
    if held is None:
        raise NotFound
    kind, _, shown = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not hmac.compare_digest(shown.strip().encode(), held.token.encode()):
        raise Unauthenticated("Show the token of the metrics.")
    gauges = [gauge for source in held.sources for gauge in source()]
    text, content_type = held.registry.text(gauges, request.headers.get("Accept", ""))
    return Response(text, content_type=content_type)


def _held(app: Flask) -> _Metrics | None:
    return cast("_Metrics | None", app.extensions.get(_EXTENSION))
