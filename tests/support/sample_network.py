"""A network to look at: a hub and two spaces on loopback with real pages, and three more spaces without any.

Everything in it is made by the services' own commands, over the wire of test clients, which can be cut. The clock stands still
unless it is moved, so every visit finds the same pages.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo.samples import profile
from federation.operators import queries as operators
from federation.operators.models import BrowserSession as OperatorSession
from federation.operators.service import KIND as OPERATOR
from shared.clock import FixedClock
from shared.signin import start_session
from shared.web import cookie_name
from space_node.accounts.models import BrowserSession
from space_node.desks import service as desks
from space_node.members import service as members
from space_node.members.service import KIND, Role
from tests.support.databases import dispose_engines, fresh_database
from tests.support.doors import Door
from tests.support.hub import OPERATORS
from tests.support.node import Network, NodeWorld

NYC, LONDON, MILANO, TORINO, BOLOGNA = "wecreate-nyc", "thecube-london", "ventura-milano", "verbena-torino", "fabbrica-bologna"
HUB, NEW = "hub", "new"
"""Also a site to visit: the hub, and a node that has not joined anything."""
PLACES = {
    NYC: ("WeCreate NYC", "New York", "US", "America/New_York", "1 Sample Street, New York"),
    LONDON: ("TheCube London", "London", "GB", "Europe/London", "2 Sample Lane, London"),
    MILANO: ("Ventura Milano", "Milano", "IT", "Europe/Rome", "Via Esempio 3, Milano"),
    TORINO: ("Verbena Torino", "Torino", "IT", "Europe/Rome", "Via Esempio 4, Torino"),
    BOLOGNA: ("Fabbrica Bologna", "Bologna", "IT", "Europe/Rome", "Via Esempio 5, Bologna"),
}
FOUNDED_AT = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
WEEK = {weekday: (4, 4) if weekday < 5 else (0, 0) for weekday in range(7)}
# Words of one member who writes no English: what stands on an Italian page in English is then ours.
WRITTEN = {"welcome": "Welcome! Coffee first, quiet desks upstairs.", "access_notes": "Green door, third floor."}


@dataclass
class SampleNetwork:
    """The network, where its sites are, who can visit them, and what there is to see by name."""

    network: Network
    clock: FixedClock
    doors: dict[str, Door]
    fresh: NodeWorld
    tokens: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    """Ids and texts that paths and forms are filled in with."""

    @property
    def now(self) -> dt.datetime:
        """The present instant."""
        return self.clock.now()

    @property
    def nyc(self) -> NodeWorld:
        """The home of those who travel."""
        return self.network.nodes[NYC]

    @property
    def london(self) -> NodeWorld:
        """Their host."""
        return self.network.nodes[LONDON]

    def origin(self, site: str) -> str:
        """Where a site is."""
        return self.doors[site].origin

    def world(self, site: str) -> Any:
        """The hub or node behind a site."""
        return self.network.hub if site == HUB else self.fresh if site == NEW else self.network.nodes[site]

    def let_in(self, name: str, site: str, email: str, *roles: Role, full_name: str = "") -> None:
        """Sign somebody in once and for all; `cookie` hands the session to a browser."""
        world = self.world(site)

        def enter(session: Any) -> str:
            if site == HUB:
                account_id = operators.require(session, email).id
                return start_session(session, OperatorSession, kind=OPERATOR, account_id=account_id, now=self.now)
            for role in roles:
                account = members.add_account(session, role=role, email=email, name=full_name or name.title(), now=self.now)
            return start_session(session, BrowserSession, kind=KIND, account_id=account.id, now=self.now)

        token = world.command(enter)
        with world.app.app_context():
            self.tokens[name] = (site, cookie_name("session"), token)

    def cookie(self, name: str) -> dict[str, str]:
        """The cookie by which a browser is this person."""
        site, cookie, token = self.tokens[name]
        return {"name": cookie, "value": token, "url": self.origin(site)}

    def wait_idle(self) -> None:
        """Wait until no site has a request under way."""
        for door in self.doors.values():
            door.wait_idle()


@contextmanager
def sample_network(folder: Path) -> Iterator[SampleNetwork]:
    """Found the network, serve its sites until the end."""
    doors = {name: Door() for name in (HUB, NYC, LONDON, NEW)}
    try:
        made = _founded(folder, doors)
        for name, door in doors.items():
            door.open(made.world(name).app)
        yield made
    finally:
        for door in doors.values():
            door.close()
        dispose_engines()


def _founded(folder: Path, doors: dict[str, Door]) -> SampleNetwork:
    clock = FixedClock(FOUNDED_AT)

    def new_url(service: str) -> str:
        return fresh_database(service, "sqlite", folder, keep=True)

    hub = {"origin": doors[HUB].origin, "HUB_NETWORK_NAME": "Sample network", **_on(doors[HUB])}
    network = Network(new_url, folder, clock, **hub)
    for slug in PLACES:
        # One space sends mail, the others show links to copy.
        mail = {"MAIL_FOLDER": str(folder / "mail")} if slug == NYC else {}
        network.node(slug, **(_on(doors[slug]) if slug in doors else {}), **mail)
    made = SampleNetwork(network, clock, doors, network.node("new-space", **_on(doors[NEW])))
    del network.nodes["new-space"]
    _join(network)
    return made


def _on(door: Door) -> dict[str, str]:
    return {"PUBLIC_URL": door.origin, "BIND": f"127.0.0.1:{door.port}", "DEMO": "1"}


def _join(network: Network) -> None:
    """Four spaces are admitted, the fifth by one operator so far; a sixth is only invited."""
    for slug, node in network.nodes.items():
        told: dict[str, Any] = {**profile(*PLACES[slug]), **WRITTEN}
        node.join(network.hub.invite(slug, PLACES[slug][0]), **told)
        if slug != BOLOGNA:
            network.hub.admit(slug)
    network.hub.admit_as(BOLOGNA, OPERATORS[0])
    network.hub.invite("lisboa-hub", "Lisboa Hub")
    for slug in (NYC, LONDON, MILANO, TORINO):
        network.nodes[slug].command(lambda session: desks.set_weekdays(session, seats=WEEK, now=network.clock.now()))
