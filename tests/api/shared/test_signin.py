"""Signing in and out, as a browser does it."""

from datetime import timedelta

import pytest

from shared.db import transactional
from shared.signin import SignInService, Visitor, end_sessions_of
from tests.support.toy_site import PASSWORD, TABLES, BrowserSession, People, Person, add_person, db, form_token, sign_in

COOKIE = "toy_8000_session"


def session_cookie(client):
    cookie = client.get_cookie(COOKIE)
    return cookie.value if cookie else None


def change(app, work):
    with app.app_context():
        return transactional(db)(work)()


def test_who_signs_in_gets_where_they_wanted_to_go(client):
    assert client.get("/staff").location == "/sign-in?next=%2Fstaff"
    response = sign_in(client, path="/sign-in?next=%2Fstaff%3Fday%3D1")
    assert response.status_code == 303
    assert response.location == "/staff?day=1"
    assert client.get("/staff").text == "hello Ada"
    assert client.get("/").text == "ada@example.org"


def test_who_wanted_nothing_lands_at_home(client):
    assert sign_in(client).location == "/staff"


def test_an_address_is_found_however_it_is_typed(client):
    data = {"csrf_token": form_token(client), "email": "  ADA@Example.org ", "password": PASSWORD}
    assert client.post("/sign-in", data=data).status_code == 303


def test_who_is_signed_in_needs_no_form(client):
    sign_in(client)
    assert client.get("/sign-in?next=/members").location == "/members"
    assert client.get("/sign-in?next=//evil.example").location == "/staff"


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)", "/\n/x"])
def test_no_sign_in_leads_to_a_foreign_site(client, target):
    data = {"csrf_token": form_token(client), "email": "ada@example.org", "password": PASSWORD}
    response = client.post("/sign-in", query_string={"next": target}, data=data)
    assert (response.status_code, response.location) == (303, "/staff")


def test_the_cookie_is_out_of_reach_of_scripts_and_foreign_forms(client):
    header = sign_in(client).headers["Set-Cookie"]
    assert header.startswith(f"{COOKIE}=")
    assert header.partition(";")[2].replace(" ", "").split(";") == ["HttpOnly", "Path=/", "SameSite=Lax"]


def test_the_cookie_is_worth_256_bits_and_is_not_kept_by_us(app, client):
    sign_in(client)
    token = session_cookie(client)
    assert len(token) == 43
    with app.app_context():
        row = db.session.query(BrowserSession).one()
        assert token not in {str(value) for value in vars(row).values()}


def test_signing_in_never_takes_a_session_that_was_there_before(app, client):
    fixed = "A" * 43
    client.set_cookie(COOKIE, fixed)
    sign_in(client)
    first = session_cookie(client)
    assert first != fixed
    thief = app.test_client()
    thief.set_cookie(COOKIE, fixed)
    assert thief.get("/staff").status_code == 303


def test_signing_in_again_ends_the_session_before(app, client):
    sign_in(client)
    old = session_cookie(client)
    data = {"csrf_token": form_token_of_session(client), "email": "ada@example.org", "password": PASSWORD}
    assert client.post("/sign-in", data=data).status_code == 303
    assert session_cookie(client) != old
    thief = app.test_client()
    thief.set_cookie(COOKIE, old)
    assert thief.get("/staff").status_code == 303


def form_token_of_session(client):
    """The token of whoever is signed in, from the page of a refused form."""
    from shared import csrf

    app = client.application
    with app.test_request_context("/"):
        csrf.bind(session_cookie(client))
        return csrf.token()


def test_a_form_from_before_the_sign_in_is_worth_nothing_after_it(client):
    token = form_token(client)
    data = {"csrf_token": token, "email": "ada@example.org", "password": PASSWORD}
    assert client.post("/sign-in", data=data).status_code == 303
    assert client.post("/staff", data={"csrf_token": token}).status_code == 403
    assert client.post("/staff", data={"csrf_token": form_token_of_session(client)}).status_code == 200


def test_a_form_of_somebody_elses_session_is_worth_nothing(app, client):
    other = app.test_client()
    sign_in(other)
    sign_in(client)
    assert client.post("/staff", data={"csrf_token": form_token_of_session(other)}).status_code == 403


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@example.org", "wrong password"),
        ("nobody@example.org", PASSWORD),
        ("cia@example.org", ""),
        ("cia@example.org", PASSWORD),
        ("", ""),
        ("ada@example.org\x00", PASSWORD),
        ("ada", PASSWORD),
        ("a" * 5000 + "@example.org", PASSWORD),
        ("ada@example.org", "\x00"),
        ("ada@example.org", "x" * 20_000),
        ("' OR 1=1 --@example.org", PASSWORD),
        ("\u202eada@example.org", PASSWORD),
    ],
)
def test_the_answer_never_tells_whether_there_is_such_an_account(client, email, password):
    response = client.post("/sign-in", data={"csrf_token": form_token(client), "email": email, "password": password})
    assert response.status_code == 422
    assert "E-mail address and password do not match." in response.text
    assert session_cookie(client) is None


