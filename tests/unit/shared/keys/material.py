"""Keys and times for the tests of shared/keys."""

from datetime import UTC, datetime
from functools import lru_cache

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import ECKey

from shared.keys import jwk

NOW = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)


@lru_cache
def key(name: str = "ours") -> ECKey:
    """The same key for the same name, within one run."""
    return jwk.generate()


def by_kid(*keys: ECKey) -> dict[str, ECKey]:
    return {jwk.kid_of(each): each for each in keys}


def point(of: ECKey) -> bytes:
    """The compressed point of the public key."""
    return of.public_key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
