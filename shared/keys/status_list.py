"""Token Status List: two bits a passport, good, revoked or suspended, deflated and signed by the home space.

The signed form is the JWT of the IETF draft. Lists of a small space are as long as those of a big one, so nobody can count
members. Age is judged by when the hub last vouched for a list; the token has no expiry, as doors must read it for days.
"""

import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, Self

from joserfc.jwk import ECKey, KeySet

from shared.keys import b64, jws
from shared.keys.errors import StatusListInvalid

TYPE = "statuslist+jwt"
DEFAULT_SIZE = 16_384
BITS = 2
_WIDTHS = (1, 2, 4, 8)
TTL_SECONDS = 900
MAX_TOKEN_BYTES = 60_000
MAX_LIST_BYTES = 1 << 16


class Status(IntEnum):
    """The status of one passport; 3 is the application's own in the draft, and unused."""

    VALID = 0
    INVALID = 1
    SUSPENDED = 2


class StatusList:
    """A row of statuses of 1, 2, 4 or 8 bits, the first in the lowest bits of the first byte."""

    def __init__(self, size: int = DEFAULT_SIZE, *, bits: int = BITS) -> None:
        """All valid. Raises StatusListInvalid for a size that does not fill whole bytes."""
        if bits not in _WIDTHS or size < 1 or size * bits % 8 or size * bits // 8 > MAX_LIST_BYTES:
            raise StatusListInvalid(reason="size")
        self.size = size
        self.bits = bits
        self._row = bytearray(size * bits // 8)

    def get(self, index: int) -> int:
        """The status at the index; compare it with Status. Raises StatusListInvalid out of bounds."""
        place, shift, mask = self._locate(index)
        return self._row[place] >> shift & mask

    def set(self, index: int, status: int) -> None:
        """Note a status. Raises StatusListInvalid out of bounds, ValueError for a status that does not fit the bits."""
        place, shift, mask = self._locate(index)
        if not 0 <= status <= mask:
            raise ValueError(f"A status of {self.bits} bits cannot be {status}.")
        self._row[place] = self._row[place] & ~(mask << shift) | status << shift

    def deflated(self) -> bytes:
        """The row as the draft writes it: a ZLIB stream at the best compression."""
        return zlib.compress(bytes(self._row), 9)

    @classmethod
    def inflated(cls, data: bytes, *, bits: int = BITS) -> Self:
        """The list behind such a stream. Raises StatusListInvalid for one that is broken, goes on, or bursts its bounds."""
        if bits not in _WIDTHS:
            raise StatusListInvalid(reason="size")
        inflater = zlib.decompressobj()
        try:
            row = inflater.decompress(data, MAX_LIST_BYTES + 1)
        except zlib.error:
            raise StatusListInvalid(reason="broken") from None
        if len(row) > MAX_LIST_BYTES or not inflater.eof or inflater.unused_data:
            raise StatusListInvalid(reason="broken")
        found = cls(len(row) * 8 // bits, bits=bits)
        found._row[:] = row
        return found

    def _locate(self, index: int) -> tuple[int, int, int]:
        if not 0 <= index < self.size:
            raise StatusListInvalid(reason="out-of-bounds")
        place, bit = divmod(index * self.bits, 8)
        return place, bit, (1 << self.bits) - 1


class SignedStatusList(StatusList):
    """A status list as its issuer signed it."""

    issuer: str
    number: int
    rev: int
    issued_at: datetime


def sign(statuses: StatusList, key: ECKey, issuer: str, now: datetime, rev: int, *, number: int = 0) -> str:
    """Sign the list of this number of the issuing space (its slug); `rev` grows with every change."""
    payload = {
        "iss": issuer,
        "sub": subject(issuer, number),
        "iat": int(now.timestamp()),
        "ttl": TTL_SECONDS,
        "rev": rev,
        "status_list": {"bits": statuses.bits, "lst": b64.encode(statuses.deflated())},
    }
    return jws.sign(payload, key=key, typ=TYPE)


def read(text: str, keys: Mapping[str, ECKey] | KeySet, issuer: str, *, number: int = 0) -> SignedStatusList:
    """Check a signed list of this space. Its rev is the caller's to compare.

    Raises StatusListInvalid, and SignatureInvalid as `jws.verify` does.
    """
    payload = jws.verify(text, keys=keys, typ=TYPE, max_bytes=MAX_TOKEN_BYTES).payload
    if payload.get("iss") != issuer or payload.get("sub") != subject(issuer, number):
        raise StatusListInvalid(reason="other-list")
    row = payload.get("status_list")
    try:
        if not isinstance(row, dict) or not isinstance(row.get("lst"), str):
            raise ValueError("There is no list in it.")
        bits, rev, issued_at = (_number(each) for each in (row.get("bits"), payload.get("rev"), payload.get("iat")))
        found = SignedStatusList.inflated(b64.decode(row["lst"]), bits=bits)
    except ValueError:
        raise StatusListInvalid(reason="malformed") from None
    found.issuer, found.number, found.rev, found.issued_at = issuer, number, rev, datetime.fromtimestamp(issued_at, UTC)
    return found


def subject(issuer: str, number: int) -> str:
    """The name of a list: a URN and not an address, since nobody may be led by a passport to fetch anything."""
    return f"urn:twindesk:status-list:{issuer}:{number}"


def _number(value: Any) -> int:
    if type(value) is int and 1 <= value < 1 << 32:
        return value
    raise ValueError("This is not a number of ours.")
