"""A space's key set: its operational keys, signed by its root key, which the document itself carries.

Whoever has pinned the root's thumbprint can believe the keys without believing who brought them, the hub included.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from joserfc.jwk import ECKey

from shared.errors import Malformed
from shared.ids import parse_slug
from shared.keys import jwk, jws
from shared.keys.errors import KeyInvalid, KeySetInvalid, SignatureInvalid
from shared.keys.published import LEEWAY, PublishedKey, instant_text, read_instant, read_published
from shared.keys.ring import KeyRing

TYPE = "key-set+jwt"
NODE_USES = ("client", "passport", "encryption", "signing", "signin")
MAX_KEYS = 32
MAX_BYTES = 16_000
_REMEMBERED = 256


@dataclass(frozen=True)
class KeySetDocument:
    """A key set whose root signature holds."""

    slug: str
    rev: int
    issued_at: datetime
    root: ECKey
    root_thumbprint: str
    keys: tuple[PublishedKey, ...]
    token: str
    payload_sha256: str


def build_key_set(ring: KeyRing, slug: str, rev: int, now: datetime) -> str:
    """The key set to publish now: every key of the ring but the root that is, will be or lately was in use.

    Raises KeyMissing without a root key, KeySetInvalid when there are more keys than a set may hold.
    """
    root = ring.active("root", now)
    keys = [key for use in NODE_USES for key in ring.public(use) if _is_listed(key, now)]
    payload = {
        "iss": slug,
        "rev": rev,
        "issued_at": instant_text(now),
        "root": jwk.public_jwk(root),
        "keys": [key.to_wire() for key in keys],
    }
    token = jws.sign(payload, key=root, typ=TYPE)
    if len(keys) > MAX_KEYS or len(token) > MAX_BYTES:
        raise KeySetInvalid(reason="too-large")
    return token


def read_key_set(token: str, *, slug: str | None = None, pinned_root: str | None = None) -> KeySetDocument:
    """Check a key set against the root key it carries, and that against the thumbprint pinned earlier.

    Raises KeySetInvalid. Its rev is the caller's to compare.
    """
    document = _read(token)
    if slug is not None and document.slug != slug:
        raise KeySetInvalid(reason="other-space")
    if pinned_root is not None and document.root_thumbprint != pinned_root:
        raise KeySetInvalid(reason="other-root")
    return document


# Each new key list carries the sets of all spaces again, and few of them have changed.
@lru_cache(maxsize=_REMEMBERED)
def _read(token: str) -> KeySetDocument:
    try:
        claimed = jws.read_unverified(token, typ=TYPE, max_bytes=MAX_BYTES)
        root = jwk.read_public(claimed.get("root"))
        root_thumbprint = jwk.kid_of(root)
        signed = jws.verify(token, keys={root_thumbprint: root}, typ=TYPE, max_bytes=MAX_BYTES)
        keys = _read_keys(signed.payload.get("keys"), root_thumbprint)
        owner = _read_owner(signed.payload)
        issued_at = read_instant(signed.payload.get("issued_at"))
    except SignatureInvalid as fault:
        raise KeySetInvalid(reason=f"signature-{fault.params['reason']}") from None
    except (KeyInvalid, ValueError, Malformed):
        raise KeySetInvalid(reason="malformed") from None
    rev = signed.payload["rev"]
    return KeySetDocument(owner, rev, issued_at, root, root_thumbprint, keys, token, signed.payload_sha256)


def _is_listed(key: PublishedKey, now: datetime) -> bool:
    return key.listed_until is None or now - LEEWAY <= key.listed_until


def _read_owner(payload: dict[str, Any]) -> str:
    owner, rev = payload.get("iss"), payload.get("rev")
    if not isinstance(owner, str) or type(rev) is not int or rev < 1:
        raise ValueError("The key set does not say whose it is, or which rev.")
    return parse_slug(owner)


def _read_keys(entries: object, root_thumbprint: str) -> tuple[PublishedKey, ...]:
    if not isinstance(entries, list) or len(entries) > MAX_KEYS:
        raise ValueError("The keys are not a list, or too many.")
    keys = tuple(read_published(entry) for entry in entries)
    # One key in two roles would let what was signed in one be shown in the other.
    if len({root_thumbprint, *(key.kid for key in keys)}) != len(keys) + 1:
        raise ValueError("A key stands twice.")
    return keys
