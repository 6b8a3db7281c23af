"""`doctor` on a real hub: nothing to say of a good one, and every fault by its name with what mends it."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from federation.db import Mail, ReconcilerRun
from federation.doctor import CHECKS
from federation.operators import queries as operators
from shared import doctor, migrate
from shared.clock import FixedClock
from shared.config import ConfigError
from shared.doctor import Check, Found, Level, Patient, checks, examine
from shared.engines import open_engine
from shared.http import Answer
from tests.support.databases import Engine, as_owner, as_servant, empty_database, fresh_database
from tests.support.hub import OPERATORS, HubWorld
from tests.support.snapshots import FOUNDED_AT
from tests.support.transport import FaultyTransport

See = Callable[..., dict[str, Found]]


@pytest.fixture
def hub(request: pytest.FixtureRequest, tmp_path: Path) -> HubWorld:
    """A hub behind one proxy, that has done its work once; on SQLite, unless a test asks for each engine."""
    engine: Engine = request.getfixturevalue("engine_name") if "engine_name" in request.fixturenames else "sqlite"
    made = HubWorld(fresh_database("federation", engine, tmp_path), tmp_path, FixedClock(FOUNDED_AT), PROXY_HOPS="1")
    made.work()
    return made


@pytest.fixture
def wire(hub: HubWorld) -> FaultyTransport:
    made = FaultyTransport()
    made.serve(hub.origin, hub.app)
    return made


@pytest.fixture
def see(hub: HubWorld, wire: FaultyTransport) -> See:
    """What the doctor finds, with settings changed."""

    def look(**changes: Any) -> dict[str, Found]:
        return dict(examine(Patient(replace(hub.settings, **changes), "federation", hub.clock, wire), CHECKS))

    return look


def told(found: Found) -> tuple[str, str]:
    return str(found.level), f"{found.says} {found.remedy}"


@pytest.mark.usefixtures("engine_name")
def test_of_a_good_hub_there_is_nothing_to_say_but_the_charter(see: See) -> None:
    found = see()
    assert {name for name, one in found.items() if one.level is not Level.OK} == {"charter"}
    assert found["charter"].level is Level.WARNING


def test_secrets_and_keys_that_cannot_be_read_are_told_of_with_their_settings(see: See, hub: HubWorld, tmp_path: Path) -> None:
    odd, none = tmp_path / "odd", tmp_path / "none"
    odd.write_bytes(b"\xff")
    odd.chmod(0o600)
    key = next((hub.settings.data_dir / "keys" / "root").glob("*.json"))
    key.write_text("{}")
    assert told(see(secret_key_file=tmp_path, metrics_token_file=odd, backup_passphrase_file=none)["files"]) == (
        "fault",
        f"SECRET_KEY_FILE: {tmp_path} is no file."
        f" METRICS_TOKEN_FILE: {odd} is no text in ASCII: save it as one, or name another file."
        f" BACKUP_PASSPHRASE_FILE: there is no file {none}."
        f" The key file {key} holds no key: put back what a backup has of it."
        " Mend each as it says; what others could read meanwhile, replace.",
    )


def test_what_can_be_read_by_others_or_is_not_ours(see: See, hub: HubWorld, monkeypatch) -> None:
    assert hub.settings.secret_key
    hub.settings.secret_key_file.chmod(0o640)
    level, says = told(see()["files"])
    assert (level, f"chmod 600 {hub.settings.secret_key_file}" in says) == ("fault", True)
    assert see(handed_in=hub.settings.secret_key_file.parent)["files"].level is Level.OK
    hub.settings.secret_key_file.chmod(0o600)
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    assert "cannot be written" in see()["files"].says
    uid = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: uid + 1)
    assert "another user" in see()["files"].says


@pytest.mark.parametrize(("free", "level"), [(10**8, "fault"), (10**9, "warning"), (10**10, "ok")])
def test_how_much_room_is_left(see: See, monkeypatch, free: int, level: str) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: type("Usage", (), {"free": free}))
    assert see()["disk"].level == level


def test_a_service_that_has_nothing_yet_is_told_how_to_begin(tmp_path: Path, see: See) -> None:
    found = see(data_dir=tmp_path / "new" / "hub", database_url=f"sqlite:///{tmp_path / 'none.sqlite'}")
    assert told(found["database"]) == ("warning", f"There is no database at {tmp_path / 'none.sqlite'} yet. Run: federation init")
    assert (found["files"].level, found["disk"].level) == (Level.WARNING, Level.OK)
    skipped = {name for name, one in found.items() if one.level is Level.SKIPPED}
    assert skipped == {"schema", "worker", "operators", "root key"}
    assert not (tmp_path / "none.sqlite").exists()


def test_a_database_that_does_not_answer(see: See, tmp_path: Path) -> None:
    (tmp_path / "diary").write_text("Dear diary, " * 100)
    away = "DATABASE_URL: there is no connection to the database: "
    for url, says in (
        (f"sqlite:///{tmp_path}", f"{away}unable to open database file"),
        (f"sqlite:///{tmp_path}/diary", "DATABASE_URL: this is no database of SQLite"),
        ("postgresql+psycopg://nobody@127.0.0.1:1/nothing", away),
    ):
        found = see(database_url=url)
        level, said = told(found["database"])
        assert (level, said.startswith(says)) == ("fault", True)
        assert ("Is it running?" in said) == url.startswith("postgresql")
        of_servers = set() if url.startswith("sqlite") else {"account", "clocks"}
        skipped = {name for name, one in found.items() if one.level is Level.SKIPPED}
        assert skipped == {"schema", "worker", "operators", "root key", *of_servers}


def test_a_damaged_database_is_told_by_whoever_meets_the_damage(see: See, tmp_path: Path) -> None:
    url = fresh_database("federation", "sqlite", tmp_path)
    with Path(url.removeprefix("sqlite:///")).open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 9 * 4096)
    found = see(database_url=url)
    level, said = told(found["schema"])
    assert (level, said.startswith("DATABASE_URL: this is no database of SQLite, or a damaged one: ")) == ("fault", True)
    assert (said.strip().endswith("or restore a backup."), "running" in said) == (True, False)


def test_damage_behind_a_schema_that_can_be_read_is_a_fault_of_what_reads_there(see: See, tmp_path: Path) -> None:
    url = fresh_database("federation", "sqlite", tmp_path)
    engine = open_engine(url)
    with engine.connect() as connection:
        page = connection.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = 'operators'").scalar_one()
    engine.dispose()
    with Path(url.removeprefix("sqlite:///")).open("r+b") as file:
        file.seek(4096 * (page - 1))
        file.write(b"\xff" * 4096)
    found = see(database_url=url)
    assert (found["schema"].level, told(found["operators"])[0]) == (Level.OK, "fault")
    assert "a damaged one" in found["operators"].says


def test_an_account_that_was_never_let_in_is_told_who_lets_it_in(see: See, tmp_path: Path) -> None:
    url = empty_database("postgresql", tmp_path)
    engine = open_engine(url)
    migrate.upgrade(engine, "federation")
    engine.dispose()
    found = see(database_url=as_servant(url))
    grants = "federation db upgrade --grant-to"
    for check in ("account", "schema"):
        level, said = told(found[check])
        assert (level, grants in said, "Use the one that owns" in said) == ("fault", True, False), said


def test_a_database_in_a_folder_that_is_closed_to_us_is_not_taken_for_none(hub: HubWorld, monkeypatch) -> None:
    def closed(_path: Path) -> bool:
        raise PermissionError

    monkeypatch.setattr(Path, "exists", closed)
    assert Patient(hub.settings, "federation", hub.clock, FaultyTransport()).has_database


def test_a_schema_of_another_version_names_the_command(see: See, tmp_path: Path, engine_name: Engine) -> None:
    url = empty_database(engine_name, tmp_path)
    engine = open_engine(url)
    migrate.upgrade(engine, "federation", "0001")
    engine.dispose()
    found = see(database_url=url)
    assert told(found["schema"])[0] == "fault"
    assert found["schema"].remedy == "Run: federation db upgrade"
    assert found["worker"].level is Level.SKIPPED


def test_an_old_server_and_one_with_another_time_are_faults(see: See, engine_name: Engine, monkeypatch) -> None:
    monkeypatch.setattr(checks, "LEAST_POSTGRESQL", 99)
    monkeypatch.setattr(checks, "SKEW_WARN_SECONDS", -1)
    found, wanted = see(), {"sqlite": Level.OK, "postgresql": Level.FAULT}[engine_name]
    assert (found["database"].level, found["clocks"].level) == (wanted, wanted)


def test_an_account_that_could_change_tables_is_told_of(see: See, hub: HubWorld, engine_name: Engine) -> None:
    found = told(see(database_url=as_owner(hub.settings.database_url))["account"])
    warned = ("warning", "postgres is a superuser", "federation db upgrade --grant-to ACCOUNT")
    level, says, remedy = {"sqlite": ("ok", "own", ""), "postgresql": warned}[engine_name]
    assert (found[0], says in found[1], remedy in found[1]) == (level, True, True)


@pytest.mark.parametrize(
    ("changes", "level", "part"),
    [
        ({"trusted_hosts": ("https://a.example", "Desk.example", "*.a.example", "a.example:8000")}, "fault", "small letters"),
        ({"trusted_hosts": ("a.example", ".lan.example", "10.0.0.1", "::1")}, "ok", "1 in front"),
        ({"public_url": "http://localhost:8000"}, "warning", "for this machine alone"),
        ({"proxy_hops": 0}, "fault", "PROXY_HOPS is 0"),
        ({"bind": "0.0.0.0:8000"}, "warning", "can pose as anybody"),
    ],
)
def test_settings_that_do_not_go_together(see: See, changes: dict[str, Any], level: str, part: str) -> None:
    found = told(see(**changes)["proxy"])
    assert (found[0], part in found[1]) == (level, True)


def test_an_address_that_does_not_lead_here(see: See, hub: HubWorld, wire: FaultyTransport) -> None:
    wire.cut()
    assert told(see()["public address"])[0] == "fault"
    wire.heal()
    wire.tamper = lambda _method, _path, answer: Answer(502, answer.headers, b"Bad gateway")
    assert "answers 502" in see()["public address"].says
    wire.tamper = lambda _method, _path, answer: Answer(200, {"X-Frame-Options": "DENY"}, answer.body)
    lost = see()["public address"]
    assert (lost.level, "Content-Security-Policy" in lost.says, "Frame" in lost.says) == (Level.FAULT, True, False)
    assert "Strict-Transport-Security" in lost.says
    inside = Patient.of(replace(hub.settings, public_url="https://10.0.0.1"), "federation")
    assert told(checks.public_address(inside))[0] == "warning"


def test_repairs_that_stopped_or_fail(see: See, hub: HubWorld) -> None:
    hub.clock.advance(timedelta(minutes=11))
    assert told(see()["worker"])[0] == "fault"
    hub.work()
    assert see()["worker"].level is Level.OK
    hub.command(lambda session: session.execute(update(ReconcilerRun).values(ok=False)))
    assert "reconciler.failed" in see()["worker"].remedy


def test_mail_that_does_not_go_out_or_that_others_can_read(see: See, hub: HubWorld, tmp_path: Path) -> None:
    assert see()["mail"].says == "This service sends no mail."
    sends = {"mail_server": "127.0.0.1:1"}
    assert see(**sends)["mail"].says == "Waiting mails: 0."
    mail = put(hub, state="parked", reason="550 No such user")
    assert told(see(**sends)["mail"]) == ("warning", "Parked mails: 1. Look at them: federation mail parked")
    put(hub, mail, state="waiting", reason="[Errno 111] Connection refused")
    level, says = told(see(**sends)["mail"])
    waits = "Mails that wait after a failed attempt: 1, the oldest because of: [Errno 111] Connection refused"
    assert (level, says.startswith(waits)) == ("warning", True)
    assert says.endswith("federation mail parked")
    put(hub, mail, reason=None)
    folder = tmp_path / "mails"
    for mode, level in ((None, "ok"), (0o755, "warning"), (0o700, "ok")):
        if mode:
            folder.mkdir(exist_ok=True)
            folder.chmod(mode)
        assert see(mail_folder=folder)["mail"].level == level


def put(hub: HubWorld, mail_id: str = "019cb2b6", **values: object) -> str:
    """A mail that stands so."""
    text = dict.fromkeys(("kind", "recipient", "language", "subject", "plain", "html"), "x")
    at = {"next_attempt_at": hub.clock.now(), "created_at": hub.clock.now()}

    def work(session: Session) -> str:
        held = session.get(Mail, mail_id) or Mail(id=mail_id, **text, **at)
        for name, value in values.items():
            setattr(held, name, value)
        session.add(held)
        return mail_id

    return hub.command(work)


def test_a_hub_that_has_never_worked(see: See, hub: HubWorld) -> None:
    hub.command(lambda session: session.execute(delete(ReconcilerRun)))
    assert told(see()["worker"]) == (
        "warning",
        "No repair has ever run. Run federation serve; on PostgreSQL also federation worker.",
    )


def test_a_charter_of_ones_own_that_can_be_read(see: See, tmp_path: Path) -> None:
    own = tmp_path / "charter.md"
    assert see(charter_file=own)["charter"].level is Level.FAULT
    own.write_text("Be kind.")
    assert see(charter_file=own)["charter"].level is Level.OK


def test_too_few_operators(see: See, hub: HubWorld) -> None:
    for email, level in zip(OPERATORS, (Level.WARNING, Level.FAULT), strict=True):
        hub.command(lambda session, email=email: session.delete(operators.require(session, email)))
        assert see()["operators"].level is level


def run(patient: Patient, *words: str, fails: Callable[[Patient], Found] | None = None) -> Result:
    def settings() -> Any:
        if patient.package == "nothing":
            raise ConfigError(["THREADS: a number is expected.", "BIND: a port is expected."])
        return patient.settings

    looks = (Check("sure", lambda _patient: doctor.ok("Fine.")), Check("odd", fails or (lambda _patient: doctor.ok("Well."))))
    return CliRunner().invoke(doctor.doctor_command(patient.package, settings, looks), words)


def test_the_command_ends_with_1_for_a_fault_alone(hub: HubWorld) -> None:
    patient = Patient.of(hub.settings, "federation")
    good = run(patient)
    assert (good.exit_code, good.output) == (0, "ok       sure           Fine.\nok       odd            Well.\n")
    warned = run(patient, fails=lambda _patient: doctor.warning("Hm.", "Do this."))
    assert (warned.exit_code, warned.output.splitlines()[-1]) == (0, f"{'':24}-> Do this.")

    def broken(_patient: Patient) -> Found:
        raise RuntimeError("secret")

    failed = run(patient, "--json", fails=broken)
    assert (failed.exit_code, "secret" in failed.output) == (1, False)
    assert [one["level"] for one in json.loads(failed.output.splitlines()[-1])] == ["ok", "fault"]


def test_settings_that_cannot_be_read_are_told_one_by_one(hub: HubWorld) -> None:
    told = run(Patient.of(hub.settings, "nothing"))
    assert (told.exit_code, told.output.count("fault    settings")) == (1, 2)
