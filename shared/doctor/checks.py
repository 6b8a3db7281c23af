"""What is looked at in every service."""

import datetime as dt
import os
import re
import shutil

import sqlalchemy as sa

from shared import command_faults, headers, migrate, serving_role
from shared.clock import SystemClock
from shared.doctor import Check, Found, Patient, fault, ok, warning
from shared.engines import reading
from shared.errors import Refusal
from shared.http import AddressRefused
from shared.keys import key_file
from shared.keys.errors import KeyFileFault
from shared.machine_session import SKEW_WARN_SECONDS
from shared.mail.queue import MailMixin, put_off
from shared.mail.queue import counts as mail_counts
from shared.mail.settings import MailSettings
from shared.messaging.reconcile import ReconcilerRunMixin, last_runs
from shared.setting_values import find_private, others_can_read, read_private
from shared.storage_errors import DatabaseAway

LEAST_POSTGRESQL = 15
GIB = 1024**3
LOW_BYTES, FULL_BYTES = 2 * GIB, GIB // 8
WORKER_SILENT = dt.timedelta(minutes=10)
HOST = re.compile(r"\.?[a-z0-9_-]+(\.[a-z0-9_-]+)*|[0-9a-f:]*:[0-9a-f:]*")
HSTS = "Strict-Transport-Security"


def files(patient: Patient) -> Found:
    """Keys and secrets are for the service's own user, and hold what they should."""
    settings = patient.settings
    is_there = settings.data_dir.is_dir()
    if is_there and settings.data_dir.stat().st_uid != os.geteuid():
        return warning(f"{settings.data_dir} is another user's.", f"Run this as the user that runs {patient.program}.")
    if is_there and not os.access(settings.data_dir, os.W_OK):
        return fault(f"{settings.data_dir} cannot be written.", f"Give it to the user that runs {patient.program}.")
    count, faults = _secrets(patient)
    if faults:
        return fault(" ".join(faults), "Mend each as it says; what others could read meanwhile, replace.")
    if not is_there:
        return warning(f"{settings.data_dir} is not there yet.", f"It is made by the first command of {patient.program}.")
    return ok(f"{count} files of keys and secrets, all of them the service's own.")


def _secrets(patient: Patient) -> tuple[int, list[str]]:
    """How many files of secrets and keys are as they should be, and what is wrong with the others."""
    settings, count, faults = patient.settings, 0, []
    for variable, path, read in (
        ("SECRET_KEY_FILE", settings.secret_key_file, find_private),
        ("METRICS_TOKEN_FILE", settings.metrics_token_file, find_private),
        ("BACKUP_PASSPHRASE_FILE", settings.backup_passphrase_file, read_private),
    ):
        try:
            count += path is not None and read(path, handed_in=settings.handed_in) is not None
        except ValueError as error:
            faults.append(f"{variable}: {error}")
    for path in sorted((settings.data_dir / "keys").rglob("*.json")):
        try:
            key_file.read(path)
            count += 1
        except (KeyFileFault, OSError) as error:
            faults.append(str(command_faults.told(error, patient.program)))
    return count, faults


def database(patient: Patient) -> Found:
    """It answers, and is of a version that is tested."""
    begin = "federation init" if patient.package == "federation" else f"{patient.program} db upgrade"
    if not patient.has_database:
        return warning(f"There is no database at {patient.database_url.database} yet.", f"Run: {begin}")
    try:
        with reading(patient.engine) as connection:
            engine, version = connection.dialect.name, connection.dialect.server_version_info
    except DatabaseAway as away:
        # Of a file, what is told names the remedy.
        remedy = "" if patient.on_sqlite else "Is it running? Is DATABASE_URL right?"
        return fault(str(command_faults.told(away, patient.program)), remedy)
    assert version is not None  # known of every connection that was made
    if engine == "postgresql" and int(version[0]) < LEAST_POSTGRESQL:
        return fault(f"PostgreSQL {version[0]} is too old.", f"Use version {LEAST_POSTGRESQL} or newer.")
    return ok(f"{engine} {'.'.join(map(str, version))} answers.")


def schema(patient: Patient) -> Found:
    """It is the one that this version works with."""
    try:
        with patient.answering() as engine:
            return ok(f"At revision {migrate.check(engine, patient.package)}.")
    except migrate.SchemaMismatch as mismatch:
        says, _, remedy = str(mismatch).partition(". ")
        return fault(f"{says}.", remedy)


def account(patient: Patient) -> Found:
    """The account that serves can change rows, and neither tables nor what is only ever added to."""
    if patient.on_sqlite:
        return ok("SQLite has no accounts: the file is the service's own.")
    with patient.answering() as engine, reading(engine) as connection:
        name, more = connection.scalar(sa.text("SELECT current_user")), serving_role.powers(connection)
        closed = serving_role.closed(connection)
    if more:
        return warning(
            f"The database's account {name} {' and '.join(more)}: whoever breaks into the service could too.",
            f"Serve with an account of its own. As the one that owns the tables: {patient.program} db upgrade --grant-to ACCOUNT",
        )
    if closed:
        remedy = f"As the account that owns the tables: {patient.program} db upgrade --grant-to {name}"
        return fault(f"The database's account {name} may not read {len(closed)} of its tables.", remedy)
    return ok(f"{name} can change rows, and no table.")


