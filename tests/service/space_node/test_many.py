"""Many nodes' commands in one process: each with its own settings and database, and for demos on loopback alone."""

import json
from pathlib import Path

import click
import pytest
from flask import Flask
from flask.cli import FlaskGroup

from shared import config
from shared.many import answers
from space_node.app import create_app
from space_node.config import NodeSettings
from space_node.network.cli import status
from tests.support.databases import dispose_engines, fresh_database


def settings(folder: Path, name: str, *, demo: bool = True) -> dict[str, str]:
    bind = "127.0.0.1:8999"
    url = fresh_database("space_node", "sqlite", folder / name) if demo else f"sqlite:///{folder / name}.sqlite"
    where = {"DATA_DIR": str(folder / name), "BIND": bind, "PUBLIC_URL": f"http://{bind}", "DATABASE_URL": url}
    return {**where, **({"DEMO": "yes"} if demo else {})}


def asked(environment: dict[str, str], *words: str) -> str:
    return json.dumps({"environment": environment, "words": words})


@pytest.fixture
def group() -> FlaskGroup:
    group = FlaskGroup(add_default_commands=False, add_version_option=False)
    group.add_command(status)
    return group


def make_app(environment: dict[str, str]) -> Flask:
    return create_app(config.load(NodeSettings, environment))


def test_each_line_is_answered_with_what_the_command_said(group: FlaskGroup, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    one, two = (settings(tmp_path, name) for name in ("one", "two"))
    made: list[str] = []

    def make(environment: dict[str, str]) -> Flask:
        made.append(environment["DATA_DIR"])
        return make_app(environment)

    lines = [asked(one, "status", "--json"), asked(two, "status", "--json"), asked(one, "status", "--nonsense")]
    first, second, wrong = (json.loads(line) for line in answers(group, "space-node", make, lines))
    assert [json.loads(told["out"])["joined"] for told in (first, second)] == [False, False]
    assert (first["code"], wrong["code"], wrong["out"]) == (0, 2, "")
    assert "--nonsense" in wrong["err"]
    assert made == [str(tmp_path / name) for name in ("one", "two")]
    dispose_engines()


def test_a_real_node_is_refused(group: FlaskGroup, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    with pytest.raises(click.ClickException, match="Only demos"):
        list(answers(group, "space-node", make_app, [asked(settings(tmp_path, "real", demo=False), "status")]))
