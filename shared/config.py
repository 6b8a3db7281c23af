"""Settings: from the environment to a frozen dataclass, with every fault told at once.

A settings class declares each field with `setting`, which is also where its page in the reference comes from. The services
extend `ServiceSettings` in their own `config.py`, the only modules that read `os.environ`.
"""

import dataclasses
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, ClassVar, NamedTuple, TypeVar, get_args, get_type_hints
from urllib.parse import urlsplit

from shared.clock import Clock, FileClock, SystemClock
from shared.ids import secret_token
from shared.setting_values import (
    is_loopback,
    make_folder,
    parse_address,
    parse_database_url,
    parse_flag,
    parse_folder,
    parse_list,
    parse_number,
    parse_word,
    private_text,
    read_private,
    web_origin,
)

S = TypeVar("S")
_KEY = "setting"
_LOG_LEVELS = ("debug", "info", "warning", "error")
_PARSERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: parse_number(0, 1_000_000_000),
    bool: parse_flag,
    Path: Path,
    tuple[str, ...]: parse_list,
}


class ConfigError(Exception):
    """The settings cannot be used; `faults` has a line for each reason."""

    def __init__(self, faults: list[str]) -> None:
        """Tell all of them at once."""
        super().__init__("\n".join(faults))
        self.faults = faults


class Row(NamedTuple):
    """One setting in the reference."""

    env: str
    about: str
    default: str
    secret: bool


@dataclass(frozen=True)
class _Declared:
    env: str
    about: str
    default: Any
    compute: Callable[[Mapping[str, Any]], Any] | None
    shown: str
    parse: Callable[[str], Any] | None
    secret: bool

    @property
    def env_of_file(self) -> str:
        """The variable that names a file with the value, which every secret has."""
        return f"{self.env}_FILE"

    @property
    def default_in_words(self) -> str:
        if self.shown or self.default is dataclasses.MISSING or self.default is None:
            return self.shown
        if isinstance(self.default, tuple):
            return ",".join(self.default)
        return str(int(self.default) if isinstance(self.default, bool) else self.default)


def setting(
    env: str,
    about: str,
    *,
    default: Any = dataclasses.MISSING,
    compute: Callable[[Mapping[str, Any]], Any] | None = None,
    shown: str = "",
    parse: Callable[[str], Any] | None = None,
    secret: bool = False,
) -> Any:
    """Declare a field: its variable, what it is, and its default, which may be computed from the fields above it.

    `parse` raises ValueError with a sentence; without it the field's type decides. `shown` is a computed default in words.
    """
    declared = _Declared(env, about, default, compute, shown, parse, secret)
    return field(default=default, repr=not secret, metadata={_KEY: declared})


def load(cls: type[S], env: Mapping[str, str]) -> S:
    """Read the settings class from the environment; an empty variable counts as absent. Raises ConfigError with all faults."""
    declared = _declared(cls)
    prefix = getattr(cls, "prefix", "")
    service = getattr(cls, "service", "") or cls.__module__.partition(".")[0]
    known = {one.env for one, _ in declared.values()} | {one.env_of_file for one, _ in declared.values() if one.secret}
    faults = [f"{name} is not a setting." for name in sorted(env) if prefix and name.startswith(prefix) and name not in known]
    values: dict[str, Any] = {}
    for name, (one, parse) in declared.items():
        try:
            raw = _raw(one, env, values)
            if raw:
                values[name] = parse(raw)
            elif one.default is not dataclasses.MISSING:
                values[name] = one.default
            elif one.compute is None:
                faults.append(f"{one.env} is needed: {one.about}")
            elif not faults:
                values[name] = one.compute({"service": service, **values})
        except ValueError as error:
            faults.append(f"{one.env}: {error}")
    if faults:
        raise ConfigError(faults)
    return cls(**values)


def hand_over(variable: str, value: str) -> None:
    """Set up a library that reads the environment by itself; nothing of ours is read from there again."""
    os.environ[variable] = value


def reference(cls: type[Any]) -> list[Row]:
    """Every setting of the class, for the documentation."""
    rows: list[Row] = []
    for one, _ in _declared(cls).values():
        rows.append(Row(one.env, one.about, one.default_in_words, one.secret))
        if one.secret:
            rows.append(Row(one.env_of_file, f"In place of {one.env}: a file that holds it, of mode 0600.", "", False))
    return rows


def _raw(one: _Declared, env: Mapping[str, str], so_far: Mapping[str, Any]) -> str:
    """What stands in the variable or, of a secret, in the file that another one names. Raises ValueError."""
    raw, path = env.get(one.env, "").strip(), env.get(one.env_of_file, "").strip() if one.secret else ""
    if raw and path:
        raise ValueError(f"give it or {one.env_of_file}, not both.")
    return read_private(Path(path), handed_in=so_far.get("handed_in")) if path else raw


def _declared(cls: type[Any]) -> dict[str, tuple[_Declared, Callable[[str], Any]]]:
    hints = get_type_hints(cls)
    found: dict[str, tuple[_Declared, Callable[[str], Any]]] = {}
    for one in dataclasses.fields(cls):
        declared: _Declared = one.metadata[_KEY]
        hint = hints[one.name]
        # Path | None reads a path: None is only ever a default.
        plain = next(kind for kind in (get_args(hint) if isinstance(hint, UnionType) else (hint,)) if kind is not NoneType)
        found[one.name] = (declared, declared.parse or _PARSERS[plain])
    return found


