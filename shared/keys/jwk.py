"""Public P-256 keys as JWK (RFC 7517): read strictly, written in one form, named by their thumbprint (RFC 7638)."""

from collections.abc import Mapping
from typing import Any

from joserfc.jwk import ECKey

from shared.keys import b64
from shared.keys.errors import KeyInvalid

COORDINATE_BYTES = 32
KID_PREFIX_BYTES = 8


def generate() -> ECKey:
    """A new private key."""
    return ECKey.generate_key("P-256", auto_kid=True)


def kid_of(key: ECKey) -> str:
    """The key's name: its RFC 7638 thumbprint, whatever `kid` it may carry."""
    return key.thumbprint()


def kid_prefix(key: ECKey) -> bytes:
    """The short name that a passport has room for: the first 8 bytes of the thumbprint."""
    return b64.decode(kid_of(key))[:KID_PREFIX_BYTES]


def public_jwk(key: ECKey) -> dict[str, str]:
    """The public part and nothing else, in the members that RFC 7638 hashes."""
    shown = key.as_dict(private=False)
    return {member: str(shown[member]) for member in ("crv", "kty", "x", "y")}


def read_public(jwk: object) -> ECKey:
    """A public key out of a foreign JWK.

    Raises KeyInvalid for another type or curve, a private part, or a kid that is not its thumbprint.
    """
    if not isinstance(jwk, Mapping) or jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
        raise KeyInvalid(reason="type")
    if "d" in jwk:
        raise KeyInvalid(reason="private")
    members: dict[str, str | list[str]] = {"kty": "EC", "crv": "P-256", "x": _coordinate(jwk, "x"), "y": _coordinate(jwk, "y")}
    try:
        key = ECKey.import_key(members)
    except ValueError:
        raise KeyInvalid(reason="not-on-curve") from None
    key.ensure_kid()
    if jwk.get("kid", key.kid) != key.kid:
        raise KeyInvalid(reason="kid")
    return key


def _coordinate(jwk: Mapping[str, Any], member: str) -> str:
    text = jwk.get(member)
    try:
        if isinstance(text, str) and len(b64.decode(text)) == COORDINATE_BYTES:
            return text
    except ValueError:
        pass
    raise KeyInvalid(reason="coordinate")
