"""A running hub with spaces that it has admitted."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from flask import Flask

from bench.processes import Program, free_port, run, running, wait_ready
from bench.spaces import Space
from federation.app import create_app
from federation.config import HubSettings
from federation.db import db, transactional
from federation.operators import service as operators
from federation.spaces import service as spaces
from shared import config
from shared.clock import SystemClock

T = TypeVar("T")
OPERATORS = ("first@sample.example", "second@sample.example")
# One machine plays all spaces, so the limit on calls from one address would be measured, and not the hub.
ENVIRONMENT = {"HUB_REQUESTS_A_MINUTE": "10000000"}


@dataclass
class Hub:
    """Where it is, who is in, its programs, and the same app in this process, to look at what those have done."""

    origin: str
    spaces: list[Space]
    programs: list[Program]
    environment: dict[str, str]
    log: Path
    app: Flask

    @property
    def groups(self) -> list[int]:
        """Its groups of processes."""
        return [program.group for program in self.programs]


@contextlib.contextmanager
def running_hub(
    database_url: str, folder: Path, *, members: int, settings: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Hub]:
    """`federation serve` on a database, beside it `federation worker` where the database is PostgreSQL, with so many spaces."""
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    where = {"DATA_DIR": str(folder / "hub"), "DATABASE_URL": database_url, "BIND": f"127.0.0.1:{port}", "PUBLIC_URL": origin}
    environment = {**ENVIRONMENT, **where, **settings}
    log = folder / "hub.log"
    run("federation", environment, "init", "--email", OPERATORS[0])
    with contextlib.ExitStack() as processes:
        commands = ("serve", "worker") if database_url.startswith("postgresql") else ("serve",)
        programs = [processes.enter_context(running("federation", environment, word, log=log)) for word in commands]
        wait_ready(origin, log)
        app = create_app(config.load(HubSettings, environment))
        try:
            yield Hub(origin, _members(app, origin, folder, members), programs, environment, log, app)
        finally:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


def _members(app: Flask, origin: str, folder: Path, count: int) -> list[Space]:
    now, active = SystemClock().now(), app.extensions["hub"].settings.active_limits

    def admitted(slug: str) -> Space:
        space = Space(slug, origin, folder / "keys")
        space.join(_do(app, lambda: spaces.invite(db.session(), slug=slug, name=slug, actor=OPERATORS[0], now=now)))
        for who in OPERATORS:
            _do(app, partial(admit, slug, who))
        return space

    def admit(slug: str, who: str) -> None:
        spaces.admit(db.session(), slug=slug, actor=who, active=active, now=now)

    _do(app, lambda: operators.add_operator(db.session(), email=OPERATORS[1], name="Second", actor="bench", now=now))
    return [admitted(f"space-{number:02}") for number in range(count)]


def _do(app: Flask, work: Callable[[], T]) -> T:
    with app.app_context():
        return transactional(work)()
