"""`space-node`: join a network, serve the node, look after its database; every slice adds its own commands."""

import sys
from datetime import datetime
from typing import cast

import click
from flask.cli import FlaskGroup, with_appcontext
from sqlalchemy.orm import Session

from shared import commands, config, migrate, serving
from shared.backup.cli import backup_commands
from shared.backup.service import Service
from shared.doctor import doctor_command
from shared.mail.cli import mail_commands
from shared.mail.queue import park_restored
from shared.many import answers
from space_node.agenda.cli import commands as agenda_commands
from space_node.app import create_app
from space_node.config import NodeSettings, present_node, settings_from_environment
from space_node.db import Mail, db
from space_node.desks import service as desks
from space_node.desks.cli import commands as desks_commands
from space_node.doctor import CHECKS
from space_node.door.cli import commands as door_commands
from space_node.erasures.cli import commands as erasures_commands
from space_node.formats.cli import commands as formats_commands
from space_node.formats.cli import group as formats
from space_node.home.cli import commands as home_commands
from space_node.leaving.cli import commands as leaving_commands
from space_node.member_lists.cli import import_members
from space_node.members.cli import commands as members_commands
from space_node.members.cli import members
from space_node.network.cli import commands as network_commands
from space_node.organise.cli import commands as organise_commands
from space_node.passports.cli import commands as passports_commands
from space_node.recovery import service as recovery
from space_node.replays.cli import replay_format
from space_node.reports.cli import commands as reports_commands
from space_node.trips.cli import commands as trips_commands
from space_node.visits.cli import commands as visits_commands
from space_node.wallet.cli import commands as wallet_commands
from space_node.worker import make_worker

PACKAGE, PROGRAM = "space_node", "space-node"
members.add_command(import_members)
formats.add_command(replay_format)
doctor = doctor_command(PACKAGE, settings_from_environment, CHECKS)


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Serve the pages; on SQLite the worker runs beside them."""
    app = commands.checked_app(db, PACKAGE)
    sqlite = db.engine.dialect.name == "sqlite"
    serving.serve(app, app.extensions["settings"], make_worker(app) if sqlite else None)


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Run the background work in a process of its own (PostgreSQL)."""
    app = commands.checked_app(db, PACKAGE)
    if db.engine.dialect.name == "sqlite":
        raise click.ClickException("On SQLite `space-node serve` runs the worker itself.")
    serving.run_worker(make_worker(app))


@click.command("many")
@click.pass_context
def many(context: click.Context) -> None:
    """Run commands of many nodes, for demos on loopback: a line of JSON asks, a line of JSON answers."""
    group = cast(FlaskGroup, context.find_root().command)
    make_app = lambda environment: create_app(config.load(NodeSettings, environment))  # noqa: E731
    for line in answers(group, PROGRAM, make_app, sys.stdin):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def backed_up() -> Service:
    """This node as backups see it: its name is that of its space."""
    settings = present_node().settings
    return Service(PACKAGE, PROGRAM, settings, db.engine, recovery.name_in_network, _begin_again)


def _begin_again(session: Session, _restored_to: datetime, now: datetime) -> None:
    """What the hub says is taken in anew, and it is told anew what this space offers. No mail goes out twice."""
    recovery.begin_again(session, now)
    desks.send_all_anew(session)
    park_restored(session, Mail, now=now)


backup, verify_backup, restore = backup_commands(backed_up)


def main() -> None:
    """Run a command."""
    slices = (
        *network_commands,
        *members_commands,
        *passports_commands,
        *desks_commands,
        *wallet_commands,
        *organise_commands,
        *formats_commands,
        *door_commands,
        *agenda_commands,
        *trips_commands,
        *visits_commands,
        *erasures_commands,
        *reports_commands,
        *leaving_commands,
        *home_commands,
    )
    own = (
        serve,
        worker,
        many,
        doctor,
        backup,
        verify_backup,
        restore,
        commands.database_commands(db, PACKAGE),
        mail_commands(db, Mail),
    )
    group = commands.make_group(
        lambda: create_app(settings_from_environment()),
        (*own, *slices),
        check=lambda: migrate.check_quickly(db.engine, PACKAGE),
        unchecked=("join", "db", "backup", "verify-backup", "restore"),
    )
    commands.run(group, PROGRAM)
