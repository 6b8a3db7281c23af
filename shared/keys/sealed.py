"""Sealed boxes: JSON that only the recipient node can read while the hub carries it (JWE compact, RFC 7516).

ECDH-ES+A256KW to the recipient's P-256 key, A256GCM inside. The resource a box belongs to goes into the key derivation
(`apv`), so a box moved to another booking cannot be opened there.
"""

from collections.abc import Mapping
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from shared.errors import Malformed
from shared.keys import b64, jwk
from shared.keys.errors import KeyInvalid, SealedBoxInvalid
from shared.loader import dump_json, strict_loads

MAX_BOX_BYTES = 8192
TYPE = "sealed+jwe"
_KEY_WRAP = "ECDH-ES+A256KW"
_CONTENT = "A256GCM"
_HEADER_MEMBERS = {"alg", "enc", "typ", "kid", "apv", "epk"}
_EPK_MEMBERS = {"kty", "crv", "x", "y"}
_MAX_HEADER_BYTES = 768
_MAX_CONTEXT_BYTES = 200
_SEGMENT_BYTES = {1: 40, 2: 12, 4: 16}
_REGISTRY = jwe.JWERegistry(algorithms=[_KEY_WRAP, _CONTENT])


def seal(payload: Mapping[str, Any], *, to_jwk: Mapping[str, Any] | ECKey, context: str, max_bytes: int = MAX_BOX_BYTES) -> str:
    """Seal the payload to a public encryption key, bound to the context (the resource's kind and id).

    Raises SealedBoxInvalid when the box is larger than allowed, 8 KB unless said otherwise, KeyInvalid for a wrong key,
    ValueError for a context without a name.
    """
    key = jwk.read_public(to_jwk if isinstance(to_jwk, Mapping) else jwk.public_jwk(to_jwk))
    header = {"alg": _KEY_WRAP, "enc": _CONTENT, "typ": TYPE, "kid": key.kid, "apv": _apv(context)}
    plain = dump_json(dict(payload))
    box = jwe.encrypt_compact(header, plain, key, registry=_REGISTRY) if len(plain) < max_bytes else None
    if box is None or len(box) > max_bytes:
        raise SealedBoxInvalid(reason="too-large")
    return box


def open_box(box: str, *, key: ECKey | Mapping[str, ECKey], context: str, max_bytes: int = MAX_BOX_BYTES) -> dict[str, Any]:
    """What a box holds, opened with the private key, or with the one of several that its header names.

    Raises SealedBoxInvalid for a box that is too large, malformed, changed, for another key or for another context.
    """
    kid = _check_form(box, context, max_bytes)
    keys = key if isinstance(key, Mapping) else {jwk.kid_of(key): key}
    private = keys.get(kid)
    if private is None:
        raise SealedBoxInvalid(reason="wrong-key")
    try:
        plain = jwe.decrypt_compact(box, private, registry=_REGISTRY).plaintext
        payload = strict_loads(plain or b"", max_bytes=max_bytes)
    except JoseError:
        raise SealedBoxInvalid(reason="changed") from None
    except Malformed:
        raise SealedBoxInvalid(reason="payload") from None
    if not isinstance(payload, dict):
        raise SealedBoxInvalid(reason="payload")
    return payload


def _apv(context: str) -> str:
    raw = context.encode()
    if not 0 < len(raw) <= _MAX_CONTEXT_BYTES:
        raise ValueError(f"A sealed box belongs to a resource named in 1 to {_MAX_CONTEXT_BYTES} bytes.")
    return b64.encode(raw)


def _check_form(box: str, context: str, max_bytes: int) -> str:
    """Return the kid of a box whose every part has the one form that `seal` gives it."""
    if len(box) > max_bytes:
        raise SealedBoxInvalid(reason="too-large")
    try:
        parts = [b64.decode(part) for part in box.split(".")]
        if len(parts) != 5 or any(len(parts[place]) != size for place, size in _SEGMENT_BYTES.items()):
            raise SealedBoxInvalid(reason="malformed")
        header = strict_loads(parts[0], max_bytes=_MAX_HEADER_BYTES)
    except (ValueError, Malformed):
        raise SealedBoxInvalid(reason="malformed") from None
    if not isinstance(header, dict) or header.keys() != _HEADER_MEMBERS or not isinstance(header["kid"], str):
        raise SealedBoxInvalid(reason="header")
    if (header["alg"], header["enc"], header["typ"]) != (_KEY_WRAP, _CONTENT, TYPE):
        raise SealedBoxInvalid(reason="header")
    _check_ephemeral(header["epk"])
    if header["apv"] != _apv(context):
        raise SealedBoxInvalid(reason="wrong-context")
    return str(header["kid"])


def _check_ephemeral(epk: object) -> None:
    try:
        jwk.read_public(epk)
    except KeyInvalid:
        raise SealedBoxInvalid(reason="header") from None
    if not isinstance(epk, dict) or epk.keys() != _EPK_MEMBERS:
        raise SealedBoxInvalid(reason="header")
