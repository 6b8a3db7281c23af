"""`doctor`: what is wrong with a set-up, and how to mend it. It changes nothing, and works where nothing else does.

A check is a small function with a name: it looks at a `Patient` and says what it found. Add one to the list of the service
that it is about, or to `shared.doctor.checks` if it is about both.
"""

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared import command_faults, migrate
from shared.clock import Clock
from shared.config import ConfigError, ServiceSettings
from shared.engines import open_engine, reading
from shared.errors import Refusal
from shared.http import Outbound, Transport
from shared.logging import log_event

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Level(StrEnum):
    """How bad it is; only a fault makes the command fail."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found, and what to do about it."""

    level: Level
    says: str
    remedy: str = ""


def ok(says: str) -> Found:
    """All is well."""
    return Found(Level.OK, says)


def warning(says: str, remedy: str) -> Found:
    """It works, but not as it should."""
    return Found(Level.WARNING, says, remedy)


def fault(says: str, remedy: str) -> Found:
    """It does not work, or is not safe."""
    return Found(Level.FAULT, says, remedy)


class Skipped(Exception):
    """A check cannot look, because of something that another one tells of."""


@dataclass(frozen=True)
class Patient:
    """A service as a check sees it: its settings, its clock, its way out, its database."""

    settings: ServiceSettings
    package: str
    clock: Clock
    transport: Transport

    @classmethod
    def of(cls, settings: ServiceSettings, package: str) -> "Patient":
        """The service with these settings, which goes out as it does when it runs."""
        ca_file: Path | None = getattr(settings, "ca_file", None)
        return cls(settings, package, settings.clock(), Outbound(allow_loopback=settings.public_on_loopback, ca_file=ca_file))

    @property
    def program(self) -> str:
        """What its command line is called."""
        return self.package.replace("_", "-")

    @property
    def database_url(self) -> sa.URL:
        """Where its database is."""
        return sa.make_url(self.settings.database_url)

    @property
    def on_sqlite(self) -> bool:
        """Whether its database is a file."""
        return self.database_url.get_backend_name() == "sqlite"

    @property
    def has_database(self) -> bool:
        """Whether there may be something to open: a server, or a file, also one in a folder that is closed to us."""
        try:
            return not self.on_sqlite or Path(str(self.database_url.database)).exists()
        except PermissionError:
            return True

    @cached_property
    def engine(self) -> sa.Engine:
        """Its database. Raises Skipped where there is none yet: to look must not make one."""
        if not self.has_database:
            raise Skipped("there is no database yet")
        return open_engine(self.database_url, busy_seconds=2)

    @contextmanager
    def answering(self) -> Iterator[sa.Engine]:
        """Its database, for what can only be looked at while that answers. Raises Skipped: the check `database` says why."""
        try:
            with reading(self.engine):
                pass
        except (Refusal, sa.exc.SQLAlchemyError):
            raise Skipped("the database cannot be read") from None
        # What goes wrong from here on no other check has told: it is for the one that looks.
        yield self.engine

    def look(self, work: Callable[[Session], T]) -> T:
        """Read from a database whose schema fits. Raises Skipped for any other: the check `schema` says why."""
        with self.answering() as engine:
            try:
                migrate.check(engine, self.package)
            except (migrate.SchemaMismatch, Refusal, sa.exc.SQLAlchemyError):
                raise Skipped("the database cannot be read") from None
            with reading(engine) as connection, Session(connection) as session:
                return work(session)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at."""

    name: str
    look: Callable[[Patient], Found]


def examine(patient: Patient, checks: Iterable[Check]) -> list[tuple[str, Found]]:
    """Look at everything; a check that breaks is a fault of its own and stops no other."""
    try:
        return [(check.name, _look(patient, check)) for check in checks]
    finally:
        with suppress(Skipped):
            patient.engine.dispose()


def doctor_command(package: str, read_settings: Callable[[], ServiceSettings], checks: Sequence[Check]) -> click.Command:
    """The command of a service, which needs no app: where the settings are wrong, none can be made."""

    @click.command("doctor")
    @click.option("--json", "as_json", is_flag=True, help="For programs.")
    def doctor(as_json: bool) -> None:
        """Find what is wrong with the set-up, and say how to mend it; ends with 1 if anything is."""
        try:
            results = examine(Patient.of(read_settings(), package), checks)
        except ConfigError as error:
            remedy = "Correct the variable; docs/reference/configuration.md has all of them."
            results = [("settings", fault(line, remedy)) for line in error.faults]
        click.echo(json.dumps([{"name": name, **asdict(found)} for name, found in results]) if as_json else _told(results))
        if any(found.level is Level.FAULT for _, found in results):
            raise SystemExit(1)

    return doctor


def _look(patient: Patient, check: Check) -> Found:
    try:
        return check.look(patient)
    except Skipped as reason:
        return Found(Level.SKIPPED, f"Not looked at: {reason}.")
    except Exception as error:
        if said := command_faults.told(error, patient.program):
            return fault(said, "")
        log_event(_log, "doctor.check_failed", level=logging.ERROR, kind=check.name, exc_info=error)
        return fault(f"The check itself failed: {type(error).__name__}.", "Report this with the line of the log above.")


def _told(results: Iterable[tuple[str, Found]]) -> str:
    lines = []
    for name, found in results:
        lines.append(f"{found.level:8} {name:14} {found.says}")
        if found.remedy:
            lines.append(f"{'':23} -> {found.remedy}")
    return "\n".join(lines)
