"""Where a reader stands in the feed: an opaque text that carries epoch and number, and a MAC so that nobody makes one up."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime

from shared.errors import Conflict, Gone, Malformed
from shared.marking import N_

_INSIDE = re.compile(rb"(?P<epoch>[1-9][0-9]{0,15})\.(?P<seq>0|[1-9][0-9]{0,17})")
_DOMAIN = b"twindesk feed cursor\0"
_MAC_BYTES = 16


class CursorRequired(Malformed):
    """A reader that forgot its place must say so by taking a snapshot."""

    slug = "cursor-required"
    title = N_("A cursor is needed")
    sentence = N_("Say with `since` where to read on, or take a snapshot first.")


class CursorMalformed(Malformed):
    """A cursor that this hub never gave."""

    slug = "cursor-malformed"
    title = N_("This is not a cursor of this hub")
    sentence = N_("Use a cursor as the hub gave it, or take a snapshot.")


class CursorExpired(Gone):
    """What stood next is no longer kept."""

    slug = "cursor-expired"
    title = N_("The cursor is too old")
    sentence = N_("What came after this cursor is no longer kept. Take a snapshot and read on from there.")


class FeedReset(Conflict):
    """The cursor is of another life of this feed; `restored_to` says how far back that life reaches, where it is known."""

    slug = "feed-reset"
    title = N_("The feed started anew")
    sentence = N_("The hub was restored from a backup. Send again what was answered since then, and take a snapshot.")


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the feed: behind the row with this number, in this life of the hub."""

    epoch: str
    seq: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the feed holds: rows above `floor` and up to `head`, in this epoch."""

    epoch: str
    floor: int
    head: int
    restored_to: datetime | None = None


class Cursors:
    """Makes cursors and reads them back."""

    def __init__(self, secret: bytes) -> None:
        """Use a secret of the service; the MAC's key is derived from it."""
        self._key = hashlib.sha256(_DOMAIN + secret).digest()

    def encode(self, epoch: str, seq: int) -> str:
        """The text of a place."""
        inside = f"{epoch}.{seq}".encode()
        mac = hmac.digest(self._key, inside, "sha256")[:_MAC_BYTES]
        return f"{_text(inside)}.{_text(mac)}"

    def decode(self, text: str) -> Position:
        """The place that a text names. Raises CursorMalformed for what this service never encoded."""
        found = _INSIDE.fullmatch(_plain(text.partition(".")[0]))
        if found is None:
            raise CursorMalformed
        position = Position(found["epoch"].decode(), int(found["seq"]))
        # Written anew it must be the very same text: base64 has several spellings of some bytes.
        if not hmac.compare_digest(self.encode(position.epoch, position.seq).encode(), text.encode()):
            raise CursorMalformed
        return position

    def locate(self, text: str | None, bounds: Bounds) -> int:
        """The number behind which to read on.

        Raises CursorRequired, CursorMalformed, FeedReset (other epoch, or beyond the head), CursorExpired.
        """
        if not text:
            raise CursorRequired
        position = self.decode(text)
        if position.epoch != bounds.epoch or position.seq > bounds.head:
            raise FeedReset(restored_to=bounds.restored_to.isoformat() if bounds.restored_to else None)
        if position.seq < bounds.floor:
            raise CursorExpired
        return position.seq


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _plain(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""
