"""The commands of backup and restore, as whoever runs a hub types them."""

import dataclasses
import os
from pathlib import Path

import click
import pytest
from click.testing import Result

from federation import cli
from shared import running
from shared.backup.cli import backup_commands
from shared.commands import checked_app
from shared.engines import open_engine
from tests.support.backups import PASSPHRASE, service_of
from tests.support.databases import dispose_engines
from tests.support.guests import Guests


@pytest.fixture
def guests(sqlite_guests: Guests) -> Guests:
    """What the engine changes, other tests show."""
    return sqlite_guests


@pytest.fixture
def quick_scrypt() -> None:
    """Here a passphrase takes as long as it does for those who run a hub."""


@pytest.fixture
def passphrase_file(tmp_path: Path) -> Path:
    """A good passphrase in a file of its owner's."""
    file = tmp_path / "passphrase"
    file.write_text(PASSPHRASE + "\n")
    file.chmod(0o600)
    return file


def run(
    guests: Guests,
    command: click.Command,
    *words: str,
    passphrase_file: Path | None = None,
    handed_in: Path | None = None,
    typed: str = "",
) -> Result:
    hub = guests.hub.hub
    usual = hub.settings
    hub.settings = dataclasses.replace(usual, backup_passphrase_file=passphrase_file, handed_in=handed_in)
    dispose_engines()
    try:
        return guests.hub.app.test_cli_runner().invoke(command, words, input=typed)
    finally:
        hub.settings = usual


def test_a_backup_is_made_looked_through_and_put_back(guests: Guests, tmp_path: Path, passphrase_file: Path) -> None:
    file = str(tmp_path / "hub.backup")
    made = run(guests, cli.backup, file, passphrase_file=passphrase_file)
    assert (made.exit_code, "rows and the private keys" in made.output) == (0, True)
    seen = run(guests, cli.verify_backup, file, passphrase_file=passphrase_file)
    assert (seen.exit_code, f"rows of federation ({guests.hub.origin}) at 2026-03-03T08:00:00" in seen.output) == (0, True)
    thought_better = run(guests, cli.restore, file, passphrase_file=passphrase_file, typed="n\n")
    assert (thought_better.exit_code, "Go on?" in thought_better.output) == (1, True)
    restored = run(guests, cli.restore, file, "--yes", passphrase_file=passphrase_file)
    assert restored.exit_code == 0, restored.output
    assert "Checking the whole backup" in restored.stderr
    assert "Start it again: federation serve" in restored.stdout
    settings = guests.hub.settings
    what = f"This replaces the database {settings.database_url} and the keys in {settings.data_dir}/keys."
    assert what in thought_better.stderr
    assert what in restored.stderr


def test_the_database_that_a_restore_replaces_is_named_without_a_password(
    guests: Guests, tmp_path: Path, passphrase_file: Path
) -> None:
    url = "postgresql+psycopg://owner:hush@127.0.0.1:1/hub?password=hush"
    _, _, restore = backup_commands(lambda: dataclasses.replace(cli.backed_up(), engine=open_engine(url)))
    told = run(guests, restore, str(tmp_path / "none"), passphrase_file=passphrase_file, typed="n\n")
    assert "This replaces the database postgresql+psycopg://owner:***@127.0.0.1:1/hub and the keys in" in told.stderr
    assert (told.exit_code, "hush" in told.output) == (1, False)


def test_what_is_wrong_is_said_in_one_line(guests: Guests, tmp_path: Path, passphrase_file: Path) -> None:
    file = str(tmp_path / "hub.backup")

    def told(**about: Path) -> str:
        result = run(guests, cli.backup, file, **about)
        assert (result.exit_code, result.stderr.count("\n"), Path(file).exists()) == (1, 1, False)
        return result.stderr

    assert "BACKUP_PASSPHRASE_FILE is needed" in told()
    assert "there is no file" in told(passphrase_file=tmp_path / "none")
    passphrase_file.chmod(0o644)
    assert "others can read" in told(passphrase_file=passphrase_file)
    elsewhere = tmp_path / "credentials"
    assert "others can read" in told(passphrase_file=passphrase_file, handed_in=elsewhere)
    passphrase_file.write_text("short\n")
    assert "at least 16 characters" in told(passphrase_file=passphrase_file, handed_in=tmp_path), "systemd keeps others out"
    passphrase_file.chmod(0o600)
    assert "at least 16 characters" in told(passphrase_file=passphrase_file)
    passphrase_file.write_text(PASSPHRASE)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "access", lambda _path, _mode: False)
        assert f"may not write in {tmp_path}" in told(passphrase_file=passphrase_file)
    missing = run(guests, cli.verify_backup, file, passphrase_file=passphrase_file)
    assert (missing.exit_code, f"There is no file {file}" in missing.stderr) == (1, True)


def test_nothing_serves_while_a_backup_is_put_back(guests: Guests) -> None:
    @click.command()
    def serve() -> None:
        with guests.hub.app.app_context():
            checked_app(cli.db, "federation")

    runner = guests.hub.app.test_cli_runner()
    with running.alone(guests.hub.settings.data_dir, service_of(guests.hub).engine):
        refused = runner.invoke(serve)
    assert (refused.exit_code, "A backup is being restored" in refused.stderr) == (1, True)
    assert runner.invoke(serve).exit_code == 0
