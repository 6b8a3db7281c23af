"""A database in trouble: the caller learns what kind, nothing is half done, and the next command works once it is over."""

import contextlib
import resource
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from shared.db import Busy, DatabaseAway, StorageFull
from shared.engines import IDLE_SECONDS, STATEMENT_SECONDS
from shared.errors import Conflict, Unavailable
from shared.storage_errors import is_contention, storage_refusal, told_as_refusals
from tests.support.databases import DATABASES, fresh_database
from tests.support.threads import together
from tests.support.toy_service.app import create_app, credits_in, open_purse, purse_count, put_in
from tests.support.toy_service.db import db, transactional
from tests.support.toy_service.purses.models import Purse

TOY = "tests.support.toy_service"
A_MEGABYTE = {"text": "x" * 1_000_000}


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Flask]:
    app = create_app(fresh_database(TOY, "sqlite", tmp_path), pool_size=1, max_overflow=0, busy_seconds=0.3)
    with app.app_context():
        open_purse()
        yield app


@pytest.fixture
def on_postgresql(tmp_path: Path) -> Iterator[Flask]:
    app = create_app(fresh_database(TOY, "postgresql", tmp_path), busy_seconds=0.3)
    with app.app_context():
        open_purse()
        yield app


@contextlib.contextmanager
def full_disk() -> Iterator[None]:
    """SQLite's own limit on the size of the file, on the one connection of the pool."""
    limit_pages(1)  # SQLite takes it for the present size
    try:
        yield
    finally:
        limit_pages(1_000_000)


def limit_pages(count: int) -> None:
    with db.engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count={count}")


@transactional
def write_much() -> None:
    db.session.execute(sa.update(Purse).values(credits=8))
    db.session.add(Purse(owner="eve", notes=A_MEGABYTE))
    db.session.flush()


def test_a_full_disk_undoes_everything_and_writing_works_again_when_there_is_room(on_sqlite: Flask) -> None:
    with full_disk():
        with pytest.raises(StorageFull) as refused:
            write_much()
        assert refused.value.slug == "storage-full"
        assert (credits_in(), purse_count()) == (0, 1), "reading goes on, and nothing is half done"
    write_much()
    assert (credits_in(), purse_count()) == (8, 2)


def test_a_disk_found_full_cannot_be_shrugged_off(on_sqlite: Flask) -> None:
    @transactional
    def careless() -> None:
        db.session.execute(sa.update(Purse).values(credits=8))
        with contextlib.suppress(DBAPIError, sqlite3.Error):
            db.session.connection().exec_driver_sql("INSERT INTO purses VALUES (7, 0, NULL, 'eve', 'x', hex(zeroblob(999999)))")
        db.session.execute(sa.update(Purse).values(credits=9))

    with full_disk(), pytest.raises(StorageFull):
        careless()
    assert (credits_in(), purse_count()) == (0, 1)
    assert put_in() == 1


def test_a_transaction_that_sqlite_ended_by_itself_is_not_taken_for_committed(on_sqlite: Flask) -> None:
    @transactional
    def careless() -> None:
        db.session.execute(sa.update(Purse).values(credits=8))
        db.session.connection().connection.dbapi_connection.execute("ROLLBACK")  # type: ignore[union-attr]

    with pytest.raises(StorageFull):
        careless()
    assert credits_in() == 0
    assert put_in() == 1


def test_a_disk_that_fails_undoes_everything(on_sqlite: Flask) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        with pytest.raises(StorageFull):
            write_much()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert (credits_in(), purse_count()) == (0, 1)
    write_much()


def test_a_file_that_cannot_be_opened_is_a_database_away(tmp_path: Path) -> None:
    with create_app(f"sqlite:///{tmp_path}/no/such/folder/x.db").app_context(), pytest.raises(DatabaseAway):
        credits_in()


@pytest.mark.parametrize("app", ["on_sqlite", "on_postgresql"])
def test_an_exhausted_pool_is_busy(app: str, request: pytest.FixtureRequest) -> None:
    toy: Flask = request.getfixturevalue(app)
    with contextlib.ExitStack() as stack:
        for _ in range(db.engine.pool.size() + db.engine.pool._max_overflow):  # type: ignore[attr-defined]
            stack.enter_context(db.engine.connect())
        with toy.app_context(), pytest.raises(Busy):
            credits_in()
    assert put_in() == 1


def test_a_row_locked_for_too_long_is_busy(on_postgresql: Flask) -> None:
    def rival() -> int:
        with on_postgresql.app_context():
            return put_in()

    @transactional
    def hold() -> list[object]:
        db.session.execute(sa.update(Purse).values(credits=8))
        return list(together(rival))

    assert [type(outcome) for outcome in hold()] == [Busy]
    assert put_in() == 9


