"""The unit files of `deploy/systemd`, read as systemd reads them."""

import configparser
import shlex
from pathlib import Path

from tests.support.sources import ROOT

SERVICES = sorted((ROOT / "deploy/systemd").glob("*.service"))
TIMERS = sorted((ROOT / "deploy/systemd").glob("*.timer"))


def section(path: Path, name: str = "Service") -> configparser.SectionProxy:
    """One section of a unit file; lines that go on are put together."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(path.read_text().replace("\\\n", " "))
    return parser[name]


def words_of(service: configparser.SectionProxy) -> list[str]:
    """What a service runs."""
    return [word.replace("%%", "%").replace("$$", "$") for word in shlex.split(service["ExecStart"])]


def commands_of(service: configparser.SectionProxy) -> list[list[str]]:
    """The commands of ours that a service runs, by itself or in a shell."""
    words = words_of(service)
    lines = [shlex.split(line) for line in words[2].split(";")] if words[0] == "/bin/sh" else [words]
    return [[Path(program).name, *rest] for program, *rest in lines if program.startswith("/opt/twindesk/bin/")]
