"""Putting a backup back: all of it is read and checked before anything is replaced, and what is replaced is replaced whole.

On SQLite a new file is filled beside the present one and takes its name; on PostgreSQL one transaction empties and fills the
database. Then files and keys change places, and what had these names before is kept. A machine that dies between the two shows
it at once, and the same command again puts it right.
"""

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from shared import migrate, serving_role
from shared.backup.archive import KINDS, ArchiveReader, Head, KeptFile, KeptTable
from shared.backup.errors import BackupFault
from shared.backup.former import Former, close_to_others
from shared.backup.sealed_file import sync_folder
from shared.backup.service import DATABASE, Say, Service
from shared.backup.taking import LONG_ROWS
from shared.running import RunningAlready, alone
from shared.setting_values import make_folder

_BATCH_ROWS = 500


def verify(service: Service, source: Path, passphrase: str) -> tuple[Head, int]:
    """Read the whole backup. Returns its head and how many rows it holds.

    Raises BackupFault if it is not whole, or could not be put back into this service.
    """
    rows = 0
    with _opened(source, passphrase) as archive:
        for part in archive.parts():
            rows += sum(1 for _ in part.rows) if isinstance(part, KeptTable) else 0
    _require_fitting(service, archive.head)
    _require_same(service, archive.head)
    return archive.head, rows


def restore(service: Service, source: Path, passphrase: str, *, now: datetime, say: Say) -> Head:
    """Replace the service's database and keys by those of a backup. Raises BackupFault, with nothing changed."""
    say("Checking the whole backup …")
    head, _ = verify(service, source, passphrase)
    data_dir = service.settings.data_dir
    _require_places(service)
    try:
        with alone(data_dir, service.engine), TemporaryDirectory(dir=data_dir, prefix=".restore.") as folder:
            fill = _on_sqlite if service.engine.dialect.name == "sqlite" else _on_postgresql
            with _opened(source, passphrase) as archive:
                fill(service, archive, Path(folder), now, say)
            _take_places(service, Path(folder), Former([*service.places().values()], now=now, say=say))
    except RunningAlready as running:
        raise BackupFault(str(running)) from None
    except DBAPIError as error:
        if serving_role.is_not_allowed(error):
            raise BackupFault(serving_role.NOT_ALLOWED) from None
        raise BackupFault(f"The database does not take what the backup holds: {error.orig}") from None
    return head


@contextmanager
def _opened(source: Path, passphrase: str) -> Iterator[ArchiveReader]:
    if not source.is_file():
        raise BackupFault(f"There is no file {source}.")
    with source.open("rb") as file:
        yield ArchiveReader(file, passphrase)


def _require_fitting(service: Service, head: Head) -> None:
    if head.service != service.package:
        raise BackupFault(f"This is a backup of {head.owner}, not of {service.program}.")
    if not migrate.knows(service.package, head.schema):
        raise BackupFault(
            f"This backup has the schema {head.schema}, which this version of {service.program} does not know: "
            "a newer one made it. Install that version, and restore with it."
        )


def _require_same(service: Service, head: Head) -> None:
    """What is somebody else's does not belong here; a database that cannot be read says nothing of whose it is."""
    if service.database_file is not None and not service.database_file.exists():
        return  # to ask would make one
    there = ""
    with suppress(DBAPIError), service.engine.connect() as connection:
        there = service.name(Session(connection))
    service.engine.dispose()
    if there and head.name and there != head.name:
        raise BackupFault(f"This is a backup of {head.name}, and here is {there}.")


def _require_places(service: Service) -> None:
    """Each place takes something new. To find that out once the database is replaced would leave half of a backup."""
    for name, place in service.places().items():
        try:
            make_folder(place.parent)
        except ValueError as error:
            raise BackupFault(f"{place} cannot be replaced ({name}): {error} Nothing was changed.") from None


def _on_sqlite(service: Service, archive: ArchiveReader, folder: Path, now: datetime, say: Say) -> None:
    # Nobody else knows this file: it needs no queue of writers, and no foreign keys until it is whole.
    engine = sa.create_engine(f"sqlite:///{folder / DATABASE}")
    with engine.connect() as connection, connection.begin():
        _fill(service, archive, connection, folder, now, say)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    engine.dispose()
    if broken:
        raise BackupFault(f"Rows of the backup point nowhere: {broken[:3]}")


def _on_postgresql(service: Service, archive: ArchiveReader, folder: Path, now: datetime, say: Say) -> None:
    with service.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        there = sa.MetaData()
        there.reflect(connection)
        there.drop_all(connection)
        _fill(service, archive, connection, folder, now, say)
    service.engine.dispose()


def _fill(service: Service, archive: ArchiveReader, connection: sa.Connection, folder: Path, now: datetime, say: Say) -> None:
    migrate.upgrade_within(connection, service.package, archive.head.schema)
    made = sa.MetaData()
    made.reflect(connection)
    for table in reversed(made.sorted_tables):
        if table.name != "alembic_version":
            connection.execute(table.delete())
    for part in archive.parts():
        if isinstance(part, KeptFile):
            _keep_file(folder, part)
        else:
            _keep_rows(connection, part, say)
    if connection.dialect.name == "postgresql":
        for table in made.sorted_tables:
            _go_on_counting(connection, table)
    migrate.upgrade_within(connection, service.package, "head")
    with Session(connection) as session:
        service.after_restore(session, archive.head.instant, now)
        session.flush()


def _keep_file(folder: Path, part: KeptFile) -> None:
    target = (folder / part.path).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise BackupFault(f"The backup has a file outside of its folder: {part.path}")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.touch(0o600)
    target.write_bytes(part.content)


def _keep_rows(connection: sa.Connection, part: KeptTable, say: Say) -> None:
    table = sa.table(part.name, *(sa.column(name, KINDS[kind].type) for name, kind in part.columns))
    names, count = [name for name, _ in part.columns], 0
    while batch := list(itertools.islice(part.rows, _BATCH_ROWS)):
        connection.execute(table.insert(), [dict(zip(names, row, strict=True)) for row in batch])
        count += len(batch)
    if count >= LONG_ROWS:
        say(f"{part.name}: {count} rows")


def _go_on_counting(connection: sa.Connection, table: sa.Table) -> None:
    """Let PostgreSQL's own numbers go on above those that were put back; SQLite looks for itself."""
    for column in table.primary_key.columns:
        sequence = connection.scalar(sa.select(sa.func.pg_get_serial_sequence(table.name, column.name)))
        if sequence is not None:
            highest = sa.select(sa.func.coalesce(sa.func.max(column), 0) + 1).scalar_subquery()
            connection.execute(sa.select(sa.func.setval(sequence, highest, False)))


def _take_places(service: Service, folder: Path, former: Former) -> None:
    """Put the new database, keys and secret where the former ones were."""
    (folder / "keys").mkdir(exist_ok=True)
    close_to_others(folder)
    for name, place in service.places().items():
        former.keep(place)
        shutil.move(folder / name, place)
        sync_folder(place.parent)
