"""What a restore replaces: it is kept, however often one restores, and nobody but its owner reads any of it."""

import dataclasses
import datetime as dt
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from shared.backup.former import Former
from shared.backup.restoring import restore
from shared.backup.service import Service
from shared.engines import open_engine
from tests.support.backups import PASSPHRASE, back_up, service_of
from tests.support.databases import ENGINES, dispose_engines, empty_database
from tests.support.guests import Guests

NOON = dt.datetime(2026, 3, 3, 12, tzinfo=dt.UTC)
REAL = "nowhere else\n"


@pytest.fixture(autouse=True)
def everyday_umask() -> Iterator[None]:
    """New files are readable by everybody, as most machines have it."""
    former = os.umask(0o022)
    yield
    os.umask(former)


@pytest.fixture
def backup(sqlite_guests: Guests, tmp_path: Path) -> Path:
    """A backup of a hub."""
    return back_up(sqlite_guests.hub, tmp_path / "hub.backup")


@pytest.fixture(params=ENGINES)
def machine(request: pytest.FixtureRequest, sqlite_guests: Guests, tmp_path: Path) -> Service:
    """The hub on a new machine, which has nothing yet but an empty database, if that is a PostgreSQL."""
    here, folder, engine = service_of(sqlite_guests.hub), tmp_path / "machine", request.param
    settings = dataclasses.replace(here.settings, data_dir=folder, secret_key_file=folder / "secret_key")
    url = f"sqlite:///{folder}/federation.sqlite" if engine == "sqlite" else empty_database(engine, tmp_path)
    return dataclasses.replace(here, engine=open_engine(url), settings=settings)


def put_back(service: Service, file: Path) -> list[str]:
    """Restore it. Returns where what was there before is said to lie."""
    said: list[str] = []
    restore(service, file, PASSPHRASE, now=NOON, say=said.append)
    dispose_engines()
    return [line.partition(" is kept: ")[2] for line in said if " is kept: " in line]


def make_real(service: Service) -> None:
    """Write something into database, keys and secret that no backup has."""
    places = service.places()
    for file in (places["keys"] / "root" / "real.json", places["secret_key"]):
        file.write_text(REAL)
    if "database" in places:
        with closing(sqlite3.connect(places["database"])) as database:
            database.execute("CREATE TABLE real (what)")


def is_real(kept: Path) -> bool:
    if kept.is_dir():
        return (kept / "root" / "real.json").exists()
    if "secret_key" in kept.name:
        return kept.read_text() == REAL
    with closing(sqlite3.connect(kept)) as database:
        return bool(database.execute("SELECT count(*) FROM sqlite_master WHERE name = 'real'").fetchone()[0])


def open_to_others(folder: Path) -> list[Path]:
    return [path for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077]


def test_no_restore_destroys_what_one_before_it_kept(machine: Service, backup: Path) -> None:
    assert put_back(machine, backup) == []
    make_real(machine)
    places = machine.places().values()
    marks = [f".before-restore-20260303T120000Z{end}" for end in ("", "-2", "-3")]
    for mark in marks:
        assert put_back(machine, backup) == [f"{place}{mark}" for place in places]
    for place in places:
        assert [is_real(Path(f"{place}{mark}")) for mark in marks] == [True, False, False]


def test_what_sqlite_had_not_yet_written_into_the_database_is_kept_beside_it(tmp_path: Path) -> None:
    database, said = tmp_path / "hub.sqlite", list[str]()
    for part in ("", "-wal", "-shm"):
        Path(f"{database}{part}").write_text(f"former {part}")
    Former([database], now=NOON, say=said.append).keep(database)
    kept = f"{database}.before-restore-20260303T120000Z"
    assert said == [f"What was there before is kept: {kept}"]
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        Path(f"{kept}{part}").name: f"former {part}" for part in ("", "-wal", "-shm")
    }


def test_all_that_a_restore_makes_and_keeps_is_its_owners_alone(machine: Service, backup: Path) -> None:
    folder = machine.settings.data_dir
    put_back(machine, backup)
    assert open_to_others(folder) == []
    for path in folder.rglob("*"):  # as older versions left it
        path.chmod(0o755 if path.is_dir() else 0o644)
    put_back(machine, backup)
    (folder / "running").chmod(0o600)
    assert open_to_others(folder) == []
