"""Browsers: what each is called in a list of sessions, and how one is known again at the next sign-in.

A browser in which somebody has signed in keeps a mark for that account. Whoever guesses elsewhere, also from behind the same
network address, is counted apart from it, so no stranger's failures ever make the owner's own browser wait (OWASP calls this
a device cookie). The mark opens nothing: it only says whose failures are counted together.
"""

import hashlib
import hmac
import re

from shared.ids import secret_token

UNKNOWN = "?"
_ACCOUNTS_MAX = 5
_MARK_LENGTH = 32
_COOKIE = re.compile(r"[A-Za-z0-9_-]{16,64}(?:\.[0-9a-f]{32}){1,5}")
# The first that fits: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"))
_MORE_BROWSERS = (("Chrome", "Chrome"), ("Safari", "Safari"), ("curl", "curl"))
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"))
_MORE_SYSTEMS = (("Mac OS X", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))


def device_of(user_agent: str) -> str:
    """What to call a browser so that its owner knows it again: "Firefox, Linux"; of what it says, nothing else is kept."""
    browser = _first(user_agent, (*_BROWSERS, *_MORE_BROWSERS))
    system = _first(user_agent, (*_SYSTEMS, *_MORE_SYSTEMS))
    return ", ".join(word for word in (browser, system) if word) or UNKNOWN


def known_device(cookie: str | None, *, secret: str | bytes, email: str) -> str | None:
    """The browser's random name if somebody has signed in to this account in it, else None."""
    name, marks = _read(cookie)
    return name if name and any(hmac.compare_digest(mark, _mark(secret, name, email)) for mark in marks) else None


def remember(cookie: str | None, *, secret: str | bytes, email: str) -> str:
    """The cookie of a browser in which this account has just signed in; it knows the last five."""
    name, marks = _read(cookie)
    name = name or secret_token(18)
    own = _mark(secret, name, email)
    return ".".join([name, *[own, *(mark for mark in marks if mark != own)][:_ACCOUNTS_MAX]])


def _read(cookie: str | None) -> tuple[str, list[str]]:
    name, *marks = (cookie or "").split(".") if _COOKIE.fullmatch(cookie or "") else [""]
    return name, marks


def _mark(secret: str | bytes, name: str, email: str) -> str:
    key = secret.encode() if isinstance(secret, str) else secret
    text = f"known device|{name}|{email}".encode("utf-8", "replace")
    return hmac.new(key, text, hashlib.sha256).hexdigest()[:_MARK_LENGTH]


def _first(text: str, words: tuple[tuple[str, str], ...]) -> str:
    return next((name for word, name in words if word in text), "")
