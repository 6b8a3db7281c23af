"""The node's settings, the only place that reads its environment; and the node as its slices know it: settings, keys, wire."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, cast

from flask import current_app

from shared.clock import Clock
from shared.config import load, setting
from shared.http import Outbound, Transport
from shared.keys import jwk
from shared.keys.ring import KeyRing
from shared.mail.settings import MailSettings
from shared.messaging.delivery import Delivery
from shared.messaging.feed_reader import FeedReader
from shared.setting_values import parse_authorities, parse_number

KEY_USES = ("root", "client", "passport", "encryption", "signing")
# A key list has up to two million bytes, a snapshot of a hundred twins' desks more than that.
ANSWER_MAX_BYTES = 16_000_000
ACTIVE_SECONDS = 120.0


@dataclass(frozen=True, kw_only=True)
class NodeSettings(MailSettings):
    """What the manager of a space can set."""

    service: ClassVar[str] = "space_node"
    prefix: ClassVar[str] = "SPACE_"

    poll_active_seconds: int = setting(
        "SPACE_POLL_ACTIVE_SECONDS",
        "How often the hub is asked for news while somebody uses the pages.",
        default=5,
        parse=parse_number(1, 3600),
    )
    poll_idle_seconds: int = setting(
        "SPACE_POLL_IDLE_SECONDS", "How often the hub is asked for news otherwise.", default=30, parse=parse_number(1, 3600)
    )
    lists_seconds: int = setting(
        "SPACE_LISTS_SECONDS",
        "How often the key list and the twins' status lists are fetched again.",
        default=900,
        parse=parse_number(1, 86_400),
    )
    passport_days: int = setting(
        "SPACE_PASSPORT_DAYS", "How many days a passport on a phone is good for.", default=7, parse=parse_number(1, 30)
    )
    ca_file: Path | None = setting(
        "SPACE_CA_FILE",
        "The authorities of a private network whose hub has a certificate of its own; PEM.",
        default=None,
        parse=parse_authorities,
    )


class Joined(NamedTuple):
    """The hub at which this space has applied, and its name there: they never change again."""

    hub: str
    slug: str


class Node:
    """This node: its settings, its keys, and its wire to the hub."""

    # Set by the composition (space_node/worker.py), which alone knows every slice's handlers.
    delivery: Delivery[Any]
    reader: FeedReader[Any, Any]

    def __init__(self, settings: NodeSettings, clock: Clock, transport: Transport | None = None) -> None:
        """Open the key ring; its keys are made when the space joins."""
        self.settings, self.clock = settings, clock
        self.ring = KeyRing(settings.data_dir / "keys")
        self.transport = transport or Outbound(
            allow_loopback=settings.loopback_demo, max_bytes=ANSWER_MAX_BYTES, ca_file=settings.ca_file
        )
        self._wake: Callable[[], object] = lambda: None
        self.sessions: dict[tuple[str, str], Any] = {}
        self.joined: Joined | None = None
        self._used_at = float("-inf")

    def ensure_keys(self) -> None:
        """Make the keys that are missing; those that are there stay."""
        for use in KEY_USES:
            self.ring.ensure(use, self.clock.now())

    @property
    def root_thumbprint(self) -> str:
        """The name of this space's root key, which partners pin. Raises KeyMissing before the space has joined."""
        return jwk.kid_of(self.ring.active("root", self.clock.now()))

    def on_wake(self, wake: Callable[[], object]) -> None:
        """Say what wakes the worker, where one runs in this process."""
        self._wake = wake

    def wake(self) -> None:
        """There is something to send or to look for: do it soon."""
        self._wake()

    def note_use(self) -> None:
        """Somebody uses the pages: news is fetched more often for a while."""
        self._used_at = time.monotonic()

    def poll_seconds(self) -> float:
        """How long to wait until the hub is asked for news again."""
        in_use = time.monotonic() - self._used_at < ACTIVE_SECONDS
        return self.settings.poll_active_seconds if in_use else self.settings.poll_idle_seconds


def present_node() -> Node:
    """The node that handles the present request or command."""
    return cast(Node, current_app.extensions["node"])


def settings_from_environment() -> NodeSettings:
    """Read the environment. Raises ConfigError with every fault at once."""
    return load(NodeSettings, os.environ)
