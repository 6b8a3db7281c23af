"""The hub's key list: every space's root-signed key set and standing, signed, numbered, chained to its predecessors.

The hub says which spaces there are; each space's own root says which keys are its. A reader never goes back, and checks
that the list it holds is one of those that the new one names as its predecessors.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc.jwk import ECKey, KeySet

from shared.keys import b64, jwk, jws
from shared.keys.errors import KeyListFault, KeyListInvalid, KeySetInvalid
from shared.keys.key_set import KeySetDocument, read_key_set
from shared.keys.passport import IssuerKey
from shared.keys.published import PublishedKey, instant_text, read_instant

TYPE = "key-list+jwt"
MAX_BYTES = 2_000_000
MAX_EARLIER = 64
PASSPORT = "passport"


@dataclass(frozen=True)
class SpaceEntry:
    """A space in the list: its standing as the hub has it, and its keys as its own root signed them."""

    slug: str
    state: str
    key_set: KeySetDocument

    @property
    def root_thumbprint(self) -> str:
        """The thumbprint of the root key, which partners pin."""
        return self.key_set.root_thumbprint

    @property
    def keys(self) -> tuple[PublishedKey, ...]:
        """All keys listed, revoked ones included."""
        return self.key_set.keys


def build(
    entries: Iterable[SpaceEntry],
    *,
    seq: int,
    prev_hash: str | None,
    key: ECKey,
    now: datetime,
    earlier_hashes: Sequence[str] = (),
) -> str:
    """Sign the list with this number. `prev_hash` is the payload hash of number seq-1 (None for the first), and
    `earlier_hashes` those of seq-2 and before, newest first, for readers who were away; no more than 64 are written.
    """
    payload = {
        "seq": seq,
        "prev_hash": prev_hash,
        "earlier_hashes": list(earlier_hashes[:MAX_EARLIER]),
        "issued_at": instant_text(now),
        "spaces": [
            {
                "slug": entry.slug,
                "state": entry.state,
                "root_thumbprint": entry.root_thumbprint,
                "key_set": entry.key_set.token,
            }
            for entry in sorted(entries, key=lambda entry: entry.slug)
        ],
    }
    return jws.sign(payload, key=key, typ=TYPE)


@dataclass(frozen=True)
class KeyList:
    """A key list whose signature and chain hold.

    `chained` is False where the list held before is too far back to be named. `rejected` says which entries were left
    out, and why: one bad entry does not spoil the list.
    """

    seq: int
    payload_sha256: str
    issued_at: datetime
    chained: bool
    spaces: Mapping[str, SpaceEntry]
    rejected: Mapping[str, str]
    _passport_keys: Mapping[bytes, tuple[tuple[str, PublishedKey], ...]]

    def find(self, slug: str, use: str, kid: str) -> PublishedKey | None:
        """The key of this name, usable or not, or None."""
        return next((key for key in self._of(slug, use) if key.kid == kid), None)

    def usable(self, slug: str, use: str, now: datetime) -> dict[str, ECKey]:
        """The keys that a signature of this space may be checked with now, by kid: what `jws.verify` takes."""
        return {key.kid: key.key for key in self._of(slug, use) if key.is_usable(now)}

    def current(self, slug: str, use: str, now: datetime) -> PublishedKey | None:
        """The key that this space uses now, for instance to seal to; None for a space without one."""
        started = [key for key in self._of(slug, use) if key.is_usable(now) and key.not_before <= now]
        return max(started, key=lambda key: (key.not_before, key.kid), default=None)

    def passport_keys(self, kid_prefix: bytes, now: datetime) -> list[IssuerKey]:
        """Every passport key whose thumbprint starts with the prefix, for `passport.read`; revoked ones say so."""
        return [
            IssuerKey(slug, key.key, revoked=key.revoked_at is not None)
            for slug, key in self._passport_keys.get(kid_prefix, ())
            if key.revoked_at is not None or key.is_usable(now)
        ]

    def _of(self, slug: str, use: str) -> Iterable[PublishedKey]:
        entry = self.spaces.get(slug)
        return () if entry is None else (key for key in entry.keys if key.use == use)


def read(
    token: str,
    *,
    hub_keys: Mapping[str, ECKey] | KeySet,
    held_seq: int = 0,
    held_hash: str | None = None,
    pinned_roots: Mapping[str, str] | None = None,
    new_epoch: bool = False,
) -> KeyList:
    """Check a list against the hub's keys and the list held before (0: none).

    `pinned_roots` gives thumbprints by slug; an entry with another root is left out. `new_epoch` is for a hub that was
    restored from a backup: its chain may have another past, but still does not go back.
    Raises KeyListInvalid, and SignatureInvalid as `jws.verify` does.
    """
    signed = jws.verify(token, keys=hub_keys, typ=TYPE, max_bytes=MAX_BYTES)
    seq, issued_at, predecessors = _read_head(signed.payload)
    if seq < held_seq:
        raise KeyListInvalid(reason=KeyListFault.GOES_BACK)
    chained = held_seq == 0
    # The list's own hash stands first, so that the one held is always found at the distance of the two numbers.
    past = [signed.payload_sha256, *predecessors]
    if held_seq and not new_epoch and seq - held_seq < len(past):
        chained = past[seq - held_seq] == held_hash
        if not chained:
            raise KeyListInvalid(reason=KeyListFault.FORKED)
    spaces, rejected = _read_spaces(signed.payload.get("spaces"), pinned_roots or {})
    index = _index_passport_keys(spaces.values())
    return KeyList(seq, signed.payload_sha256, issued_at, chained, spaces, rejected, index)


def _read_head(payload: dict[str, Any]) -> tuple[int, datetime, list[str]]:
    seq, prev_hash, earlier = payload.get("seq"), payload.get("prev_hash"), payload.get("earlier_hashes")
    predecessors = [] if prev_hash is None else [prev_hash, *(earlier if isinstance(earlier, list) else ())]
    if type(seq) is not int or seq < 1 or not all(isinstance(each, str) for each in predecessors):
        raise KeyListInvalid(reason=KeyListFault.MALFORMED)
    try:
        return seq, read_instant(payload.get("issued_at")), predecessors
    except ValueError:
        raise KeyListInvalid(reason=KeyListFault.MALFORMED) from None


def _read_spaces(entries: object, pinned_roots: Mapping[str, str]) -> tuple[dict[str, SpaceEntry], dict[str, str]]:
    if not isinstance(entries, list):
        raise KeyListInvalid(reason=KeyListFault.MALFORMED)
    spaces: dict[str, SpaceEntry] = {}
    rejected: dict[str, str] = {}
    for entry in entries:
        match entry:
            case {"slug": str(slug), "state": str(state), "root_thumbprint": str(root), "key_set": str(token)}:
                pass
            case _:
                raise KeyListInvalid(reason=KeyListFault.MALFORMED)
        if slug in spaces or slug in rejected:
            raise KeyListInvalid(reason=KeyListFault.MALFORMED)
        try:
            document = read_key_set(token, slug=slug, pinned_root=pinned_roots.get(slug, root))
        except KeySetInvalid as fault:
            rejected[slug] = str(fault.params["reason"])
        else:
            spaces[slug] = SpaceEntry(slug, state, document)
    return spaces, rejected


def _index_passport_keys(spaces: Iterable[SpaceEntry]) -> dict[bytes, tuple[tuple[str, PublishedKey], ...]]:
    index: dict[bytes, tuple[tuple[str, PublishedKey], ...]] = {}
    for entry in spaces:
        for key in entry.keys:
            if key.use == PASSPORT:
                prefix = b64.decode(key.kid)[: jwk.KID_PREFIX_BYTES]
                index[prefix] = (*index.get(prefix, ()), (entry.slug, key))
    return index
