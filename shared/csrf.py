"""Proof that an unsafe request comes from one of our own pages.

Every form carries a token that only a page of the same session can know. Signed-in people get one that hangs on
their server-side session; everybody else one that hangs on a random seed in Flask's signed cookie. Which requests
must show it is decided by audience, in `shared/access.py`.
"""

import hashlib
import hmac

import flask
from flask import Flask, current_app, g, request

from shared.errors import Forbidden
from shared.ids import secret_token
from shared.marking import N_
from shared.schemas import CSRF_FIELD

HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_SEED = "form_seed"
_OWN_SITES = frozenset({"same-origin", "none"})


class FormExpired(Forbidden):
    """The token is missing, or belongs to another session."""

    slug = "form-expired"
    title = N_("This form has expired")
    sentence = N_("The form has expired or was not sent from our own page. Open the page again and send it once more.")


def install(app: Flask) -> None:
    """Give the look its maker of tokens for `csrf_input()`, and every template `csrf_token()` for what scripts send."""
    app.extensions[CSRF_FIELD] = token
    app.jinja_env.globals.update(csrf_token=token)


def bind(seed: str) -> None:
    """Hang this request's tokens on a signed-in session instead of on the anonymous cookie."""
    g.csrf_seed = seed


def forget_anonymous() -> None:
    """Drop the anonymous seed, so that forms rendered before a sign-in are worth nothing after it."""
    flask.session.pop(_SEED, None)


def token() -> str:
    """Return the token that a form of this request must send back."""
    seed = g.get("csrf_seed")
    if seed is None:
        seed = flask.session.setdefault(_SEED, secret_token())
    return _derived(seed)


def check() -> None:
    """Refuse an unsafe request that cannot show the token of its own session.

    Raises FormExpired.
    """
    if request.method in SAFE_METHODS:
        return
    if request.headers.get("Sec-Fetch-Site", "none") not in _OWN_SITES:
        raise FormExpired
    seed = g.get("csrf_seed") or flask.session.get(_SEED)
    given = request.headers.get(HEADER) or request.form.get(CSRF_FIELD) or ""
    if not seed or not hmac.compare_digest(_derived(seed).encode(), given.encode("utf-8", "replace")):
        raise FormExpired


def _derived(seed: str) -> str:
    key = current_app.secret_key
    assert isinstance(key, (str, bytes)), "make_app sets the secret key"
    return hmac.new(key.encode() if isinstance(key, str) else key, f"csrf:{seed}".encode(), hashlib.sha256).hexdigest()
