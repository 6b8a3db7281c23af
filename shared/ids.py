"""Identifiers: UUIDv7 for everything that is minted (RFC 9562), slugs for spaces, digests, secret tokens."""

import hashlib
import re
import secrets
import threading
import time
from datetime import UTC, datetime
from typing import NewType
from uuid import UUID

from shared.errors import Malformed
from shared.marking import N_

SpaceSlug = NewType("SpaceSlug", str)
BookingId = NewType("BookingId", str)
MemberId = NewType("MemberId", str)
TwinningId = NewType("TwinningId", str)

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_SLUG = re.compile(r"[a-z](?!.*--)[a-z0-9-]{1,22}[a-z0-9]")
_TAIL_BITS = 74
_STEP_BITS = 32


class MalformedId(Malformed):
    """Not an id of ours."""

    slug = "malformed-id"
    title = N_("This is not an id")
    sentence = N_("An id is a UUID of version 7, in small letters.")


class MalformedSlug(Malformed):
    """Not a space's slug."""

    slug = "malformed-slug"
    title = N_("This is not the short name of a space")
    sentence = N_("A short name has 3 to 24 small letters, digits or single hyphens, first a letter and last no hyphen.")


def _composed(milliseconds: int, tail: int) -> str:
    high, low = tail >> 62, tail & ((1 << 62) - 1)
    return str(UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low))


class _Mint:
    """Ids of one millisecond grow by a random step, so that one process's ids sort as they were made (RFC 9562, 6.2)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._milliseconds = -1
        self._tail = 0

    def next(self, milliseconds: int) -> str:
        with self._lock:
            if milliseconds == self._milliseconds:
                self._tail += 1 + secrets.randbits(_STEP_BITS)
            else:
                # The top bit stays free, so that no number of steps within a millisecond overflows.
                self._milliseconds, self._tail = milliseconds, secrets.randbits(_TAIL_BITS - 1)
            return _composed(milliseconds, self._tail)


_mint = _Mint()


def new_id(now: datetime | None = None) -> str:
    """Mint a UUIDv7, stamped with the given aware instant or with the system's time.

    Raises ValueError for a naive instant.
    """
    if now is None:
        return _mint.next(time.time_ns() // 1_000_000)
    if now.tzinfo is None:
        raise ValueError("An id needs an aware instant.")
    return _mint.next(int(now.astimezone(UTC).timestamp() * 1000))


def derived_id(origin: str, text: str) -> str:
    """The one id that belongs to a text under another id, with the stamp of that one."""
    digest = hashlib.sha256(f"{origin}/{text}".encode()).digest()
    return _composed(UUID(origin).int >> 80, int.from_bytes(digest) >> (8 * len(digest) - _TAIL_BITS))


def parse_id(text: str) -> str:
    """Return the id if it is a UUIDv7 in its canonical small letters. Raises Malformed."""
    if not _ID.fullmatch(text):
        raise MalformedId
    return text


def parse_slug(text: str) -> SpaceSlug:
    """Return the slug of a space. Raises Malformed."""
    if not _SLUG.fullmatch(text):
        raise MalformedSlug
    return SpaceSlug(text)


def sha256_hex(data: bytes) -> str:
    """The SHA-256 of the bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def secret_token(bytes_count: int = 32) -> str:
    """A token that nobody can guess, fit for URLs."""
    return secrets.token_urlsafe(bytes_count)
