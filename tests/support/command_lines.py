"""Command lines that a document or a file of deployment shows: does the program exist, and does it take what is shown?"""

import re

import click
import pytest

from federation.cli import main as federation_main
from federation.config import HubSettings
from shared import commands, config
from space_node.cli import main as space_node_main
from space_node.config import NodeSettings
from tests.support.sources import ROOT

ASSIGNED = re.compile(r"([A-Z][A-Z_]*)=.*")
TARGET = re.compile(r"^([a-z-]+):", re.M)
PROGRAMS = {"federation": federation_main, "space-node": space_node_main}
SETTINGS = {row.env for cls in (HubSettings, NodeSettings) for row in config.reference(cls)}


def command_groups() -> dict[str, click.Group]:
    """What each program runs, by its name."""
    found: list[click.Group] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(commands, "run", lambda group, _name: found.append(group))
        for main in PROGRAMS.values():
            main()
    return dict(zip(PROGRAMS, found, strict=True))


def fault_of(words: list[str], groups: dict[str, click.Group]) -> str | None:
    """Why somebody who typed this would be disappointed, or None."""
    if words[0] == "export":
        unknown = [word for word in words[1:] if (ASSIGNED.fullmatch(word) or [word, word])[1] not in SETTINGS]
        return f"no settings: {unknown}" if unknown else None
    if words[0] == "make":
        targets = set(TARGET.findall((ROOT / "Makefile").read_text()))
        missing = [word for word in words[1:] if word not in targets and not ASSIGNED.fullmatch(word)]
        return f"no targets: {missing}" if missing else None
    if words[0] not in groups:
        return f"no program: {words[0]}"
    command: click.Command = groups[words[0]]
    rest = words[1:]
    while isinstance(command, click.Group):
        if not rest or rest[0] not in command.commands:
            return f"no command: {' '.join(words)}"
        command, rest = command.commands[rest[0]], rest[1:]
    return misuse(command, rest)


def misuse(command: click.Command, rest: list[str]) -> str | None:
    """Which options or arguments a command does not take, or does not get."""
    options = {name: option for option in command.params if isinstance(option, click.Option) for name in option.opts}
    needed = {max(option.opts, key=len) for option in options.values() if option.required}
    values, given = [], set()
    words = iter(rest)
    for word in words:
        if not word.startswith("--"):
            values.append(word)
        elif word not in options:
            return f"no option: {command.name} {word}"
        else:
            given.add(word)
            if not options[word].is_flag:
                next(words)
    arguments = [each for each in command.params if isinstance(each, click.Argument)]
    least = sum(each.required for each in arguments)
    if not least <= len(values) <= len(arguments) or needed - given:
        return f"{command.name}: {len(values)} of {least} arguments, not given {sorted(needed - given)}"
    return None
