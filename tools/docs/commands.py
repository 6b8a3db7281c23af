"""docs/reference/cli.md: every command of both services with its arguments and options, from the commands themselves."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from shared.commands import database_commands
from shared.mail.cli import mail_commands
from tools.docs import MADE_BY, cell, import_product

PAGE = Path("docs/reference/cli.md")
PROGRAMS = {"federation": "federation", "space-node": "space_node"}
HEAD = """
Both programs take their settings from the environment ([configuration](configuration.md)) and say a refusal in one line that ends
with its [problem](problems/README.md). Commands with `--json` write one JSON document to standard output, and nothing else there.
The hub has `federation`, every space has `space-node`.
"""


def generate() -> dict[Path, str]:
    """The page, by its path."""
    out = ["# Commands", "", MADE_BY, HEAD.rstrip()]
    for program, package in PROGRAMS.items():
        out += ["", f"## `{program}`"]
        for path, command in leaves(program, roots(package)):
            out += _section(path, command)
    return {PAGE: "\n".join(out) + "\n"}


def roots(package: str) -> list[click.Command]:
    """The commands of a service that stand in no group of it, by name."""
    for _ in import_product():
        pass
    modules = [
        module for name, module in sorted(sys.modules.items()) if name.startswith(f"{package}.") and "cli" in name.split(".")
    ]
    found = {id(each): each for module in modules for each in vars(module).values() if isinstance(each, click.Command)}
    inside = {id(child) for each in found.values() if isinstance(each, click.Group) for child in each.commands.values()}
    own = [each for key, each in found.items() if key not in inside]
    home = importlib.import_module(f"{package}.db")
    shared = (database_commands(home.db, package), mail_commands(home.db, home.Mail))
    return sorted([*own, *shared], key=lambda command: str(command.name))


def leaves(before: str, commands: list[click.Command]) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with the words that call it."""
    for command in commands:
        path = f"{before} {command.name}"
        if isinstance(command, click.Group):
            yield from leaves(path, sorted(command.commands.values(), key=lambda child: str(child.name)))
        else:
            yield path, command


def _section(path: str, command: click.Command) -> list[str]:
    context = click.Context(command, info_name=path)
    said = " ".join((command.help or "").split())
    needed = [_option(each) for each in command.params if isinstance(each, click.Option) and each.required]
    arguments = [each.make_metavar(context) for each in command.params if isinstance(each, click.Argument)]
    out = ["", f"### `{path}`", "", said, "", f"`{' '.join([path, *arguments, *needed])}`"]
    options = [each for each in command.params if isinstance(each, click.Option)]
    if options:
        out += ["", "| option | what it is |", "|---|---|"]
        out += [f"| `{cell(_option(each))}` | {cell(_about(each))} |" for each in options]
    return out


def _option(option: click.Option) -> str:
    name = max(option.opts, key=len)
    if option.is_flag:
        return name
    choices = option.type.choices if isinstance(option.type, click.Choice) else None
    value = option.metavar or ("|".join(map(str, choices)) if choices else option.type.name.upper().partition(" ")[0])
    return f"{name} {value}"


def _about(option: click.Option) -> str:
    said = [option.help or ""]
    if option.multiple:
        said.append("May be given more than once.")
    if option.required:
        said.append("Needed.")
    elif not option.is_flag and option.default not in (None, "", ()) and isinstance(option.default, str | int | tuple):
        default = option.default if isinstance(option.default, tuple) else (option.default,)
        said.append(f"Default: `{' '.join(str(each) for each in default)}`.")
    return " ".join(filter(None, said))
