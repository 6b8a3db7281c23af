"""`federation`: set the hub up, serve it, look after its database; every slice adds its own group."""

import click
from flask import Flask
from flask.cli import with_appcontext

from federation.app import create_app
from federation.config import present_hub, settings_from_environment
from federation.credits.cli import commands as credits_commands
from federation.db import FeedCounter, Mail, db, transactional
from federation.doctor import CHECKS
from federation.leaving.cli import commands as leaving_commands
from federation.operators import cli as operators_cli
from federation.operators import service as operators
from federation.recovery import service as recovery
from federation.reports.cli import commands as reports_commands
from federation.spaces import cli as spaces_cli
from federation.worker import make_numberer, make_worker
from shared import commands, migrate, serving
from shared.backup.cli import backup_commands
from shared.backup.service import Service
from shared.clock import current_clock
from shared.doctor import doctor_command
from shared.mail.cli import mail_commands
from shared.messaging.feed import open_feed
from shared.web import public_url

PACKAGE = "federation"
doctor = doctor_command(PACKAGE, settings_from_environment, CHECKS)


@click.command("init")
@click.option("--email", required=True, help="The first operator's address.")
@click.option("--name", default="Operator", help="The first operator's name.")
@with_appcontext
def init(email: str, name: str) -> None:
    """Make keys and database, add the first operator, and print a one-use link to sign in."""
    # Only an empty database is brought up: whoever has founded a hub may be running it, with the version before this.
    if migrate.current(db.engine) is None:
        migrate.upgrade(db.engine, PACKAGE)
    migrate.check(db.engine, PACKAGE)
    present_hub().require_keys()

    @transactional
    def work() -> str:
        now = current_clock().now()
        _open_feed()
        operator = operators.add_founder(db.session(), email=email, name=name, now=now)
        return operators.sign_in_link(db.session(), operator=operator, now=now)

    click.echo(public_url(f"/welcome/{work()}"))


def _open_feed() -> None:
    open_feed(db.session(), FeedCounter, now=current_clock().now())


def _ready_app() -> Flask:
    """The present app; its database fits the code, also one that was upgraded by hand and never saw `init`."""
    app = commands.checked_app(db, PACKAGE)
    transactional(_open_feed)()
    return app


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Serve pages and protocol; on SQLite the worker runs beside them, on PostgreSQL who numbers the feed."""
    app, settings = _ready_app(), present_hub().settings
    if db.engine.dialect.name == "sqlite":
        serving.serve(app, settings, make_worker(app))
    else:
        serving.serve(app, settings, make_numberer(), processes=settings.processes)


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Run the background work in a process of its own (PostgreSQL)."""
    app = _ready_app()
    if db.engine.dialect.name == "sqlite":
        raise click.ClickException("On SQLite `federation serve` runs the worker itself.")
    serving.run_worker(make_worker(app))


def backed_up() -> Service:
    """This hub as backups see it: its name is its address, and who is restored begins another epoch."""
    settings = present_hub().settings
    return Service(PACKAGE, PACKAGE, settings, db.engine, lambda _session: settings.issuer, recovery.begin)


backup, verify_backup, restore = backup_commands(backed_up)


def _check() -> None:
    migrate.check_quickly(db.engine, PACKAGE)
    present_hub().require_keys()


def main() -> None:
    """Run a command."""
    slices = (operators_cli.group, spaces_cli.group, *credits_commands, *leaving_commands, *reports_commands)
    databases = (commands.database_commands(db, PACKAGE), mail_commands(db, Mail))
    own = (init, serve, worker, doctor, backup, verify_backup, restore, *databases)
    group = commands.make_group(
        lambda: create_app(settings_from_environment()),
        (*own, *slices),
        check=_check,
        unchecked=("init", "db", "backup", "verify-backup", "restore"),
    )
    commands.run(group, PACKAGE)
