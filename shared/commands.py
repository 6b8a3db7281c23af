"""What both command lines share: one way to run, one line for a refusal, and the commands about the database."""

import sys
from collections.abc import Callable, Container
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, FlaskGroup

from shared import command_faults, migrate, running, serving_role
from shared.config import ConfigError
from shared.db import Database
from shared.interrupts import INTERRUPTED
from shared.logging import configure


def make_group(
    create_app: Callable[[], Flask],
    commands: tuple[click.Command, ...],
    *,
    check: Callable[[], None] = lambda: None,
    unchecked: Container[str | None] = (),
) -> FlaskGroup:
    """The command group, which makes the app when a command needs it.

    `check` runs in that app before all commands but those that are `unchecked`, and raises what keeps them from working.
    """

    def checked() -> Flask:
        app, command = create_app(), click.get_current_context().find_root().invoked_subcommand
        if command is not None and command not in unchecked:
            with app.app_context():
                check()
        return app

    group = FlaskGroup(create_app=checked, add_default_commands=False, add_version_option=False)
    for command in commands:
        group.add_command(command)
    return group


def run(group: FlaskGroup, package: str, words: list[str] | None = None, **about: Any) -> None:
    """Run a command, that of the command line unless told.

    What it refuses, or what keeps it from its work, is said without a traceback, and the exit code is not zero.
    """
    configure("warning")
    try:
        group.main(words, prog_name=package, standalone_mode=False, **about)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(INTERRUPTED)
    except Exception as error:
        said = command_faults.told(error, package)
        if said is None:
            raise
        click.echo(f"{package}: {said}", err=True)
        sys.exit(2 if isinstance(error, ConfigError) else 1)


def database_commands(db: Database, package: str) -> AppGroup:
    """`db upgrade`, `db downgrade` and `db current`."""
    group = AppGroup("db", help="The database.")

    @group.command("upgrade")
    @click.argument("revision", default="head")
    @click.option("--grant-to", "role", help="PostgreSQL: the account that serves, which may change rows and no table.")
    def upgrade(revision: str, role: str | None) -> None:
        """Bring the database up to the schema that this version works with."""
        migrate.upgrade(db.engine, package, revision)
        if role is not None:
            serving_role.grant(db.engine, role)
        click.echo(f"The database is at {migrate.current(db.engine)}.")

    @group.command("downgrade")
    @click.argument("revision")
    def downgrade(revision: str) -> None:
        """Take the database back to an earlier schema; the service must be stopped."""
        try:
            with running.alone(current_app.extensions["settings"].data_dir, db.engine):
                migrate.downgrade(db.engine, package, revision)
        except running.RunningAlready as reason:
            raise click.ClickException(str(reason)) from None
        click.echo(f"The database is at {migrate.current(db.engine) or 'base'}.")

    @group.command("current")
    def current() -> None:
        """Say which schema the database has."""
        click.echo(migrate.current(db.engine) or "base")

    return group


def checked_app(db: Database, package: str) -> Flask:
    """The present app, to run until the command ends, if its database has the schema that this code works with.

    Raises SchemaMismatch, ClickException while a backup is restored.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    migrate.check(db.engine, package)
    settings = app.extensions["settings"]
    try:
        click.get_current_context().with_resource(running.together(settings.data_dir))
    except running.RunningAlready:
        raise click.ClickException("A backup is being restored. Wait for its end.") from None
    configure(settings.log_level)
    return app
