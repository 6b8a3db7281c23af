"""Who may write to an SQLite file, and when: threads and processes in turn, and nobody for ever."""

import contextlib
import fcntl
import json
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from shared.db import Busy, open_engine
from shared.engines import READING, reading
from shared.sqlite_lock import FairConnection, FairLock
from tests.support.databases import fresh_database
from tests.support.threads import together
from tests.support.toy_service.app import create_app, credits_in, open_purse, put_in
from tests.support.toy_service.db import db, transactional
from tests.support.toy_service.purses.models import Purse
from tests.support.waiting import wait_until

ROOT = Path(__file__).parents[3]
TURNS = 60


@pytest.fixture
def url(tmp_path: Path) -> str:
    return fresh_database("tests.support.toy_service", "sqlite", tmp_path)


@pytest.fixture
def toy(url: str) -> Iterator[Flask]:
    app = create_app(url, busy_seconds=0.4)
    with app.app_context():
        open_purse()
        yield app


class Process:
    """Another process that writes to the same file."""

    def __init__(self, url: str, *words: str) -> None:
        command = [sys.executable, "-m", "tests.support.toy_service.hammer", url, *words]
        self._child = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def says(self) -> str:
        assert self._child.stdout
        return self._child.stdout.readline().strip()

    def go(self) -> None:
        assert self._child.stdin
        self._child.stdin.write("go\n")
        self._child.stdin.flush()

    def kill(self) -> None:
        self._child.send_signal(signal.SIGKILL)
        self._child.wait()

    def end(self) -> None:
        """Let it end by itself; it does once nobody talks to it any more."""
        try:
            self._child.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()


@contextlib.contextmanager
def process(url: str, *words: str) -> Iterator[Process]:
    other = Process(url, *words)
    try:
        assert other.says() == "ready"
        yield other
    finally:
        other.end()


def test_two_processes_that_hammer_one_file_lose_no_turn(toy: Flask, url: str) -> None:
    with process(url, "turns", str(TURNS)) as one, process(url, "turns", str(TURNS)) as two:
        one.go()
        two.go()
        turns = [json.loads(one.says()), json.loads(two.says())]
    assert sorted(turns[0] + turns[1]) == list(range(1, 2 * TURNS + 1))


def test_a_process_with_many_threads_leaves_every_second_turn_to_one_with_a_single_thread(url: str) -> None:
    log = Path(url.removeprefix("sqlite:///") + "-turns")
    with process(url, "queue", "s", "8") as server, process(url, "queue", "c", "1") as command_line:
        server.go()
        command_line.go()
        wait_until(lambda: log.exists() and set(log.read_text()) == {"s", "c"})
        begin = log.stat().st_size
        wait_until(lambda: len(runs_of_turns(log, begin)) > 300)
        runs = sorted(runs_of_turns(log, begin))
    # A machine that lets one of them stand still for a moment gives its turns to the other: one long run, not many.
    assert runs[len(runs) * 9 // 10] <= 2


def runs_of_turns(log: Path, begin: int) -> list[int]:
    """How many turns each process had before the other had one."""
    return [len(run) for run in re.findall("s+|c+", log.read_text()[begin:])]


def queued(lock: FairLock, count: int) -> bool:
    return len(lock._queue) == count


def test_threads_have_their_turns_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    lock, order = FairLock(str(tmp_path / "t.db")), []

    def come(name: int) -> None:
        assert lock.acquire(10)
        order.append(name)
        lock.release()

    assert lock.acquire(1)
    threads = [threading.Thread(target=come, args=(name,)) for name in range(12)]
    for place, thread in enumerate(threads, start=2):
        thread.start()
        wait_until(partial(queued, lock, place))
    lock.release()
    for thread in threads:
        thread.join()
    assert order == list(range(12))


def test_a_thread_that_gives_up_does_not_break_the_queue(tmp_path: Path) -> None:
    lock = FairLock(str(tmp_path / "t.db"))
    assert lock.acquire(1)
    assert together(lambda: lock.acquire(0.05), lambda: lock.acquire(0.05)) == [False, False]
    lock.release()
    assert lock.acquire(0.05)
    lock.release()


def test_whoever_is_interrupted_while_waiting_leaves_the_queue(tmp_path: Path) -> None:
    lock = FairLock(str(tmp_path / "t.db"))
    assert lock.acquire(1)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(KeyboardInterrupt):
            lock.acquire(10)
    finally:
        signal.signal(signal.SIGALRM, before)
    lock.release()
    assert lock.acquire(0.05)
    lock.release()


def test_two_engines_on_one_file_share_the_lock_and_whoever_comes_third_waits_no_longer_than_told(tmp_path: Path) -> None:
    here, there, third = (FairLock(str(tmp_path / "t.db")) for _ in range(3))
    assert here.acquire(1)
    following = threading.Thread(target=there.acquire, args=(30,))
    following.start()
    wait_until(partial(is_locked, tmp_path / "t.db-next"))
    assert not third.acquire(0.05)
    here.release()
    following.join()
    assert not third.acquire(0.05)
    there.release()
    assert third.acquire(1)
    third.release()


def is_locked(file: Path) -> bool:
    with file.open("w") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_a_killed_process_lets_go_of_the_lock_and_of_what_it_had_begun(toy: Flask, url: str) -> None:
    with process(url, "hold") as holder:
        holder.go()
        assert holder.says() == "holding"
        with pytest.raises(Busy) as refused:
            put_in()
        assert (refused.value.slug, refused.value.retry_after_seconds) == ("busy", 1)
        assert credits_in() == 0, "reading needs no lock"
        holder.kill()
        assert put_in() == 1


def test_a_command_does_not_wait_longer_for_a_program_that_does_not_queue(toy: Flask, url: str) -> None:
    stranger = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(Busy):
        put_in()
    assert time.monotonic() - began < 5
    stranger.execute("COMMIT")
    stranger.close()
    assert put_in() == 1


def test_a_command_has_the_file_to_itself_from_its_first_look_on(toy: Flask, url: str) -> None:
    stranger = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=0)

    @transactional
    def look() -> None:
        db.session.scalar(sa.select(Purse.credits))
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            stranger.execute("BEGIN IMMEDIATE")

    look()
    stranger.execute("BEGIN IMMEDIATE")
    stranger.close()


