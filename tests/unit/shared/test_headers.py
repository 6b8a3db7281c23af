"""Every answer carries the security headers."""

import pytest
from flask import Blueprint, Flask, Response, g

from shared import headers

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}


def app_with(*, https=False):
    app = Flask(__name__, static_folder=None)
    app.config["SESSION_COOKIE_SECURE"] = https
    headers.install(app)

    @app.before_request
    def begin():
        g.request_id = "the-id"

    app.get("/page", endpoint="page")(lambda: "page")
    app.get("/feed.ics", endpoint="feed")(lambda: Response("feed", headers={"Cache-Control": "max-age=60"}))
    app.get("/secret", endpoint="secret")(lambda: Response("x", headers={"Referrer-Policy": "no-referrer"}))
    app.get("/broken", endpoint="broken")(lambda: 1 / 0)

    @app.get("/mine")
    def mine():
        headers.no_store()
        return Response("mine", headers={"Cache-Control": "public, max-age=60"})

    return app


def answer(path, **options):
    return app_with(**options).test_client().get(path)


@pytest.mark.parametrize(("path", "status"), [("/page", 200), ("/nowhere", 404), ("/broken", 500)])
def test_they_are_on_every_answer(path, status):
    response = answer(path)
    assert response.status_code == status
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response.headers["Permissions-Policy"].startswith("camera=(self), microphone=()")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Request-Id"] == "the-id"
    assert "Access-Control-Allow-Origin" not in response.headers


def test_the_content_policy_allows_nothing_inline_and_nothing_foreign():
    policy = answer("/page").headers["Content-Security-Policy"]
    assert dict(part.strip().split(" ", 1) for part in policy.split(";")) == POLICY
    assert "unsafe" not in policy
    assert "*" not in policy


def test_only_https_is_remembered_by_browsers():
    assert "Strict-Transport-Security" not in answer("/page").headers
    assert answer("/page", https=True).headers["Strict-Transport-Security"] == "max-age=31536000"


def test_what_says_how_long_it_keeps_is_believed_unless_somebody_is_signed_in():
    assert answer("/feed.ics").headers["Cache-Control"] == "max-age=60"
    assert answer("/mine").headers["Cache-Control"] == "no-store"


def test_a_page_may_ask_for_no_referrer():
    assert answer("/secret").headers["Referrer-Policy"] == "no-referrer"


def test_files_may_be_kept(tmp_path):
    (tmp_path / "a.css").write_text("a{}")
    app = app_with()
    app.register_blueprint(Blueprint("ui", __name__, static_folder=str(tmp_path), static_url_path="/ui"))
    with app.test_client() as client, client.get("/ui/a.css") as response:
        assert response.headers["Cache-Control"] == "no-cache"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_an_answer_before_the_request_has_an_id_goes_without():
    app = Flask(__name__, static_folder=None)
    app.config["SESSION_COOKIE_SECURE"] = False
    headers.install(app)
    assert "X-Request-Id" not in app.test_client().get("/").headers