@dataclass(frozen=True, kw_only=True)
class ServiceSettings:
    """What the hub and every node need to know. A subclass may name its `service`, else that is its package, and a `prefix`
    under which every variable must be a setting."""

    service: ClassVar[str] = ""
    prefix: ClassVar[str] = ""

    # Above every secret, whose file may lie there.
    handed_in: Path | None = setting(
        "CREDENTIALS_DIRECTORY", "The folder of files that systemd hands to this service alone; systemd sets it.", default=None
    )
    data_dir: Path = setting(
        "DATA_DIR",
        "The folder of keys and of the SQLite database.",
        compute=lambda so_far: Path("var") / so_far["service"],
        shown="var/ and the name of the service",
        parse=parse_folder,
    )
    database_url: str = setting(
        "DATABASE_URL",
        "The database, SQLite or PostgreSQL, as SQLAlchemy writes it.",
        compute=lambda so_far: f"sqlite:///{so_far['data_dir'].absolute() / so_far['service']}.sqlite",
        shown="an SQLite file in DATA_DIR",
        parse=parse_database_url,
        secret=True,
    )
    bind: str = setting("BIND", "Host and port that the service listens on.", default="127.0.0.1:8000", parse=parse_address)
    public_url: str = setting(
        "PUBLIC_URL",
        "The address that browsers and partners use, without a path; https outside loopback.",
        compute=lambda so_far: f"http://{so_far['bind']}",
        shown="http:// and BIND",
        parse=web_origin,
    )
    secret_key_file: Path = setting(
        "SECRET_KEY_FILE",
        "The file of the key that signs cookies and cursors; made at the first start.",
        compute=lambda so_far: so_far["data_dir"] / "secret_key",
        shown="secret_key in DATA_DIR",
    )
    backup_passphrase_file: Path | None = setting(
        "BACKUP_PASSPHRASE_FILE",
        "The file of the passphrase that backups are sealed with, readable by its owner alone.",
        default=None,
    )
    metrics_token_file: Path | None = setting(
        "METRICS_TOKEN_FILE",
        "The file of the token that /metrics is shown for, made at the first start; without it there are no metrics.",
        default=None,
    )
    demo: bool = setting("DEMO", "Whether this is a demo, with known people and passwords; on loopback only.", default=False)
    clock_file: Path | None = setting(
        "CLOCK_FILE", "A file with the seconds by which this demo's clock is off; only with DEMO.", default=None
    )
    trusted_hosts: tuple[str, ...] = setting(
        "TRUSTED_HOSTS", "Host names that requests may carry besides the one of PUBLIC_URL, with commas between.", default=()
    )
    proxy_hops: int = setting(
        "PROXY_HOPS", "How many proxies stand in front and are believed.", default=0, parse=parse_number(0, 10)
    )
    log_level: str = setting("LOG_LEVEL", "The lowest level that is logged.", default="info", parse=parse_word(*_LOG_LEVELS))
    threads: int = setting("THREADS", "How many requests are answered at once.", default=8, parse=parse_number(1, 64))

    def __post_init__(self) -> None:
        """Refuse settings that do not go together. Raises ConfigError."""
        faults = list(self.faults())
        if faults:
            raise ConfigError(faults)

    def faults(self) -> Iterator[str]:
        """What does not go together, a sentence each; subclasses add theirs."""
        if self.demo and not self.on_loopback:
            yield "DEMO: known passwords are for loopback only; set BIND to 127.0.0.1."
        if self.clock_file is not None and not self.loopback_demo:
            yield "CLOCK_FILE: only a demo on loopback travels in time."
        if urlsplit(self.public_url).scheme != "https" and not self.public_on_loopback:
            yield "PUBLIC_URL: outside loopback it must be https."

    @property
    def bind_host(self) -> str:
        """The host of BIND, an IPv6 address without its brackets."""
        return self.bind.rpartition(":")[0].strip("[]")

    @property
    def bind_port(self) -> int:
        """The port of BIND."""
        return int(self.bind.rpartition(":")[2])

    @property
    def public_host(self) -> str:
        """The host name of PUBLIC_URL."""
        return urlsplit(self.public_url).hostname or ""

    @property
    def public_on_loopback(self) -> bool:
        """Whether the address that people use is this machine's own."""
        return is_loopback(self.public_host)

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine reaches the service."""
        return is_loopback(self.bind_host)

    @property
    def loopback_demo(self) -> bool:
        """Whether this is a demo that only this machine reaches."""
        return self.demo and self.on_loopback

    @property
    def secret_key(self) -> str:
        """The key that signs cookies and cursors; made with DATA_DIR if missing. Raises ConfigError if others can read it."""
        _needed("DATA_DIR", lambda: make_folder(self.data_dir))
        return self._secret("SECRET_KEY_FILE", self.secret_key_file)

    @property
    def metrics_token(self) -> str | None:
        """The token that /metrics asks for, made when there is none; None where there are no metrics. Raises ConfigError."""
        return None if self.metrics_token_file is None else self._secret("METRICS_TOKEN_FILE", self.metrics_token_file)

    def clock(self) -> Clock:
        """The clock of this service."""
        return SystemClock() if self.clock_file is None else FileClock(self.clock_file)

    def _secret(self, variable: str, path: Path) -> str:
        return _needed(variable, lambda: private_text(path, make=secret_token, handed_in=self.handed_in))


def _needed(variable: str, work: Callable[[], S]) -> S:
    try:
        return work()
    except ValueError as error:
        raise ConfigError([f"{variable}: {error}"]) from None
