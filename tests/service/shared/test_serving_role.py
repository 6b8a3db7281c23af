"""On PostgreSQL one account migrates and owns the tables, and another serves, which can change rows and nothing else."""

import itertools
import shutil
import subprocess
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from shared import migrate, serving_role
from shared.engines import open_engine
from shared.serving_role import RoleUnfit
from tests.support.databases import DATABASES, OWNS, empty_database
from tests.support.sources import ROOT
from tools.postgres import find_binaries

NUMBERS = itertools.count(1)
BEFORE_THE_LEDGER = "0004"
ROWS = {"SELECT", "INSERT", "UPDATE", "DELETE"}
LESS = {
    "alembic_version": {"SELECT"},
    "audit_entries": {"SELECT", "INSERT"},
    "journal_entries": {"SELECT", "INSERT"},
    "transfer_pieces": {"SELECT", "INSERT"},
    "transfers": {"SELECT", "INSERT", "UPDATE"},
}
"""What is only ever added to; a transfer is resolved once, which a trigger minds."""


class Accounts:
    """An empty database of an account that is no superuser."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url, self._folder = sa.make_url(url), folder
        self.owner = self.new("")
        DATABASES.administer(f"ALTER DATABASE {self._url.database} OWNER TO {self.owner}")

    def new(self, options: str) -> str:
        """Another account; accounts are of the whole server, so each has a name of its own."""
        name = f"account{next(NUMBERS)}"
        DATABASES.administer(f"CREATE ROLE {name} LOGIN {options}")
        return name

    def engine(self, account: str) -> sa.Engine:
        return open_engine(self._url.set(username=account))

    def refusal_of(self, account: str, statement: str) -> str | None:
        """The database's own code for a refusal."""
        try:
            with self.engine(account).begin() as connection:
                connection.exec_driver_sql(statement)
        except ProgrammingError as error:
            return str(getattr(error.orig, "sqlstate", None))
        return None

    def make_by_script(self, psql: Path, script: Path) -> None:
        """As the container does it, whose administrator connects on a socket."""
        password = self._folder / "password"
        password.write_text("it's a secret")
        host = psycopg.conninfo.conninfo_to_dict(DATABASES.cluster)["host"]
        own = {"POSTGRES_USER": OWNS, "POSTGRES_DB": str(self._url.database), "HUB_DATABASE_PASSWORD_FILE": str(password)}
        env = {"PATH": f"{psql.parent}:/usr/bin:/bin", "PGHOST": str(host), **own}
        done = subprocess.run([script], env=env, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")

    def rights(self, account: str) -> dict[str, set[str]]:
        """What an account may do with each table."""
        words = (*ROWS, "TRUNCATE", "REFERENCES", "TRIGGER")
        with self.engine(self.owner).connect() as connection:
            tables = sa.inspect(connection).get_table_names()
            asked = sa.text(
                "SELECT name, word FROM unnest(CAST(:tables AS text[])) AS name, unnest(CAST(:words AS text[])) AS word"
                " WHERE has_table_privilege(:account, name, word)"
            )
            found = connection.execute(asked, {"account": account, "tables": tables, "words": list(words)}).all()
            return {table: {word for name, word in found if name == table} for table in tables}


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    return Accounts(empty_database("postgresql", tmp_path), tmp_path)


def test_who_serves_can_change_rows_and_no_table_also_after_the_next_migration(accounts: Accounts) -> None:
    serves, owner = accounts.new(""), accounts.engine(accounts.owner)
    migrate.upgrade(owner, "federation", BEFORE_THE_LEDGER)
    serving_role.grant(owner, serves)
    migrate.upgrade(owner, "federation")
    rights = accounts.rights(serves)
    assert rights == {table: LESS.get(table, ROWS) for table in rights}
    assert rights.keys() > LESS.keys()
    refused = (
        "CREATE TABLE loot (id integer)",
        "CREATE SCHEMA mine",
        "CREATE VIEW loot AS SELECT 1",
        "ALTER TABLE spaces ADD COLUMN loot text",
        "ALTER TABLE audit_entries DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_entries_no_update ON audit_entries",
        "DROP TABLE audit_entries",
        "CREATE INDEX loot ON spaces (name)",
        "TRUNCATE journal_entries",
        "DELETE FROM journal_entries",
        "UPDATE alembic_version SET version_num = '0001'",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        f"SET ROLE {accounts.owner}",
    )
    assert {what: code for what in refused if (code := accounts.refusal_of(serves, what)) != "42501"} == {}
    with accounts.engine(serves).connect() as connection:
        assert serving_role.powers(connection) == []


def test_asked_again_it_takes_back_what_was_given_beside_it(accounts: Accounts) -> None:
    serves, owner = accounts.new(""), accounts.engine(accounts.owner)
    migrate.upgrade(owner, "space_node")
    serving_role.grant(owner, serves)
    before = accounts.rights(serves)
    with owner.begin() as connection:
        connection.exec_driver_sql(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {serves}")
        connection.exec_driver_sql(f"GRANT CREATE ON SCHEMA public TO {serves}")
        connection.exec_driver_sql("GRANT CREATE ON SCHEMA public TO PUBLIC")
    assert accounts.rights(serves) != before
    serving_role.grant(owner, serves)
    assert accounts.rights(serves) == before
    # An id that the database counts is taken from a sequence.
    assert accounts.refusal_of(serves, "SELECT nextval(pg_get_serial_sequence('outbox', 'id'))") is None


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ("SUPERUSER", "is a superuser"),
        ("CREATEROLE", "can make accounts"),
        ("IN ROLE {owner}", "owns tables and can make tables"),
    ],
)
def test_an_account_that_could_do_more_is_refused_with_the_reason(accounts: Accounts, options: str, reason: str) -> None:
    owner = accounts.engine(accounts.owner)
    migrate.upgrade(owner, "tests.support.toy_service")
    unfit = accounts.new(options.format(owner=accounts.owner))
    with pytest.raises(RoleUnfit, match=f"{unfit} {reason}"):
        serving_role.grant(owner, unfit)
    with owner.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM pg_default_acl")) == 0
        assert reason.split(" and ", maxsplit=1)[0] in serving_role.powers(connection, unfit)


