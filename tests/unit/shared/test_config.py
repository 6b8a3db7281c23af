import os
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, dataclass, replace
from pathlib import Path
from typing import ClassVar

import certifi
import pytest

from shared.clock import FileClock, SystemClock
from shared.config import ConfigError, Row, ServiceSettings, load, reference, setting
from shared.setting_values import parse_authorities, parse_text_file


@dataclass(frozen=True, kw_only=True)
class Toy(ServiceSettings):
    service: ClassVar[str] = "toy"
    prefix: ClassVar[str] = "TOY_"

    name: str = setting("TOY_NAME", "What it is called.")
    token: str = setting("TOY_TOKEN", "What it shows.", default="none", secret=True)
    rules: Path | None = setting("TOY_RULES", "What holds in it.", default=None, parse=parse_text_file)
    ca: Path | None = setting("TOY_CA", "Whom it believes.", default=None, parse=parse_authorities)
    seats: int = setting("TOY_SEATS", "How many sit in it.", default=4)
    folder: Path | None = setting("TOY_FOLDER", "Where it lies.", default=None)


def faults(env: dict[str, str]) -> list[str]:
    with pytest.raises(ConfigError) as error:
        load(Toy, env)
    assert str(error.value) == "\n".join(error.value.faults)
    return error.value.faults


def toy(**env: str) -> Toy:
    return load(Toy, {"TOY_NAME": "Bear", **env})


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = toy()
    assert (settings.data_dir, settings.bind, settings.public_url) == (Path("var/toy"), "127.0.0.1:8000", "http://127.0.0.1:8000")
    assert settings.database_url == f"sqlite:///{Path('var/toy/toy.sqlite').absolute()}"
    assert settings.secret_key_file == Path("var/toy/secret_key")
    assert (settings.demo, settings.clock_file, settings.trusted_hosts, settings.proxy_hops) == (False, None, (), 0)
    assert (settings.log_level, settings.threads, settings.seats, settings.folder) == ("info", 8, 4, None)
    assert isinstance(settings.clock(), SystemClock)


def test_a_service_without_a_name_is_called_like_its_package() -> None:
    assert load(ServiceSettings, {}).data_dir == Path("var/shared")


def test_every_setting_is_read_from_its_variable(tmp_path: Path) -> None:
    settings = toy(
        DATA_DIR=str(tmp_path),
        DATABASE_URL="postgresql://me:pw@db/toy",
        BIND="[::1]:9000",
        PUBLIC_URL="https://Toy.example.org/",
        DEMO="yes",
        CLOCK_FILE=str(tmp_path / "clock"),
        TRUSTED_HOSTS=" a.example , b.example,",
        PROXY_HOPS="1",
        LOG_LEVEL="DEBUG",
        THREADS="2",
        TOY_FOLDER="/srv",
        TOY_SEATS=" 7 ",
    )
    assert settings.database_url == "postgresql+psycopg://me:pw@db/toy"
    assert (settings.bind_host, settings.bind_port, settings.public_url) == ("::1", 9000, "https://toy.example.org")
    assert (settings.public_host, settings.on_loopback, settings.loopback_demo) == ("toy.example.org", True, True)
    assert (settings.trusted_hosts, settings.proxy_hops, settings.log_level) == (("a.example", "b.example"), 1, "debug")
    assert (settings.threads, settings.folder, settings.seats) == (2, Path("/srv"), 7)
    assert isinstance(settings.clock(), FileClock)


def test_an_empty_variable_counts_as_absent() -> None:
    assert toy(TOY_SEATS="", PUBLIC_URL=" ").seats == 4


def test_all_faults_are_told_at_once_and_computed_defaults_wait() -> None:
    env = {"TOY_SEATS": "many", "PROXY_HOPS": "11", "TOY_NMAE": "x", "BIND": "8000", "DEMO": "perhaps", "HOME": "/root"}
    assert faults(env) == [
        "TOY_NMAE is not a setting.",
        "BIND: a host and a port are expected, like 127.0.0.1:8000.",
        "DEMO: say 1 or 0.",
        "PROXY_HOPS: a whole number from 0 to 10 is expected.",
        "TOY_NAME is needed: What it is called.",
        "TOY_SEATS: a whole number from 0 to 1000000000 is expected.",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("BIND", bind) for bind in (":80", "host", "host:0", "host:65536", "host:x", "host:٣")),
        *(
            ("PUBLIC_URL", url)
            for url in ("example.org", "ftp://example.org", "https://", "https://me@example.org", "https://[::1")
        ),
        *(("PUBLIC_URL", url) for url in ("https://example.org/path", "https://example.org?x", "https://example.org#x")),
        *(("DATABASE_URL", url) for url in ("mysql://x", "toy.sqlite", "sqlite:///", "sqlite:///:memory:", "sqlite:////x?uri=1")),
        *(("LOG_LEVEL", "loud"), ("THREADS", "0"), ("THREADS", "-1"), ("THREADS", "٣")),
    ],
)
def test_a_value_that_does_not_fit_is_a_fault(name: str, value: str) -> None:
    (fault,) = faults({"TOY_NAME": "Bear", name: value})
    assert fault.startswith(f"{name}: ")


