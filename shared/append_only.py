"""Tables whose rows are only ever added: triggers refuse UPDATE, DELETE and (on PostgreSQL) TRUNCATE, whoever asks."""

from typing import Any

_PLPGSQL = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""


def protect(op: Any, table: str) -> None:
    """Guard a table, in a migration; `op` is Alembic's."""
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            name = f"{table}_no_{event.lower()}"
            refuse = f"SELECT RAISE(ABORT, '{table} is append-only')"
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN {refuse}; END")
        return
    op.execute(_PLPGSQL)
    for event, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        name = f"{table}_no_{event.split()[0].lower()}"
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH {each} EXECUTE FUNCTION refuse_change()")
