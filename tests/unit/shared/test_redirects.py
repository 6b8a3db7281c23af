"""Where a browser may be sent."""

import pytest
from flask import Flask
from flask_babel import Babel

from shared.redirects import leave_to, local_path

OWN = [
    "/",
    "/trips",
    "/trips/1?day=2026-03-29&half=am",
    "/a/../b",
    "/search?q=%2F%2Fevil.example",
    "/people/%C3%A8",
    "/@x",
    "/x:y",
]
FOREIGN = [
    None,
    "",
    "trips",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\nSet-Cookie: a=b",
    "\t//evil.example",
    " //evil.example",
    "/ /evil.example",
    "http://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "HTTPS://evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "//evil.example@own.example",
    "//[::1]/",
    "/\x00/evil.example",
    "/x\\y",
    "/caffè",
    "/\u2028/evil.example",
    "/\uff0f/evil.example",
    "?next=/",
    "#/",
    "/" + "a" * 2000,
]


@pytest.mark.parametrize("path", OWN)
def test_a_path_of_this_site_is_kept(path):
    assert local_path(path, "/home") == path


@pytest.mark.parametrize("text", FOREIGN)
def test_everything_else_leads_to_the_default(text):
    assert local_path(text, "/home") == "/home"


@pytest.fixture
def app():
    app = Flask(__name__)
    Babel(app)
    return app


def test_another_site_is_entered_from_a_page_of_its_own(app):
    with app.test_request_context("/"):
        response = leave_to("https://host.example/callback?code=a&state=b")
    assert response.status_code == 200
    page = response.get_data(as_text=True)
    assert '<meta http-equiv="refresh" content="0;url=https://host.example/callback?code=a&amp;state=b">' in page
    assert "Continue to host.example" in page
    assert response.headers["Referrer-Policy"] == "no-referrer"


def test_the_address_cannot_break_out_of_the_page(app):
    with app.test_request_context("/"):
        page = leave_to('https://host.example/"><script>alert(1)</script>').get_data(as_text=True)
    assert "<script>" not in page


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://host.example/", "https:///path", "/path", "//host.example/"])
def test_only_web_addresses_can_be_left_to(app, url):
    with app.test_request_context("/"), pytest.raises(ValueError, match="http"):
        leave_to(url)
