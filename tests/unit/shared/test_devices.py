"""What a browser is called, and how it is known again."""

import pytest

from shared.signin.devices import device_of, known_device, remember

LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0"
ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36"
ADA, BEA = "ada@example.org", "bea@example.org"


@pytest.mark.parametrize(
    ("said", "called"),
    [
        (LINUX, "Firefox, Linux"),
        (PHONE, "Safari, iPhone"),
        (EDGE, "Edge, Windows"),
        (ANDROID, "Chrome, Android"),
        ("curl/8.5", "curl"),
        ("\x00<script>", "?"),
        ("", "?"),
    ],
)
def test_a_browser_is_called_by_what_its_owner_sees(said, called):
    assert device_of(said) == called


def test_a_browser_is_known_for_the_account_that_signed_in_and_no_other():
    cookie = remember(None, secret="s", email=ADA)
    name = known_device(cookie, secret="s", email=ADA)
    assert name == cookie.partition(".")[0]
    assert known_device(cookie, secret="s", email=BEA) is None
    assert known_device(cookie, secret=b"other", email=ADA) is None
    assert ADA not in cookie


def test_a_shared_browser_knows_the_last_five():
    cookie, people = None, [f"p{number}@example.org" for number in range(6)]
    for email in people:
        cookie = remember(cookie, secret="s", email=email)
    assert [known_device(cookie, secret="s", email=email) is not None for email in people] == [False] + [True] * 5
    assert remember(cookie, secret="s", email=people[-1]) == cookie


def test_nobody_makes_a_mark_for_another_account_from_a_mark_of_their_own():
    own = remember(None, secret="s", email=BEA)
    name, mark = own.split(".")
    for forged in (f"{name}.{mark}.{mark}", f"{'A' * 24}.{mark}", f"{name}.{'0' * 32}"):
        assert known_device(forged, secret="s", email=ADA) is None


@pytest.mark.parametrize("cookie", ["", "x", "." * 40, "A" * 5000, "è.0", f"{'A' * 24}.{'g' * 32}"])
def test_a_senseless_cookie_is_no_known_browser(cookie):
    assert known_device(cookie, secret="s", email=ADA) is None
    assert len(remember(cookie, secret="s", email=ADA).split(".")) == 2
