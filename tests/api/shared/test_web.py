"""The skeleton: hosts, proxies, body limits, cookies, request ids."""

import io
import json
import logging
from dataclasses import replace

import pytest

from shared import web
from tests.support.databases import empty_database
from tests.support.toy_site import add_person, form_token, sign_in, toy_settings, toy_site


@pytest.fixture
def site(tmp_path, clock):
    """`site(**settings)` is a client of the toy with those settings; on SQLite, for nothing here asks the database much."""

    def make(**changes):
        settings = replace(toy_settings(tmp_path, empty_database("sqlite", tmp_path)), **changes)
        app = toy_site(settings, clock)
        add_person(app, "ada")
        return app.test_client()

    return make


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:1234", "[::1]:8000"])
def test_a_service_on_loopback_answers_to_the_names_of_loopback(site, host):
    assert site().get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("http://evil.example/", 400),
        ("HTTPS://evil.example:8000", 400),
        ("http://localhost@evil.example/", 400),
        ("http://[::/", 400),
        ("http://localhost:8000/", 200),
        ("/", 200),
        ("/http://evil.example/", 200),
    ],
)
def test_a_whole_address_counts_as_much_as_the_host_header(site, asked, status):
    answer = site().get("/", headers={"Host": "localhost"}, environ_overrides={"RAW_URI": asked})
    assert answer.status_code == status


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "", "a b", "127.0.0.1:x\x00", "[::"]
)
@pytest.mark.parametrize("path", ["/", "/nowhere", "/fed/echo", "/ui/base.css"])
def test_a_foreign_host_is_refused_everywhere(site, host, path):
    response = site().get(path, headers={"Host": host})
    assert response.status_code in ({400} if host and "evil" in host else {400, 200, 404, 405})
    assert "evil.example" not in response.text
    response.close()


def test_behind_a_name_only_that_name_and_those_set_beside_it_are_answered(site):
    client = site(public_url="https://desk.example", trusted_hosts=("inside.example", ".lan.example"))
    for host, status in [
        ("desk.example", 200),
        ("desk.example:443", 200),
        ("inside.example", 200),
        ("a.lan.example", 200),
        ("127.0.0.1", 400),
        ("localhost", 400),
    ]:
        assert client.get("/", headers={"Host": host}).status_code == status
    refused = client.get("/", headers={"Host": "evil.example"})
    assert refused.mimetype == "text/plain"
    assert refused.headers["Content-Security-Policy"]


def test_an_ipv6_address_can_be_the_name(site):
    client = site(public_url="https://[2001:db8::1]:8443")
    assert client.get("/", headers={"Host": "[2001:db8::1]:8443"}).status_code == 200
    assert client.get("/", headers={"Host": "localhost"}).status_code == 400


def test_links_to_the_outside_come_from_the_settings(site):
    client = site(public_url="https://desk.example", trusted_hosts=("inside.example",))
    answer = client.get("/address", headers={"Host": "inside.example"}).json
    assert answer["public"] == "https://desk.example/x"


FORWARDED = {
    "X-Forwarded-For": "198.51.100.1, 198.51.100.2",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Prefix": "/evil",
    "Forwarded": "for=198.51.100.1;host=evil.example",
}


def test_no_proxy_is_believed_unless_it_is_counted(site):
    answer = site().get("/address", headers=FORWARDED).json
    assert answer == {"remote": "127.0.0.1", "url": "http://localhost/address", "public": "http://127.0.0.1:8000/x"}


def test_as_many_hops_are_believed_as_are_counted(site):
    headers = {**FORWARDED, "X-Forwarded-Host": "desk.example"}
    client = site(public_url="https://desk.example", proxy_hops=1)
    answer = client.get("/address", headers=headers).json
    assert (answer["remote"], answer["url"]) == ("198.51.100.2", "https://desk.example/address")
    assert client.get("/address", headers=FORWARDED).status_code == 400


def test_a_body_over_64_kib_is_refused_before_it_is_read(site):
    client = site()
    for path, kind in [("/fed/echo", "application/problem+json"), ("/sign-in", "text/html")]:
        response = client.post(path, data=b"x" * (64 * 1024 + 1))
        assert (response.status_code, response.mimetype) == (413, kind)
    assert client.post("/fed/echo", data=b"x" * 64 * 1024).status_code == 200


