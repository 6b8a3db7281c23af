"""What somebody has typed is not lost when their session has ended in the meantime, or another has begun."""

import html
import re
from datetime import timedelta

import pytest
from werkzeug.datastructures import MultiDict

from shared.signin.sessions import IDLE
from tests.support.toy_site import PASSWORD, form_token, sign_in

OWN = {"Sec-Fetch-Site": "same-origin"}
QUESTION = 'Who knows how "to bind"\r\na book? <b>è</b>'


def hidden(page):
    """The hidden fields of the last form of a page."""
    form = page.get_data(as_text=True).rpartition("<form")[2].partition("</form>")[0]
    found = re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', form)
    return MultiDict([(name, html.unescape(value)) for name, value in found])


def typed_too_late(client, clock, **headers):
    """A form that was opened while signed in and sent when the session was over."""
    sign_in(client)
    token = form_token(client, "/my-account")
    clock.advance(IDLE + timedelta(minutes=1))
    data = {"csrf_token": token, "question": QUESTION, "topic": ["books", "craft"]}
    return client.post("/staff?day=1", data=data, headers=headers)


def sign_in_with(client, page, **more):
    fields = {**hidden(page), "email": "ada@example.org", "password": PASSWORD, **more}
    return client.post("/sign-in?next=%2Fstaff%3Fday%3D1", data=fields, headers=OWN)


def test_what_was_typed_survives_the_end_of_a_session_and_is_sent_after_signing_in(client, clock):
    page = typed_too_late(client, clock, **OWN)
    assert page.status_code == 401
    assert html.escape(QUESTION.partition("\r")[0]) in page.text.replace("&#34;", "&quot;")
    assert 'action="/sign-in?next=%2Fstaff%3Fday%3D1"' in page.text
    asked = client.post("/sign-in?next=%2Fstaff%3Fday%3D1", data=hidden(page), headers=OWN)
    assert asked.status_code == 200
    assert 'name="password"' in asked.text
    wrong = sign_in_with(client, asked, password="not this one")
    assert wrong.status_code == 422
    back = sign_in_with(client, wrong)
    assert back.status_code == 200
    assert 'action="/staff?day=1"' in back.text
    fields = hidden(back)
    assert list(fields.items(multi=True))[1:] == [("question", QUESTION), ("topic", "books"), ("topic", "craft")]
    assert client.post("/staff?day=1", data=fields, headers=OWN).text == "hello Ada"


def test_a_form_of_the_session_before_can_be_sent_in_the_new_one(client):
    sign_in(client)
    old = form_token(client, "/my-account")
    client.post("/sign-out", data={"csrf_token": old})
    sign_in(client)
    page = client.post("/staff", data={"csrf_token": old, "question": QUESTION}, headers=OWN)
    assert page.status_code == 403
    assert client.post("/staff", data=hidden(page), headers=OWN).text == "hello Ada"


def test_nothing_of_a_strangers_form_is_kept(client, clock):
    page = typed_too_late(client, clock)
    assert page.status_code == 401
    assert "to bind" not in page.text
    page = client.post("/staff", data={"question": QUESTION}, headers={"Sec-Fetch-Site": "cross-site"})
    assert "to bind" not in page.text


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"note": "two words", "password": "x" * 12}},
        {"data": {"note": "two words"}, "content_type": "multipart/form-data"},
    ],
)
def test_passwords_and_files_are_not_kept(client, sent):
    page = client.post("/staff", headers=OWN, **sent)
    assert page.status_code == 401
    assert "two words" not in page.text


@pytest.mark.parametrize("packed", ["[", "{}", "[1]", '[["a"]]', '[["a", 1]]'])
def test_what_no_page_of_ours_has_packed_is_refused(client, packed):
    data = {"csrf_token": form_token(client), "kept": packed}
    assert client.post("/sign-in", data=data, headers=OWN).status_code == 400
