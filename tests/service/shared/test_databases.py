"""The databases that the tests themselves rest on: fresh each time, gone afterwards, and with no server left behind."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from shared.db import open_engine
from tests.support.databases import DATABASES, Databases, Engine, fresh_database
from tests.support.waiting import wait_until
from tools import postgres, scratch

ROOT = Path(__file__).parents[3]
TOY = "tests.support.toy_service"


def test_each_database_is_migrated_and_empty(engine_url: Callable[[str], str]) -> None:
    for url in (engine_url(TOY), engine_url(TOY)):
        with open_engine(url).begin() as connection:
            assert connection.scalar(sa.text("SELECT count(*) FROM purses")) == 0
            connection.execute(sa.text("INSERT INTO purses (credits, owner, kind) VALUES (1, 'ada', 'plan')"))


def test_a_database_is_gone_after_its_test_unless_kept(engine_name: Engine, tmp_path: Path) -> None:
    passing = fresh_database(TOY, engine_name, tmp_path)
    kept = fresh_database(TOY, engine_name, tmp_path, keep=True)
    DATABASES.sweep()
    assert there(kept)
    assert not there(passing)


def there(url: str) -> bool:
    name = sa.make_url(url).database
    assert name
    if url.startswith("sqlite"):
        return Path(name).exists()
    with psycopg.connect(f"{DATABASES.cluster} dbname=postgres") as admin:
        return bool(admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchall())


def test_closing_removes_the_server_and_the_templates(tmp_path: Path) -> None:
    databases = Databases()
    databases.fresh(TOY, "sqlite", tmp_path)
    folder = databases._folder
    assert folder
    assert folder.exists()
    databases.close()
    assert not folder.exists()


def test_the_wheels_own_server_serves_as_well() -> None:
    binaries = postgres.wheel_binaries()
    assert binaries, "make env installs it"
    assert (postgres.find_binaries() / "postgres").exists()
    with postgres.private_cluster(binaries) as conninfo, psycopg.connect(f"{conninfo} dbname=postgres") as connection:
        assert connection.info.server_version > 150000


def test_a_folder_too_long_for_a_socket_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "MEMORY", str(tmp_path / "missing"))
    long = tmp_path / ("x" * postgres.LONGEST_SOCKET_FOLDER)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with postgres.private_cluster() as conninfo, psycopg.connect(f"{conninfo} dbname=postgres"):
        assert str(long) not in conninfo


def test_the_server_dies_with_the_tests_however_they_die() -> None:
    program = (
        "import time, tools.postgres as c\n"
        "with c.private_cluster() as conninfo:\n    print(conninfo, flush=True)\n    time.sleep(600)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with child:
        assert child.stdout
        home = Path(child.stdout.readline().split()[0].removeprefix("host="))
        server = int((home / "data" / "postmaster.pid").read_text().split()[0])
        assert is_alive(server)
        child.send_signal(signal.SIGKILL)
    wait_until(lambda: not is_alive(server))
    assert home.exists(), "nobody was left to remove it"
    with postgres.private_cluster() as conninfo:
        assert not home.exists()
        with postgres.private_cluster(), psycopg.connect(f"{conninfo} dbname=postgres"):
            pass  # and the folder of one that lives is left alone


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]
