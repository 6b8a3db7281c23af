"""Reads of what the hub vouches for."""

import datetime as dt
from functools import lru_cache

from joserfc.jwk import ECKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.trust.errors import StatusListUnknown
from federation.trust.models import KeyListIssue, KeySet, PassportRef, StatusListCopy
from shared.keys.key_set import KeySetDocument, read_key_set

_read = lru_cache(maxsize=4096)(read_key_set)


def key_set(session: Session, space: str) -> KeySetDocument | None:
    """A space's key set, whose root signature holds."""
    held = session.get(KeySet, space)
    return None if held is None else _read(held.document)


def keys_for(session: Session, space: str, use: str, now: dt.datetime) -> dict[str, ECKey]:
    """The public keys of a space for one use that may be believed now, by kid; none before it has sent a key set."""
    held = key_set(session, space)
    return {} if held is None else {key.kid: key.key for key in held.keys if key.use == use and key.is_usable(now)}


def key_set_rev(session: Session, space: str) -> int:
    """The rev of the key set held, 0 for none."""
    held = session.get(KeySet, space)
    return 0 if held is None else held.rev


def all_key_sets(session: Session) -> dict[str, str]:
    """Every space's key set as it was signed, by slug."""
    return {row.space: row.document for row in session.scalars(select(KeySet).order_by(KeySet.space))}


def newest_key_list(session: Session) -> KeyListIssue | None:
    """The newest issue of the key list."""
    return session.scalar(select(KeyListIssue).order_by(KeyListIssue.seq.desc()).limit(1))


def status_list(session: Session, space: str) -> StatusListCopy:
    """The newest status list of a space. Raises StatusListUnknown."""
    found = session.get(StatusListCopy, space)
    if found is None:
        raise StatusListUnknown(space=space)
    return found


def status_list_rev(session: Session, space: str) -> int:
    """The rev of the status list held, 0 for none."""
    found = session.get(StatusListCopy, space)
    return 0 if found is None else found.rev


def passport_ref(session: Session, *, home: str, ref: str) -> PassportRef | None:
    """What stands behind a passport's ref, if this home has announced it."""
    found = session.get(PassportRef, ref)
    return found if found is not None and found.home == home else None


def wallet_behind(session: Session, *, home: str, ref: str, at: dt.datetime) -> str | None:
    """The pseudonym whose wallet pays for the holder of a passport that was good at that instant."""
    found = passport_ref(session, home=home, ref=ref)
    return found.guest if found is not None and at < found.expires_at else None
