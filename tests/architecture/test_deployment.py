"""What `Dockerfile`, `docker-compose.yml` and `deploy/` name is there: commands, settings, files. No container starts here."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from federation.config import HubSettings
from shared.config import ServiceSettings, load
from space_node.config import NodeSettings
from tests.support.command_lines import command_groups, fault_of
from tests.support.sources import ROOT
from tests.support.unit_files import SERVICES, TIMERS, commands_of, section

BIN = Path(sys.executable).parent
SETTINGS: dict[str, type[ServiceSettings]] = {"federation": HubSettings, "space-node": NodeSettings}
SERVES = "twindesk_hub"
NAMES = {"HUB_HOST": "hub.example.org", "NODE_ONE_HOST": "one.example.org", "NODE_TWO_HOST": "two.example.org"}
VARIABLE = re.compile(r"\$\{(\w+)(?::([?-])([^}]*))?\}")
UNITS = sorted([*SERVICES, *TIMERS])
HARDENED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "CapabilityBoundingSet": "",
    "UMask": "0077",
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    def filled(match: re.Match[str]) -> str:
        name, kind, word = match.groups()
        assert name in NAMES or kind == "-", f"{name} has neither a value nor a default"
        return NAMES.get(name, word)

    return dict(YAML(typ="safe").load(VARIABLE.sub(filled, (ROOT / "docker-compose.yml").read_text())))


@pytest.fixture(scope="module")
def ours(compose) -> dict[str, dict[str, Any]]:
    """The services that run our image."""
    return {name: one for name, one in compose["services"].items() if one["image"].startswith("twindesk:")}


def dockerfile() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile, lines that go on put together."""
    lines = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text()).splitlines()
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines) if word and word != "#"]


