"""The root key of a hub is made once, and never behind the backs of the spaces that know the hub by it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from federation import cli
from federation.app import create_app
from federation.config import HubSettings
from federation.doctor import root_key
from shared.clock import SystemClock
from shared.config import reference
from shared.doctor import Level, Patient, Skipped
from tests.support.logs import logging_restored
from tests.support.transport import FaultyTransport
from tests.support.wire_space import WireHub, WireSpace

Run = Callable[..., tuple[int, str]]


def keys(hub: WireHub, use: str) -> list[str]:
    return sorted(path.name for path in (hub.folder / "hub" / "keys" / use).glob("*.json"))


def lose(hub: WireHub, *uses: str) -> None:
    for use in uses:
        shutil.rmtree(hub.folder / "hub" / "keys" / use)


def again(hub: WireHub, **changes: object) -> list[str]:
    """The root keys of the hub's next process."""
    settings: HubSettings = replace(hub.hub.settings, **changes)  # type: ignore[arg-type]
    return [key.kid for key in create_app(settings, clock=hub.clock).extensions["hub"].ring.public("root")]


@pytest.fixture
def run(hub: WireHub, monkeypatch, capsys) -> Iterator[Run]:
    """The program `federation` on this hub's folder and database: its exit code and what it says on standard error."""
    settings = hub.hub.settings
    for row in reference(HubSettings):
        monkeypatch.delenv(row.env, raising=False)
    where = {"DATA_DIR": settings.data_dir, "DATABASE_URL": settings.database_url, "PUBLIC_URL": settings.public_url}
    for name, value in {**where, "SECRET_KEY_FILE": settings.secret_key_file, "DEMO": "1"}.items():
        monkeypatch.setenv(name, str(value))

    def call(*words: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["federation", *words])
        try:
            cli.main()
        except SystemExit as end:
            return int(end.code or 0), capsys.readouterr().err
        return 0, capsys.readouterr().err

    with logging_restored():
        yield call


def test_no_other_root_key_is_made_where_spaces_know_the_hub(hub: WireHub, nyc: WireSpace, run: Run) -> None:
    assert run("spaces", "list") == (0, "")
    lose(hub, "root", "token")
    assert again(hub) == []
    for words in (("spaces", "list"), ("audit",), ("init", "--email", "ada@sample.example")):
        code, said = run(*words)
        assert code == 1
        assert str(hub.folder / "hub" / "keys") in said
        assert "restore the keys from a backup" in said
    assert keys(hub, "root") == keys(hub, "token") == []


def test_a_wrong_data_dir_makes_no_other_hub_of_it(hub: WireHub, nyc: WireSpace, tmp_path: Path) -> None:
    assert again(hub, data_dir=tmp_path / "typo") == []


def test_what_the_root_key_can_sign_anew_is_made_anew(hub: WireHub, nyc: WireSpace) -> None:
    root = keys(hub, "root")
    lose(hub, "token", "signing")
    assert again(hub) == [name.removesuffix(".json") for name in root]
    assert len(keys(hub, "token")) == len(keys(hub, "signing")) == 1


def test_a_hub_that_nobody_knows_makes_its_keys(hub: WireHub) -> None:
    lose(hub, "root")
    assert len(again(hub)) == 1


def test_who_cannot_ask_the_database_makes_no_root_key(hub: WireHub, tmp_path: Path) -> None:
    (tmp_path / "damaged.sqlite").write_bytes(b"no page of a database" * 1_000)
    for url in (f"sqlite:///{tmp_path}/damaged.sqlite", "postgresql+psycopg://nobody@127.0.0.1:1/nothing"):
        assert again(hub, data_dir=tmp_path, database_url=url) == []


def test_a_look_at_a_database_that_is_not_there_yet_makes_none(hub: WireHub, tmp_path: Path) -> None:
    file = tmp_path / "new" / "hub.sqlite"
    file.parent.mkdir()
    assert len(again(hub, data_dir=file.parent, database_url=f"sqlite:///{file}")) == 1
    assert not file.exists()


def test_the_doctor_misses_it(hub: WireHub, nyc: WireSpace, tmp_path: Path) -> None:
    def seen(**changes: object) -> tuple[Level, str]:
        settings = replace(hub.hub.settings, **changes)  # type: ignore[arg-type]
        found = root_key(Patient(settings, "federation", SystemClock(), FaultyTransport()))
        return found.level, found.says

    assert seen() == (Level.OK, "It is here.")
    lose(hub, "root")
    level, says = seen()
    assert level is Level.FAULT
    assert "Is DATA_DIR right?" in says
    with pytest.raises(Skipped):
        seen(database_url=f"sqlite:///{tmp_path}/none.sqlite")


def test_before_the_first_space_the_doctor_knows_where_it_will_come_from(hub: WireHub) -> None:
    lose(hub, "root")
    found = root_key(Patient(hub.hub.settings, "federation", SystemClock(), FaultyTransport()))
    assert (found.level, found.says) == (Level.OK, "It is made by federation init.")
