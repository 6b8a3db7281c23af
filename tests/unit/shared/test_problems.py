import json
import logging
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import marshmallow as ma
import pytest
from flask import Flask, abort, g, redirect
from flask.testing import FlaskClient
from flask_babel import Babel
from werkzeug.exceptions import Gone
from werkzeug.wrappers import Response

from shared.errors import Conflict, FieldFault, Invalid, NotFound, TooMany, Unauthenticated
from shared.marking import Phrase
from shared.peer_problems import PROBLEM_BASE, read, title_in
from shared.problems import ProblemApi, ProblemBlueprint, install, title_of
from shared.schemas import Text, Whole, WireSchema
from shared.spoken import translated

ITALIAN = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"
msgid "The last desk is gone"
msgstr "L'ultimo posto è andato"
msgid "Try %(day)s, 100 %% free."
msgstr "Prova %(day)s, libero al 100 %%."
msgid "At least %(min)s."
msgstr "Almeno %(minimo)s."
msgid "At most %(max)s characters."
msgstr "Al massimo %(max)s caratteri."
"""


class LastDeskGone(Conflict):
    slug = "last-desk-gone-in-a-test"
    title = "The last desk is gone"
    sentence = "Try %(day)s, 100 %% free."


class Part(WireSchema):
    seats = Whole(1, 9, required=True)


class Body(WireSchema):
    title = Text(20, required=True)
    parts = ma.fields.List(ma.fields.Nested(Part), required=True)


class Query(ma.Schema):
    limit = Whole(1, 100, written=True, load_default=10)


GOOD = {"title": "x", "parts": [{"seats": 1, "later": 2}], "new": 1}


def make_app() -> Flask:
    app = Flask(__name__)
    app.config.update(API_TITLE="SFP", API_VERSION="1", OPENAPI_VERSION="3.1.0", MAX_CONTENT_LENGTH=100_000)
    api = ProblemApi(app)
    blueprint = ProblemBlueprint("bookings", __name__, url_prefix="/fed/v1")

    @blueprint.route("/bookings/<name>", methods=["PUT"])  # type: ignore[untyped-decorator]
    @blueprint.arguments(Body)  # type: ignore[untyped-decorator]
    @blueprint.arguments(Query, location="query")  # type: ignore[untyped-decorator]
    @blueprint.response(200, Body)  # type: ignore[untyped-decorator]
    def put(body: dict[str, Any], query: dict[str, Any], name: str) -> dict[str, Any]:
        if name == "taken":
            raise LastDeskGone(day=date(2026, 3, 6))
        if name == "bug":
            raise RuntimeError("secret detail")
        return body

    api.register_blueprint(blueprint)
    install(app)
    app.extensions["api"] = api
    return app


@pytest.fixture
def app() -> Flask:
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def raising(app: Flask, path: str, error: Exception | Response) -> FlaskClient:
    def view() -> Response:
        if isinstance(error, Exception):
            raise error
        return error

    app.add_url_rule(path, path, view)
    return app.test_client()


def put(client: FlaskClient, data: object, name: str = "1", content_type: str = "application/json") -> Any:
    raw = data if isinstance(data, bytes | str) else json.dumps(data)
    return client.put(f"/fed/v1/bookings/{name}", data=raw, content_type=content_type)


def slug(answer: Any) -> str:
    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == answer.status_code
    assert answer.json["instance"].startswith("urn:uuid:")
    return str(answer.json["type"]).removeprefix(PROBLEM_BASE)


def test_a_good_body_passes_and_what_is_unknown_in_it_is_ignored(client: FlaskClient) -> None:
    answer = put(client, GOOD)
    assert (answer.status_code, answer.json) == (200, {"title": "x", "parts": [{"seats": 1}]})


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        ({"title": "x", "parts": [{"seats": "1"}]}, "/parts/0/seats"),
        ({"title": "x", "parts": [{"seats": True}]}, "/parts/0/seats"),
        ({"title": "x", "parts": [{"seats": 10}]}, "/parts/0/seats"),
        ({}, "/title"),
        ([], ""),
        (None, ""),
    ],
)
def test_wrong_values_are_pointed_at(client: FlaskClient, data: object, pointer: str) -> None:
    answer = put(client, data)
    assert (answer.status_code, slug(answer)) == (422, "invalid")
    assert pointer in [fault["pointer"] for fault in answer.json["errors"]]


@pytest.mark.parametrize(
    "data", ["{", "", '{"title":1,"title":2}', '{"title":NaN}', "[" * 5000, b'{"title":"\xff"}', " " * 70_000]
)
def test_what_is_not_strict_json_never_reaches_a_schema(client: FlaskClient, data: object) -> None:
    answer = put(client, data)
    assert (answer.status_code, slug(answer)) == (400, "malformed-json")


def test_a_body_must_say_that_it_is_json(client: FlaskClient) -> None:
    answer = put(client, GOOD, content_type="text/plain")
    assert (answer.status_code, slug(answer)) == (400, "malformed-json")


def test_a_wrong_query_is_pointed_at_under_its_place(client: FlaskClient) -> None:
    answer: Any = client.put("/fed/v1/bookings/1?limit=0", json=GOOD)
    assert (answer.status_code, slug(answer)) == (422, "invalid")
    assert answer.json["errors"] == [{"pointer": "/query/limit", "detail": "A number from 1 to 100 is expected here."}]


def test_a_refusal_becomes_its_problem_with_its_parameters_in_english(client: FlaskClient) -> None:
    answer = put(client, GOOD, "taken")
    assert (answer.status_code, slug(answer)) == (409, "last-desk-gone-in-a-test")
    assert answer.json["detail"] == "Try 2026-03-06, 100 % free."
    assert (answer.json["title"], answer.json["day"]) == ("The last desk is gone", "2026-03-06")


def test_a_problem_is_read_back_by_the_peer_as_the_same_refusal(client: FlaskClient) -> None:
    answer = put(client, GOOD, "taken")
    refusal = read(answer.status_code, answer.headers, answer.data)
    assert type(refusal) is LastDeskGone
    assert refusal.explicit_detail is None


def test_a_bug_tells_nothing_but_the_number_of_the_request(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    answer = put(client, GOOD, "bug")
    assert (answer.status_code, slug(answer)) == (500, "internal")
    assert "secret" not in answer.text
    (record,) = caplog.records
    assert (record.levelno, record.getMessage()) == (logging.ERROR, "request.failed")


def test_the_instance_is_the_id_of_the_request(app: Flask) -> None:
    app.before_request(lambda: setattr(g, "request_id", "01a200e6-f020-716b-ae08-1796288dcea5"))
    answer = app.test_client().get("/fed/none")
    assert answer.json is not None
    assert answer.json["instance"] == "urn:uuid:01a200e6-f020-716b-ae08-1796288dcea5"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        *((400, "malformed"), (404, "not-found"), (412, "precondition-failed")),
        *((418, "http-error"), (429, "too-many"), (501, "internal")),
    ],
)
def test_the_framework_s_errors_keep_their_status(app: Flask, code: int, expected: str) -> None:
    @app.get("/api/aborted")
    def aborted() -> str:
        abort(code, "secret detail")

    answer = app.test_client().get("/api/aborted")
    assert (answer.status_code, slug(answer)) == (code, expected)
    assert "secret" not in answer.text


def test_unrouted_errors_under_a_machine_s_path_are_problems(client: FlaskClient) -> None:
    assert slug(client.get("/fed/v1/nothing")) == "not-found"
    answer = client.delete("/fed/v1/bookings/1")
    assert (answer.status_code, slug(answer)) == (405, "method-not-allowed")
    assert "PUT" in answer.headers["Allow"]
    assert slug(put(client, " " * 200_000)) == "content-too-large"


def test_a_redirect_and_a_ready_answer_are_no_errors(app: Flask) -> None:
    raising(app, "/go", redirect("/page"))
    raising(app, "/ready", Gone(response=Response("ready", 418)))
    client = raising(app, "/folder/", Response("in"))
    assert client.get("/go").status_code == 302
    assert client.get("/ready").text == "ready"
    assert client.get("/folder").status_code == 308


def test_one_who_has_to_sign_in_is_told_how_and_one_who_asks_too_often_when(app: Flask) -> None:
    raising(app, "/fed/secret", Unauthenticated())
    raising(app, "/secret", Unauthenticated())
    client = raising(app, "/fed/often", TooMany(retry_after_seconds=9))
    assert client.get("/fed/secret").headers["WWW-Authenticate"] == "Bearer"
    assert "WWW-Authenticate" not in client.get("/secret").headers
    assert client.get("/fed/often").headers["Retry-After"] == "9"


def test_a_person_gets_a_bare_page_where_there_is_no_template(app: Flask) -> None:
    answer = raising(app, "/page", NotFound("No <such> trip.")).get("/page")
    assert (answer.status_code, answer.content_type) == (404, "text/html; charset=utf-8")
    assert "<h1>Not found</h1><p>No &lt;such&gt; trip.</p>" in answer.text


def test_a_person_still_gets_a_page_when_the_layout_is_broken(
    app: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "problem.html").write_text("{{ nothing.at.all }}")
    app.template_folder = str(tmp_path)
    answer = raising(app, "/page", NotFound()).get("/page")
    assert (answer.status_code, "Not found" in answer.text) == (404, True)
    assert [record.getMessage() for record in caplog.records] == ["problem.page_failed"]


@pytest.fixture
def italian(app: Flask, tmp_path: Path) -> Flask:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    folder = tmp_path / "it" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with open(folder / "messages.mo", "wb") as out:
        write_mo(out, read_po(ITALIAN.splitlines(keepends=True)))
    (tmp_path / "problem.html").write_text("{{ problem | tojson }}")
    app.template_folder = str(tmp_path)
    Babel(app, default_locale="it", default_translation_directories=str(tmp_path))
    return app


def test_a_page_speaks_the_reader_s_language_and_the_wire_english(italian: Flask) -> None:
    fault = FieldFault(pointer="/name", detail=Phrase("At most %(max)s characters.", max=5))
    refusal = LastDeskGone(day="lunedì", errors=[fault])
    raising(italian, "/fed/taken", refusal)
    client = raising(italian, "/taken", refusal)
    page = json.loads(client.get("/taken").text)
    assert page["title"] == "L'ultimo posto è andato"
    assert page["detail"] == "Prova lunedì, libero al 100 %."
    assert page["errors"] == [{"pointer": "/name", "detail": "Al massimo 5 caratteri."}]
    assert (page["status"], page["slug"]) == (409, "last-desk-gone-in-a-test")
    wire = client.get("/fed/taken").json
    assert wire is not None
    assert wire["title"] == "The last desk is gone"
    assert wire["errors"] == [{"pointer": "/name", "detail": "At most 5 characters."}]


def test_text_that_has_no_translation_is_shown_as_it_is(italian: Flask) -> None:
    with italian.test_request_context():
        assert translated("100 % of them") == "100 % of them"
        assert translated("") == ""


def test_a_refusal_is_called_by_its_title_and_an_unknown_one_as_its_sender_calls_it_or_by_its_slug(italian: Flask) -> None:
    with italian.test_request_context():
        assert title_of("last-desk-gone-in-a-test") == "L'ultimo posto è andato"
        assert title_of("not-known-here", title_in('{"title": "The last desk is gone"}')) == "L'ultimo posto è andato"
        assert title_of("not-known-here", title_in('{"title": "Odd\\u202e, that"}')) == "Odd , that"
        for unread in (None, "", "[]", "<html>", '{"title": 7}'):
            assert (title_of("not-known-here", title_in(unread)), title_of(None)) == ("not-known-here", "")


def test_a_slip_in_the_catalogue_costs_the_translation_only(italian: Flask) -> None:
    with italian.test_request_context():
        assert translated(Phrase("At least %(min)s.", min=3)) == "At least 3."


def test_what_a_phrase_is_filled_with_is_said_in_the_readers_language_too(italian: Flask) -> None:
    with italian.test_request_context():
        inside = Phrase("Try %(day)s, 100 %% free.", day=date(2026, 3, 4))
        assert translated(Phrase("At most %(max)s characters.", max=inside)).startswith("Al massimo Prova mer 4 mar 2026")
        assert "2026-03-04 08:00" in translated(Phrase("Try %(day)s, 100 %% free.", day=datetime(2026, 3, 4, 8, tzinfo=UTC)))


def test_parameters_of_any_plain_kind_reach_the_wire(app: Flask) -> None:
    wire = raising(app, "/fed/odd", Invalid(on=date(2026, 1, 2), path=Path("a/b"), many=[1, {"x": None}])).get("/fed/odd").json
    assert wire is not None
    assert (wire["on"], wire["path"], wire["many"]) == ("2026-01-02", "a/b", [1, {"x": None}])


def test_the_document_of_the_api_shows_errors_as_problems(app: Flask) -> None:
    with app.test_request_context():
        document = app.extensions["api"].spec.to_dict()
    assert document["paths"]["/fed/v1/bookings/{name}"]["put"]["responses"]["422"]
    assert list(document["components"]["responses"]["DEFAULT_ERROR"]["content"]) == ["application/problem+json"]
    seats = document["components"]["schemas"]["Part"]["properties"]["seats"]
    assert seats == {"type": "integer", "minimum": 1, "maximum": 9}
