"""The tiers that `make test` runs, and which of them share a run of pytest and run side by side."""

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
    """One folder of tests."""

    name: str
    starts_processes: bool = False
    missing: Callable[[], str | None] = lambda: None
    """What the machine lacks for it, with the command that installs it."""


@dataclass(frozen=True)
class Session:
    """Tiers that one run of pytest takes together: loading the product and founding networks is paid for once."""

    tiers: tuple[Tier, ...]
    workers: int = 0
    """How many processes take its tests, one for each core of the smallest machine; 0 where one runs them all."""
    limit_seconds: int = 1800
    measured: bool = False
    """Whether its tests count for coverage. A probed process takes seconds more to load the product."""

    @property
    def processes(self) -> int:
        """One more than there are workers where some of them wait for PostgreSQL a good part of their time."""
        return self.workers + any(tier.missing is no_postgresql for tier in self.tiers)

    @property
    def name(self) -> str:
        """What the log calls it."""
        return " ".join(tier.name for tier in self.tiers)


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


IN_PROCESS = Session(
    # Its longest tests first, so that none of them is the one that the others wait for.
    tiers=(
        Tier("property", starts_processes=True, missing=no_postgresql),
        Tier("simulator", starts_processes=True, missing=no_postgresql),
        Tier("concurrency", starts_processes=True, missing=no_postgresql),
        Tier("unit"),
        Tier("architecture"),
        Tier("contract"),
        Tier("service", missing=no_postgresql),
        Tier("api", missing=no_postgresql),
        Tier("migration", missing=no_postgresql),
    ),
    workers=2,
    measured=True,
)
BROWSER = Session((Tier("browser", starts_processes=True, missing=no_chromium),))
# Its long form takes the better part of an hour.
HOSTILE = Session((Tier("hostile", starts_processes=True),), limit_seconds=7200)
INTEROP = Session((Tier("interop", starts_processes=True, missing=no_ical_js),), limit_seconds=300)
E2E = Session((Tier("e2e", starts_processes=True),), measured=True)
# Side by side: who waits for processes of its own leaves the processor to who does not. More lanes than cores would only
# crowd each other out.
LANES = ((IN_PROCESS,), (INTEROP, BROWSER, HOSTILE, E2E))
TIERS = tuple(tier for lane in LANES for session in lane for tier in session.tiers)


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
