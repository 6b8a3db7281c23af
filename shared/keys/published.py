"""One key as its owner publishes it: the public part and the time in which others should believe it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc.jwk import ECKey

from shared.keys import jwk
from shared.keys.errors import KeyInvalid

LEEWAY = timedelta(seconds=60)
USE = re.compile(r"[a-z][a-z0-9-]{1,22}[a-z0-9]")
_INSTANT = re.compile(r"20[2-9]\d-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass(frozen=True)
class PublishedKey:
    """A public key, what it is for, and from when to when it counts."""

    use: str
    kid: str
    key: ECKey
    not_before: datetime
    listed_until: datetime | None = None
    revoked_at: datetime | None = None

    def is_usable(self, now: datetime) -> bool:
        """Whether a signature by this key may be believed now: never once it is revoked, whatever the date."""
        if self.revoked_at is not None or now + LEEWAY < self.not_before:
            return False
        return self.listed_until is None or now - LEEWAY <= self.listed_until

    def to_wire(self) -> dict[str, Any]:
        """The key as it stands in key sets."""
        return {
            "kid": self.kid,
            "use": self.use,
            "jwk": jwk.public_jwk(self.key),
            "not_before": instant_text(self.not_before),
            "listed_until": self.listed_until and instant_text(self.listed_until),
            "revoked_at": self.revoked_at and instant_text(self.revoked_at),
        }


def read_published(entry: object) -> PublishedKey:
    """A key out of a foreign key set. Raises KeyInvalid."""
    if not isinstance(entry, Mapping) or not isinstance(entry.get("use"), str) or not USE.fullmatch(entry["use"]):
        raise KeyInvalid(reason="use")
    key = jwk.read_public(entry.get("jwk"))
    if entry.get("kid") != key.kid:
        raise KeyInvalid(reason="kid")
    try:
        return PublishedKey(
            use=entry["use"],
            kid=jwk.kid_of(key),
            key=key,
            not_before=read_instant(entry.get("not_before")),
            listed_until=_optional(entry.get("listed_until")),
            revoked_at=_optional(entry.get("revoked_at")),
        )
    except ValueError:
        raise KeyInvalid(reason="instant") from None


def instant_text(at: datetime) -> str:
    """An aware instant in RFC 3339, in UTC, cut to the second. Raises ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("Keys need aware instants.")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_instant(text: object) -> datetime:
    """The instant behind such a text. Raises ValueError."""
    if not isinstance(text, str) or not _INSTANT.fullmatch(text):
        raise ValueError("This is not an instant in UTC.")
    return datetime.fromisoformat(text)


def _optional(text: object) -> datetime | None:
    return None if text is None else read_instant(text)
