"""Backups of a world's service: taken and put back as the commands do."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from federation.cli import backed_up as hub_backed_up
from shared import migrate
from shared.backup.archive import Head
from shared.backup.restoring import restore
from shared.backup.service import LEFT_OUT, Service
from shared.backup.taking import take
from shared.engines import open_engine
from space_node.cli import backed_up as node_backed_up
from tests.support.databases import as_owner, dispose_engines
from tests.support.hub import HubWorld
from tests.support.node import NodeWorld

PASSPHRASE = "correct horse battery staple"
World = HubWorld | NodeWorld


def service_of(world: World) -> Service:
    """What the commands of this world's service work on."""
    describe: Callable[[], Service] = hub_backed_up if isinstance(world, HubWorld) else node_backed_up
    with world.app.app_context():
        return describe()


def replaceable(world: World) -> Service:
    """The same under the account that owns the tables, who alone can replace them."""
    service = service_of(world)
    if service.engine.dialect.name == "sqlite":
        return service
    return dataclasses.replace(service, engine=open_engine(as_owner(service.engine.url)))


def back_up(world: World, file: Path) -> Path:
    """Take a backup while it runs."""
    take(service_of(world), file, PASSPHRASE, now=world.clock.now(), say=lambda _line: None)
    return file


def put_back(world: World, file: Path, *, now: dt.datetime | None = None) -> Head:
    """Stop it, restore it, and let it forget what it knew by heart, as a new process has."""
    dispose_engines()
    head = restore(replaceable(world), file, PASSPHRASE, now=now or world.clock.now(), say=lambda _line: None)
    world.forget()
    return head


def rows_of(service: Service) -> dict[str, list[Any]]:
    """All that a database holds, but what no backup holds."""
    tables = migrate.service_metadata(service.package).sorted_tables
    with service.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns))]
            for table in tables
            if table.name not in LEFT_OUT
        }
