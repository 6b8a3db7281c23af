"""`backup`, `verify-backup` and `restore`, the same for both services."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
from flask.cli import with_appcontext

from shared import migrate
from shared.backup.errors import BackupFault
from shared.backup.restoring import restore, verify
from shared.backup.service import Service
from shared.backup.taking import take
from shared.clock import current_clock
from shared.config import ServiceSettings
from shared.setting_values import read_private

T = TypeVar("T")
PASSPHRASE_LEAST = 16
_file = click.argument("file", type=click.Path(path_type=Path))


def backup_commands(present: Callable[[], Service]) -> tuple[click.Command, ...]:
    """The commands of a service, which `present` describes."""

    @click.command("backup")
    @_file
    @with_appcontext
    def backup_command(file: Path) -> None:
        """Write database and private keys, sealed with the passphrase, into a new file; the service may go on meanwhile."""
        service = present()
        rows = _told(lambda: take(service, file, _passphrase(service.settings), now=current_clock().now(), say=_say))
        click.echo(f"{file} holds {rows} rows and the private keys.")

    @click.command("verify-backup")
    @_file
    @with_appcontext
    def verify_command(file: Path) -> None:
        """Read a whole backup, say whose it is and whether it could be restored here; nothing is changed."""
        service = present()
        head, rows = _told(lambda: verify(service, file, _passphrase(service.settings)))
        click.echo(f"{file} is whole: {rows} rows of {head.owner} at {head.made_at}, schema {head.schema}.")

    @click.command("restore")
    @_file
    @click.option("--yes", is_flag=True, help="Do not ask.")
    @with_appcontext
    def restore_command(file: Path, yes: bool) -> None:
        """Replace database and private keys by those of a backup, all or nothing; the service must be stopped."""
        service = present()
        passphrase = _passphrase(service.settings)
        # Nothing in the address but whose database it is and where: its options may hold a password, too.
        place = service.engine.url.set(query={}).render_as_string()
        _say(f"This replaces the database {place} and the keys in {service.settings.data_dir / 'keys'}.")
        if not yes:
            click.confirm("Go on?", abort=True)
        head = _told(lambda: restore(service, file, passphrase, now=current_clock().now(), say=_say))
        click.echo(f"{head.owner} is as it was at {head.made_at}. Start it again: {service.program} serve")

    return backup_command, verify_command, restore_command


def _passphrase(settings: ServiceSettings) -> str:
    held = settings.backup_passphrase_file
    if held is None:
        raise click.ClickException(
            "BACKUP_PASSPHRASE_FILE is needed: the file of the passphrase that backups are sealed with. "
            "Keep a copy of it apart from this machine."
        )
    try:
        passphrase = read_private(held, handed_in=settings.handed_in)
        if len(passphrase) < PASSPHRASE_LEAST:
            raise ValueError(f"a passphrase has at least {PASSPHRASE_LEAST} characters.")
    except ValueError as error:
        raise click.ClickException(f"BACKUP_PASSPHRASE_FILE: {error}") from None
    return passphrase


def _told(work: Callable[[], T]) -> T:
    try:
        return work()
    except (BackupFault, migrate.SchemaMismatch) as fault:
        raise click.ClickException(str(fault)) from None


def _say(line: str) -> None:
    click.echo(line, err=True)
