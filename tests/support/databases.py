"""Fresh, migrated databases on both engines, made from a template that the product's own migrations filled once.

A test process has one PostgreSQL of its own, started when the first test asks for it (so each xdist worker has its own).
"""

import atexit
import contextlib
import itertools
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psycopg
import sqlalchemy as sa

from shared import serving_role
from shared.db import open_engine
from shared.migrate import upgrade
from tools.postgres import address, private_cluster

Engine = Literal["sqlite", "postgresql"]
ENGINES: tuple[Engine, ...] = ("sqlite", "postgresql")
# On PostgreSQL a test works under the account of a service in production, which owns no table; `as_owner` is the other.
SERVES, OWNS = "serves", "postgres"
SQLITE_FILES = ("", "-wal", "-shm", "-writer", "-next")


class Databases:
    """What one test process has: its cluster, its templates, and the databases to drop after the test."""

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()
        self._cluster: str | None = None
        self._admin: psycopg.Connection | None = None
        self._folder: Path | None = None
        self._templates: dict[tuple[str, Engine], str] = {}
        self._passing: list[str | Path] = []
        self._numbers = itertools.count(1)

    @property
    def cluster(self) -> str:
        """The libpq connection string of the PostgreSQL, without a database."""
        if self._cluster is None:
            self._cluster = self._stack.enter_context(private_cluster())
            self.administer(f"CREATE ROLE {SERVES} LOGIN")
        return self._cluster

    def fresh(self, service: str, engine: Engine, folder: Path, *, keep: bool = False) -> str:
        """The URL of a new database of the service, migrated; dropped after the present test unless kept."""
        template = self._template(service, engine)
        if engine == "sqlite":
            file = folder / f"{_word(service)}-{next(self._numbers)}.db"
            shutil.copyfile(template, file)
            if not keep:
                self._passing.append(file)
            return f"sqlite:///{file}"
        return as_servant(self._create(f"d{next(self._numbers)}", keep=keep, template=template))

    def empty(self, engine: Engine, folder: Path) -> str:
        """The URL of a new database with nothing in it."""
        if engine == "sqlite":
            file = folder / f"empty-{next(self._numbers)}.db"
            self._passing.append(file)
            return f"sqlite:///{file}"
        return self._create(f"d{next(self._numbers)}", keep=False, template="template1")

    def sweep(self) -> None:
        """Drop what the test made; whoever still is connected is cut off."""
        while self._passing:
            made = self._passing.pop()
            if isinstance(made, str):
                self.administer(f"DROP DATABASE {made} WITH (FORCE)")
                continue
            for suffix in SQLITE_FILES:
                Path(f"{made}{suffix}").unlink(missing_ok=True)

    def close(self) -> None:
        """Stop the cluster and remove the templates."""
        self._stack.close()
        self._cluster = self._folder = self._admin = None
        self._templates.clear()
        self._passing.clear()

    def _template(self, service: str, engine: Engine) -> str:
        if (service, engine) not in self._templates:
            self._templates[service, engine] = self._migrated(service, engine)
        return self._templates[service, engine]

    def _migrated(self, service: str, engine: Engine) -> str:
        if engine == "sqlite":
            if self._folder is None:
                self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="templates")))
            template = str(self._folder / f"{_word(service)}.db")
            url = f"sqlite:///{template}"
        else:
            template = f"template_{_word(service)}"
            url = self._create(template, keep=True, template="template1")
        made = open_engine(url)
        upgrade(made, service)
        if engine == "postgresql":
            serving_role.grant(made, SERVES)
        made.dispose()
        return template

    def _create(self, name: str, *, keep: bool, template: str) -> str:
        self.administer(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        if not keep:
            self._passing.append(name)
        return address(self.cluster, name)

    def copy_of(self, url: str, engine: Engine, folder: Path) -> "Copy":
        """A copy of a database at rest; nothing is copied before it is put back for the first time."""
        if engine == "sqlite":
            return Copy(url, f"sqlite:///{folder / Path(_name(url)).name}", None)
        return Copy(url, address(self.cluster, f"copy{next(self._numbers)}", SERVES), self.administer)

    def administer(self, command: str) -> None:
        if self._admin is None:
            admin = psycopg.connect(f"{self.cluster} dbname=postgres", autocommit=True)
            self._admin = self._stack.enter_context(admin)
        self._admin.execute(command)


@dataclass(frozen=True)
class Copy:
    """A copy of a database at rest: as often as it is put back, it is as that one is. No engine may be connected to either."""

    rest: str
    url: str
    administer: Callable[[str], None] | None

    def put_back(self) -> None:
        """Undo whatever happened in the copy."""
        source, target = _name(self.rest), _name(self.url)
        if self.administer is not None:
            self.administer(f"DROP DATABASE IF EXISTS {target} WITH (FORCE)")
            self.administer(f"CREATE DATABASE {target} TEMPLATE {source} STRATEGY FILE_COPY")
            return
        for suffix in SQLITE_FILES:
            Path(f"{target}{suffix}").unlink(missing_ok=True)
        for suffix in ("", "-wal"):
            if (part := Path(f"{source}{suffix}")).exists():
                shutil.copyfile(part, f"{target}{suffix}")


def as_owner(url: str | sa.URL) -> str:
    """The address of a database for who owns its tables: a migrator, or somebody who has broken in."""
    return _as(url, OWNS)


def as_servant(url: str | sa.URL) -> str:
    """The address of a database for the service."""
    return _as(url, SERVES)


def _as(url: str | sa.URL, account: str) -> str:
    url = sa.make_url(url)
    changed = url.set(username=account) if url.get_backend_name() == "postgresql" else url
    return changed.render_as_string(hide_password=False)


def _name(url: str) -> str:
    return str(sa.make_url(url).database)


def _word(service: str) -> str:
    return service.rpartition(".")[2]


DATABASES = Databases()
atexit.register(DATABASES.close)
_ENGINES_IN_USE: set[sa.Engine] = set()


def fresh_database(service: str, engine: Engine, tmp_path: Path, *, keep: bool = False) -> str:
    """The URL of a fresh, migrated database of "federation" or "space_node"; gone after the test unless kept for the session."""
    return DATABASES.fresh(service, engine, tmp_path, keep=keep)


def empty_database(engine: Engine, tmp_path: Path) -> str:
    """The URL of a database without any table; gone after the test."""
    return DATABASES.empty(engine, tmp_path)


@sa.event.listens_for(sa.Engine, "engine_connect")
def _note(connection: sa.Connection) -> None:
    _ENGINES_IN_USE.add(connection.engine)


def dispose_engines() -> None:
    """Close the pooled connections of every engine used so far: left to the garbage collector, each would be a warning."""
    for engine in _ENGINES_IN_USE:
        engine.dispose()
    _ENGINES_IN_USE.clear()