def test_the_wait_is_five_seconds_unless_told_otherwise(url: str) -> None:
    engine = open_engine(url)
    with engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        assert isinstance(driver, FairConnection)
        assert driver.busy_seconds == 5
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() in range(4500, 5001)


def test_the_settings_hold_on_every_connection(toy: Flask) -> None:
    @transactional
    def settings() -> dict[str, object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "query_only")
        return {name: db.session.connection().exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}

    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "query_only": 0}
    assert settings() == expected
    credits_in()
    assert settings() == expected


def test_many_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    engines = [open_engine(f"sqlite:///{tmp_path}/new.db") for _ in range(6)]

    def mode(engine: sa.Engine) -> object:
        with engine.begin() as connection:
            return connection.exec_driver_sql("PRAGMA journal_mode").scalar()

    assert together(*[lambda engine=engine: mode(engine) for engine in engines]) == ["wal"] * 6


def test_a_new_file_is_not_prepared_while_another_writes_to_it(tmp_path: Path) -> None:
    holder = FairLock(str(tmp_path / "new.db"))
    assert holder.acquire(1)
    engine = open_engine(f"sqlite:///{tmp_path}/new.db", busy_seconds=0.1)
    with pytest.raises(Busy), reading(engine):
        pass
    holder.release()
    with reading(engine) as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_a_write_that_cannot_begin_says_why_and_frees_the_lock(toy: Flask, url: str) -> None:
    with reading(db.engine) as connection:
        driver = connection.connection.dbapi_connection
        assert isinstance(driver, FairConnection)
        connection.exec_driver_sql("SELECT 1")
        with pytest.raises(sqlite3.OperationalError, match="readonly database"):
            driver.begin(read_only=False)
    assert put_in() == 1


@pytest.mark.parametrize("read_only", [True, False])
def test_what_nobody_reads_to_its_end_keeps_the_connection_at_nothing_old(toy: Flask, url: str, read_only: bool) -> None:
    engine = open_engine(url, pool_size=1, max_overflow=0)
    unread = []
    with engine.connect().execution_options(**(READING["sqlite"] if read_only else {})) as connection:
        unread.append(connection.exec_driver_sql("SELECT name FROM sqlite_schema"))
        connection.commit()
    assert put_in() == 1
    with engine.begin() as connection:
        assert connection.scalar(sa.select(Purse.credits)) == 1
        connection.execute(sa.update(Purse).values(credits=5))
    assert credits_in() == 5
    assert unread[0].closed is False, "it was still held"


def test_a_connection_that_is_closed_in_the_middle_frees_the_lock(toy: Flask) -> None:
    connection = db.engine.connect()
    connection.execute(sa.update(Purse).values(credits=9))
    connection.invalidate()
    connection.close()
    assert put_in() == 1


def test_nobody_else_on_the_machine_can_read_the_file_or_what_lies_beside_it(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/private.db")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE people (name TEXT)")
        modes = {path.name: oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()}
    assert modes == {f"private.db{end}": "0o600" for end in ("", "-wal", "-shm", "-writer", "-next")}


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x.db?uri=true"])
def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="plain file"):
        open_engine(url)


def test_other_databases_are_refused() -> None:
    with pytest.raises(ValueError, match="mysql is not supported"):
        open_engine("mysql://localhost/x")
