"""Which language a reader gets: `?lang=`, then the choice kept in a cookie, then the browser's wish, then English."""

from dataclasses import dataclass

from flask import Flask, Response, current_app, has_request_context, request

from shared.ui.links import here_with

LANGUAGES = {"en": "English", "it": "Italiano"}
DEFAULT_LANGUAGE = "en"
COOKIE = "lang"
YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True)
class LanguageChoice:
    """One entry of the language switch; `href` shows the same page in that language."""

    code: str
    name: str
    href: str
    current: bool


def choose_language() -> str:
    """Say in which of our languages the present reader is served; outside a request it is English."""
    if not has_request_context():
        return DEFAULT_LANGUAGE
    wish = _asked_for() or _known(request.cookies.get(COOKIE))
    return wish or request.accept_languages.best_match(list(LANGUAGES), DEFAULT_LANGUAGE) or DEFAULT_LANGUAGE


def language_choices() -> list[LanguageChoice]:
    """List our languages, each in its own words, with the address of this page in it."""
    present = choose_language()
    return [LanguageChoice(code, name, here_with(lang=code), code == present) for code, name in LANGUAGES.items()]


def install(app: Flask) -> None:
    """Keep a choice made by `?lang=` in a cookie, and say to caches what the answer depends on."""

    @app.after_request
    def keep_choice(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.headers["Content-Language"] = choose_language()
            response.vary.update(["Accept-Language", "Cookie"])
        asked = _asked_for()
        if asked:
            secure = bool(current_app.config.get("SESSION_COOKIE_SECURE"))
            response.set_cookie(COOKIE, asked, max_age=YEAR_SECONDS, secure=secure, httponly=True, samesite="Lax")
        return response


def _asked_for() -> str | None:
    return _known(request.args.get("lang"))


def _known(code: str | None) -> str | None:
    return code if code in LANGUAGES else None
