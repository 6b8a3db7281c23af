"""Commands of many services in one process: a line of JSON asks, a line of JSON answers.

Starting Python costs a command more than its work. Who drives a hundred nodes on one machine, as the demo of a whole network
does, runs each one's own commands, each with its own settings, database and keys, and starts Python once. On loopback only.
"""

import contextlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping

import click
from flask import Flask
from flask.cli import FlaskGroup, ScriptInfo

from shared import commands

MakeApp = Callable[[Mapping[str, str]], Flask]


def answers(group: FlaskGroup, package: str, make_app: MakeApp, lines: Iterable[str]) -> Iterator[str]:
    """Run the command of each line, `{"environment": {…}, "words": […]}`; say what it said and its exit code."""
    apps: dict[str, Flask] = {}
    for line in lines:
        asked = json.loads(line)
        settings = asked["environment"]
        key = settings["DATA_DIR"]
        if key not in apps:
            apps[key] = _demo_app(make_app, settings)
        yield json.dumps(_outcome(group, package, apps[key], asked["words"]))


def _demo_app(make_app: MakeApp, settings: Mapping[str, str]) -> Flask:
    app = make_app(settings)
    if not app.extensions["settings"].loopback_demo:
        raise click.ClickException("Only demos on loopback run many services in one process.")
    return app


def _outcome(group: FlaskGroup, package: str, app: Flask, words: list[str]) -> dict[str, object]:
    said, wrong, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(wrong):
        try:
            commands.run(group, package, words, obj=ScriptInfo(create_app=lambda: app))
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
    return {"code": code, "out": said.getvalue(), "err": wrong.getvalue()}
