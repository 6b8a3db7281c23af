"""What stands in a backup: a head, private files, tables row by row, and an end that counts and hashes all of it.

One JSON value a line, compressed and sealed. Values are written as what they mean (an instant, a date, a number), not as one
engine keeps them, so a backup of SQLite can be put back on PostgreSQL and the other way round.
"""

import base64
import gzip
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, BinaryIO, cast

import sqlalchemy as sa

from shared.backup.errors import BackupFault
from shared.backup.sealed_file import SealedReader, SealedWriter
from shared.columns import Instant, JsonText

Columns = list[tuple[str, str]]
_BROKEN = "The backup does not hold what its end says."


@dataclass(frozen=True)
class Head:
    """Whose backup it is, of which schema, and the moment that it shows."""

    service: str
    name: str
    schema: str
    made_at: str

    @property
    def instant(self) -> datetime:
        """The moment that it shows."""
        return datetime.fromisoformat(self.made_at)

    @property
    def owner(self) -> str:
        """The service, and which one of its kind, if it had a name yet."""
        program = self.service.replace("_", "-")
        return f"{program} ({self.name})" if self.name else program


@dataclass(frozen=True)
class Kind:
    """One kind of value: its column type, and how it is written and read."""

    type: sa.types.TypeEngine[Any]
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


# In this order: the first that fits a column's type.
KINDS: dict[str, Kind] = {
    "instant": Kind(Instant(), datetime.isoformat, datetime.fromisoformat),
    "json": Kind(JsonText(), _same, _same),
    "flag": Kind(sa.Boolean(), _same, _same),
    "date": Kind(sa.Date(), date.isoformat, date.fromisoformat),
    "number": Kind(sa.Integer(), _same, _same),
    "text": Kind(sa.String(), _same, _same),
    "bytes": Kind(sa.LargeBinary(), lambda raw: base64.b64encode(raw).decode(), base64.b64decode),
}


def kind_of(type_: sa.types.TypeEngine[Any]) -> str:
    """The kind of a column's values. Raises LookupError for a type that no backup can hold."""
    for name, kind in KINDS.items():
        if isinstance(type_, type(kind.type)):
            return name
    raise LookupError(f"A backup cannot hold {type_!r}.")


class Tally:
    """How many lines of a table or file there were, and their hash."""

    def __init__(self) -> None:
        self.rows, self._hash = 0, hashlib.sha256()

    def count(self, line: bytes) -> None:
        """One more."""
        self.rows += 1
        self._hash.update(line)

    def told(self) -> list[Any]:
        """Both, as the end tells them."""
        return [self.rows, self._hash.hexdigest()]


class ArchiveWriter:
    """Writes an archive into an open file."""

    def __init__(self, file: BinaryIO, passphrase: str, head: Head) -> None:
        """Write the head."""
        self._sealed = SealedWriter(file, passphrase)
        self._lines = gzip.GzipFile(fileobj=cast(Any, self._sealed), mode="wb", mtime=0)
        self._tallies: dict[str, Tally] = {}
        self._line({"head": asdict(head)})

    def file(self, path: str, content: bytes) -> None:
        """Keep a private file."""
        self._tally(path).count(self._line({"file": path, "content": base64.b64encode(content).decode()}))

    def table(self, name: str, columns: Columns, rows: Iterable[Any]) -> int:
        """Keep a table. Returns how many rows it has."""
        tally, writers = self._tally(name), [KINDS[kind].write for _, kind in columns]
        self._line({"table": name, "columns": columns})
        for row in rows:
            values = [None if value is None else write(value) for write, value in zip(writers, row, strict=True)]
            tally.count(self._line(values))
        return tally.rows

    def finish(self) -> None:
        """Write the end; the file is an archive from now on."""
        self._line({"end": {name: tally.told() for name, tally in self._tallies.items()}})
        self._lines.close()
        self._sealed.finish()

    def _tally(self, name: str) -> Tally:
        return self._tallies.setdefault(name, Tally())

    def _line(self, value: Any) -> bytes:
        line = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self._lines.write(line)
        return line


@dataclass(frozen=True)
class KeptFile:
    """A private file, by its path below the service's folder."""

    path: str
    content: bytes


@dataclass(frozen=True)
class KeptTable:
    """A table, with its rows as they come; they are to be read before the next part is asked for."""

    name: str
    columns: Columns
    rows: Iterator[list[Any]]


class ArchiveReader:
    """Reads an archive from an open file, and at its end compares all that was read with what the end says."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        """Read the head. Raises BackupFault for a wrong passphrase and for what is no backup."""
        opened = io.BufferedReader(cast(Any, _Raw(SealedReader(file, passphrase))))
        self._lines = gzip.GzipFile(fileobj=opened, mode="rb")
        self._tallies: dict[str, Tally] = {}
        self._pushed: bytes | None = None
        self.head = Head(**json.loads(self._next())["head"])

    def parts(self) -> Iterator[KeptFile | KeptTable]:
        """Every file and table. Raises BackupFault, at the latest at the end."""
        while True:
            line = self._next()
            part = json.loads(line)
            if "end" in part:
                break
            if "file" in part:
                self._tallies.setdefault(part["file"], Tally()).count(line)
                yield KeptFile(part["file"], base64.b64decode(part["content"]))
            else:
                tally = self._tallies.setdefault(part["table"], Tally())
                columns = [(name, kind) for name, kind in part["columns"]]
                yield KeptTable(part["table"], columns, self._rows(tally, columns))
        if part["end"] != {name: tally.told() for name, tally in self._tallies.items()} or self._lines.read(1):
            raise BackupFault(_BROKEN)

    def _rows(self, tally: Tally, columns: Columns) -> Iterator[list[Any]]:
        readers = [KINDS[kind].read for _, kind in columns]
        while (line := self._next()).startswith(b"["):
            tally.count(line)
            yield [None if value is None else read(value) for read, value in zip(readers, json.loads(line), strict=True)]
        self._pushed = line

    def _next(self) -> bytes:
        line, self._pushed = self._pushed or self._lines.readline(), None
        if not line:
            raise BackupFault(_BROKEN)
        return line


class _Raw(io.RawIOBase):
    """A sealed file as the standard library's readers want it."""

    def __init__(self, sealed: SealedReader) -> None:
        self._sealed = sealed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._sealed.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
