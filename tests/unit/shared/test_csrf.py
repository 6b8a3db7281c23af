"""Forms prove where they come from."""

import pytest
from flask import Flask, g, session

from shared import csrf, problems, ui
from shared.csrf import FormExpired


@pytest.fixture
def app():
    app = Flask(__name__, static_folder=None)
    app.config.update(SECRET_KEY="unit", SESSION_COOKIE_SECURE=False)
    ui.install(app)
    csrf.install(app)
    problems.install(app)

    @app.before_request
    def gate():
        from flask import request

        if seed := request.cookies.get("signed_in"):
            csrf.bind(seed)
        csrf.check()

    @app.route("/", methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
    def page():
        return csrf.token()

    return app


@pytest.fixture
def client(app):
    return app.test_client()


def test_a_form_with_the_token_of_its_page_is_taken(client):
    token = client.get("/").text
    assert client.post("/", data={"csrf_token": token}).status_code == 200
    assert client.post("/", headers={"X-CSRF-Token": token}).status_code == 200


def test_a_page_shown_twice_carries_the_same_token(client):
    assert client.get("/").text == client.get("/").text


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_every_unsafe_request_needs_it(client, method):
    client.get("/")
    assert client.open("/", method=method).status_code == 403


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_no_safe_request_does(client, method):
    assert client.open("/", method=method).status_code == 200


@pytest.mark.parametrize("wrong", ["", "x", "0" * 64, "è", "\ud7ff\U0001f600", "\x00"])
def test_a_wrong_token_is_refused(client, wrong):
    client.get("/")
    assert client.post("/", data={"csrf_token": wrong}).status_code == 403


def test_a_token_without_its_cookie_is_refused(app, client):
    token = client.get("/").text
    assert app.test_client().post("/", data={"csrf_token": token}).status_code == 403


def test_a_token_of_another_browser_is_refused(app, client):
    other = app.test_client().get("/").text
    client.get("/")
    assert client.post("/", data={"csrf_token": other}).status_code == 403


def test_a_token_from_before_the_sign_in_or_of_another_session_is_refused(client):
    anonymous = client.get("/").text
    client.set_cookie("signed_in", "first")
    first = client.get("/").text
    assert client.post("/", data={"csrf_token": first}).status_code == 200
    assert client.post("/", data={"csrf_token": anonymous}).status_code == 403
    client.set_cookie("signed_in", "second")
    assert client.post("/", data={"csrf_token": first}).status_code == 403


def test_a_forged_cookie_is_no_cookie(client):
    token = client.get("/").text
    client.set_cookie("session", "eyJmb3JtX3NlZWQiOiJ4In0.aAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAA")
    assert client.post("/", data={"csrf_token": token}).status_code == 403


@pytest.mark.parametrize(("site", "status"), [("same-origin", 200), ("none", 200), ("cross-site", 403), ("same-site", 403)])
def test_a_browser_that_says_the_form_is_foreign_is_believed(client, site, status):
    token = client.get("/").text
    response = client.post("/", data={"csrf_token": token}, headers={"Sec-Fetch-Site": site})
    assert response.status_code == status


def test_the_reader_is_told_what_to_do(client):
    page = client.post("/")
    assert "This form has expired" in page.text
    with pytest.raises(FormExpired):
        raise FormExpired


def test_the_field_is_ready_for_templates(app):
    with app.test_request_context("/"):
        field = app.jinja_env.from_string("{{ csrf_input() }}|{{ csrf_token() }}").render()
        assert field == f'<input type="hidden" name="csrf_token" value="{csrf.token()}">|{csrf.token()}'


def test_the_anonymous_seed_can_be_dropped(app):
    with app.test_request_context("/"):
        before = csrf.token()
        csrf.forget_anonymous()
        assert not session
        assert csrf.token() != before
        csrf.forget_anonymous()
        csrf.forget_anonymous()
        csrf.bind("seed")
        assert g.csrf_seed == "seed"


def test_a_key_of_bytes_does_as_well(app):
    with app.test_request_context("/"):
        token = csrf.token()
        app.secret_key = b"unit"
        assert csrf.token() == token
