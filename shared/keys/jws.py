"""Signed JSON documents: JWS compact (RFC 7515), ES256 only, with exactly the header members alg, kid and typ.

The token is taken apart here before the library sees it, so that there is one spelling of each document and no header that
could bring a key, a URL or a rule of its own. Equality of documents is judged on the payload's hash, never on the signature.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from shared.errors import Malformed
from shared.ids import sha256_hex
from shared.keys import b64, jwk
from shared.keys.errors import SignatureInvalid, SignerUnknown
from shared.loader import MAX_BODY_BYTES, dump_json, strict_loads

ALGORITHM = "ES256"
MAX_HEADER_BYTES = 384
_HEADER_MEMBERS = {"alg", "kid", "typ"}


@dataclass(frozen=True)
class Signed:
    """A document whose signature holds."""

    payload: dict[str, Any]
    payload_bytes: bytes
    payload_sha256: str
    kid: str


def sign(payload: Mapping[str, Any], *, key: ECKey, typ: str) -> str:
    """Sign the payload in its one JSON form."""
    return sign_bytes(dump_json(dict(payload)), key=key, typ=typ)


def sign_bytes(payload: bytes, *, key: ECKey, typ: str) -> str:
    """Sign a payload as it stands, for instance one that another party has signed already."""
    header = {"alg": ALGORITHM, "kid": jwk.kid_of(key), "typ": typ}
    return jws.serialize_compact(header, payload, key, registry=_registry(len(payload)))


def verify(token: str, *, keys: Mapping[str, ECKey] | KeySet, typ: str, max_bytes: int = MAX_BODY_BYTES) -> Signed:
    """Check a document against the keys allowed, by kid.

    Raises SignerUnknown for a kid that is not among them, SignatureInvalid for everything else that is wrong, also for a
    token of more than max_bytes.
    """
    kid, payload_bytes = _take_apart(token, typ, max_bytes)
    known = {key.kid: key for key in keys if isinstance(key, ECKey)} if isinstance(keys, KeySet) else keys
    key = known.get(kid)
    if key is None:
        raise SignerUnknown(reason="unknown-key")
    try:
        jws.deserialize_compact(token, key, registry=_registry(max_bytes))
    except JoseError:
        raise SignatureInvalid(reason="signature") from None
    return Signed(_payload(payload_bytes), payload_bytes, sha256_hex(payload_bytes), kid)


def read_unverified(token: str, *, typ: str, max_bytes: int = MAX_BODY_BYTES) -> dict[str, Any]:
    """The payload of a document that names its own signer, to find the key with. Prove nothing by it.

    Raises SignatureInvalid for a wrong form, header or type.
    """
    return _payload(_take_apart(token, typ, max_bytes)[1])


def _registry(max_bytes: int) -> jws.JWSRegistry:
    registry = jws.JWSRegistry(algorithms=[ALGORITHM])
    # The library's own cap of 128,000 bytes is less than a key list needs.
    registry.max_payload_length = max_bytes
    return registry


def _take_apart(token: str, typ: str, max_bytes: int) -> tuple[str, bytes]:
    if len(token) > max_bytes:
        raise SignatureInvalid(reason="too-large")
    parts = token.split(".")
    if len(parts) != 3:
        raise SignatureInvalid(reason="malformed")
    try:
        raw_header, payload_bytes, _ = map(b64.decode, parts)
        header = strict_loads(raw_header, max_bytes=MAX_HEADER_BYTES)
    except (ValueError, Malformed):
        raise SignatureInvalid(reason="malformed") from None
    if not isinstance(header, dict) or header.keys() != _HEADER_MEMBERS:
        raise SignatureInvalid(reason="header")
    if header["alg"] != ALGORITHM or not isinstance(header["kid"], str):
        raise SignatureInvalid(reason="header")
    if header["typ"] != typ:
        raise SignatureInvalid(reason="typ")
    return header["kid"], payload_bytes


def _payload(raw: bytes) -> dict[str, Any]:
    try:
        payload = strict_loads(raw, max_bytes=len(raw))
    except Malformed:
        raise SignatureInvalid(reason="payload") from None
    if not isinstance(payload, dict):
        raise SignatureInvalid(reason="payload")
    return payload