def test_a_body_has_to_say_its_size(site):
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    response = site().post("/fed/echo", input_stream=io.BytesIO(b"x" * 70_000), environ_overrides=chunked)
    assert (response.status_code, response.mimetype) == (411, "application/problem+json")


def test_only_the_import_takes_more(site):
    client = site()
    token = form_token(client)

    def send(size):
        head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        body = head + b"x" * size + b"\r\n--b--\r\n"
        headers = {"X-CSRF-Token": token, "Content-Type": "multipart/form-data; boundary=b"}
        return client.post("/import", input_stream=io.BytesIO(body), content_length=len(body), headers=headers)

    assert send(1024 * 1024).json == {"bytes": 1024 * 1024}
    assert send(16 * 1024 * 1024).status_code == 413


def test_a_form_of_endless_parts_is_refused(site):
    client = site()
    data = {"csrf_token": form_token(client), **{f"f{n}": "" for n in range(1100)}}
    assert client.post("/import", data=data, content_type="multipart/form-data").status_code == 413


def test_over_https_cookies_are_secure_and_bound_to_the_host(site):
    client = site(public_url="https://desk.example")
    base = {"base_url": "https://desk.example"}
    page = client.get("/sign-in", **base)
    assert page.headers["Set-Cookie"].startswith("__Host-toy_state=")
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    data = {"csrf_token": token, "email": "ada@example.org", "password": "a lamp, a desk, a friend"}
    response = client.post("/sign-in", data=data, **base)
    session = next(header for header in response.headers.getlist("Set-Cookie") if "session" in header)
    assert session.startswith("__Host-toy_session=")
    assert {part.strip() for part in session.split(";")[1:]} == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}
    assert "Domain" not in session
    assert client.get("/staff", **base).headers["Strict-Transport-Security"] == "max-age=31536000"


def test_two_services_on_one_host_do_not_share_cookies(site):
    one, two = site(), site(public_url="http://127.0.0.1:8101")
    names = {client.get("/sign-in").headers["Set-Cookie"].partition("=")[0] for client in (one, two)}
    assert names == {"toy_8000_state", "toy_8101_state"}


def test_every_answer_has_an_id_of_our_own_making(site):
    client = site()
    first = client.get("/", headers={"X-Request-Id": "forged"}).headers["X-Request-Id"]
    second = client.get("/nowhere").headers["X-Request-Id"]
    assert len({first, second, "forged"}) == 3
    problem = client.post("/api/nowhere")
    assert problem.json["instance"] == f"urn:uuid:{problem.headers['X-Request-Id']}"


def test_every_answer_is_logged_without_its_address(site, caplog):
    caplog.set_level(logging.INFO, "shared.web")
    site().get("/sign-in?next=/secret")
    record = next(record for record in caplog.records if record.name == "shared.web")
    assert record.getMessage() == "request.answered"
    assert "secret" not in json.dumps({key: str(value) for key, value in vars(record).items()})


@pytest.mark.parametrize("path", ["/?q=%00", "/%00", "/?q=%ff%fe", "/%ff", "/sign-in?next=%00", "/sign-in?lang=%00"])
def test_strange_bytes_in_an_address_are_no_bug(site, path):
    assert site().get(path).status_code in {200, 404}


@pytest.mark.parametrize(
    "junk", [b"\x00", b"email=%00&password=%00", b"\xff\xfe=\xff", b"email=%ff&password=%ff", b"=&=&=", b"{}"]
)
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", "\x7f"]
)
def test_strange_bytes_in_a_form_are_no_bug(site, junk, kind):
    client = site()
    token = form_token(client)
    response = client.post("/sign-in", data=junk, content_type=kind, headers={"X-CSRF-Token": token})
    assert response.status_code in {400, 413, 415, 422}


def test_the_view_keeps_its_limit_under_other_decorators():
    @web.body_limit(5)
    def view() -> None:
        """Nothing."""

    assert view.__dict__["body_limit_bytes"] == 5


def test_signed_in_people_can_be_forgotten_by_a_new_key(site, tmp_path):
    client = site()
    sign_in(client)
    assert client.get("/staff").status_code == 200
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
