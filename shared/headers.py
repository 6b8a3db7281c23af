"""The security headers of every answer, in one place.

The content security policy allows nothing inline and nothing foreign. Pages of a signed-in person are never stored by
browsers or proxies; other answers may say how long they keep, and static files do.
"""

from flask import Flask, Response, current_app, g, request

from shared import request_ids

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# The camera is for the front desk's scanner.
PERMISSIONS_POLICY = "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"
YEAR_SECONDS = 365 * 24 * 3600
ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
}


def install(app: Flask) -> None:
    """Put the headers on every answer, errors included. HSTS is sent where cookies are Secure, that is over https."""
    app.after_request(_add_headers)


def no_store() -> None:
    """Keep the answer to this request out of every cache, whatever the view says."""
    g.no_store = True


def _add_headers(response: Response) -> Response:
    response.headers.update(ALWAYS)
    # A page with a secret in its address may ask for the stricter no-referrer.
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = f"max-age={YEAR_SECONDS}"
    if g.get("no_store") or not (_is_static() or "Cache-Control" in response.headers):
        response.headers["Cache-Control"] = "no-store"
    if request_id := g.get("request_id"):
        response.headers[request_ids.HEADER] = request_id
    return response


def _is_static() -> bool:
    return (request.endpoint or "").rpartition(".")[2] == "static"