def clocks(patient: Patient) -> Found:
    """This machine and that of the database agree on the time."""
    if patient.on_sqlite:
        return ok("The database has no clock of its own.")
    with patient.answering() as engine, reading(engine) as connection:
        theirs = connection.execute(sa.text("SELECT clock_timestamp()")).scalar_one()
    seconds = round((theirs - SystemClock().now()).total_seconds())
    if abs(seconds) > SKEW_WARN_SECONDS:
        return fault(f"The database's machine is {seconds} seconds ahead.", "Let both machines follow a time server.")
    return ok(f"The database's machine is {seconds} seconds ahead.")


def disk(patient: Patient) -> Found:
    """There is room for what comes."""
    folder = patient.settings.data_dir
    while not folder.exists():
        folder = folder.absolute().parent
    free = shutil.disk_usage(folder).free
    says = f"{free / GIB:.1f} GiB are free at {folder}."
    if free < FULL_BYTES:
        return fault(says, "Make room: a full disk stops every command.")
    return warning(says, "Make room before it is full.") if free < LOW_BYTES else ok(says)


def proxy(patient: Patient) -> Found:
    """PUBLIC_URL, PROXY_HOPS and TRUSTED_HOSTS go together."""
    settings = patient.settings
    odd = [name for name in settings.trusted_hosts if not HOST.fullmatch(name)]
    if odd:
        return fault(
            f"TRUSTED_HOSTS has {', '.join(odd)}, which no request carries.",
            "Name hosts alone, in small letters: no scheme, port or star; .example.org means all below.",
        )
    if settings.public_on_loopback:
        return warning(f"{settings.public_url} is for this machine alone.", "Set PUBLIC_URL to the address that people use.")
    if settings.proxy_hops == 0:
        return fault(
            "PUBLIC_URL is https, which a proxy has to speak, but PROXY_HOPS is 0.",
            "Set PROXY_HOPS to the number of proxies in front.",
        )
    if not settings.on_loopback:
        return warning(
            f"BIND {settings.bind} is open to other machines, and whoever comes past the proxy can pose as anybody.",
            "Bind to loopback, or let only the proxy through, as in a network of containers.",
        )
    return ok(f"{settings.proxy_hops} in front of {settings.bind}.")


def public_address(patient: Patient) -> Found:
    """PUBLIC_URL leads here, over TLS that holds, and the answer keeps its security headers on the way."""
    url = f"{patient.settings.public_url}/healthz"
    try:
        answer = patient.transport.request("GET", url)
    except AddressRefused:
        return warning(
            f"{url} leads to a private address from here.", "Look at it from outside; partners only call public addresses."
        )
    except Refusal as refusal:
        return fault(
            f"{url} does not answer ({refusal.params.get('reason', refusal.slug)}).",
            "Are service and proxy running? Does the name lead here? Is the certificate good?",
        )
    if answer.status != 200 or b'"up"' not in answer.body:
        return fault(
            f"{url} answers {answer.status}, and not as this service does.",
            "Let the proxy pass every path on, with the name that was asked for.",
        )
    lost = [name for name, value in headers.ALWAYS.items() if answer.headers.get(name) != value]
    if not patient.settings.public_on_loopback and HSTS not in answer.headers:
        lost.append(HSTS)
    if lost:
        return fault(
            f"The answer has lost or changed {', '.join(lost)} on its way.",
            "Let the proxy leave the headers of answers as they are.",
        )
    return ok(f"{url} answers with its security headers.")


def worker_of(Run: type[ReconcilerRunMixin]) -> Check:
    """Repairs run: somebody does what nobody asks for."""

    def worker(patient: Patient) -> Found:
        now, runs = patient.clock.now(), patient.look(lambda session: last_runs(session, Run))
        at = max((run.last_run_at for run in runs if run.last_run_at), default=None)
        failed = [run.name for run in runs if run.ok is False]
        start = f"Run {patient.program} serve; on PostgreSQL also {patient.program} worker."
        if at is None:
            return warning("No repair has ever run.", start)
        if now - at > WORKER_SILENT:
            return fault(f"The last repair ran at {at.isoformat(timespec='seconds')}.", start)
        if failed:
            return fault(f"The last run failed of: {', '.join(failed)}.", "The log says why: look for reconciler.failed.")
        return ok(f"The last repair ran at {at.isoformat(timespec='seconds')}.")

    return Check("worker", worker)


def mail_of(Mail: type[MailMixin]) -> Check:
    """Mail goes out, where any is sent."""

    def mail(patient: Patient) -> Found:
        settings = patient.settings
        assert isinstance(settings, MailSettings)
        if settings.mail_backend() is None:
            return ok("This service sends no mail.")
        folder, seen = settings.mail_folder, f"{patient.program} mail parked"
        if folder and folder.is_dir() and others_can_read(folder):
            return warning(f"Others can read the mails in {folder}.", f"chmod 700 {folder}")
        late, counts = patient.look(lambda session: (put_off(session, Mail), mail_counts(session, Mail)))
        if late:
            return warning(
                f"Mails that wait after a failed attempt: {len(late)}, the oldest because of: {late[0].reason}",
                f"Correct the settings MAIL_…, or wait for the server: they go by themselves then. Look at them: {seen}",
            )
        if counts["parked_count"]:
            return warning(f"Parked mails: {counts['parked_count']}.", f"Look at them: {seen}")
        return ok(f"Waiting mails: {counts['waiting_count']}.")

    return Check("mail", mail)


COMMON = (
    Check("files", files),
    Check("disk", disk),
    Check("database", database),
    Check("schema", schema),
    Check("account", account),
    Check("clocks", clocks),
    Check("proxy", proxy),
    Check("public address", public_address),
)
