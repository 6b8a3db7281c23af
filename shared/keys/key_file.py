"""Private keys as files: 0600 in folders of 0700, written whole or not at all, never readable by others.

A file appears under its name only once it is complete and on disk, so another process that shares the folder never reads
half a key, and a crash leaves the old state.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from shared.ids import secret_token
from shared.keys import jwk
from shared.keys.errors import KeyFileFault
from shared.keys.published import instant_text, read_instant

_FOLDER_MODE = 0o700
_FILE_MODE = 0o600


@dataclass(frozen=True)
class KeyRecord:
    """A private key and its dates; `retires_at` is its last use, revoked or not."""

    use: str
    kid: str
    key: ECKey = field(repr=False)
    not_before: datetime
    retires_at: datetime | None = None
    revoked_at: datetime | None = None

    @cached_property
    def public(self) -> ECKey:
        """The public side of it."""
        return jwk.read_public(jwk.public_jwk(self.key))

    def is_active(self, now: datetime) -> bool:
        """Whether the key signs or opens for us now."""
        return self.revoked_at is None and self.not_before <= now and (self.retires_at is None or now < self.retires_at)


def make_folder(folder: Path) -> None:
    """Make the folder, or close an existing one to everybody else."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=_FOLDER_MODE, exist_ok=True)
    folder.chmod(_FOLDER_MODE)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Be the only one, of all threads and processes, who changes what is in the folder."""
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, _FILE_MODE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write(folder: Path, record: KeyRecord) -> None:
    """Put the record into its file, in place of what was there. The caller holds the lock."""
    body = {
        "use": record.use,
        "kid": record.kid,
        "jwk": record.key.as_dict(private=True),
        "not_before": instant_text(record.not_before),
        "retires_at": record.retires_at and instant_text(record.retires_at),
        "revoked_at": record.revoked_at and instant_text(record.revoked_at),
    }
    target = folder / record.use / f"{record.kid}.json"
    make_folder(target.parent)
    for litter in target.parent.glob(".*.tmp"):
        litter.unlink()  # left by a process that died: nobody else can be writing now
    half_done = target.with_name(f".{secret_token(8)}.tmp")
    try:
        descriptor = os.open(half_done, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _FILE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(json.dumps(body, indent=1).encode())
            file.flush()
            os.fsync(file.fileno())
        half_done.rename(target)
    finally:
        with suppress(FileNotFoundError):
            half_done.unlink()
    _sync_folder(target.parent)


def remove(folder: Path, record: KeyRecord) -> None:
    """Delete the record's file."""
    target = folder / record.use / f"{record.kid}.json"
    target.unlink(missing_ok=True)
    _sync_folder(target.parent)


def read(path: Path) -> KeyRecord:
    """The record in a file. Raises KeyFileFault for a file that others may read, or that holds no key."""
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_mode & 0o077:
            raise KeyFileFault(f"Others can read the key file {path}. Change its mode to 0600, or revoke the key.")
        raw = file.read()
    try:
        record = _record(json.loads(raw))
    except (ValueError, TypeError, KeyError, JoseError):
        # Without the cause: its text and its frames would show the key.
        raise KeyFileFault(f"The key file {path} holds no key: put back what a backup has of it.") from None
    if (record.use, f"{record.kid}.json") != (path.parent.name, path.name):
        raise KeyFileFault(f"The key file {path} holds another key: give it its name again, or put back what a backup has of it.")
    return record


def _record(body: dict[str, Any]) -> KeyRecord:
    key = ECKey.import_key(body["jwk"])
    if not key.is_private or key.curve_name != "P-256":
        raise ValueError("Not a private P-256 key.")
    return KeyRecord(
        use=body["use"],
        kid=jwk.kid_of(key),
        key=key,
        not_before=read_instant(body["not_before"]),
        retires_at=body["retires_at"] and read_instant(body["retires_at"]),
        revoked_at=body["revoked_at"] and read_instant(body["revoked_at"]),
    )


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