def test_who_owns_the_tables_and_who_is_not_there_are_refused(accounts: Accounts) -> None:
    owner = accounts.engine(accounts.owner)
    migrate.upgrade(owner, "tests.support.toy_service")
    with pytest.raises(RoleUnfit, match="owns tables and can make tables and can make schemas"):
        serving_role.grant(owner, accounts.owner)
    with pytest.raises(RoleUnfit, match=r"There is no account nobody_here\. Make it first.*CREATE ROLE nobody_here LOGIN"):
        serving_role.grant(owner, "nobody_here")


def test_a_name_is_a_name_and_no_statement(accounts: Accounts) -> None:
    owner, name = accounts.engine(accounts.owner), f'odd "; DROP TABLE purses; -- %s {next(NUMBERS)}'
    migrate.upgrade(owner, "tests.support.toy_service")
    DATABASES.administer('CREATE ROLE "{}"'.format(name.replace('"', '""')))
    serving_role.grant(owner, name)
    assert accounts.rights(name)["purses"] == ROWS
    migrate.downgrade(owner, "tests.support.toy_service", "base")
    assert accounts.rights(name) == {"alembic_version": {"SELECT"}}
    migrate.upgrade(owner, "tests.support.toy_service")
    assert accounts.rights(name)["purses"] == ROWS


def test_who_only_reads_is_let_in_to_no_more_by_a_migration(accounts: Accounts) -> None:
    reads, owner = accounts.new(""), accounts.engine(accounts.owner)
    with owner.begin() as connection:
        connection.exec_driver_sql(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {reads}")
    migrate.upgrade(owner, "tests.support.toy_service")
    assert set(map(frozenset, accounts.rights(reads).values())) == {frozenset({"SELECT"})}


def test_the_script_of_the_databases_container_makes_an_account_that_is_fit_where_there_is_psql(accounts: Accounts) -> None:
    beside = find_binaries() / "psql"
    program = str(beside) if beside.exists() else shutil.which("psql")
    owner, made = accounts.engine(accounts.owner), "twindesk_hub"
    migrate.upgrade(owner, "tests.support.toy_service")
    if program:
        accounts.make_by_script(Path(program), ROOT / "deploy/compose/serving-account.sh")
    else:
        DATABASES.administer(f"CREATE ROLE {made} LOGIN")
    serving_role.grant(owner, made)
    assert accounts.rights(made)["purses"] == ROWS
    assert accounts.refusal_of(made, "INSERT INTO purses (credits, owner, kind) VALUES (1, 'ada', 'plan')") is None


def test_a_file_has_no_accounts(tmp_path: Path) -> None:
    with pytest.raises(RoleUnfit, match="SQLite knows no accounts"):
        serving_role.grant(open_engine(f"sqlite:///{tmp_path / 'x.db'}"), "anybody")


def test_a_statement_that_is_wrong_is_not_laid_on_the_account(tmp_path: Path) -> None:
    engine = open_engine(empty_database("postgresql", tmp_path))
    with pytest.raises(ProgrammingError, match="syntax error"), serving_role.owning(), engine.connect() as connection:
        connection.exec_driver_sql("SELEC 1")
    engine.dispose()
