"""Taking a backup while the service runs: one unchanging picture of the database, and the private keys, in a sealed file.

The picture is a read like any other: it takes no lock and makes nobody wait. The file has its name only once it is whole and on
disk.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared import migrate
from shared.backup.archive import ArchiveWriter, Head, kind_of
from shared.backup.errors import BackupFault
from shared.backup.sealed_file import sync_folder
from shared.backup.service import LEFT_OUT, Say, Service
from shared.engines import reading

BATCH_ROWS = 1000
LONG_ROWS = 10_000


def take(service: Service, target: Path, passphrase: str, *, now: datetime, say: Say) -> int:
    """Write a backup of the service into a new file. Returns how many rows it holds.

    Raises BackupFault for a file that exists, SchemaMismatch for a database that this code does not fit.
    """
    schema = migrate.check(service.engine, service.package)
    with _new_file(target) as file, reading(service.engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        head = Head(service.package, service.name(Session(connection)), schema, now.isoformat())
        archive = ArchiveWriter(file, passphrase, head)
        for path, held in service.private_files().items():
            archive.file(path, held.read_bytes())
        rows = sum(_table(archive, connection, table, say) for table in migrate.service_metadata(service.package).sorted_tables)
        archive.finish()
    return rows


def _table(archive: ArchiveWriter, connection: sa.Connection, table: sa.Table, say: Say) -> int:
    if table.name in LEFT_OUT:
        return 0
    columns = [(column.name, kind_of(column.type)) for column in table.columns]
    wanted = sa.select(table).order_by(*table.primary_key.columns)
    count = archive.table(table.name, columns, _rows(connection, wanted))
    if count >= LONG_ROWS:
        say(f"{table.name}: {count} rows")
    return count


def _rows(connection: sa.Connection, wanted: sa.Select[Any]) -> Iterator[Any]:
    yield from connection.execution_options(yield_per=BATCH_ROWS).execute(wanted)


@contextmanager
def _new_file(target: Path) -> Iterator[BinaryIO]:
    """A file for its owner alone, which gets its name when all is written and on disk."""
    if target.exists():
        raise BackupFault(f"{target} exists already: name a new file.")
    if not target.parent.is_dir():
        raise BackupFault(f"There is no folder {target.parent}.")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise BackupFault(f"This user may not write in {target.parent}: name a file in a folder where it may.")
    with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.") as draft:  # with mode 0600
        yield cast(BinaryIO, draft)
        draft.flush()
        os.fsync(draft.fileno())
        try:
            os.link(draft.name, target)
        except FileExistsError:
            raise BackupFault(f"{target} exists already: name a new file.") from None
    sync_folder(target.parent)
