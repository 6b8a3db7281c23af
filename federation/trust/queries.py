"""Reads of what the hub vouches for."""

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache

from joserfc.jwk import ECKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.trust import rules
from federation.trust.errors import StatusListUnknown
from federation.trust.models import KeyListIssue, KeySet, PassportRef, StatusListCopy
from shared.keys.errors import SignatureInvalid, StatusListInvalid
from shared.keys.key_set import KeySetDocument, read_key_set
from shared.keys.status_list import read as read_status_list
from shared.protocol.states import PassportAnswer

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


def all_key_sets(session: Session) -> dict[str, KeySetDocument]:
    """Every space's key set, by slug."""
    rows = session.execute(select(KeySet.space, KeySet.document).order_by(KeySet.space))
    return {row.space: _read(row.document) for row in rows}


def newest_key_list(session: Session) -> KeyListIssue | None:
    """The newest issue of the key list, None before the first space has joined."""
    return session.scalar(select(KeyListIssue).order_by(KeyListIssue.seq.desc()).limit(1))


def key_list(session: Session) -> KeyListIssue:
    """The newest issue of the key list, for a space: its joining has issued one."""
    newest = newest_key_list(session)
    assert newest is not None
    return newest


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


def live_refs(session: Session, *, home: str, guest: str, but: str, now: dt.datetime) -> list[PassportRef]:
    """A member's general passports that are still good, but for one, those that end last first."""
    general = (PassportRef.home == home, PassportRef.guest == guest, PassportRef.booking_id.is_(None))
    wanted = select(PassportRef).where(*general, PassportRef.expires_at > now, PassportRef.ref != but)
    return list(session.scalars(wanted.order_by(PassportRef.expires_at.desc(), PassportRef.ref)))


def announced(session: Session, refs: Iterable[str]) -> set[str]:
    """Those of the refs that a home has announced."""
    return set(session.scalars(select(PassportRef.ref).where(PassportRef.ref.in_(list(refs)))))


def standing_of(session: Session, found: PassportRef, now: dt.datetime) -> PassportAnswer:
    """Whether a passport is good now, by the list that its home has sent last; its node need not be up."""
    if now >= found.expires_at:
        return PassportAnswer.EXPIRED
    held = session.get(StatusListCopy, found.home)
    if held is None:
        return PassportAnswer.UNKNOWN
    try:
        # With the keys of the day it came: a key that has been followed by another since does not unsay the list.
        listed = read_status_list(held.document, keys_for(session, found.home, "passport", held.received_at), found.home)
        return rules.ANSWERS.get(listed.get(found.status_index), PassportAnswer.REVOKED)
    except (StatusListInvalid, SignatureInvalid):
        return PassportAnswer.UNKNOWN


def wallet_behind(session: Session, *, home: str, ref: str, at: dt.datetime) -> str | None:
    """The pseudonym whose wallet pays for the holder of a passport that was good at that instant."""
    found = passport_ref(session, home=home, ref=ref)
    return found.guest if found is not None and at < found.expires_at else None
