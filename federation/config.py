"""The hub's settings, the only place that reads its environment; and the hub as its slices know it: settings, keys, charter."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, cast

from flask import current_app

from shared.clock import Clock
from shared.config import load, setting
from shared.ids import sha256_hex
from shared.keys import jwk
from shared.keys.errors import KeyFileFault
from shared.keys.key_set import build_key_set
from shared.keys.ring import KeyRing
from shared.mail.settings import MailSettings
from shared.setting_values import parse_number, parse_text_file

CHARTER_FILE = Path(__file__).parent / "charter.md"
KEY_USES = ("root", "signing", "token")
ROOT_LOST = (
    "The root key of this hub is not in {folder}, though the spaces in its database know it by that key. "
    "Is DATA_DIR right? Else restore the keys from a backup: with new ones it would be another hub."
)


@dataclass(frozen=True)
class Limits:
    """What a space may do; probation's are low. Amounts are 1/100 credit."""

    issuer_limit_credits: int
    pair_limit_credits: int
    open_bookings_max: int


@dataclass(frozen=True)
class Charter:
    """The charter in force."""

    version: int
    text: str

    @property
    def sha256(self) -> str:
        """The hash that an applicant signs."""
        return sha256_hex(self.text.encode())


@dataclass(frozen=True, kw_only=True)
class HubSettings(MailSettings):
    """What an operator can set. Amounts are 1/100 credit."""

    service: ClassVar[str] = "federation"
    prefix: ClassVar[str] = "HUB_"

    network_name: str = setting("HUB_NETWORK_NAME", "The network's name.", default="Twindesk network")
    charter_file: Path = setting(
        "HUB_CHARTER_FILE", "The charter's text, which every space accepts.", default=CHARTER_FILE, parse=parse_text_file
    )
    charter_version: int = setting("HUB_CHARTER_VERSION", "The charter's version; raise it when the text changes.", default=1)
    probation_issuer_limit_credits: int = setting(
        "HUB_PROBATION_ISSUER_LIMIT", "How many 1/100 credits a space on probation may owe the network.", default=2_000
    )
    probation_pair_limit_credits: int = setting(
        "HUB_PROBATION_PAIR_LIMIT", "How many 1/100 credits a space on probation may owe one host.", default=1_000
    )
    probation_open_bookings_max: int = setting(
        "HUB_PROBATION_OPEN_BOOKINGS", "How many open bookings a space on probation may have.", default=20
    )
    active_issuer_limit_credits: int = setting(
        "HUB_ACTIVE_ISSUER_LIMIT", "How many 1/100 credits an active space may owe the network.", default=200_000
    )
    active_pair_limit_credits: int = setting(
        "HUB_ACTIVE_PAIR_LIMIT", "How many 1/100 credits an active space may owe one host.", default=50_000
    )
    active_open_bookings_max: int = setting(
        "HUB_ACTIVE_OPEN_BOOKINGS", "How many open bookings an active space may have.", default=2_000
    )
    post_silent_days: int = setting(
        "HUB_POST_SILENT_DAYS", "After how many days of silence a check-in without a scanned pass is paid.", default=7
    )
    processes: int = setting(
        "HUB_PROCESSES", "How many processes answer on PostgreSQL; on SQLite one does.", default=2, parse=parse_number(1, 64)
    )
    requests_a_minute: int = setting("HUB_REQUESTS_A_MINUTE", "How many calls a minute one node may make.", default=1_200)

    @property
    def issuer(self) -> str:
        """The hub's name in tokens, invites and lists: its public address."""
        return self.public_url.rstrip("/")

    @property
    def probation_limits(self) -> Limits:
        """What a space on probation may do."""
        return Limits(self.probation_issuer_limit_credits, self.probation_pair_limit_credits, self.probation_open_bookings_max)

    @property
    def active_limits(self) -> Limits:
        """What an active space may do."""
        return Limits(self.active_issuer_limit_credits, self.active_pair_limit_credits, self.active_open_bookings_max)


class Hub:
    """This hub: its settings, its keys and its charter."""

    def __init__(self, settings: HubSettings, clock: Clock) -> None:
        """Open the key ring."""
        self.settings = settings
        self.charter = Charter(settings.charter_version, settings.charter_file.read_text("utf-8"))
        self.ring = KeyRing(settings.data_dir / "keys")
        self._clock = clock

    def open_keys(self, is_founded: Callable[[], bool]) -> None:
        """Make the keys that are missing, but no other root key where spaces rely on one: that would be another hub."""
        if self.ring.public("root") or not is_founded():
            for use in KEY_USES:
                self.ring.ensure(use, self._clock.now())

    def require_keys(self) -> None:
        """Raises KeyFileFault where the root key is lost, or looked for in the wrong place."""
        if not self.ring.public("root"):
            raise KeyFileFault(ROOT_LOST.format(folder=self.settings.data_dir / "keys"))

    @property
    def root_thumbprint(self) -> str:
        """The name of the key that every invite carries."""
        return jwk.kid_of(self.ring.active("root", self._clock.now()))

    def key_set(self) -> str:
        """The hub's public keys, signed by its root key."""
        return build_key_set(self.ring, "hub", 1, self._clock.now())


def present_hub() -> Hub:
    """The hub that handles the present request or command."""
    return cast(Hub, current_app.extensions["hub"])


def settings_from_environment() -> HubSettings:
    """Read the environment. Raises ConfigError with every fault at once."""
    return load(HubSettings, os.environ)
