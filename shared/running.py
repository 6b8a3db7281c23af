"""Whether a service runs on its folder: who serves or works holds it together with others, who replaces it holds it alone.

A service on PostgreSQL may run on another machine, with a folder of its own: there the database tells who is connected.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

_NAME = "running"
_OTHERS = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND coalesce(backend_type, 'client backend') = 'client backend'"
)


class RunningAlready(Exception):
    """The folder or the database is in use. The message says what to stop."""


@contextmanager
def together(data_dir: Path) -> Iterator[None]:
    """Serve or work on the folder. Raises RunningAlready while somebody replaces it."""
    with _held(data_dir, fcntl.LOCK_SH):
        yield


@contextmanager
def alone(data_dir: Path, engine: sa.Engine) -> Iterator[None]:
    """Replace what is in the folder and the database. Raises RunningAlready while somebody serves or works on them."""
    with _held(data_dir, fcntl.LOCK_EX):
        if engine.dialect.name == "postgresql":
            with engine.connect() as connection:
                if connection.scalar(_OTHERS):
                    raise RunningAlready("The database is in use. Stop the service, its worker and whatever else is connected.")
        yield


@contextmanager
def _held(data_dir: Path, how: int) -> Iterator[None]:
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(data_dir / _NAME, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, how | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunningAlready("The service is running. Stop it, and its worker, first.") from None
        yield
    finally:
        os.close(descriptor)