def test_two_commands_in_each_others_way_are_both_done_in_the_end(on_postgresql: Flask) -> None:
    second = open_purse("bob")
    met: list[int] = []

    @transactional
    def move(source: int, target: int) -> None:
        db.session.execute(sa.update(Purse).where(Purse.id == source).values(credits=Purse.credits + 1))
        met.append(source)
        while len(met) < 2:
            db.session.execute(sa.text("SELECT pg_sleep(0.01)"))
        db.session.execute(sa.update(Purse).where(Purse.id == target).values(credits=Purse.credits + 1))

    def there() -> None:
        with on_postgresql.app_context():
            move(1, second)

    def back() -> None:
        with on_postgresql.app_context():
            move(second, 1)

    assert together(there, back) == [None, None]
    assert len(met) >= 3, "one of them was a deadlock's victim; its retry may win the row and meet the other once more"
    assert (credits_in(1), credits_in(second)) == (2, 2)


def test_a_command_that_collides_every_time_is_busy_in_the_end(on_postgresql: Flask) -> None:
    tries: list[int] = []

    @transactional
    def unlucky() -> None:
        tries.append(1)
        fail_with("40001")

    with pytest.raises(Busy):
        unlucky()
    assert len(tries) == 5


def fail_with(sqlstate: str) -> None:
    db.session.execute(sa.text(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{sqlstate}'; END $$"))


@pytest.mark.parametrize(
    ("sqlstate", "kind"),
    [
        ("53100", StorageFull),
        ("58030", StorageFull),
        ("53300", Busy),
        ("57014", Busy),
        ("55P03", Busy),
        ("08006", DatabaseAway),
        ("57P01", DatabaseAway),
        ("57P03", DatabaseAway),
        ("25P03", DatabaseAway),
        ("22012", DBAPIError),
    ],
)
def test_the_servers_own_code_decides(on_postgresql: Flask, sqlstate: str, kind: type[Exception]) -> None:
    @transactional
    def fail() -> None:
        put_in_by_hand()
        fail_with(sqlstate)

    with pytest.raises(kind):
        fail()
    assert credits_in() == 0


def put_in_by_hand() -> None:
    db.session.execute(sa.update(Purse).values(credits=8))


def cut_off_everybody() -> None:
    with psycopg.connect(f"{DATABASES.cluster} dbname=postgres", autocommit=True) as admin:
        database = db.engine.url.database
        # Waits until they are gone: a line that is still being closed looks as good as any.
        admin.execute("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s", [database])


def test_a_connection_lost_in_the_middle_is_a_database_away_and_the_next_command_works(on_postgresql: Flask) -> None:
    @transactional
    def cut_off() -> None:
        put_in_by_hand()
        cut_off_everybody()
        put_in_by_hand()

    with pytest.raises(DatabaseAway) as refused:
        cut_off()
    assert refused.value.slug == "database-away"
    assert put_in() == 1


def test_a_refusal_stays_what_it_is_when_the_connection_is_lost_with_it(on_postgresql: Flask) -> None:
    @transactional
    def refuse() -> None:
        put_in_by_hand()
        cut_off_everybody()
        raise Conflict

    with pytest.raises(Conflict):
        refuse()
    assert put_in() == 1


def test_a_context_whose_connection_was_lost_ends_in_peace(on_postgresql: Flask) -> None:
    with on_postgresql.app_context():
        db.session.execute(sa.select(Purse.id))
        cut_off_everybody()
    assert put_in() == 1


def test_connections_that_died_in_the_pool_are_replaced_unnoticed(on_postgresql: Flask) -> None:
    cut_off_everybody()
    assert put_in() == 1


def test_a_server_that_is_not_there_is_a_database_away(tmp_path: Path) -> None:
    app = create_app(f"postgresql+psycopg://postgres@/x?host={tmp_path}")
    for command in (put_in, credits_in):
        with app.app_context(), pytest.raises(DatabaseAway):
            command()


def test_the_limits_are_set_on_every_connection(on_postgresql: Flask) -> None:
    limits = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "timezone")

    def shown(connection: sa.Connection) -> list[object]:
        return [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in limits]

    with db.engine.connect() as connection:
        assert shown(connection) == ["300ms", f"{STATEMENT_SECONDS}s", f"{IDLE_SECONDS // 60}min", "UTC"]


@pytest.mark.parametrize("error", [DBAPIError("SELECT", None, ValueError()), ValueError(), psycopg.ProgrammingError()])
def test_what_is_no_trouble_of_the_database_is_a_bug(error: Exception) -> None:
    assert storage_refusal(error) is None
    assert not is_contention(error)


def test_tools_without_an_app_get_the_same_refusals() -> None:
    def fail(error: Exception) -> Callable[[], None]:
        def run() -> None:
            with told_as_refusals():
                raise error

        return run

    with pytest.raises(Unavailable):
        fail(psycopg.OperationalError())()
    with pytest.raises(sqlite3.ProgrammingError):
        fail(sqlite3.ProgrammingError())()
