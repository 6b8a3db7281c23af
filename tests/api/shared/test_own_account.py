"""One's own account: where one is signed in. And whoever guesses at it never makes its owner wait."""

import re
from datetime import timedelta

from tests.support.toy_site import BrowserSession, add_person, db, form_token, sign_in

FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"}
OFFICE = {"REMOTE_ADDR": "192.0.2.1"}


def end(client, path):
    return client.post(path, data={"csrf_token": form_token(client, "/my-account")})


def sessions(app):
    with app.app_context():
        return {row.device: row.id for row in db.session.query(BrowserSession).filter_by(ended_at=None)}


def test_a_person_sees_each_browser_with_its_name_and_when_it_was_seen(app, client, clock):
    sign_in(client, headers=FIREFOX)
    clock.advance(timedelta(minutes=30))
    phone = app.test_client()
    sign_in(phone)
    sign_in(app.test_client(), "bea")
    page = phone.get("/my-account").text
    assert re.sub(r"\s+", " ", page).count("/my-account/sessions/") == 3
    assert "Firefox, Linux" in page
    assert "30 minutes ago" in page
    assert "this one" in page


def test_one_browser_is_signed_out_from_another(app, client):
    sign_in(client, headers=FIREFOX)
    phone = app.test_client()
    sign_in(phone)
    answer = end(phone, f"/my-account/sessions/{sessions(app)['Firefox, Linux']}/end")
    assert answer.location == "/my-account"
    assert client.get("/staff").status_code == 303
    assert phone.get("/staff").status_code == 200


def test_all_others_are_signed_out_at_once_and_nobody_elses(app, client):
    bea = app.test_client()
    sign_in(bea, "bea")
    others = [app.test_client() for _ in range(2)]
    for browser in (*others, client):
        sign_in(browser)
    assert end(client, "/my-account/sessions/end-others").location == "/my-account"
    assert "2 other browsers are signed out." in client.get("/my-account").text
    assert [browser.get("/staff").status_code for browser in (*others, client)] == [303, 303, 200]
    assert bea.get("/members").status_code == 200


def test_ones_own_browser_can_be_ended_here_too(app, client):
    sign_in(client)
    (own,) = sessions(app).values()
    assert end(client, f"/my-account/sessions/{own}/end").location == "/sign-in"
    assert client.get("/staff").status_code == 303


def test_a_session_of_somebody_else_cannot_be_ended(app, client):
    sign_in(client, headers=FIREFOX)
    bea = app.test_client()
    sign_in(bea, "bea")
    end(bea, f"/my-account/sessions/{sessions(app)['Firefox, Linux']}/end")
    assert client.get("/staff").status_code == 200


def test_a_stranger_at_the_next_desk_never_makes_the_owners_browser_wait(app, client):
    sign_in(client, environ_overrides=OFFICE)
    for number in range(40):
        sign_in(app.test_client(), "ada", f"guess {number}", environ_overrides=OFFICE)
    assert sign_in(app.test_client(), environ_overrides=OFFICE).status_code == 429
    client.delete_cookie("toy_8000_session")
    assert sign_in(client, environ_overrides=OFFICE).status_code == 303


def test_a_known_browser_that_guesses_waits_like_any_other(app, client):
    sign_in(client)
    client.delete_cookie("toy_8000_session")
    assert [sign_in(client, password="a guess").status_code for _ in range(6)] == [422] * 5 + [429]


def test_a_browser_known_for_one_account_is_a_stranger_to_the_next(app, client):
    sign_in(client, "bea")
    client.delete_cookie("toy_8000_session")
    assert [sign_in(client, "ada", "a guess").status_code for _ in range(6)] == [422] * 5 + [429]


def test_an_auditor_reads_and_changes_nothing(app, client):
    add_person(app, "eva", "auditor")
    sign_in(client, "eva")
    assert client.get("/staff").status_code == 200
    answer = client.post("/staff", data={"csrf_token": form_token(client, "/my-account")})
    assert answer.status_code == 403
    assert "Your account reads everything here and changes nothing." in answer.text
    assert client.get("/members").status_code == 403
