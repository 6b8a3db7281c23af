"""The account that a service works under on PostgreSQL: it reads and writes rows, and can change no table.

Another account migrates, and owns the tables. Whom it has let in stands in its default privileges, so tables that a later
migration makes are open to the same accounts. Tables that are only ever added to stay so for them, triggers or not.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

VERSION = "alembic_version"
NOT_ALLOWED = "The account in DATABASE_URL may not change tables. Use the one that owns them."
NOT_LET_IN = (
    "The account in DATABASE_URL was not let in to these tables. "
    "With the account that owns them, run: {program} db upgrade --grant-to ACCOUNT"
)
_UNKNOWN = "There is no account {role}. Make it first, as the database's administrator: CREATE ROLE {role} LOGIN PASSWORD '…'"
_INSUFFICIENT_PRIVILEGE = "42501"
_TABLES, _SEQUENCES = ("r", "p"), ("S",)
_OWN = sa.text(
    "SELECT oid::regclass::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
    " AND relkind::text = ANY (:kinds) AND pg_has_role(relowner, 'USAGE')"
)
_CLOSED = sa.text(
    "SELECT oid::regclass::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
    " AND relkind IN ('r', 'p') AND NOT has_table_privilege(oid, 'SELECT')"
)
# What triggers refuse whoever asks, by table; a trigger with a condition refuses only some of it.
_REFUSED = (
    "SELECT tgrelid, tgrelid::regclass::text AS name, word FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
    " JOIN (VALUES ('DELETE', 8), ('UPDATE', 16), ('TRUNCATE', 32)) AS event (word, bit) ON tgtype & bit <> 0"
    " WHERE proname = 'refuse_change' AND tgqual IS NULL"
)
_LET_IN = sa.text(
    "SELECT DISTINCT rolname FROM pg_default_acl, aclexplode(defaclacl) AS given JOIN pg_roles ON pg_roles.oid = given.grantee"
    " WHERE defaclnamespace = current_schema()::regnamespace AND defaclobjtype = 'r' AND defaclrole = current_user::regrole"
    " AND privilege_type = 'INSERT'"
)
# What would let an account do more than its service must; the words follow its name.
_POWERS = sa.text(
    """
    SELECT CASE WHEN rolsuper THEN ARRAY['is a superuser'] ELSE array_remove(ARRAY[
        CASE WHEN rolcreaterole THEN 'can make accounts' END,
        CASE WHEN EXISTS (SELECT FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
                          AND pg_has_role(rolname, relowner, 'MEMBER')) THEN 'owns tables' END,
        CASE WHEN has_schema_privilege(rolname, current_schema(), 'CREATE') THEN 'can make tables' END,
        CASE WHEN has_database_privilege(rolname, current_database(), 'CREATE') THEN 'can make schemas' END,
        CASE WHEN EXISTS (SELECT FROM (REFUSED) AS refused WHERE has_table_privilege(rolname, tgrelid, word))
             THEN 'can rewrite what is only added to' END
    ], NULL) END FROM pg_roles WHERE rolname = :role
    """.replace("REFUSED", _REFUSED)
)


class RoleUnfit(Exception):
    """An account cannot be what it is used as: who serves, or who owns the tables. The message says why."""


def is_not_allowed(error: sa.exc.DBAPIError) -> bool:
    """Whether an account has asked for what is not its own."""
    return getattr(error.orig, "sqlstate", None) == _INSUFFICIENT_PRIVILEGE


@contextmanager
def owning() -> Iterator[None]:
    """Raises RoleUnfit in place of what the database says to an account that changes tables and may not."""
    try:
        yield
    except sa.exc.ProgrammingError as error:
        if not is_not_allowed(error):
            raise
        raise RoleUnfit(f"{NOT_ALLOWED} ({error.orig})") from error


def grant(engine: sa.Engine, role: str) -> None:
    """Let an account work with the tables that there are and that will be, and take every other right from it.

    Raises RoleUnfit, with nothing changed.
    """
    if engine.dialect.name != "postgresql":
        raise RoleUnfit("SQLite knows no accounts: who may read the file may do everything.")
    with owning(), engine.begin() as connection:
        if connection.execute(_POWERS, {"role": role}).scalar() is None:
            raise RoleUnfit(_UNKNOWN.format(role=role))
        schema = _quoted(connection, connection.scalar(sa.text("SELECT current_schema()")))
        name = _quoted(connection, role)
        for what in (
            f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {name}",
            f"GRANT USAGE ON SCHEMA {schema} TO {name}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {name}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {name}",
        ):
            connection.exec_driver_sql(what)
        renew(connection)
        if found := powers(connection, role):
            raise RoleUnfit(f"{role} {' and '.join(found)}. A service wants an account that may do no such thing.")


def renew(connection: sa.Connection) -> None:
    """Give those who were let in what they need of each table, and no more; a migration ends with it."""
    tables, sequences = (", ".join(_all(connection, _OWN, kinds=list(kinds))) for kinds in (_TABLES, _SEQUENCES))
    refused = connection.execute(sa.text(_REFUSED)).all()
    for role in _all(connection, _LET_IN):
        name = _quoted(connection, role)
        connection.exec_driver_sql(f"REVOKE ALL ON {tables} FROM {name}")
        connection.exec_driver_sql(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO {name}")
        connection.exec_driver_sql(f"REVOKE INSERT, UPDATE, DELETE ON {VERSION} FROM {name}")
        for _, table, word in refused:
            connection.exec_driver_sql(f"REVOKE {word} ON {table} FROM {name}")
        if sequences:
            connection.exec_driver_sql(f"GRANT USAGE, SELECT ON SEQUENCE {sequences} TO {name}")


def powers(connection: sa.Connection, role: str | None = None) -> list[str]:
    """What an account, this connection's unless named, may do beside its work. Nothing is as it should be."""
    name = role or connection.scalar(sa.text("SELECT current_user"))
    return list(connection.execute(_POWERS, {"role": name}).scalar_one())


def closed(connection: sa.Connection) -> list[str]:
    """The tables that this connection's account may not even read; none, once it was let in."""
    return _all(connection, _CLOSED)


def _all(connection: sa.Connection, query: sa.TextClause, **values: list[str]) -> list[str]:
    return list(connection.execute(query, values).scalars())


def _quoted(connection: sa.Connection, name: str | None) -> str:
    return connection.dialect.identifier_preparer.quote_identifier(str(name))
