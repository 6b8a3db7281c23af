"""How a migration runs on either engine: all of it in one transaction, one migrator at a time, and nothing left dangling.

Alembic's batch mode rebuilds tables on SQLite, which drops the old ones; with foreign keys on, that would delete or refuse
the rows that point to them. So they are off meanwhile, and checked before the commit.
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from shared import serving_role

Steps = Callable[[Any, Any], Any]
"""From the present revision and Alembic's context to the steps to take."""

_MIGRATOR_LOCK = 7_461_077  # any number, the same for every migrator of a database
_MIGRATOR_WAITS_MS = 1_800_000


def migrate(engine: sa.Engine, *, metadata: sa.MetaData, script: ScriptDirectory, steps: Steps) -> None:
    """Take the steps. Raises what the database raises, and RuntimeError if rows would point nowhere; nothing was done then."""
    if engine.dialect.name == "sqlite":
        _on_sqlite(engine, metadata, script, steps)
    else:
        _on_postgresql(engine, metadata, script, steps)


def _on_sqlite(engine: sa.Engine, metadata: sa.MetaData, script: ScriptDirectory, steps: Steps) -> None:
    with engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        driver.execute("PRAGMA foreign_keys=OFF")  # has an effect only outside a transaction
        try:
            with connection.begin():  # waits for its turn, like every writer
                take(connection, metadata, script, steps)
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise RuntimeError(f"The migration leaves rows that point nowhere: {broken[:5]}")
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


def _on_postgresql(engine: sa.Engine, metadata: sa.MetaData, script: ScriptDirectory, steps: Steps) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        # Another migrator may need longer than anybody else is waited for; its tables are asked for with the usual patience.
        usual = connection.exec_driver_sql("SHOW lock_timeout").scalar_one()
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_MIGRATOR_WAITS_MS}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATOR_LOCK})")
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{usual}'")
        take(connection, metadata, script, steps)


def take(connection: sa.Connection, metadata: sa.MetaData, script: ScriptDirectory, steps: Steps) -> None:
    """Take the steps in the caller's transaction."""
    with EnvironmentContext(Config(), script, fn=steps) as context:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            transactional_ddl=True,
        )
        context.run_migrations()
    if connection.dialect.name == "postgresql":
        serving_role.renew(connection)
