"""One-use links: the first password, and a forgotten one."""

from datetime import timedelta

import pytest

from shared.db import transactional
from shared.signin import LinkSpent, make_link, peek_link, sweep, use_link
from tests.support.toy_site import PASSWORD, TABLES, Person, WelcomeLink, db, form_token, sign_in

NEW = "another long password"
COOKIE = "toy_8000_session"


def command(app, work):
    with app.app_context():
        return transactional(db)(work)()


@pytest.fixture
def invite(app, clock):
    def make(account_id="cia", kind="person", **options):
        link = lambda: make_link(db.session, WelcomeLink, kind=kind, account_id=account_id, now=clock.now(), **options)  # noqa: E731
        return command(app, link)

    return make


def choose(client, token, password=NEW, again=None, **more):
    data = {"csrf_token": form_token(client), "password": password, "password_again": password if again is None else again}
    return client.post(f"/welcome/{token}", data={**data, **more})


def test_an_invited_person_chooses_a_password_and_is_signed_in(app, client, invite):
    token = invite()
    page = client.get(f"/welcome/{token}")
    assert page.status_code == 200
    assert "Welcome, Cia" in page.text
    assert "cia@example.org" in page.text
    response = choose(client, token)
    assert (response.status_code, response.location) == (303, "/staff")
    assert client.get("/staff").text == "hello Cia"
    assert sign_in(app.test_client(), "cia", NEW).status_code == 303


def test_the_address_leaks_through_no_referrer_and_no_cache(client, invite):
    page = client.get(f"/welcome/{invite()}")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"


def test_looking_at_the_page_uses_nothing_up(client, invite):
    token = invite()
    for _ in range(3):
        assert client.get(f"/welcome/{token}").status_code == 200
    assert choose(client, token).status_code == 303


def test_a_link_works_once(app, client, invite):
    token = invite()
    choose(client, token)
    for browser in (client, app.test_client()):
        page = browser.get(f"/welcome/{token}")
        assert page.status_code == 410
        assert "This link no longer works" in page.text
    assert choose(app.test_client(), token, "yet another password").status_code == 410
    assert sign_in(app.test_client(), "cia", NEW).status_code == 303


def test_a_link_expires(client, clock, invite):
    token = invite(lifetime=timedelta(hours=1))
    clock.advance(timedelta(minutes=59))
    assert client.get(f"/welcome/{token}").status_code == 200
    clock.advance(timedelta(minutes=1))
    assert client.get(f"/welcome/{token}").status_code == 410
    assert choose(client, token).status_code == 410


def test_a_new_link_ends_the_one_before(client, invite):
    old, other, new = invite(), invite("ada"), invite()
    assert client.get(f"/welcome/{old}").status_code == 410
    assert client.get(f"/welcome/{other}").status_code == 200
    assert client.get(f"/welcome/{new}").status_code == 200


@pytest.mark.parametrize("token", ["A" * 43, "x", "A" * 44, "A" * 42 + "%00", "%2e%2e", "' OR 1=1 --", "è" * 43, "A" * 5000])
def test_a_forged_link_is_told_the_same(client, token):
    assert client.get(f"/welcome/{token}").status_code == 410
    assert choose(client, token).status_code == 410


def test_a_link_of_an_account_that_is_gone_does_not_work(app, client, invite):
    token, foreign = invite(), invite("cia", kind="other")
    command(app, lambda: db.session.delete(db.session.get(Person, "cia")))
    assert client.get(f"/welcome/{token}").status_code == 410
    assert client.get(f"/welcome/{foreign}").status_code == 410


@pytest.mark.parametrize("password", ["", "short", "password1234", "cia@example.org", "x" * 300])
def test_a_poor_password_is_refused_and_the_link_still_works(client, invite, password):
    token = invite()
    response = choose(client, token, password)
    assert response.status_code == 422
    assert 'role="alert"' in response.text
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert choose(client, token).status_code == 303


def test_two_different_passwords_are_refused(client, invite):
    token = invite()
    response = choose(client, token, again=NEW + "!")
    assert response.status_code == 422
    assert "The two passwords differ." in response.text
    assert NEW not in response.text


def test_fields_of_ones_own_making_are_refused(client, invite):
    assert choose(client, invite(), roles="operator").status_code == 422


def test_a_nul_is_part_of_a_password(app, client, invite):
    odd = "a nul \x00 in the middle"
    assert choose(client, invite(), odd).status_code == 303
    assert sign_in(app.test_client(), "cia", odd).status_code == 303
    assert sign_in(app.test_client(), "cia", odd.partition("\x00")[0]).status_code == 422


def test_a_new_password_ends_every_session_of_the_account(app, client, invite):
    stolen = app.test_client()
    sign_in(stolen, "ada", PASSWORD)
    other = app.test_client()
    sign_in(other, "bea", PASSWORD)
    assert choose(client, invite("ada")).status_code == 303
    assert stolen.get("/staff").status_code == 303
    assert client.get("/staff").status_code == 200
    assert other.get("/members").status_code == 200


def test_no_foreign_page_sets_a_password(client, invite):
    token = invite()
    response = client.post(f"/welcome/{token}", data={"password": NEW, "password_again": NEW})
    assert response.status_code == 403
    assert client.get(f"/welcome/{token}").status_code == 200


def test_only_a_hash_of_the_link_is_kept(app, invite):
    token = invite()
    with app.app_context():
        row = db.session.query(WelcomeLink).one()
        assert token not in {str(value) for value in vars(row).values()}


def test_a_service_uses_links_for_its_own_ends(app, clock, invite):
    token = invite()
    with app.app_context():
        assert transactional(db)(lambda: peek_link(db.session, WelcomeLink, token, clock.now()))() == ("person", "cia")
        assert transactional(db)(lambda: use_link(db.session, WelcomeLink, token, clock.now()))() == ("person", "cia")
        with pytest.raises(LinkSpent):
            transactional(db)(lambda: use_link(db.session, WelcomeLink, token, clock.now()))()


def test_old_links_and_sessions_are_swept(app, client, clock, invite):
    choose(client, invite())
    clock.advance(timedelta(days=38))
    assert command(app, lambda: sweep(db.session, TABLES, clock.now())) == 2
