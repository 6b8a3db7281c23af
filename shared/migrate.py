"""The schema of a service: brought up and down by its numbered migrations, and compared with what the code expects.

A service is named by its package. By convention `<package>.db` has the `Base`, `<package>/migrations/versions` has the
migrations, and the tables are declared in `<package>.db` and in every `<package>.<slice>.models`.
"""

import functools
import importlib
import importlib.util
import pkgutil
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

from shared import serving_role
from shared.engines import reading
from shared.storage_errors import told_as_refusals

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory


class SchemaMismatch(Exception):
    """The database is not at a revision that this code works with, or cannot be brought to one. The message says what to do."""


class NoSuchRevision(Exception):
    """A database cannot be taken to what was asked for. The message says which revisions there are."""


def upgrade(engine: sa.Engine, package: str, revision: str = "head") -> None:
    """Bring the database up to a revision; nothing happens if it is there already.

    Raises SchemaMismatch for a database of a newer version or with tables of unknown origin, NoSuchRevision, Busy while others
    write, StorageFull, DatabaseAway, RoleUnfit for an account that may not change tables.
    """
    script = _script(package)

    def steps(present: Any, context: "MigrationContext") -> Any:
        _refuse_foreign_tables(context, package, present)
        return script._upgrade_revs(revision, _known(package, present))

    _migrate(engine, package, script, revision, steps)


def upgrade_within(connection: sa.Connection, package: str, revision: str) -> None:
    """As `upgrade`, in the caller's transaction; on SQLite its connection must not mind foreign keys."""
    from shared.migrations_env import take

    script = _script(package)
    take(connection, service_metadata(package), script, lambda present, _: script._upgrade_revs(revision, present))


def knows(package: str, revision: str) -> bool:
    """Whether this code has a migration to this revision."""
    return revision in {known.revision for known in _script(package).walk_revisions()}


def downgrade(engine: sa.Engine, package: str, revision: str) -> None:
    """Take the database back to a revision, or to "base", which is empty. Raises as `upgrade` does."""
    script = _script(package)
    steps = lambda present, _: script._downgrade_revs(revision, _known(package, present))  # noqa: E731
    _migrate(engine, package, script, revision, steps)


def current(engine: sa.Engine) -> str | None:
    """The revision the database is at, or None before its first migration."""
    from alembic.runtime.migration import MigrationContext

    with reading(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision()


@functools.cache
def head(package: str) -> str:
    """The newest revision this code knows. Raises LookupError for a package without migrations, CommandError if they fork."""
    newest = _script(package).get_current_head()
    if newest is None:
        raise LookupError(f"{package} has no migrations.")
    return newest


def check(engine: sa.Engine, package: str) -> str:
    """The revision, if it is the one this code works with. Raises SchemaMismatch."""
    present, expected, program = current(engine), head(package), package.replace("_", "-")
    if present == expected:
        return expected
    _known(package, (present,) if present else ())
    raise SchemaMismatch(
        f"The database is at revision {present or 'none'}, this version of {program} needs {expected}. Run: {program} db upgrade"
    )


def check_quickly(engine: sa.Engine, package: str) -> None:
    """As `check`, by a look at the names of the files; Alembic is loaded only to say what is wrong. Raises SchemaMismatch."""
    newest = max(path.name.partition("_")[0] for path in (_folder(package) / "versions").glob("[0-9]*.py"))
    with reading(engine) as connection:
        is_there = sa.inspect(connection).has_table("alembic_version")
        present = connection.scalar(sa.text("SELECT version_num FROM alembic_version")) if is_there else None
    if present != newest:
        check(engine, package)


def drift(engine: sa.Engine, package: str) -> list[str]:
    """What differs between the migrated database and the models; check constraints too, which Alembic does not compare."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    metadata = service_metadata(package)
    with reading(engine) as connection, warnings.catch_warnings():
        # SQLite tells nothing of such an index; PostgreSQL does, and there it is compared.
        warnings.filterwarnings("ignore", ".*expression-based index")
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        found = [repr(difference) for difference in compare_metadata(context, metadata)]
        inspector = sa.inspect(connection)
        for table in set(inspector.get_table_names()) & metadata.tables.keys():
            there = {str(constraint["name"]) for constraint in inspector.get_check_constraints(table)}
            wanted = {str(c.name) for c in metadata.tables[table].constraints if isinstance(c, sa.CheckConstraint)}
            found += [f"{table}: check {name} only in the database" for name in there - wanted]
            found += [f"{table}: check {name} only in the models" for name in wanted - there]
    return sorted(found)


def service_metadata(package: str) -> sa.MetaData:
    """All tables of a service, with every slice's models imported."""
    for slice_name in _slices(package):
        if importlib.util.find_spec(f"{slice_name}.models"):
            importlib.import_module(f"{slice_name}.models")
    base: type[DeclarativeBase] = importlib.import_module(f"{package}.db").Base
    return base.metadata


def _slices(package: str) -> Iterable[str]:
    folder = importlib.import_module(package).__path__
    return [f"{package}.{module.name}" for module in pkgutil.iter_modules(folder) if module.ispkg]


def _known(package: str, present: Any) -> Any:
    """The revisions that a database is at. Raises SchemaMismatch if a newer version made one of them."""
    foreign, program = sorted(one for one in present if not knows(package, one)), package.replace("_", "-")
    if foreign:
        raise SchemaMismatch(
            f"The database is at revision {foreign[0]}, which this version of {program} does not know: a newer one made it. "
            f"Install that version again, or run there first: {program} db downgrade {head(package)}"
        )
    return present


def _refuse_foreign_tables(context: "MigrationContext", package: str, present: Any) -> None:
    """Raises SchemaMismatch for tables of ours whose revision nobody has noted: to make them anew would fail halfway."""
    assert context.connection is not None  # None only where SQL is written to a file
    there = sa.inspect(context.connection).get_table_names() if not present else ()
    ours = sorted(service_metadata(package).tables.keys() & set(there))
    if ours:
        raise SchemaMismatch(
            f"The database has tables ({', '.join(ours[:3])} …) but no note of their revision in alembic_version: no migration "
            "made them, or a copy left that table out. Use an empty database, or restore a backup."
        )


@functools.cache
def _script(package: str) -> "ScriptDirectory":
    """The migrations, each loaded once: a process meets no new ones."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory(_folder(package), version_locations=[_folder(package) / "versions"])


def _folder(package: str) -> Path:
    return Path(importlib.import_module(package).__path__[0]) / "migrations"


def _migrate(engine: sa.Engine, package: str, script: "ScriptDirectory", revision: str, steps: Any) -> None:
    from alembic.util import CommandError

    from shared.migrations_env import migrate

    try:
        with serving_role.owning(), told_as_refusals():
            migrate(engine, metadata=service_metadata(package), script=script, steps=steps)
    except CommandError:
        known = sorted(one.revision for one in script.walk_revisions())
        raise NoSuchRevision(
            f"No way leads from {current(engine) or 'base'} to a revision {revision}. There are base and {', '.join(known)}."
        ) from None
