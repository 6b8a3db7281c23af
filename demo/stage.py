"""Where the story is played: the network, what has been asserted, who is signed in where, and what they carry."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import requests

from demo.browser import Browser, Page
from demo.facts import Facts
from demo.network import Network
from demo.processes import Site
from demo.samples import PASSWORD, Person
from demo.teller import Teller

PATIENCE_SECONDS = 90.0
LOOK_SECONDS = 0.2


@dataclass
class Stage:
    """Everything that one scene hands on to the next."""

    network: Network
    facts: Facts
    teller: Teller
    browsers: dict[Person, Browser] = field(default_factory=dict)
    links: dict[Person, str] = field(default_factory=dict)
    """The address of somebody's trip page."""
    passes: dict[Person, str] = field(default_factory=dict)
    """The text of the code that somebody carries."""
    invites: dict[str, str] = field(default_factory=dict)
    event_id: str = ""
    """The event that two spaces hold together."""
    sessions: dict[str, str] = field(default_factory=dict)
    """Its sessions, by their host."""

    def enter(self, who: Person, site: Site, link: str) -> Page:
        """Let somebody use their one-use link, and keep their browser open."""
        self.browsers[who] = Browser(site.url)
        return self.browsers[who].welcome(link.strip(), PASSWORD)

    def until(self, key: str, look: Callable[[], bool], detail: Callable[[], object] = lambda: "") -> float:
        """Wait for a fact that comes about by itself; how many seconds that took. Raises Untrue."""
        began = time.monotonic()
        while not look():
            if time.monotonic() - began > PATIENCE_SECONDS:
                self.facts.hold(key, False, detail() or f"not after {PATIENCE_SECONDS:.0f} s")
            time.sleep(LOOK_SECONDS)
        took = round(time.monotonic() - began, 2)
        self.facts.hold(key, True, f"{took} s")
        return took


def as_json(site: Site, *words: str) -> Any:
    """What a command says to programs."""
    return json.loads(site.run(*words, "--json"))


def contact(site: Site) -> dict[str, Any]:
    """How a node stands with the hub, as monitoring sees it."""
    checks = json.loads(Browser(site.url).get("/readyz").html)["checks"]
    return dict(checks["hub"])


def answers(site: Site) -> bool:
    """Whether anybody is there."""
    try:
        return Browser(site.url).get("/healthz").status == HTTPStatus.OK
    except requests.RequestException:
        return False
