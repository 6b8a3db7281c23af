"""A file that only its passphrase opens: AES-256-GCM in numbered chunks, by a key that scrypt makes of the passphrase.

The construction is STREAM: each chunk's nonce is its number and whether it is the last, and the head of the file is authenticated
with every chunk. So a changed, missing, moved, doubled or cut off chunk is found while reading, before what follows is believed.
"""

import os
import secrets
import struct
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from shared.backup.errors import BackupFault

MAGIC = b"twindesk backup 1\n"
SALT_BYTES, TAG_BYTES, CHUNK_BYTES = 16, 16, 1 << 18
SCRYPT_LOG_N = 16
_NOT_ONE = "This is no backup of Twindesk."
_BROKEN = "The backup is damaged or was cut short, or the passphrase is another one."


class SealedWriter:
    """Writes sealed chunks; `finish` writes the last one, without which nobody opens the file."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        """Write the head."""
        salt = secrets.token_bytes(SALT_BYTES)
        self._head = MAGIC + salt
        self._file, self._aead, self._number = file, _aead(passphrase, salt), 0
        self._waiting = bytearray()
        file.write(self._head)

    def write(self, data: bytes) -> int:
        """Take more in. Returns how much."""
        self._waiting += data
        while len(self._waiting) > CHUNK_BYTES:
            self._seal(bytes(self._waiting[:CHUNK_BYTES]), last=False)
            del self._waiting[:CHUNK_BYTES]
        return len(data)

    def flush(self) -> None:
        """A part of a chunk waits for the rest."""

    def finish(self) -> None:
        """Write the last chunk."""
        self._seal(bytes(self._waiting), last=True)

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self._file.write(self._aead.encrypt(_nonce(self._number, last=last), chunk, self._head))
        self._number += 1


class SealedReader:
    """Reads what a `SealedWriter` wrote, and gives nothing away that was not authenticated."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        """Read the head. Raises BackupFault for another kind of file."""
        self._head = file.read(len(MAGIC) + SALT_BYTES)
        if len(self._head) < len(MAGIC) + SALT_BYTES or not self._head.startswith(MAGIC):
            raise BackupFault(_NOT_ONE)
        self._file, self._aead, self._number = file, _aead(passphrase, self._head[len(MAGIC) :]), 0
        self._next = file.read(CHUNK_BYTES + TAG_BYTES)
        self._opened, self._is_over = b"", False

    def read(self, size: int) -> bytes:
        """At most so many bytes, none at the end. Raises BackupFault."""
        if not self._opened and not self._is_over:
            self._open()
        given, self._opened = self._opened[:size], self._opened[size:]
        return given

    def _open(self) -> None:
        chunk, self._next = self._next, self._file.read(CHUNK_BYTES + TAG_BYTES)
        self._is_over = not self._next
        try:
            self._opened = self._aead.decrypt(_nonce(self._number, last=self._is_over), chunk, self._head)
        except InvalidTag:
            raise BackupFault(_BROKEN) from None
        self._number += 1


def sync_folder(path: str | os.PathLike[str]) -> None:
    """Have the names in a folder on disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _aead(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=1 << SCRYPT_LOG_N, r=8, p=1).derive(passphrase.encode()))


def _nonce(number: int, *, last: bool) -> bytes:
    return struct.pack(">3xQ?", number, last)
