"""Keys, times and a loose JOSE signer for the tests of shared/keys."""

import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import ECKey

from shared.keys import b64, jwk

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


def es256(signer: ECKey, message: bytes) -> bytes:
    der = signer.get_op_key("sign").sign(message, ec.ECDSA(hashes.SHA256()))
    return b"".join(half.to_bytes(32, "big") for half in utils.decode_dss_signature(der))


def loose_token(header: Any, payload: bytes, signer: ECKey) -> str:
    """A JWS whose signature is right, over any header at all."""
    raw_header = header if isinstance(header, bytes) else json.dumps(header).encode()
    signed = f"{b64.encode(raw_header)}.{b64.encode(payload)}"
    return f"{signed}.{b64.encode(es256(signer, signed.encode()))}"