@pytest.mark.parametrize(
    "url",
    [
        "mysql://me:hunter2@db",
        "postgresql://me:pa@x:hunter2@db/toy",
        "postgresql://me:pa@hunter2@db/toy",
        "postgresql://me:pa@x/hunter2@db/toy",
        "postgresql://me:pa@x?hunter2@db/toy",
        "postgresql://me:pa@x?hunter2=y@db/toy",
        "postgresql://me:hunter2/toy",
        "postgresql://me:pw@db/toy?hunter2=bar",
        "postgresql://me:pw@/toy?host=a:1&host=b:hunter2",
    ],
)
def test_the_fault_of_a_secret_does_not_tell_it(url: str) -> None:
    (fault,) = faults({"TOY_NAME": "Bear", "DATABASE_URL": url})
    assert (fault.startswith("DATABASE_URL: "), "hunter2" in fault) == (True, False)


@pytest.mark.parametrize(
    "url", ["postgresql://me:p%40ss@db/toy", "postgresql://me@/toy?host=/run/pg&sslmode=require", "postgresql://a,b/toy"]
)
def test_an_address_of_a_database_may_have_what_the_driver_knows(url: str) -> None:
    assert toy(DATABASE_URL=url).database_url == url.replace("postgresql", "postgresql+psycopg")


def test_secrets_are_not_shown() -> None:
    settings = toy(TOY_TOKEN="hunter2", DATABASE_URL="postgresql://me:hunter2@db/toy")
    assert settings.token == "hunter2"
    assert "hunter2" not in repr(settings)
    assert "Bear" in repr(settings)


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        toy().seats = 5  # type: ignore[misc]


