"""The commands about members and accounts."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from shared.clock import FixedClock
from shared.config import load
from shared.errors import Refusal
from shared.sheets.errors import DatesAmbiguous
from space_node.accounts.errors import AccountExists
from space_node.app import create_app
from space_node.cli import members as members_group
from space_node.config import NodeSettings
from space_node.member_lists.errors import MappingRefused
from space_node.members.cli import accounts
from space_node.members.errors import MemberUnknown
from tests.factories.member_files import members_csv

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def app(node_url: str, tmp_path) -> Flask:
    settings = load(NodeSettings, {"DATABASE_URL": node_url, "DATA_DIR": str(tmp_path / "data")})
    return create_app(settings, clock=FixedClock(NOW))


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "members.csv"


def run(app: Flask, *args: object) -> Result:
    group = {"members": members_group, "accounts": accounts}[str(args[0])]
    return app.test_cli_runner().invoke(group, [str(arg) for arg in args[1:]])


def ok(app: Flask, *args: object) -> Result:
    result = run(app, *args)
    assert result.exit_code == 0, result.output
    return result


def refused(app: Flask, kind: type[Refusal], *args: object) -> Result:
    result = run(app, *args)
    assert isinstance(result.exception, kind)
    return result


def members(app: Flask, *args: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(ok(app, "members", "list", "--json", *args).stdout)
    return found


def test_a_list_is_previewed_imported_and_imported_again(app: Flask, file: Path) -> None:
    file.write_bytes(members_csv(3))
    assert ok(app, "members", "import", file, "--preview").stdout == "3 new, 0 changed, 0 unchanged\n"
    assert members(app) == []
    done = ok(app, "members", "import", file)
    assert done.stdout == "3 new, 0 changed, 0 unchanged\n"
    assert done.stderr.startswith(
        "Name → name, E-mail → email, Plan → plan, Start date → starts_on, Company → company, Phone → -, "
    )
    assert ok(app, "members", "import", file).stdout == "0 new, 0 changed, 3 unchanged\n"
    assert {one["email"] for one in members(app)} == {"m0@example.org", "m1@example.org", "m2@example.org"}
    assert [one["name"] for one in members(app, "--search", "niccolo")] == ["Niccolò Rossi"]
    assert "m1@example.org" in ok(app, "members", "list").stdout


def test_programs_are_told_in_json(app: Flask, file: Path) -> None:
    file.write_bytes(b"Name;Email;Tel\nAda;a@x.it;1\n")
    told = json.loads(ok(app, "members", "import", file, "--json").stdout)
    assert told == {
        "encoding": "utf-8",
        "delimiter": ";",
        "columns": [{"column": "Name", "field": "name"}, {"column": "Email", "field": "email"}, {"column": "Tel", "field": None}],
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "faults": [],
    }


@pytest.mark.parametrize("option", [[], ["--preview"]])
def test_every_wrong_row_is_said_and_nothing_comes_in(app: Flask, file: Path, option: list[str]) -> None:
    file.write_bytes(b"Name,Email\n" + b"Ada,x\n" * 150 + b'"A"x,y\n')
    result = run(app, "members", "import", file, *option)
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert lines[0] == "line 2, Email: x is no e-mail address."
    assert lines[150].startswith("line 152, row: The quotation marks do not match")
    assert lines[151:] == ["Nothing was imported: 151 faults."]
    told = run(app, "members", "import", file, "--json", *option)
    assert told.exit_code == 1
    assert len(json.loads(told.stdout)["faults"]) == 151
    assert members(app) == []


def test_columns_and_dates_can_be_told(app: Flask, file: Path) -> None:
    file.write_bytes(b"Nick,Email,Start,Piano\nAda,a@x.it,01/02/2026,Flex\n")
    unknown = refused(app, MappingRefused, "members", "import", file)
    assert "Nick → -, Email → email, Start → starts_on, Piano → plan" in unknown.stderr
    told = ("members", "import", file, "--map", "Nick=name", "--map", "Piano=-")
    assert "--dates dmy or mdy" in refused(app, DatesAmbiguous, *told).stderr
    ok(app, *told, "--dates", "mdy")
    (ada,) = members(app)
    assert (ada["starts_on"], ada["plan"], ada["ends_on"]) == ("2026-01-02", "", None)


@pytest.mark.parametrize("told", ["Nick", "Nick=guest"])
def test_a_mapping_that_says_nothing_is_refused(app: Flask, file: Path, told: str) -> None:
    file.write_bytes(b"Name,Email\nAda,a@x.it\n")
    result = run(app, "members", "import", file, "--map", told)
    assert result.exit_code == 2
    assert "write COLUMN=FIELD" in result.stderr


def test_a_preset_can_be_named(app: Flask, file: Path) -> None:
    file.write_bytes(b"FullName,Email,Active,Plan,ContractStartDate\nAda,a@x.it,NO,Flex,2026-01-01 00:00\n")
    ok(app, "members", "import", file, "--preset", "nexudus")
    assert [(one["state"], one["starts_on"]) for one in members(app)] == [("ended", "2026-01-01")]
    file.write_bytes(b"Name,Email\nAda,a@x.it\n")
    assert "Name → -" in refused(app, MappingRefused, "members", "import", file, "--preset", "nexudus").stderr


def test_progress_is_told_where_asked_for(app: Flask, file: Path) -> None:
    file.write_bytes(members_csv(2_500))
    result = ok(app, "members", "import", file, "--progress")
    assert [line for line in result.stderr.splitlines() if "written" in line] == ["2000 of 2500 written", "2500 of 2500 written"]


def test_people_are_let_in_by_links(app: Flask) -> None:
    link = ok(app, "accounts", "add", "--role", "manager", "--email", "Boss@x.it", "--name", "Anna").stdout.strip()
    assert app.test_client().get(link.partition("/welcome")[1] + link.partition("/welcome")[2]).status_code == 200
    ok(app, "accounts", "add", "--role", "member", "--email", "ada@x.it", "--name", "Ada Neri")
    assert "/welcome/" in ok(app, "members", "link", "ADA@x.it").stdout
    refused(app, MemberUnknown, "members", "link", "bea@x.it")
    refused(app, AccountExists, "accounts", "add", "--role", "desk", "--email", "boss@x.it", "--name", "Anna")
    assert json.loads(ok(app, "accounts", "list", "--json").stdout) == [
        {"email": "ada@x.it", "name": "Ada Neri", "roles": ["member"]},
        {"email": "boss@x.it", "name": "Anna", "roles": ["desk", "manager", "owner"]},
    ]
    assert "desk,manager,owner" in ok(app, "accounts", "list").stdout
    assert run(app, "accounts", "add", "--role", "desk", "--email", "x", "--name", "").exit_code == 1
