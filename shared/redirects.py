"""Where a browser may be sent: to our own paths without further thought, elsewhere only from a page that says so.

The second exists because `form-action 'self'` in our content security policy also binds the redirects that follow a
form in Chromium. RFC 6749 (1.7) allows any means of redirecting a browser.
"""

import re
from urllib.parse import urlencode, urlsplit

from flask import Response, request
from flask_babel import get_locale, gettext
from markupsafe import Markup

MAX_PATH_LENGTH = 2_000
SIGN_IN_PATH = "/sign-in"
# One slash and no second (nor a backslash, which browsers read as one) start a path of this site; what is not
# printable ASCII has no place in an encoded path, and browsers drop tabs and line ends before they look.
_LOCAL_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")
_PAGE = Markup(
    '<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
    '<meta http-equiv="refresh" content="0;url={url}"></head>'
    '<body><p><a href="{url}">{title}</a></p></body></html>'
)


def local_path(text: str | None, default: str = "/") -> str:
    """Return the text if it is a path (with query) of this very site, else the default."""
    if not text or len(text) > MAX_PATH_LENGTH or not _LOCAL_PATH.fullmatch(text):
        return default
    return text


def page_before() -> str | None:
    """Return the path of the page of ours from which the request comes, where the browser tells; never of this very page."""
    before = urlsplit(request.headers.get("Referer", ""))
    if before.netloc != request.host or (request.method == "GET" and before.path == request.path):
        return None
    return local_path(f"{before.path}?{before.query}" if before.query else before.path)


def sign_in_address(wanted: str) -> str:
    """Return where one signs in and then gets to the wanted path."""
    return f"{SIGN_IN_PATH}?{urlencode({'next': local_path(wanted)})}"


def leave_to(url: str) -> Response:
    """Send the browser to another site from a page of its own, also at the end of a chain that a form began.

    Raises ValueError for an address that is not http or https: the caller has to have checked it.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError("only http and https addresses can be left to")
    page = _PAGE.format(url=url, title=gettext("Continue to %(host)s", host=parts.netloc), lang=str(get_locale()))
    response = Response(str(page), content_type="text/html; charset=utf-8")
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
