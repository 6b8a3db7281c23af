"""The migration tool, with a toy service's migrations and with broken ones, on both engines."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from shared import migrate
from shared.db import Busy, open_engine
from shared.migrate import SchemaMismatch
from shared.migrations_env import _MIGRATOR_LOCK
from tests.support.databases import Engine, empty_database
from tests.support.threads import together

TOY = "tests.support.toy_service"
TABLES = {"alembic_version", "answers", "coins", "purses"}


@pytest.fixture
def engine(engine_name: Engine, tmp_path: Path) -> sa.Engine:
    """An engine on an empty database."""
    return open_engine(empty_database(engine_name, tmp_path), busy_seconds=2)


def tables(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names())


def execute(engine: sa.Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def rows(engine: sa.Engine, query: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def test_up_down_and_up_again_ends_where_the_models_are(engine: sa.Engine) -> None:
    migrate.upgrade(engine, TOY)
    assert (migrate.current(engine), tables(engine)) == ("0003", TABLES)
    migrate.downgrade(engine, TOY, "base")
    assert (migrate.current(engine), tables(engine)) == (None, {"alembic_version"})
    migrate.upgrade(engine, TOY)
    migrate.upgrade(engine, TOY)
    assert migrate.check(engine, TOY) == "0003" == migrate.head(TOY)
    assert migrate.drift(engine, TOY) == []


def test_rows_survive_the_way_up_and_down_with_what_points_to_them(engine: sa.Engine) -> None:
    migrate.upgrade(engine, TOY, "0001")
    execute(engine, "INSERT INTO purses (id, credits) VALUES (1, 5), (2, 0)", "INSERT INTO coins VALUES (1, 1, 'a'), (2, 2, 'b')")
    migrate.upgrade(engine, TOY)
    kept = rows(engine, "SELECT purses.id, credits, owner, kind, mark FROM purses JOIN coins ON purse_id = purses.id ORDER BY 1")
    assert kept == [(1, 5, "nobody", "old-1", "a"), (2, 0, "nobody", "old-2", "b")]
    migrate.downgrade(engine, TOY, "0001")
    assert rows(engine, "SELECT purse_id, mark FROM coins ORDER BY id") == [(1, "a"), (2, "b")]


def test_constraints_hold_after_a_table_was_rebuilt(engine: sa.Engine) -> None:
    migrate.upgrade(engine, TOY)
    for wrong in ("INSERT INTO purses (credits, owner, kind) VALUES (-1, 'a', 'b')", "INSERT INTO coins VALUES (1, 99, 'a')"):
        with pytest.raises(DBAPIError):
            execute(engine, wrong)


def test_two_migrators_at_once_do_the_work_once(engine_name: Engine, tmp_path: Path) -> None:
    url = empty_database(engine_name, tmp_path)
    engines = [open_engine(url) for _ in range(3)]
    assert together(*[lambda engine=engine: migrate.upgrade(engine, TOY) for engine in engines]) == [None] * 3
    assert migrate.check(engines[0], TOY) == "0003"


def test_a_migrator_does_not_wait_for_ever(engine_name: Engine, tmp_path: Path) -> None:
    url = empty_database(engine_name, tmp_path)
    first, second = open_engine(url), open_engine(url, busy_seconds=0.2)
    migrate.upgrade(first, TOY, "0001")
    with first.begin() as connection:
        connection.exec_driver_sql("UPDATE purses SET credits = 0")
        with pytest.raises(Busy):
            migrate.upgrade(second, TOY)
    migrate.upgrade(second, TOY)


def test_a_database_without_a_schema_or_with_an_older_one_names_the_command(engine: sa.Engine) -> None:
    with pytest.raises(SchemaMismatch, match=r"revision none, .* needs 0003. Run: tests.support.toy-service db upgrade"):
        migrate.check(engine, TOY)
    migrate.upgrade(engine, TOY, "0001")
    with pytest.raises(SchemaMismatch, match=r"revision 0001, .* needs 0003. Run: .* db upgrade"):
        migrate.check(engine, TOY)


def test_a_database_of_a_newer_version_is_told_from_an_older_one(engine: sa.Engine) -> None:
    migrate.upgrade(engine, TOY)
    execute(engine, "UPDATE alembic_version SET version_num = '0009'")
    with pytest.raises(SchemaMismatch, match=r"0009, which this version .* does not know.* db downgrade 0003"):
        migrate.check(engine, TOY)


@pytest.mark.parametrize("work", [migrate.upgrade, lambda engine, package: migrate.downgrade(engine, package, "0001")])
def test_a_database_of_a_newer_version_is_left_alone(engine: sa.Engine, work) -> None:
    migrate.upgrade(engine, TOY)
    execute(engine, "UPDATE alembic_version SET version_num = '0009'")
    with pytest.raises(SchemaMismatch, match="0009, which this version"):
        work(engine, TOY)
    assert migrate.current(engine) == "0009"


def test_the_quick_look_says_what_the_thorough_one_does(engine: sa.Engine) -> None:
    with pytest.raises(SchemaMismatch, match="revision none"):
        migrate.check_quickly(engine, TOY)
    migrate.upgrade(engine, TOY, "0002")
    with pytest.raises(SchemaMismatch, match=r"revision 0002, .* db upgrade"):
        migrate.check_quickly(engine, TOY)
    migrate.upgrade(engine, TOY)
    migrate.check_quickly(engine, TOY)


def test_on_postgresql_a_migrator_waits_for_another_longer_than_for_a_table(tmp_path: Path) -> None:
    url = empty_database("postgresql", tmp_path)
    first, second = open_engine(url), open_engine(url, busy_seconds=0.2)

    def hold() -> None:
        with first.begin() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATOR_LOCK})")
            held.set()
            time.sleep(0.6)

    def wait() -> None:
        held.wait()
        migrate.upgrade(second, TOY)

    held = threading.Event()
    assert together(hold, wait) == [None, None]
    assert migrate.check(second, TOY) == "0003"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("ALTER TABLE purses ADD COLUMN colour VARCHAR(9)", "colour"),
        ("DROP INDEX ix_coins_purse_id", "ix_coins_purse_id"),
        ("DROP TABLE answers", "answers"),
    ],
)
def test_a_schema_that_drifted_from_the_models_is_told(engine: sa.Engine, change: str, told: str) -> None:
    migrate.upgrade(engine, TOY)
    execute(engine, change)
    assert told in "".join(migrate.drift(engine, TOY))


def test_a_check_constraint_that_a_migration_lost_is_told(engine: sa.Engine) -> None:
    migrate.upgrade(engine, TOY)
    lost = "CREATE TABLE other (id INTEGER PRIMARY KEY, credits INTEGER NOT NULL, CONSTRAINT ck_other CHECK (credits > 5))"
    execute(engine, "DROP TABLE coins", "DROP TABLE purses", lost, "ALTER TABLE other RENAME TO purses")
    drift = migrate.drift(engine, TOY)
    assert "purses: check ck_other only in the database" in drift
    assert "purses: check ck_purses_credits_not_negative only in the models" in drift


Broken = Callable[[str], str]
HEADER = "import sqlalchemy as sa\nfrom alembic import op\nrevision, down_revision = {!r}, {!r}\ndef downgrade(): pass\n"
FIRST = """
def upgrade():
    op.create_table("parents", sa.Column("id", sa.Integer, primary_key=True))
    op.create_table("children", sa.Column("parent_id", sa.Integer, sa.ForeignKey("parents.id", ondelete="CASCADE")))
    op.execute("INSERT INTO parents VALUES (1)")
    op.execute("INSERT INTO children VALUES (1)")
