"""Who may call what: every blueprint names its audience, everything else is refused.

A service brings one gate an audience: a function that finds out who asks, raises Unauthenticated or Forbidden, and
otherwise leaves the caller in `g.caller`. `install` runs last and refuses to start with a route that has no audience.
Machines (`space`, `public-api`) show tokens and never cookies; that, and not their address, is why they show no form
token. `public-api` is for calls without a caller that no browser page makes: discovery, the token endpoint, joining.
"""

from collections.abc import Callable, Mapping
from typing import Literal, TypeVar, cast, get_args
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from flask import Blueprint, Flask, Response, current_app, g, redirect, request
from flask.sansio.blueprints import Blueprint as AnyKindOfBlueprint
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response as BaseResponse

from shared import csrf
from shared.errors import Forbidden, Unauthenticated
from shared.problems import wants_json
from shared.redirects import sign_in_address

Audience = Literal["public", "public-api", "space", "operator", "signed-in", "member", "desk", "manager", "owner", "guest"]
Gate = Callable[[], None]
AnyBlueprint = TypeVar("AnyBlueprint", bound=Blueprint)

MACHINES: frozenset[str] = frozenset({"public-api", "space"})
UNGATED: frozenset[str] = frozenset({"public", "public-api"})
_EXTENSION = "twindesk-access"
_audiences: WeakKeyDictionary[AnyKindOfBlueprint, str] = WeakKeyDictionary()


class UnguardedRoute(RuntimeError):
    """Some routes have no audience, or an audience without a gate; the app must not start."""


def audience(blueprint: AnyBlueprint, who: Audience) -> AnyBlueprint:
    """Say whom a blueprint and those nested in it are for, and return it.

    Raises ValueError for a word that is no audience.
    """
    if who not in get_args(Audience):
        raise ValueError(f"{who} is no audience")
    _audiences[blueprint] = who
    return blueprint


def prepare(app: Flask) -> None:
    """Refuse every request until `install` has brought the gates."""
    app.before_request(_guard)


def install(app: Flask, gates: Mapping[str, Gate]) -> None:
    """Open the app to those whom the gates let in. Call it after the last blueprint.

    Raises UnguardedRoute.
    """
    faults = [
        fault
        for endpoint in sorted({rule.endpoint for rule in app.url_map.iter_rules()})
        if (fault := _fault_of(app, endpoint, gates))
    ]
    if faults:
        raise UnguardedRoute("; ".join(faults))
    app.extensions[_EXTENSION] = dict(gates)


def audience_of(app: Flask, endpoint: str) -> str | None:
    """Return the audience of an endpoint: its blueprint's, or that of the nearest blueprint around it."""
    name = endpoint.rpartition(".")[0]
    while name:
        who = _audiences.get(app.blueprints[name])
        if who is not None:
            return who
        name = name.rpartition(".")[0]
    return None


def is_machine() -> bool:
    """Whether the present request is for machines: no cookie counts in it."""
    return bool(g.get("machine"))


def _fault_of(app: Flask, endpoint: str, gates: Mapping[str, Gate]) -> str | None:
    if _is_static(app, endpoint):
        return None
    who = audience_of(app, endpoint)
    if who is None:
        return f"{endpoint} has no audience"
    if who not in gates and who not in UNGATED:
        return f"{endpoint} is for {who}, for whom there is no gate"
    return None


def _is_static(app: Flask, endpoint: str) -> bool:
    """A folder of files has no audience. Flask refuses a second endpoint of the name, so no view can pose as one."""
    name, _, last = endpoint.rpartition(".")
    owner = app.blueprints.get(name) if name else app
    return last == "static" and owner is not None and owner.has_static_folder


def _guard() -> BaseResponse | None:
    endpoint = request.endpoint
    if endpoint is None or _is_static(current_app, endpoint):
        return None
    gates = cast("dict[str, Gate] | None", current_app.extensions.get(_EXTENSION))
    who = audience_of(current_app, endpoint)
    if gates is None or who is None:
        raise Forbidden
    g.machine = who in MACHINES
    try:
        gates.get(who, _let_in)()
    except Unauthenticated:
        if g.machine or wants_json() or request.method not in ("GET", "HEAD"):
            raise
        return _to_sign_in()
    if not g.machine:
        csrf.check()
    return None


def _let_in() -> None:
    """Nobody needs to be known."""


def _to_sign_in() -> BaseResponse:
    if "HX-Request" in request.headers:
        # A redirect would put the sign-in page into a corner of the present one.
        shown = urlsplit(request.headers.get("HX-Current-URL", ""))
        return Response(status=401, headers={"HX-Redirect": _sign_in_url(shown.path, shown.query)})
    return redirect(_sign_in_url(iri_to_uri(request.path), request.query_string.decode("ascii", "ignore")), 303)


def _sign_in_url(path: str, query: str) -> str:
    return sign_in_address(f"{path}?{query}" if query else path)
