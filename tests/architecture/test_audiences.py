"""Every route says whom it is for, and refuses strangers where that is not everybody (DESIGN §5: default deny)."""

import re
from collections.abc import Iterator
from importlib import import_module

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from shared.access import MACHINES, UNGATED, audience_of
from shared.config import load
from tests.support.databases import fresh_database

AUDIENCES = {
    "federation": {*UNGATED, "space", "operator", "signed-in"},
    "space_node": {*UNGATED, "member", "desk", "manager", "owner", "signed-in", "guest"},
}
PROMISED = {"federation": {"public", "space", "operator"}, "space_node": {"public", "member", "desk", "manager", "owner"}}
SETTINGS = {"federation": "HubSettings", "space_node": "NodeSettings"}
REFUSALS = {"machine": {401}, "person": {303, 401}}
VALUES = ("x", "1", "en", "2026-03-02", "the-cube", "0190a000-0000-7000-8000-000000000000", "0" * 64)


@pytest.fixture(params=AUDIENCES)
def service(request) -> str:
    return request.param


@pytest.fixture
def app(service, tmp_path) -> Flask:
    settings = getattr(import_module(f"{service}.config"), SETTINGS[service])
    url = fresh_database(service, "sqlite", tmp_path)
    env = {"DATABASE_URL": url, "DATA_DIR": str(tmp_path / "data")}
    return import_module(f"{service}.app").create_app(load(settings, env))


def routes(app: Flask) -> Iterator[tuple[Rule, str | None]]:
    """Every route that is no folder of files, with its audience."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.rpartition(".")[2] != "static":
            yield rule, audience_of(app, rule.endpoint)


def address(rule: Rule) -> str:
    """An address of the route's form, with the first value that each part takes."""
    path = rule.rule
    for name, converter in rule._converters.items():
        words = (*sorted(getattr(converter, "items", ())), *VALUES)
        value = next(value for value in words if re.fullmatch(converter.regex, value))
        path = re.sub(rf"<(?:[^<>]*:)?{name}>", value, path)
    return path


def answers(client: FlaskClient, rule: Rule) -> dict[str, TestResponse]:
    """What a stranger gets there, by method."""
    methods = (rule.methods or set()) - {"OPTIONS", "HEAD"}
    return {method: client.open(address(rule), method=method) for method in methods}


def is_guarded(answer: TestResponse) -> bool:
    """Whether an answer says to browsers what they may do with it: nothing but to show it, and to nobody else."""
    said, cookies = answer.headers, answer.headers.getlist("Set-Cookie")
    return (
        (said.get("X-Content-Type-Options"), said.get("X-Frame-Options")) == ("nosniff", "DENY")
        and said.get("Referrer-Policy") in {"same-origin", "no-referrer"}
        and "default-src 'none'" in said.get("Content-Security-Policy", "")
        and "Access-Control-Allow-Origin" not in said
        and all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)
    )


def test_every_route_has_an_audience_of_its_service(service, app) -> None:
    assert {rule.endpoint: who for rule, who in routes(app) if who not in AUDIENCES[service]} == {}
    assert PROMISED[service] <= {who for _, who in routes(app)}


def test_a_stranger_is_let_in_nowhere_but_in_public_and_every_answer_is_guarded(app) -> None:
    client = app.test_client()
    let_in, bare = [], []
    for rule, who in routes(app):
        wanted = REFUSALS["machine" if who in MACHINES else "person"]
        for method, answer in answers(client, rule).items():
            let_in += [(method, rule.rule, answer.status)] if who not in UNGATED and answer.status_code not in wanted else []
            bare += [] if is_guarded(answer) else [(method, rule.rule, dict(answer.headers))]
    assert let_in == []
    assert bare == []


def test_a_folder_of_files_has_no_other_routes(app) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.rpartition(".")[2] == "static":
            assert rule.rule.endswith("/<path:filename>")
