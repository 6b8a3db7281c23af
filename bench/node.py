"""A running node whose calendar holds a whole network, and whose hub hangs or refuses to be called."""

import contextlib
import datetime as dt
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from bench.processes import free_port, run, running, wait_ready
from bench.spaces import PROFILE
from shared import config
from shared.clock import SystemClock
from shared.ids import new_id
from shared.protocol.events import EventEntry, SeatsEntry, SessionEntry
from shared.protocol.registry import example
from shared.protocol.states import SpaceState
from shared.schemas import load
from shared.signin import start_session
from shared.web import cookie_name
from space_node.accounts.models import BrowserSession
from space_node.app import create_app
from space_node.calendar import service as calendar
from space_node.config import KEY_USES, NodeSettings
from space_node.db import db, transactional
from space_node.members import service as members
from space_node.members.service import KIND, Role
from space_node.uplink.models import Identity, MirrorSpace

T = TypeVar("T")
Body = dict[str, Any]
SPACES = 97
PLACE = (1, 1)
TITLE = "Sample event"
TOPICS = ("making", "talks", "music", "advice", "design")
CITIES = ("London", "New York", "Milano", "Torino", "Berlin", "Lisbon", "Wien")
ZONES = ("Europe/London", "America/New_York", "Europe/Rome", "Asia/Tokyo")


@dataclass(frozen=True)
class Node:
    """Where it is, the cookie of a member, and its group of processes."""

    origin: str
    cookie: str
    group: int


@contextlib.contextmanager
def hanging_hub() -> Iterator[str]:
    """An address where calls are taken and never answered."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def refusing_hub() -> str:
    """An address where nobody listens."""
    return f"http://127.0.0.1:{free_port()}"


class NodeHome:
    """A node's database and folder: with 97 spaces' sessions of the coming weeks, and a member who is signed in."""

    def __init__(self, database_url: str, folder: Path, *, weeks: int) -> None:
        """Fill it as the hub's news does, through the service that takes those in."""
        self.folder, self.port = folder, free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        where = {"DATA_DIR": str(folder / "node"), "DATABASE_URL": database_url, "PUBLIC_URL": self.origin}
        # A hub at a loopback address is for demos.
        self.environment = {**where, "BIND": f"127.0.0.1:{self.port}", "DEMO": "yes"}
        run("space_node", self.environment, "db", "upgrade")
        self._app = create_app(config.load(NodeSettings, self.environment))
        for use in KEY_USES:
            self._app.extensions["node"].ring.ensure(use, SystemClock().now())
        self.cookie = self._do(_settle)
        self.sessions_count = sum(self._do(partial(_fill, number, weeks)) for number in range(SPACES))

    @contextlib.contextmanager
    def running(self, hub: str) -> Iterator[Node]:
        """`space-node serve`, with its hub at this address."""
        self._do(partial(_move_hub, hub))
        log = self.folder / "node.log"
        with running("space_node", self.environment, "serve", log=log) as program:
            wait_ready(self.origin, log, "/healthz")
            yield Node(self.origin, self.cookie, program.group)

    def _do(self, work: Callable[[], T]) -> T:
        with self._app.app_context():
            try:
                return transactional(work)()
            finally:
                db.session.remove()
                db.engine.dispose()


def _settle() -> str:
    """Who this node is, who the others are, and the cookie of a member."""
    session, now = db.session(), SystemClock().now()
    session.add(_identity(now))
    session.add_all(_space(number, now) for number in range(SPACES))
    account = members.add_account(session, role=Role.MEMBER, email="ada@sample.example", name="Ada Sample", now=now)
    return f"{cookie_name('session')}={start_session(session, BrowserSession, kind=KIND, account_id=account.id, now=now)}"


def _move_hub(hub: str) -> None:
    db.session.execute(sa.update(Identity).values(hub=hub))


def _fill(number: int, weeks: int) -> int:
    """What one space does in these weeks; how many sessions that is."""
    session, now = db.session(), SystemClock().now()
    for week in range(weeks):
        event, held, seats = _happening(number, week, now)
        calendar.take_event(session, event, at=PLACE, now=now)
        calendar.take_session(session, held, at=PLACE, now=now)
        calendar.take_seats(session, seats, at=PLACE, now=now)
    return weeks


def _identity(now: dt.datetime) -> Identity:
    return Identity(
        slug=_slug(0),
        hub="",
        hub_root_thumbprint="A" * 43,
        hub_key_set="",
        network="Sample network",
        invite_sha256="0" * 64,
        application="",
        contact_email="desk@sample.example",
        charter_version=1,
        applied_at=now,
        joined_at=now,
        state=SpaceState.ACTIVE,
        profile={**PROFILE, "name": "Sample 0"},
        keys_sha256="0" * 64,
    )


def _space(number: int, now: dt.datetime) -> MirrorSpace:
    made = MirrorSpace(slug=_slug(number), name=f"Sample {number}", country="IT", state="active", epoch=1, rev=1, as_of=now)
    made.city, made.zone = CITIES[number % len(CITIES)], ZONES[number % len(ZONES)]
    return made


def _happening(number: int, week: int, now: dt.datetime) -> tuple[Body, Body, Body]:
    """One event of one space in one week, with its session and seats, as the feed brings them."""
    event_id, session_id = new_id(), new_id()
    event = {
        **example("event.updated"),
        "id": event_id,
        "lead": _slug(number),
        "title": f"{TITLE} {number}-{week}",
        "topics": [TOPICS[(number + week) % len(TOPICS)]],
        "reach": "public",
        "format": None,
        "cohosts": [],
    }
    starts_at = now + dt.timedelta(weeks=week, minutes=97 * number)
    told: Body = dict(example("session.updated"))
    held = {
        **told,
        "id": session_id,
        "event_id": event_id,
        "host": _slug(number),
        "zone": ZONES[number % len(ZONES)],
        "venue": {**told["venue"], "city": CITIES[number % len(CITIES)]},
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + dt.timedelta(minutes=90)).isoformat(),
        "closes_at": starts_at.isoformat(),
    }
    seats = {**example("seats.updated"), "session_id": session_id}
    return load(EventEntry, event), load(SessionEntry, held), load(SeatsEntry, seats)


def _slug(number: int) -> str:
    return f"sample-{number:02}"