"""


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine_name: Engine) -> Broken:
    """Makes a package whose second migration is the given one."""

    def make(second: str) -> str:
        name = f"broken_{engine_name}_{len(list(tmp_path.iterdir()))}_{abs(hash(second))}"
        versions = tmp_path / name / "migrations" / "versions"
        versions.mkdir(parents=True)
        (tmp_path / name / "__init__.py").touch()
        (tmp_path / name / "db.py").write_text("from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\n")
        (versions / "0001_begin.py").write_text(HEADER.format("0001", None) + FIRST)
        (versions / "0002_break.py").write_text(HEADER.format("0002", "0001") + second)
        monkeypatch.syspath_prepend(tmp_path)
        return name

    return make


def test_a_migration_that_fails_changes_nothing(engine: sa.Engine, broken: Broken) -> None:
    package = broken("""
def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer))
    op.execute("SELECT nonsense FROM nowhere")
""")
    with pytest.raises(DBAPIError):
        migrate.upgrade(engine, package)
    assert (migrate.current(engine), tables(engine) - {"alembic_version"}) == (None, set())
    migrate.upgrade(engine, package, "0001")
    with pytest.raises(DBAPIError):
        migrate.upgrade(engine, package)
    assert (migrate.current(engine), "half" in tables(engine)) == ("0001", False)


def test_a_migration_that_leaves_rows_pointing_nowhere_changes_nothing(tmp_path: Path, broken: Broken) -> None:
    engine = open_engine(empty_database("sqlite", tmp_path), pool_size=1, max_overflow=0)
    package = broken('def upgrade():\n    op.execute("DELETE FROM parents")\n')
    migrate.upgrade(engine, package, "0001")
    with pytest.raises(RuntimeError, match="point nowhere"):
        migrate.upgrade(engine, package)
    assert rows(engine, "SELECT id FROM parents") == [(1,)]
    assert rows(engine, "PRAGMA foreign_keys") == [(1,)], "and the connection holds them again"


def test_a_package_without_migrations_is_no_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bare" / "migrations" / "versions").mkdir(parents=True)
    (tmp_path / "bare" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(LookupError, match="bare has no migrations"):
        migrate.head("bare")
