"""Whether a service runs on its folder: who serves or works holds it together with others, who replaces it holds it alone."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NAME = "running"


class RunningAlready(Exception):
    """The folder is in use."""


@contextmanager
def together(data_dir: Path) -> Iterator[None]:
    """Serve or work on the folder. Raises RunningAlready while somebody replaces it."""
    with _held(data_dir, fcntl.LOCK_SH):
        yield


@contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """Replace what is in the folder. Raises RunningAlready while somebody serves or works on it."""
    with _held(data_dir, fcntl.LOCK_EX):
        yield


@contextmanager
def _held(data_dir: Path, how: int) -> Iterator[None]:
    descriptor = os.open(data_dir / _NAME, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise RunningAlready from None
    finally:
        os.close(descriptor)
