"""One way to run commands: what is refused is said in one line, without a traceback, and the exit code tells."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.cli import with_appcontext

from shared import migrate, running
from shared.commands import checked_app, database_commands, make_group, run
from shared.config import ConfigError
from shared.db import DatabaseAway
from shared.engines import open_engine
from shared.errors import FieldFault, Invalid, NotFound
from shared.keys.errors import KeyFileFault
from tests.support.databases import OWNS, SERVES, Engine, as_owner, as_servant, empty_database
from tests.support.logs import logging_restored
from tests.support.toy_service.app import create_app
from tests.support.toy_service.db import db

TOY = "tests.support.toy_service"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _logging() -> Iterator[None]:
    with logging_restored():
        yield


@click.command("fail")
@click.argument("how")
def fail(how: str) -> None:
    """End in one of the ways in which commands end."""
    faults = [FieldFault(pointer="/name", detail="This is needed."), FieldFault(pointer="", detail="It is odd.")]
    raise {
        "refused": NotFound("There is no such thing."),
        "invalid": Invalid(errors=faults),
        "config": ConfigError(["THREADS: four is no number"]),
        "abort": click.Abort(),
        "usage": click.UsageError("Not like this."),
        "away": sa.exc.OperationalError("SELECT 1", {}, Exception("no such table: purses")),
        "refusal of the database": DatabaseAway(),
        "away for a reason": caused(DatabaseAway(), sa.exc.OperationalError("", {}, Exception("no such role:\n\teve"))),
        "files": PermissionError(13, "Permission denied", "/keys"),
        "room": OSError(28, "No space left on device", "/keys"),
        "system": OSError("pipes are full"),
        "key": KeyFileFault("The key file root/a.json holds no key."),
        "bad statement": sa.exc.ProgrammingError("SELEC 1", {}, Exception("syntax error")),
    }[how]


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@click.command("check")
@with_appcontext
def check() -> None:
    """Say whether the database fits."""
    click.echo(checked_app(db, TOY).name)


def app_on(url: str, folder: Path) -> Flask:
    app = create_app(url)
    app.extensions["settings"] = type("Settings", (), {"log_level": "warning", "data_dir": folder})()
    return app


@pytest.fixture
def app(engine_url, tmp_path: Path) -> Iterator[Flask]:
    app = app_on(as_owner(engine_url(TOY)), tmp_path)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def program(app: Flask, monkeypatch, capsys) -> Run:
    """Run a command line, for its exit code and what it said on both outputs."""
    group = make_group(
        lambda: app,
        (fail, check, database_commands(db, TOY)),
        check=lambda: migrate.check_quickly(db.engine, TOY),
        unchecked=("db",),
    )

    def call(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["toy", *words])
        code = 0
        try:
            run(group, "toy")
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.mark.parametrize(
    ("how", "code", "said"),
    [
        ("refused", 1, "toy: There is no such thing. [not-found]\n"),
        ("invalid", 1, "toy: Some of what was sent is not valid. [invalid]\n  /name: This is needed.\n  /: It is odd.\n"),
        ("abort", 130, ""),
        ("away for a reason", 1, "toy: DATABASE_URL: there is no connection to the database: no such role: eve\n"),
        ("files", 1, "toy: /keys cannot be used: Permission denied: run this as the user that owns it, or let this user in.\n"),
        ("room", 1, "toy: /keys cannot be used: No space left on device.\n"),
        ("system", 1, "toy: pipes are full.\n"),
        ("key", 1, "toy: The key file root/a.json holds no key.\n"),
        ("away", 1, "toy: the database cannot be used: no such table: purses. See `toy db current`.\n"),
    ],
)
def test_what_is_refused_is_said_in_a_line(program: Run, how: str, code: int, said: str) -> None:
    assert program("fail", how) == (code, "", said)


@pytest.mark.parametrize(
    ("how", "code", "part"),
    [("config", 2, "THREADS: four is no number"), ("usage", 2, "Not like this."), ("refusal of the database", 1, "database")],
)
def test_so_is_what_is_wrong_with_settings_words_and_database(program: Run, how: str, code: int, part: str) -> None:
    ended, out, err = program("fail", how)
    assert (ended, out, part in err, "Traceback" in err) == (code, "", True, False)


def test_a_fault_of_ours_is_shown_whole(program: Run) -> None:
    with pytest.raises(sa.exc.ProgrammingError):
        program("fail", "bad statement")


def test_the_database_is_brought_up_and_down_and_says_where_it_is(program: Run) -> None:
    assert program("db", "current") == (0, "0003\n", "")
    assert program("db", "downgrade", "base") == (0, "The database is at base.\n", "")
    assert program("db", "current") == (0, "base\n", "")
    assert program("db", "upgrade", "0002") == (0, "The database is at 0002.\n", "")
    assert program("db", "upgrade") == (0, "The database is at 0003.\n", "")


def test_the_schema_is_not_taken_back_under_a_service_that_runs(app: Flask, program: Run, tmp_path: Path) -> None:
    with running.together(tmp_path):
        assert program("db", "upgrade")[0] == 0
        code, out, err = program("db", "downgrade", "0001")
    assert (code, out, "The service is running" in err, err.count("\n")) == (1, "", True, 1), err
    with app.app_context():
        elsewhere = open_engine(db.engine.url)
    if elsewhere.dialect.name == "postgresql":
        with elsewhere.connect():
            assert "database is in use" in program("db", "downgrade", "0001")[2]
    elsewhere.dispose()
    assert program("db", "downgrade", "0001") == (0, "The database is at 0001.\n", "")


@pytest.mark.parametrize("words", [("upgrade", "foo"), ("downgrade", "zzz"), ("downgrade", "0003:x"), ("downgrade", "-9")])
def test_a_revision_that_there_is_not_is_told_with_those_that_there_are(program: Run, words: tuple[str, str]) -> None:
    said = f"toy: No way leads from 0003 to a revision {words[1]}. There are base and 0001, 0002, 0003.\n"
    assert program("db", *[words[0], "--", words[1]]) == (1, "", said)


@pytest.mark.parametrize("lost", ["DROP TABLE alembic_version", "DELETE FROM alembic_version"])
def test_tables_that_no_migration_made_are_told_of(app: Flask, program: Run, lost: str) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql(lost)
    code, out, err = program("db", "upgrade")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("toy: The database has tables (answers, coins, purses …) but no note of their revision")


@pytest.mark.parametrize("words", [("check",), ("db", "upgrade"), ("db", "current")])
def test_a_database_that_can_never_answer_is_told_with_its_reason(
    words: tuple[str, ...], engine_name: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    urls = {
        "sqlite": f"sqlite:///{tmp_path}/none/toy.db",
        "postgresql": as_owner(empty_database(engine_name, tmp_path)).replace("postgres@", "nobody:hush@"),
    }
    group = make_group(lambda: create_app(urls[engine_name]), (check, database_commands(db, TOY)))
    with pytest.raises(SystemExit) as ended:
        run(group, "toy", list(words))
    err = capsys.readouterr().err
    reason = {"sqlite": "unable to open database file", "postgresql": 'role "nobody" does not exist'}[engine_name]
    assert (ended.value.code, err.count("\n"), reason in err, "hush" in err) == (1, 1, True, False)
    assert err.startswith("toy: DATABASE_URL: there is no connection to the database: ")


def test_what_a_server_refuses_for_good_is_told_in_its_own_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = sa.make_url(as_owner(empty_database("postgresql", tmp_path)))
    with open_engine(url).begin() as connection:
        connection.exec_driver_sql(f'REVOKE CONNECT ON DATABASE "{url.database}" FROM PUBLIC')
    shut = f'permission denied for database "{url.database}"'
    for wrong, reason in ((url.set(database="none"), 'database "none" does not exist'), (url.set(username=SERVES), shut)):
        group = make_group(lambda wrong=wrong: create_app(wrong.render_as_string(hide_password=False)), (check,))
        with pytest.raises(SystemExit):
            run(group, "toy", ["check"])
        err = capsys.readouterr().err
        assert (err.startswith("toy: DATABASE_URL: there is no connection"), reason in err, "again" in err) == (True, True, False)


def test_files_of_the_writer_lock_that_cannot_be_opened_are_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "toy.db-next").mkdir()
    group = make_group(lambda: create_app(f"sqlite:///{tmp_path}/toy.db"), (check, database_commands(db, TOY)))
    with pytest.raises(SystemExit) as ended:
        run(group, "toy", ["db", "upgrade"])
    assert (ended.value.code, capsys.readouterr().err) == (
        1,
        f"toy: DATABASE_URL: there is no connection to the database: {tmp_path}/toy.db-next cannot be opened (Is a directory)."
        " Is its folder there, and may this user write in it?\n",
    )


@pytest.mark.parametrize("words", [("check",), ("db", "upgrade")])
def test_a_file_that_is_no_database_is_told_of(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "toy.db").write_text("Dear diary, " * 100)
    group = make_group(lambda: create_app(f"sqlite:///{tmp_path}/toy.db"), (check, database_commands(db, TOY)))
    with pytest.raises(SystemExit) as ended:
        run(group, "toy", list(words))
    said = (
        "toy: DATABASE_URL: this is no database of SQLite, or a damaged one: file is not a database."
        " Name another, or restore a backup.\n"
    )
    assert (ended.value.code, capsys.readouterr().err) == (1, said)


def test_on_postgresql_the_account_that_serves_is_let_in_by_who_owns_the_tables(
    app: Flask, program: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with app.app_context():
        sqlite, url = db.engine.dialect.name == "sqlite", as_servant(db.engine.url)
    code, _, err = program("db", "upgrade", "--grant-to", SERVES)
    assert (code, err.startswith("toy: SQLite knows no accounts")) == ((1, True) if sqlite else (0, False)), err
    if not sqlite:
        assert program("db", "upgrade", "--grant-to", OWNS)[2].startswith("toy: postgres is a superuser.")
        served = make_group(lambda: app_on(url, tmp_path), (database_commands(db, TOY),))
        with app.app_context():
            db.engine.dispose()
        with pytest.raises(SystemExit):
            run(served, "toy", ["db", "downgrade", "0001"])
        assert "may not change tables. Use the one that owns them." in capsys.readouterr().err


def test_who_was_never_let_in_is_not_told_to_serve_as_the_owner(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = as_owner(empty_database("postgresql", tmp_path))
    owner = open_engine(url)
    migrate.upgrade(owner, TOY)
    owner.dispose()
    group = make_group(lambda: app_on(as_servant(url), tmp_path), (check, database_commands(db, TOY)))

    def said(*words: str) -> str:
        with pytest.raises(SystemExit):
            run(group, "toy", list(words))
        return capsys.readouterr().err

    for words in (("check",), ("db", "current")):
        told = said(*words)
        assert ("run: toy db upgrade --grant-to ACCOUNT" in told, "Use the one" in told) == (True, False)
    assert "may not change tables. Use the one that owns them." in said("db", "upgrade", "--grant-to", SERVES)


def test_no_command_but_those_that_mend_it_works_on_another_schema(app: Flask, program: Run) -> None:
    with app.app_context():
        migrate.downgrade(db.engine, TOY, "0001")
    code, out, err = program("check")
    assert (code, out, err.startswith("toy: The database is at revision 0001"), err.count("\n")) == (1, "", True, 1)
    assert program("db", "current") == (0, "0001\n", "")
    assert program("--help")[0] == 0


def test_only_a_database_that_fits_is_served(app: Flask, program: Run) -> None:
    assert program("check") == (0, f"{app.name}\n", "")
    with app.app_context():
        migrate.downgrade(db.engine, TOY, "0001")
    code, _, err = program("check")
    assert (code, "db upgrade" in err) == (1, True)
