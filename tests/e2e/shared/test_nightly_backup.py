"""The backup of every night, as its unit runs it: made with the settings of the service, read back, and old ones deleted."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.unit_files import SERVICES, commands_of, section, words_of

BIN = Path(sys.executable).parent
OLD_SECONDS = 32 * 86400
BACKUPS = [path for path in SERVICES if path.stem.endswith("-backup")]


@pytest.fixture
def passphrase(tmp_path: Path) -> Path:
    """A passphrase in a file of the service's own."""
    file = tmp_path / "passphrase"
    file.write_text("correct horse battery staple")
    file.chmod(0o400)
    return file


@pytest.mark.parametrize("unit", BACKUPS, ids=lambda path: path.stem)
def test_the_unit_makes_a_backup_and_deletes_an_old_one_only_for_one_that_can_be_read(
    unit: Path, tmp_path: Path, passphrase: Path
) -> None:
    service, folder = section(unit), tmp_path / "backups"
    program, kind = commands_of(service)[0][0], unit.stem.split("-")[1]
    folder.mkdir()
    # As systemd has it, without what the shell of whoever starts it has set.
    settings = {"PATH": "/usr/bin:/bin", "DATA_DIR": str(tmp_path / "data"), "PUBLIC_URL": "http://127.0.0.1:8000"}

    def run(*words: str, **more: str) -> int:
        return subprocess.run(words, cwd=folder, env=settings | more, capture_output=True, check=False, timeout=120).returncode

    assert run(str(BIN / program), "db", "upgrade") == 0
    old = folder / f"{kind}-20251001T030000Z.backup"
    for path in (old, folder / "other"):
        path.touch()
        os.utime(path, (path.stat().st_mtime - OLD_SECONDS,) * 2)
    nightly = [word.replace("/opt/twindesk/bin", str(BIN)) for word in words_of(service)]
    assert run(*nightly) != 0
    assert old.exists()
    assert run(*nightly, BACKUP_PASSPHRASE_FILE=str(passphrase)) == 0
    [made, other] = sorted(folder.iterdir())
    assert (made.name.startswith(f"{kind}-"), made.suffix, other.name) == (True, ".backup", "other")
