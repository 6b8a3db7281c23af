"""The keys and lists that hold: what signatures of others are checked with, offline too."""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache

from joserfc.jwk import ECKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.keys import key_list
from shared.keys import status_list as status_lists
from shared.keys.errors import SignatureInvalid, StatusListInvalid
from shared.keys.key_list import KeyList
from shared.keys.key_set import read_key_set
from shared.keys.passport import IssuerKey
from shared.keys.status_list import SignedStatusList
from space_node.uplink.models import THE_ONE, KeyListCopy, PinnedRoot, StatusListCopy
from space_node.uplink.queries.own import identity


def hub_signing_keys(key_set: str, root_thumbprint: str) -> dict[str, ECKey]:
    """The keys that the hub signs its lists with, from its own root-signed key set. Raises KeySetInvalid."""
    return dict(_hub_keys(key_set, root_thumbprint))


def pinned_roots(session: Session) -> dict[str, str]:
    """The root thumbprints of partners as both sides signed them."""
    return {row.space: row.thumbprint for row in session.scalars(select(PinnedRoot))}


def held_key_list(session: Session) -> KeyList | None:
    """The newest key list whose signature and chain held."""
    own, held = identity(session), session.get(KeyListCopy, THE_ONE)
    if own is None or held is None or held.document is None:
        return None
    return _read_list(held.document, own.hub_key_set, own.hub_root_thumbprint, tuple(sorted(pinned_roots(session).items())))


def keys_of(session: Session, slug: str, use: str, now: dt.datetime) -> dict[str, ECKey]:
    """The public keys of a space for one use that may be believed now, by kid: what `jws.verify` takes."""
    held = held_key_list(session)
    return {} if held is None else held.usable(slug, use, now)


def encryption_key(session: Session, slug: str, now: dt.datetime) -> ECKey | None:
    """The key to seal to for a space; None for one whose keys are not known here."""
    held = held_key_list(session)
    found = None if held is None else held.current(slug, "encryption", now)
    return None if found is None else found.key


def find_passport_keys(session: Session, kid_prefix: bytes, now: dt.datetime) -> list[IssuerKey]:
    """Every passport key whose thumbprint begins so, whoever's it is: for `shared.keys.passport.read`."""
    held = held_key_list(session)
    return [] if held is None else held.passport_keys(kid_prefix, now)


def root_thumbprint_of(session: Session, slug: str) -> str | None:
    """The thumbprint of a space's root key, pinned or as first seen."""
    held = held_key_list(session)
    entry = None if held is None else held.spaces.get(slug)
    return None if entry is None else entry.root_thumbprint


def key_list_age(session: Session, now: dt.datetime) -> dt.timedelta | None:
    """How long ago the hub last vouched that the key list held here is the newest; None without one."""
    held = session.get(KeyListCopy, THE_ONE)
    return None if held is None or held.vouched_at is None or held.document is None else now - held.vouched_at


def status_list(session: Session, slug: str, now: dt.datetime) -> tuple[SignedStatusList, dt.datetime] | None:
    """A twin's status list with the instant of the hub's last word that it is the newest; None for none that holds."""
    held = session.get(StatusListCopy, slug)
    if held is None or held.document is None or held.vouched_at is None:
        return None
    try:
        return status_lists.read(held.document, keys_of(session, slug, "passport", now), slug), held.vouched_at
    except (SignatureInvalid, StatusListInvalid):
        return None


def status_list_age(session: Session, slug: str, now: dt.datetime) -> dt.timedelta | None:
    """How long ago the hub last vouched for a twin's status list; None without one."""
    held = session.get(StatusListCopy, slug)
    return None if held is None or held.vouched_at is None or held.document is None else now - held.vouched_at


@lru_cache(maxsize=64)
def _hub_keys(key_set: str, root_thumbprint: str) -> Mapping[str, ECKey]:
    document = read_key_set(key_set, slug="hub", pinned_root=root_thumbprint)
    return {key.kid: key.key for key in document.keys if key.use == "signing" and key.revoked_at is None}


@lru_cache(maxsize=16)
def _read_list(document: str, key_set: str, root_thumbprint: str, pins: tuple[tuple[str, str], ...]) -> KeyList:
    return key_list.read(document, hub_keys=_hub_keys(key_set, root_thumbprint), pinned_roots=dict(pins))
