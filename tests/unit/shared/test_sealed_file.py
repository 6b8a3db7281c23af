"""A sealed file opens to its passphrase alone, whole, or not at all."""

import io

import pytest
import sqlalchemy as sa

from shared.backup import sealed_file
from shared.backup.archive import ArchiveReader, ArchiveWriter, Head, kind_of
from shared.backup.errors import BackupFault
from shared.backup.sealed_file import CHUNK_BYTES, MAGIC, SALT_BYTES, TAG_BYTES, SealedReader, SealedWriter

PASSPHRASE = "correct horse battery"
HEAD = len(MAGIC) + SALT_BYTES
SEALED = CHUNK_BYTES + TAG_BYTES


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """To make the key slowly is the point of scrypt, and of no test here."""
    monkeypatch.setattr(sealed_file, "SCRYPT_LOG_N", 8)


def sealed(content: bytes) -> bytes:
    file = io.BytesIO()
    writer = SealedWriter(file, PASSPHRASE)
    for place in range(0, len(content), 100_000):
        assert writer.write(content[place : place + 100_000]) > 0
    writer.flush()
    writer.finish()
    return file.getvalue()


def opened(raw: bytes, passphrase: str = PASSPHRASE) -> bytes:
    reader, found = SealedReader(io.BytesIO(raw), passphrase), b""
    while part := reader.read(70_000):
        found += part
    return found


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES])
def test_what_was_sealed_is_read_again(size: int) -> None:
    content = bytes(size % 251 for size in range(size))
    assert opened(sealed(content)) == content
    assert content[:64] not in sealed(content) or size < 64


def test_no_file_that_was_touched_opens() -> None:
    raw = sealed(bytes(2 * CHUNK_BYTES + 10))
    first, second = raw[HEAD : HEAD + SEALED], raw[HEAD + SEALED : HEAD + 2 * SEALED]
    touched = {
        "a bit": raw[:-20] + bytes([raw[-20] ^ 1]) + raw[-19:],
        "the salt": raw[: HEAD - 1] + bytes([raw[HEAD - 1] ^ 1]) + raw[HEAD:],
        "cut within a chunk": raw[:-5],
        "cut between chunks": raw[: HEAD + 2 * SEALED],
        "cut after the head": raw[:HEAD],
        "longer": raw + b"!",
        "in another order": raw[:HEAD] + second + first + raw[HEAD + 2 * SEALED :],
        "one chunk twice": raw[:HEAD] + first + first + raw[HEAD + SEALED :],
        "one chunk missing": raw[:HEAD] + second + raw[HEAD + 2 * SEALED :],
    }
    for how, broken in touched.items():
        with pytest.raises(BackupFault, match="damaged"):
            pytest.fail(f"{how}: {len(opened(broken))}")


def test_another_passphrase_and_another_kind_of_file_are_refused() -> None:
    with pytest.raises(BackupFault, match="passphrase is another"):
        opened(sealed(b"secret"), "incorrect horse battery")
    for raw in (b"", b"SQLite format 3\0" + bytes(100), MAGIC):
        with pytest.raises(BackupFault, match="no backup of Twindesk"):
            opened(raw)


def test_an_archive_without_its_end_is_none_and_holds_only_what_it_can_write() -> None:
    unfinished = io.BytesIO()
    archive = ArchiveWriter(unfinished, PASSPHRASE, Head("federation", "", "0001", "2026-11-12T12:00:00+00:00"))
    archive._lines.close()
    archive._sealed.finish()
    unfinished.seek(0)
    with pytest.raises(BackupFault, match="does not hold what its end says"):
        list(ArchiveReader(unfinished, PASSPHRASE).parts())
    with pytest.raises(LookupError, match="A backup cannot hold"):
        kind_of(sa.Float())