def test_the_compose_file_is_one_by_the_specifications_own_schema() -> None:
    command = [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_a_hub_with_its_worker_and_two_spaces(ours) -> None:
    commands = [" ".join(one["command"]) for one in ours.values()]
    assert sorted(commands) == [
        *(f"federation db upgrade --grant-to {SERVES}", "federation serve", "federation worker"),
        *["space-node db upgrade"] * 2,
        *["space-node serve"] * 2,
    ]


def test_every_command_is_one_of_ours(ours) -> None:
    groups = command_groups()
    built_in = dict(dockerfile())["CMD"]
    shown = [*(one["command"] for one in ours.values()), YAML(typ="safe").load(built_in)]
    assert [fault for words in shown if (fault := fault_of(words, groups))] == []


def test_every_variable_is_a_setting_and_all_of_them_go_together(ours, tmp_path) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql://twindesk:secret@database/twindesk")
    secret.chmod(0o600)
    words = next(rest for word, rest in dockerfile() if word == "ENV").split()
    image = dict(word.split("=", 1) for word in words)
    for name, one in ours.items():
        program = one["command"][0]
        env = {**image, **one["environment"]} | ({"DATABASE_URL_FILE": str(secret)} if one.get("secrets") else {})
        settings = load(SETTINGS[program], env)
        unknown = set(one["environment"]) - {"DATABASE_URL_FILE"} - known(SETTINGS[program])
        assert (name, unknown, settings.proxy_hops) == (name, set(), 1)
        assert "localhost" in settings.trusted_hosts  # health checks ask under this name
        assert settings.bind == "0.0.0.0:8000"
        assert one["volumes"][0].endswith(f":{settings.data_dir}")


def known(settings: type[ServiceSettings]) -> set[str]:
    from shared.config import reference

    return {row.env for row in reference(settings)}


def test_no_service_may_write_its_program_or_gain_a_right(compose) -> None:
    for name, one in compose["services"].items():
        held = (one["read_only"], one["cap_drop"], one["security_opt"], one.get("privileged"))
        assert (name, held) == (name, (True, ["ALL"], ["no-new-privileges:true"], None))
    users = [rest for word, rest in dockerfile() if word == "USER"]
    assert users == ["twindesk"]


def test_only_the_proxy_is_open_to_the_world_and_secrets_stand_in_files(compose) -> None:
    services = compose["services"]
    assert [name for name, one in services.items() if "ports" in one] == ["proxy"]
    assert compose["networks"]["inside"]["internal"] is True
    assert [name for name, one in services.items() if "outside" in one["networks"]] == ["proxy", "node-one", "node-two"]
    variables = {name for one in services.values() for name in one["environment"]}
    assert {name for name in variables if "PASSWORD" in name or "SECRET" in name or "URL" in name} == {
        *("POSTGRES_PASSWORD_FILE", "DATABASE_URL_FILE", "PUBLIC_URL"),
    }
    folders = {Path(one["file"]).parent for one in compose["secrets"].values()}
    assert [folder for folder in folders if f"/{folder}/" not in (ROOT / ".gitignore").read_text().splitlines()] == []


def test_what_serves_says_that_it_is_well_and_waits_for_its_schema(compose) -> None:
    services = compose["services"]
    for name, one in services.items():
        if "serve" in one.get("command", ()):
            assert "/healthz" in one["healthcheck"]["test"][-1]
            [(before, condition)] = one["depends_on"].items()
            assert (name, condition["condition"]) == (name, "service_completed_successfully")
            assert services[before]["command"][1:3] == ["db", "upgrade"]
            usual = {**services[before]["environment"], "DATABASE_URL_FILE": None}
            assert (usual, services[before]["volumes"]) == ({**one["environment"], "DATABASE_URL_FILE": None}, one["volumes"])


def test_only_what_migrates_has_the_password_of_who_owns_the_tables(compose) -> None:
    held = {name: one.get("secrets", []) for name, one in compose["services"].items()}
    assert [name for name, secrets in held.items() if "owner_database_url" in secrets] == ["hub-upgrade"]
    assert {name for name, secrets in held.items() if "hub_database_url" in secrets} == {"hub", "hub-worker"}
    for name, one in compose["services"].items():
        if secrets := [secret for secret in held[name] if secret.endswith("_url")]:
            assert one["environment"]["DATABASE_URL_FILE"] == f"/run/secrets/{secrets[0]}"
    assert SERVES in compose["services"]["hub-upgrade"]["command"]


def test_the_databases_container_makes_the_account_that_serves(compose) -> None:
    script = ROOT / "deploy/compose/serving-account.sh"
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0
    assert script.stat().st_mode & 0o111, "the container runs it as a program"
    assert f"CREATE ROLE {SERVES} LOGIN PASSWORD :'password'" in script.read_text()
    database = compose["services"]["database"]
    assert f"./{script.relative_to(ROOT)}:/docker-entrypoint-initdb.d/{script.name}:ro" in database["volumes"]
    assert set(re.findall(r"/run/secrets/(\w+)", script.read_text())) <= set(database["secrets"])


def test_every_file_and_volume_that_is_named_is_there(compose) -> None:
    mounts = [volume.split(":")[0] for one in compose["services"].values() for volume in one["volumes"]]
    assert [path for path in mounts if path.startswith(".") and not (ROOT / path).exists()] == []
    assert {name for name in mounts if not name.startswith(".")} == set(compose["volumes"])
    copied = [rest.split() for word, rest in dockerfile() if word == "COPY" and not rest.startswith("--from")]
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    for words in copied:
        for source in words[:-1]:
            assert (ROOT / source).exists()
            assert {f"!{source}", f"!{source}/"} & set(ignored), f"{source} is left out by .dockerignore"


def test_the_image_runs_a_python_that_the_product_takes_and_installs_what_is_locked() -> None:
    [image] = {rest.split()[0] for word, rest in dockerfile() if word == "FROM"}
    assert image.startswith("python:3.11-")
    runs = " && ".join(rest for word, rest in dockerfile() if word == "RUN")
    for part in ("--require-hashes -r requirements/base.txt", "shared.ui.catalogue compile", "--no-deps --no-build-isolation ."):
        assert part in runs


def test_the_proxy_leads_every_name_to_the_service_that_has_it(compose) -> None:
    sites = re.findall(r"^\{\$(\w+)\} \{.*?reverse_proxy ([\w-]+):(\d+)", caddyfile(), re.M | re.S)
    assert {name for name, _, _ in sites} == set(NAMES) == set(compose["services"]["proxy"]["environment"])
    for name, service, port in sites:
        assert compose["services"][service]["environment"]["PUBLIC_URL"] == f"https://{NAMES[name]}"
        assert port == "8000"
        assert service in compose["services"][service]["environment"]["TRUSTED_HOSTS"].split(",")
    assert "respond /metrics 404" in caddyfile()


def caddyfile() -> str:
    return (ROOT / "deploy/compose/Caddyfile").read_text()


def test_every_unit_runs_commands_of_ours_as_nobody_special() -> None:
    groups, seen = command_groups(), []
    for path in SERVICES:
        service = section(path)
        commands = commands_of(service)
        assert [fault for words in commands if (fault := fault_of(words, groups))] == []
        assert {name: service.get(name) for name in HARDENED} == HARDENED
        assert service["User"] == service["Group"] == "twindesk"
        assert service["Environment"] == f"DATA_DIR=/var/lib/{service['StateDirectory'].split()[0]}"
        assert service["WorkingDirectory"] == f"/var/lib/{service['StateDirectory'].split()[-1]}"
        seen += [" ".join(words[:2]) for words in commands]
    assert sorted(seen) == [
        *("federation backup", "federation serve", "federation verify-backup", "federation worker"),
        *("space-node backup", "space-node serve", "space-node verify-backup"),
    ]


@pytest.mark.parametrize("timer", TIMERS, ids=lambda path: path.name)
def test_a_timer_starts_a_backup_with_the_settings_of_the_service(timer: Path) -> None:
    backup = timer.with_suffix(".service")
    service = section(timer.with_name(timer.name.replace("-backup.timer", ".service")))
    shared = ("User", "Group", "EnvironmentFile", "Environment")
    assert [section(backup)[name] for name in shared] == [service[name] for name in shared]
    assert section(backup)["Type"] == "oneshot"
    assert dict(section(timer, "Timer")) == {"OnCalendar": "*-*-* 03:00:00", "Persistent": "true"}
    assert section(timer, "Install")["WantedBy"] == "timers.target"


def test_systemd_finds_nothing_amiss_where_there_is_one(tmp_path) -> None:
    for path in UNITS:
        (tmp_path / path.name).write_text(path.read_text().replace("/opt/twindesk/bin", str(BIN)))
    for command in verifications(tmp_path):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
    assert [path.name for path in UNITS] == sorted(path.name for path in (ROOT / "deploy/systemd").iterdir())


def verifications(folder: Path) -> Iterator[list[str]]:
    program = shutil.which("systemd-analyze")
    if program:
        yield [program, "verify", *(str(folder / path.name) for path in UNITS)]
