"""What a restore replaces stays beside the new, under a name of its own: no later restore touches it."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from shared.backup.service import Say

FORMER = ".before-restore"
# What SQLite may leave beside a database goes before it: alone, it would be taken for the next one's.
_PARTS = ("-wal", "-shm", "")


class Former:
    """Where one restore keeps what it replaces: beside it, with the time of the restore in the name."""

    def __init__(self, replaced: Sequence[Path], *, now: datetime, say: Say) -> None:
        """Choose a name that nothing has yet, of all that will be replaced."""
        self._say = say
        self._mark = next(mark for mark in _marks(now) if not any(_present(path, mark) for path in replaced))

    def keep(self, path: Path) -> None:
        """Give what is there its own name, close it to others, and say where it lies."""
        for part in _present(path):
            kept = Path(f"{path}{self._mark}{part}")
            Path(f"{path}{part}").rename(kept)
            close_to_others(kept)
            if not part:
                self._say(f"What was there before is kept: {kept}")


def close_to_others(path: Path) -> None:
    """Leave a file, or a folder with all that it holds, to its owner alone."""
    for each in (path, *path.rglob("*")):
        each.chmod(0o700 if each.is_dir() else 0o600)


def _present(path: Path, mark: str = "") -> list[str]:
    return [part for part in _PARTS if Path(f"{path}{mark}{part}").exists()]


def _marks(now: datetime) -> Iterator[str]:
    mark = f"{FORMER}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield mark
    yield from (f"{mark}-{number}" for number in itertools.count(2))
