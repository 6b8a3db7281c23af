"""Gates for the audiences that sign in, and the cookie by which a browser is recognised.

A gate leaves the `SignedIn` person in `g.caller`; on public pages too, when there is one, so that the frame of the
page can show who reads it.
"""

from collections.abc import Callable
from datetime import timedelta

from flask import g, request
from werkzeug.wrappers import Response as BaseResponse

from shared import csrf, headers
from shared.clock import current_clock
from shared.errors import Forbidden, Unauthenticated
from shared.marking import N_
from shared.signin.service import SignedIn, SignInService
from shared.web import cookie_is_secure, cookie_name

_USE, _KNOWN = "session", "known"
KNOWN_FOR = timedelta(days=365)


class ReadsOnly(Forbidden):
    """The person may see everything here, and change nothing."""

    slug = "reads-only"
    title = N_("You can look, not change")
    sentence = N_("Your account reads everything here and changes nothing.")


def current_session() -> SignedIn | None:
    """Return who is signed in, if the page's audience has a gate that looks, else None."""
    caller = g.get("caller")
    return caller if isinstance(caller, SignedIn) else None


def session_token() -> str | None:
    """Return the session token that the browser sent, open or not."""
    return request.cookies.get(cookie_name(_USE)) or None


def set_session(response: BaseResponse, token: str) -> None:
    """Hand the browser its session; forms rendered before are worth nothing from here on."""
    csrf.forget_anonymous()
    response.set_cookie(cookie_name(_USE), token, path="/", secure=cookie_is_secure(), httponly=True, samesite="Lax")


def known_cookie() -> str | None:
    """Return what the browser kept of earlier sign-ins."""
    return request.cookies.get(cookie_name(_KNOWN)) or None


def set_known(response: BaseResponse, value: str) -> None:
    """Let the browser be known again, so that nobody else's failures make it wait."""
    secure = cookie_is_secure()
    response.set_cookie(cookie_name(_KNOWN), value, path="/", secure=secure, httponly=True, samesite="Lax", max_age=KNOWN_FOR)


def drop_session(response: BaseResponse) -> None:
    """Make the browser forget its session."""
    response.delete_cookie(cookie_name(_USE), path="/", secure=cookie_is_secure(), httponly=True, samesite="Lax")


def recognise(service: SignInService) -> Callable[[], None]:
    """Return the gate of public pages: everybody passes, and whoever is signed in is known."""

    def gate() -> None:
        token = session_token()
        signed_in = service.recognise(token, current_clock().now()) if token else None
        if token and signed_in:
            g.caller = signed_in
            csrf.bind(token)
            headers.no_store()

    return gate


def require(service: SignInService, *roles: str, readers: tuple[str, ...] = ()) -> Callable[[], None]:
    """Return the gate of an audience: signed in, with at least one of the roles when any are named.

    Readers have the same pages, and cannot change anything by them: no request of theirs passes that could.
    """
    look = recognise(service)

    def gate() -> None:
        headers.no_store()
        look()
        signed_in = current_session()
        if signed_in is None:
            raise Unauthenticated
        held = signed_in.account.roles
        g.reads_only = not held.intersection(roles) and bool(held.intersection(readers))
        if g.reads_only and request.method not in csrf.SAFE_METHODS:
            raise ReadsOnly
        if roles and not g.reads_only and not held.intersection(roles):
            raise Forbidden

    return gate
