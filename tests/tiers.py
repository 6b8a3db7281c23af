"""The tiers that `make test` runs, in their order: the quick ones first, so that most faults show at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.chromium import ChromiumMissing, chromium_path
from tools.npm import no_ical_js
from tools.postgres import find_binaries

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Tier:
    """One folder of tests and how it is run."""

    name: str
    workers: int = 0
    limit_seconds: int = 1200
    starts_processes: bool = False
    missing: Callable[[], str | None] = lambda: None
    """What the machine lacks for it, with the command that installs it."""


def no_chromium() -> str | None:
    try:
        chromium_path()
    except ChromiumMissing as missing:
        return str(missing)
    return None


def no_postgresql() -> str | None:
    """The fixtures find the server by themselves; this only says it in one line instead of in every test."""
    try:
        find_binaries()
    except FileNotFoundError as missing:
        return str(missing)
    return None


TIERS = (
    Tier("unit", workers=2),
    Tier("architecture", workers=2),
    Tier("contract", workers=2),
    Tier("interop", limit_seconds=300, starts_processes=True, missing=no_ical_js),
    Tier("service", workers=2, missing=no_postgresql),
    Tier("api", workers=2, missing=no_postgresql),
    Tier("migration", workers=2, missing=no_postgresql),
    Tier("property", workers=2, starts_processes=True),
    Tier("concurrency", workers=2, starts_processes=True, missing=no_postgresql),
    Tier("e2e", starts_processes=True),
    Tier("browser", workers=2, starts_processes=True, missing=no_chromium),
)


@dataclass(frozen=True)
class Check:
    """One command of the lint tier."""

    name: str
    command: tuple[str, ...]


def checks(bin_folder: Path) -> tuple[Check, ...]:
    """What reads the code without running it."""
    commands = {
        "style": "ruff check --quiet --no-cache .",
        "layout": "ruff format --check --no-cache .",
        "types": "mypy --no-error-summary",
        "imports": "lint-imports --no-cache --no-logo",
    }
    return tuple(Check(name, (f"{bin_folder}/{line.split()[0]}", *line.split()[1:])) for name, line in commands.items())