def test_the_form_comes_back_with_the_address_and_without_the_password(client):
    page = sign_in(client, password="not the password").text
    assert 'value="ada@example.org"' in page
    assert "not the password" not in page


def test_a_form_with_fields_of_its_own_making_is_refused(client):
    data = {"csrf_token": form_token(client), "email": "ada@example.org", "password": PASSWORD, "roles": "operator"}
    assert client.post("/sign-in", data=data).status_code == 422
    data = {"csrf_token": form_token(client), "email": ["ada@example.org", "x@example.org"], "password": PASSWORD}
    assert client.post("/sign-in", data=data).status_code == 422


def test_nobody_is_signed_in_by_a_foreign_page(client):
    response = client.post("/sign-in", data={"email": "ada@example.org", "password": PASSWORD})
    assert response.status_code == 403
    assert session_cookie(client) is None


def test_signing_out_ends_the_session_and_not_only_the_cookie(app, client):
    sign_in(client)
    token = session_cookie(client)
    response = client.post("/sign-out", data={"csrf_token": form_token_of_session(client)})
    assert (response.status_code, response.location) == (303, "/sign-in")
    assert session_cookie(client) is None
    thief = app.test_client()
    thief.set_cookie(COOKIE, token)
    assert thief.get("/staff").status_code == 303


def test_who_is_not_signed_in_may_sign_out(client):
    assert client.post("/sign-out", data={"csrf_token": form_token(client)}).location == "/sign-in"


def test_no_link_and_no_foreign_form_signs_anybody_out(client):
    sign_in(client)
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").status_code == 403
    assert client.get("/staff").status_code == 200


def test_a_role_opens_its_own_pages_only(client):
    sign_in(client, "bea")
    assert client.get("/members").status_code == 200
    assert client.get("/staff").status_code == 403
    assert client.get("/api/staff").json["status"] == 403


def test_pages_of_a_signed_in_person_are_never_stored(client):
    sign_in(client)
    assert client.get("/staff").headers["Cache-Control"] == "no-store"
    assert client.get("/").headers["Cache-Control"] == "no-store"


def test_two_hours_without_a_request_end_a_session(client, clock):
    sign_in(client)
    for _ in range(3):
        clock.advance(timedelta(hours=1, minutes=59))
        assert client.get("/staff").status_code == 200
    clock.advance(timedelta(hours=2))
    assert client.get("/staff").status_code == 303


def test_twelve_hours_end_a_session_that_is_in_use(client, clock):
    sign_in(client)
    for _ in range(11):
        clock.advance(timedelta(hours=1))
        assert client.get("/staff").status_code == 200
    clock.advance(timedelta(hours=1))
    assert client.get("/staff").status_code == 303


def test_reading_costs_no_write_within_five_minutes(app, client, clock):
    def last_seen_at():
        with app.app_context():
            return db.session.query(BrowserSession).one().last_seen_at

    sign_in(client)
    began = clock.now()
    clock.advance(timedelta(minutes=5))
    client.get("/staff")
    assert last_seen_at() == began
    clock.advance(timedelta(seconds=1))
    client.get("/staff")
    assert last_seen_at() == clock.now()


def test_an_account_that_is_gone_is_signed_in_nowhere(app, client):
    sign_in(client)
    change(app, lambda: db.session.delete(db.session.get(Person, "ada")))
    assert client.get("/staff").status_code == 303


def test_an_account_that_goes_while_it_signs_in_is_not_signed_in(app, clock):
    class Going(People):
        def get(self, kind, account_id):
            return None

    service = SignInService(db, Going(), TABLES)
    asked = {"visitor": Visitor(secret="s"), "now": clock.now()}
    with app.app_context():
        assert service.attempt("ada@example.org", PASSWORD, **asked) is None
        assert db.session.query(BrowserSession).count() == 0


def test_a_session_can_be_ended_from_outside(app, client, clock):
    sign_in(client)
    end = lambda: end_sessions_of(db.session, BrowserSession, kind="person", account_id="ada", now=clock.now())  # noqa: E731
    assert change(app, end) == 1
    assert client.get("/staff").status_code == 303
    assert change(app, end) == 0


def test_a_hash_of_the_old_days_is_made_anew_at_sign_in(app, client):
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    add_person(app, "dan", "manager", weak)
    assert sign_in(client, "dan").status_code == 303
    with app.app_context():
        assert "m=19456" in db.session.get(Person, "dan").password_hash


def test_machines_are_known_by_tokens_and_never_by_cookies(client):
    sign_in(client)
    assert client.post("/oauth/token").json == {"signed_in": False}
    assert client.post("/fed/echo").json == {"caller": "turin"}


@pytest.mark.parametrize("cookie", ["", "x", "\u00e8", "A" * 4000, "' OR 1=1 --"])
def test_a_senseless_cookie_is_nobody(client, cookie):
    client.set_cookie(COOKIE, cookie)
    assert client.get("/").text == "nobody"
    assert client.get("/staff").status_code == 303


def test_the_pages_speak_italian(client):
    assert client.get("/sign-in", headers={"Accept-Language": "it"}).headers["Content-Language"] == "it"
