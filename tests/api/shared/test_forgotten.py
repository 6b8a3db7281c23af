"""A forgotten password: the same answer for everybody, a link by mail for whoever has an account."""

import re
from datetime import timedelta

import pytest

from shared.mail.backends import FileBackend
from tests.support.toy_site import PASSWORD, Mail, WelcomeLink, db, form_token, open_toy_post, sign_in

NEW = "another long password"


@pytest.fixture
def office(app, tmp_path):
    return open_toy_post(app, FileBackend(tmp_path / "mail"))


@pytest.fixture
def mails(app, office, tmp_path):
    """What has been sent, oldest first."""

    def read():
        with app.app_context():
            office.deliver_due()
        return [path.read_text() for path in sorted((tmp_path / "mail").glob("*.eml"))]

    return read


def ask(app, email="ada@example.org", address="192.0.2.9", **headers):
    client = app.test_client()
    data = {"csrf_token": form_token(client), "email": email}
    return client.post("/forgotten", data=data, environ_overrides={"REMOTE_ADDR": address}, headers=headers)


def link_in(mail):
    return re.search(r"/welcome/[\w-]{43}", mail)[0]


def choose(client, path, password=NEW):
    token = form_token(client, path)
    return client.post(path, data={"csrf_token": token, "password": password, "password_again": password})


def test_a_link_comes_by_mail_and_sets_a_new_password_everywhere(app, client, mails):
    sign_in(client)
    assert "Look into your mail" in ask(app, " Ada@Example.org ").text
    (mail,) = mails()
    assert "To: ada@example.org" in mail
    browser = app.test_client()
    assert choose(browser, link_in(mail)).status_code == 303
    assert browser.get("/staff").status_code == 200
    assert client.get("/staff").status_code == 303
    assert sign_in(app.test_client(), password=PASSWORD).status_code == 422
    assert sorted("Your password was changed" in sent for sent in mails()) == [False, True]


def test_the_answer_and_the_work_are_the_same_for_an_address_that_nobody_has(app, mails):
    answers = {re.sub(r'value="[^"]+"', "", ask(app, email).text) for email in ("ada@example.org", "nobody@example.org")}
    assert len(answers) == 1
    assert len(mails()) == 1
    with app.app_context():
        assert (db.session.query(Mail).count(), db.session.query(WelcomeLink).count()) == (2, 2)
        assert db.session.query(Mail).filter_by(state="dropped").one().recipient == ""


@pytest.mark.parametrize("email", ["", "ada", "a" * 5000 + "@example.org", "ada@example.org\r\nBcc: eve@example.org", "\x00"])
def test_what_is_no_address_gets_the_same_answer_and_no_mail(app, mails, email):
    assert "Look into your mail" in ask(app, email).text
    assert mails() == []


def test_the_mail_is_in_the_language_in_which_its_reader_signs_in(app, mails):
    sign_in(app.test_client(), headers={"Accept-Language": "it"})
    ask(app, **{"Accept-Language": "en"})
    assert "Subject: Una nuova password per The Toy" in mails()[0]


def test_a_mailbox_is_not_flooded_and_whoever_floods_it_takes_no_link_away(app, clock, mails):
    texts = [ask(app, address=f"192.0.2.{number}").text for number in range(8)]
    assert all("Look into your mail" in text for text in texts)
    sent = mails()
    assert len(sent) == 3
    clock.advance(timedelta(minutes=15))
    ask(app)
    assert len(mails()) == 4
    assert choose(app.test_client(), link_in(sent[0])).status_code == 303
    assert app.test_client().get(link_in(sent[1])).status_code == 410


def test_who_asks_for_many_has_to_wait(app):
    answers = [ask(app, f"person{number}@example.org") for number in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert answers[-1].headers["Retry-After"] == "2"
    assert ask(app, address="192.0.2.10").status_code == 200


def test_a_link_lives_for_an_hour_and_a_late_mail_is_not_sent(app, clock, mails):
    ask(app)
    (mail,) = mails()
    ask(app)
    clock.advance(timedelta(hours=1))
    assert app.test_client().get(link_in(mail)).status_code == 410
    assert len(mails()) == 1


def test_where_no_mail_is_sent_the_page_says_whom_to_ask(app):
    assert "Ask whoever looks after the accounts" in app.test_client().get("/forgotten").text
    assert ask(app).status_code == 200
    with app.app_context():
        assert db.session.query(WelcomeLink).count() == 0