@pytest.mark.parametrize(
    ("env", "fault"),
    [
        ({"DEMO": "1", "BIND": "0.0.0.0:80", "PUBLIC_URL": "https://e.org"}, "DEMO: known passwords are for loopback only"),
        ({"CLOCK_FILE": "clock"}, "CLOCK_FILE: only a demo on loopback"),
        ({"BIND": "0.0.0.0:80"}, "PUBLIC_URL: outside loopback it must be https"),
        ({"PUBLIC_URL": "http://example.org"}, "PUBLIC_URL: outside loopback it must be https"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(env: dict[str, str], fault: str) -> None:
    (told,) = faults({"TOY_NAME": "Bear", **env})
    assert told.startswith(fault)


def test_a_changed_copy_is_checked_as_well() -> None:
    with pytest.raises(ConfigError):
        replace(toy(), clock_file=Path("clock"))


def test_the_reference_lists_every_setting() -> None:
    rows = {row.env: row for row in reference(Toy)}
    assert rows["TOY_NAME"] == Row("TOY_NAME", "What it is called.", "", False)
    assert rows["TOY_SEATS"] == Row("TOY_SEATS", "How many sit in it.", "4", False)
    assert rows["DATABASE_URL"].default == "an SQLite file in DATA_DIR"
    assert rows["DATABASE_URL"].secret
    assert rows["DEMO"].default == "0"
    assert rows["TRUSTED_HOSTS"].default == rows["CLOCK_FILE"].default == ""
    assert all(row.about.endswith(".") for row in rows.values())


def test_the_secret_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    settings = toy(DATA_DIR=str(tmp_path / "new"))
    key = settings.secret_key
    assert len(key) == 43
    assert settings.secret_key == key
    assert stat.S_IMODE(settings.secret_key_file.stat().st_mode) == 0o600
    assert [path.name for path in settings.data_dir.iterdir()] == ["secret_key"]


def test_processes_that_start_together_share_one_secret_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: toy(DATA_DIR=str(tmp_path)).secret_key, range(16)))
    assert len(keys) == 1


def test_a_secret_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    settings = toy(DATA_DIR=str(tmp_path))
    settings.secret_key_file.write_text("known")
    settings.secret_key_file.chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        _ = settings.secret_key
    settings.secret_key_file.chmod(0o600)
    assert settings.secret_key == "known"


def test_an_empty_secret_key_is_refused(tmp_path: Path) -> None:
    settings = toy(DATA_DIR=str(tmp_path))
    settings.secret_key_file.touch(mode=0o600)
    with pytest.raises(ConfigError, match="is empty"):
        _ = settings.secret_key


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    held = tmp_path / "token"
    held.write_text("hush\n")
    held.chmod(0o600)
    assert toy(TOY_TOKEN_FILE=str(held)).token == "hush"
    assert faults({"TOY_NAME": "Bear", "TOY_TOKEN": "loud", "TOY_TOKEN_FILE": str(held)}) == [
        "TOY_TOKEN: give it or TOY_TOKEN_FILE, not both."
    ]
    held.chmod(0o640)
    assert faults({"TOY_NAME": "Bear", "TOY_TOKEN_FILE": str(held)}) == [
        f"TOY_TOKEN: others can read {held}; run: chmod 600 {held}"
    ]
    assert toy(TOY_TOKEN_FILE=str(held), CREDENTIALS_DIRECTORY=str(tmp_path)).token == "hush", "systemd keeps others out itself"
    elsewhere = {"TOY_TOKEN_FILE": str(held), "CREDENTIALS_DIRECTORY": str(tmp_path / "other")}
    assert "others can read" in faults({"TOY_NAME": "Bear", **elsewhere})[0]
    assert "there is no file" in faults({"TOY_NAME": "Bear", "TOY_TOKEN_FILE": str(tmp_path / "none")})[0]
    assert faults({"TOY_NAME": "Bear", "TOY_SEATS_FILE": str(held)}) == ["TOY_SEATS_FILE is not a setting."]


@pytest.mark.parametrize("bind", ["::1:18912", "[::1:8000", "::1]:8000"])
def test_an_address_of_ipv6_wants_its_brackets(bind: str) -> None:
    assert faults({"TOY_NAME": "Bear", "BIND": bind}) == ["BIND: an IPv6 address wants brackets, like [::1]:8000."]


def test_what_systemd_hands_in_is_taken_for_keys_and_tokens_too(tmp_path: Path) -> None:
    held = tmp_path / "key"
    held.write_text("handed in\n")
    held.chmod(0o440)
    env = {"DATA_DIR": str(tmp_path), "SECRET_KEY_FILE": str(held), "METRICS_TOKEN_FILE": str(held)}
    settings = toy(**env, CREDENTIALS_DIRECTORY=str(tmp_path))
    assert settings.secret_key == settings.metrics_token == "handed in"
    with pytest.raises(ConfigError, match="METRICS_TOKEN_FILE: others can read"):
        _ = toy(**env).metrics_token


TOO_LONG = "x" * 300


@pytest.mark.parametrize(
    ("variable", "name", "says"),
    [
        ("DATA_DIR", "file", "{} is no folder: name another place."),
        ("DATA_DIR", "file/hub", "{}/file is no folder: name another place."),
        ("DATA_DIR", TOO_LONG, "{} cannot be read: File name too long."),
        ("TOY_TOKEN_FILE", "file", "{} is no text in ASCII: save it as one, or name another file."),
        ("TOY_TOKEN_FILE", "folder", "{} is no file."),
        ("TOY_TOKEN_FILE", TOO_LONG, "{} cannot be read: File name too long."),
        ("TOY_RULES", "file", "{} is no text in UTF-8: save it as one, or name another file."),
        ("TOY_RULES", "none", "{} cannot be read: No such file or directory."),
        ("TOY_RULES", "folder", "{} cannot be read: Is a directory."),
        ("TOY_CA", "file", "{} holds no certificates in PEM: name a file that does."),
        ("TOY_CA", "none", "{} cannot be read: No such file or directory."),
    ],
)
def test_a_file_or_folder_that_is_not_what_it_should_be_is_a_fault(tmp_path: Path, variable: str, name: str, says: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"\xff\xfe")
    (tmp_path / "file").chmod(0o600)
    place = tmp_path if "{}/" in says else tmp_path / name
    told = says.format(place)
    assert faults({"TOY_NAME": "Bear", variable: str(tmp_path / name)}) == [f"{variable.removesuffix('_FILE')}: {told}"]


def test_files_that_are_what_they_should_be_are_taken(tmp_path: Path) -> None:
    (tmp_path / "rules").write_text("Be kind: è bello.", encoding="utf-8")
    settings = toy(TOY_RULES=str(tmp_path / "rules"), TOY_CA=certifi.where())
    assert (settings.rules, settings.ca) == (tmp_path / "rules", Path(certifi.where()))


def test_a_folder_that_others_keep_closed_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    (told,) = faults({"TOY_NAME": "Bear", "DATA_DIR": str(tmp_path)})
    assert told.startswith(f"DATA_DIR: {tmp_path} is closed to this user")


def test_what_cannot_be_made_at_the_first_start_is_a_fault_of_its_setting(tmp_path: Path, monkeypatch) -> None:
    with pytest.raises(ConfigError, match=r"DATA_DIR: /proc/x/y cannot be made: No such file or directory\."):
        _ = toy(DATA_DIR="/proc/x/y").secret_key
    held = toy(DATA_DIR=str(tmp_path), SECRET_KEY_FILE=str(tmp_path))
    with pytest.raises(ConfigError, match=rf"SECRET_KEY_FILE: {tmp_path} is no file\."):
        _ = held.secret_key
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    with pytest.raises(ConfigError, match=rf"DATA_DIR: {tmp_path} cannot be written: run this as the user that owns it"):
        _ = held.secret_key
    with pytest.raises(ConfigError, match=r"METRICS_TOKEN_FILE: /proc/x/y cannot be made: No such file or directory\."):
        _ = toy(METRICS_TOKEN_FILE="/proc/x/y").metrics_token
